"""Sockets that were taken off the register: when, by whom and why."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")


def upgrade() -> None:
    """Add the columns; nothing was ever retired before."""
    op.add_column("socket", sa.Column("retired_at", sa.BigInteger(), nullable=True))
    for name in ("retired_by", "retired_reason"):
        op.add_column("socket", sa.Column(name, sa.String(), nullable=False, server_default=""))
