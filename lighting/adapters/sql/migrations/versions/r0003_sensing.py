"""Measurements and the data register: streams, add-ons, series, samples, buckets."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _register()
    _add_ons()
    _samples()
    _buckets()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _key(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False) for name in names]


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, _ORDERED, nullable=False)


def _register() -> None:
    op.create_table(
        "stream",
        _id("stream_id"),
        *_texts("title", "use", "purpose", "owner", "stored_where", "visible_to"),
        sa.Column("lawful_basis", sa.String(), nullable=True),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("open_data", sa.Boolean(), nullable=True),
        sa.Column("dpia", sa.String(), nullable=True),
        sa.Column("people", sa.Boolean(), nullable=False),
        sa.Column("interval_min", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", name="pk_stream"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream_change",
        sa.Column("change_id", _COUNTED, nullable=False),
        _id("stream_id"),
        *_texts("act", "made_by", "why", "row"),
        *_numbers("at"),
        sa.PrimaryKeyConstraint("change_id", name="pk_stream_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stream_change_stream_id", "stream_change", ["stream_id"])
    op.create_table(
        "deletion_log",
        sa.Column("deletion_id", _COUNTED, nullable=False),
        _id("stream_id"),
        *_numbers("first_at", "last_at", "samples", "at"),
        *_texts("why"),
        sa.PrimaryKeyConstraint("deletion_id", name="pk_deletion_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deletion_log_stream_id", "deletion_log", ["stream_id"])


def _add_ons() -> None:
    op.create_table(
        "device_model",
        _id("model_id"),
        *_texts("document", "source", "imported_by"),
        *_numbers("imported_at"),
        sa.PrimaryKeyConstraint("model_id", name="pk_device_model"),
    )
    op.create_table(
        "add_on",
        *(_id(name) for name in ("dev_eui", "lantern_id")),
        *_texts("model_id", "application_id"),
        sa.Column("stream_id", _ORDERED, nullable=True),
        sa.Column("people", sa.Boolean(), nullable=False),
        *_numbers("added_at", "withheld"),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("empty_m", sa.Float(), nullable=True),
        sa.Column("full_m", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("dev_eui", name="pk_add_on"),
        sa.ForeignKeyConstraint(
            ["lantern_id"], ["lantern.lantern_id"], name="fk_add_on_lantern_id"
        ),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.stream_id"], name="fk_add_on_stream_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_add_on_lantern_id", "add_on", ["lantern_id"])
    op.create_index("ix_add_on_stream_id", "add_on", ["stream_id"])


def _samples() -> None:
    op.create_table(
        "series",
        sa.Column("series_id", _COUNTED, nullable=False),
        *(_id(name) for name in ("dev_eui", "quantity", "channel", "stream_id")),
        sa.PrimaryKeyConstraint("series_id", name="pk_series"),
        sa.UniqueConstraint("dev_eui", "quantity", "channel", "stream_id", name="uq_series_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_series_stream_id", "series", ["stream_id"])
    op.create_table(
        "sample",
        *_key("series_id", "at"),
        sa.Column("value", sa.Float(), nullable=False),
        *_numbers("received_at"),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "at", "value", name="pk_sample"),
        sqlite_with_rowid=False,
    )


def _buckets() -> None:
    op.create_table(
        "bucket",
        *_key("series_id", "start", "length_ms"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("count", "flagged", "closed")),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("total", "low", "high")),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("last", "flagged_value")),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        *_texts("message_ids"),
        sa.PrimaryKeyConstraint("series_id", "start", "length_ms", name="pk_bucket"),
        sqlite_with_rowid=False,
    )
    still_open = sa.text("closed = 0")
    op.create_index(
        "ix_bucket_open",
        "bucket",
        ["start"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_bucket_start", "bucket", ["start"])
