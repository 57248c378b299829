"""Faults of lanterns and the work list."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Refuse: going back would throw records away; restore a backup instead."""
    raise NotImplementedError("restore the backup that was made before the upgrade")
