"""Faults of lanterns and the work list."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_TABLE = "lantern_fault"
_TEXTS = ("place", "cleared_why", "acknowledged_by", "acknowledged_reason")


def upgrade() -> None:
    """Make the tables."""
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    ordered = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        _TABLE,
        sa.Column("fault_id", counted, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", ordered, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("lanterns", "evidence")),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("size", "confidence", "severity", "reopened")
        ),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("first_seen", "last_seen", "rank")
        ),
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("cleared_at", "acknowledged_at")
        ),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("latitude_deg", "longitude_deg")),
        sa.PrimaryKeyConstraint("fault_id", name="pk_lantern_fault"),
        sqlite_autoincrement=True,
    )
    _indexes()


def _indexes() -> None:
    is_open = sa.text("cleared_at IS NULL")
    op.create_index(
        "uq_lantern_fault_open",
        _TABLE,
        ["kind", "subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_lantern_fault_list", _TABLE, ["rank", "first_seen", "fault_id"])
    op.create_index("ix_lantern_fault_cleared", _TABLE, ["cleared_at"])
