"""Sockets, what sits in them, add-ons, keys, partners."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")


def upgrade() -> None:
    """Make the tables."""
    _sockets()
    _occupancies()


_Type = sa.types.TypeEngine[Any]

_STILL_THERE = sa.text("removed_at IS NULL")


def _key() -> _Type:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _counted() -> _Type:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _some(kind: type[_Type], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=False) for name in names]


def _of_lantern(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_lantern_id"
    return sa.ForeignKeyConstraint(["lantern_id"], ["lantern.lantern_id"], name=name)


def _sockets() -> None:
    op.create_table(
        "socket",
        sa.Column("socket_id", _key(), nullable=False),
        sa.Column("lantern_id", _key(), nullable=False),
        *_some(sa.String, "position"),
        *_some(sa.Integer, "number"),
        *_some(sa.String, "standard", "wiring", "limits"),
        *_some(sa.BigInteger, "revision"),
        sa.PrimaryKeyConstraint("socket_id", name="pk_socket"),
        _of_lantern("socket"),
        sqlite_with_rowid=False,
    )
    for name in ("lantern_id", "revision"):
        op.create_index(f"ix_socket_{name}", "socket", [name])
    op.create_table(
        "socket_count",
        sa.Column("only", sa.Integer(), autoincrement=False, nullable=False),
        *_some(sa.BigInteger, "changes"),
        sa.PrimaryKeyConstraint("only", name="pk_socket_count"),
    )


def _occupancies() -> None:
    op.create_table(
        "occupancy",
        sa.Column("occupancy_id", _counted(), nullable=False),
        sa.Column("lantern_id", _key(), nullable=False),
        sa.Column("socket_id", _key(), nullable=True),
        *_some(sa.String, "device_id", "serial"),
        sa.Column("serial_key", sa.String(), nullable=True),
        sa.Column("dev_eui", _key(), nullable=True),
        *_some(sa.String, "owner", "permit", "photo"),
        *_some(sa.BigInteger, "fitted_at"),
        *_some(sa.String, "fitted_by", "accepted", "accepted_by", "accepted_reason"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        *_some(sa.String, "removed_by", "removed_reason"),
        sa.PrimaryKeyConstraint("occupancy_id", name="pk_occupancy"),
        _of_lantern("occupancy"),
        sa.ForeignKeyConstraint(["socket_id"], ["socket.socket_id"], name="fk_occupancy_socket_id"),
        sqlite_autoincrement=True,
    )
    for name in ("dev_eui", "lantern_id", "serial_key", "socket_id"):
        op.create_index(f"ix_occupancy_{name}", "occupancy", [name])
    for name, column in (("dev_eui", "dev_eui"), ("serial", "serial_key"), ("socket", "socket_id")):
        op.create_index(
            f"uq_occupancy_{name}_now",
            "occupancy",
            [column],
            unique=True,
            sqlite_where=_STILL_THERE,
            postgresql_where=_STILL_THERE,
        )
    op.create_table(
        "occupancy_correction",
        *_some(sa.BigInteger, "occupancy_id"),
        *_some(sa.Integer, "number"),
        *_some(sa.BigInteger, "corrected_at"),
        *_some(sa.String, "corrected_by", "reason", "was"),
        sa.PrimaryKeyConstraint("occupancy_id", "number", name="pk_occupancy_correction"),
        sa.ForeignKeyConstraint(
            ["occupancy_id"],
            ["occupancy.occupancy_id"],
            name="fk_occupancy_correction_occupancy_id",
        ),
        sqlite_with_rowid=False,
    )
