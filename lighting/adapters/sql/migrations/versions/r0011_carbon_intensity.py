"""Carbon intensity of the grid, half-hour by half-hour."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "carbon_intensity",
        sa.Column("region_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("half_hour", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("forecast_g_per_kwh", sa.Float(), nullable=True),
        sa.Column("actual_g_per_kwh", sa.Float(), nullable=True),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "half_hour", name="pk_carbon_intensity"),
        sqlite_with_rowid=False,
    )
