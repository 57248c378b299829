"""How often frames were on the air, and the id by which a book's queue items are told apart."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")


def upgrade() -> None:
    """Add the column and the table, and give this book its id."""
    airings = sa.Column("airings", sa.Integer(), nullable=False, server_default="1")
    op.add_column("transmission", airings)
    book = op.create_table(
        "order_book",
        sa.Column("book_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", name="pk_order_book"),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(book, [{"book_id": uuid4().hex}])
