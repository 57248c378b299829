"""Units of settlement and their switching events."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")


def upgrade() -> None:
    """Make the tables."""
    ordered = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "settlement_unit",
        sa.Column("lantern_id", ordered, nullable=False),
        sa.Column("sub_meter_id", sa.String(), nullable=False),
        sa.Column("unit_ref", ordered, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("charge_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("lantern_id", name="pk_settlement_unit"),
        sa.UniqueConstraint("unit_ref", name="uq_settlement_unit_unit_ref"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_settlement_unit_sub_meter_id", "settlement_unit", ["sub_meter_id"])
    key = ("unit_ref", "at", "source", "quality", "power_pct")
    op.create_table(
        "switching_event",
        sa.Column("unit_ref", ordered, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("quality", sa.String(), nullable=False),
        sa.Column("power_pct", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_switching_event"),
        sqlite_with_rowid=False,
    )
