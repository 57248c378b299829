"""Devices on their way into service, their steps, and what the network server is to be told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_TABLE = "commissioning"
_Type = sa.types.TypeEngine[Any]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        _TABLE,
        sa.Column(
            "commissioning_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("dev_eui", _key(), nullable=False),
        *_some(sa.String, "device_id", "firmware_profile", "stream_id"),
        sa.Column("join_eui", sa.String(), nullable=True),
        *_some(sa.String, "application_id", "server_profile"),
        *_some(sa.Boolean, "always_listens"),
        *_some(sa.String, "serial", "owner", "permit", "photo", "label"),
        *_some(sa.Boolean, "people"),
        *(sa.Column(name, _key(), nullable=True) for name in ("lantern_id", "socket_id")),
        sa.Column("occupancy_id", sa.BigInteger(), nullable=True),
        *_some(sa.String, "state"),
        *_some(sa.BigInteger, "since", "begun_at"),
        *_some(sa.String, "begun_by"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        *_some(sa.String, "errand"),
        *_some(sa.Integer, "tries"),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        *_some(sa.String, "problem"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("commissioning_id", name="pk_commissioning"),
        sa.ForeignKeyConstraint(
            ["lantern_id"], ["lantern.lantern_id"], name="fk_commissioning_lantern_id"
        ),
        sqlite_autoincrement=True,
    )
    _indexes()
    _steps()


def _key() -> _Type:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _some(kind: type[_Type], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=False) for name in names]


def _indexes() -> None:
    for name in ("dev_eui", "lantern_id"):
        op.create_index(f"ix_{_TABLE}_{name}", _TABLE, [name])
    awaited = "state IN ('registered', 'joined', 'failed')"
    for name, column, condition in (
        (f"uq_{_TABLE}_open", "dev_eui", "ended_at IS NULL"),
        (f"ix_{_TABLE}_errand", "next_try_at", "errand <> ''"),
        (f"ix_{_TABLE}_awaited", "since", awaited),
    ):
        op.create_index(
            name,
            _TABLE,
            [column],
            unique=name.startswith("uq"),
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def _steps() -> None:
    name = f"{_TABLE}_step"
    op.create_table(
        name,
        *_some(sa.BigInteger, "commissioning_id"),
        *_some(sa.Integer, "number"),
        *_some(sa.String, "event"),
        *_some(sa.BigInteger, "at"),
        *_some(sa.String, "by", "note"),
        sa.PrimaryKeyConstraint("commissioning_id", "number", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["commissioning_id"],
            [f"{_TABLE}.commissioning_id"],
            name=f"fk_{name}_commissioning_id",
        ),
        sqlite_with_rowid=False,
    )
