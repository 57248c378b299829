"""The first tables: inventory, programs, orders, readings, overrides, nights."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_Type = sa.types.TypeEngine[Any]

_OPEN = sa.text("state IN ('accepted', 'sent', 'waiting')")
_IN_FLIGHT = sa.text("state IN ('accepted', 'sent')")
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make all tables."""
    _inventory()
    _programs()
    _readings()
    _orders()
    _order_indexes()
    _operations()


def _key() -> _Type:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _counted() -> _Type:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _some(kind: type[_Type], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=False) for name in names]


def _maybe(kind: type[_Type], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=True) for name in names]


def _frame() -> list[sa.Column[Any]]:
    return [
        *_some(sa.Integer, "f_port"),
        *_some(sa.LargeBinary, "payload"),
        *_some(sa.String, "slot"),
        *_maybe(sa.Integer, "echo_f_port"),
        *_maybe(sa.LargeBinary, "echo_payload"),
        *_some(sa.Boolean, "confirmed"),
    ]


def _of_program(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["program_id"], ["program.program_id"], name=name)


def _inventory() -> None:
    texts = ("road", "ward", "postcode", "position", "column", "lighting_class", "lamp", "regime")
    keys = ("road_key", "ward_key", "lighting_class_key", "tags_key", "policy", "policy_key")
    op.create_table(
        "lantern",
        sa.Column("lantern_id", _key(), nullable=False),
        *_some(sa.Float, "latitude_deg", "longitude_deg"),
        *_some(sa.String, *texts),
        *_maybe(sa.Float, "power_w", "height_m"),
        *_some(sa.String, "tags", *keys),
        *_some(sa.Integer, "revision"),
        *_some(sa.String, "rule", "exempt"),
        sa.PrimaryKeyConstraint("lantern_id", name="pk_lantern"),
        sqlite_with_rowid=False,
    )
    for name in ("policy_key", "road_key", "ward_key"):
        op.create_index(f"ix_lantern_{name}", "lantern", [name])
    op.create_table(
        "node",
        sa.Column("dev_eui", _key(), nullable=False),
        sa.Column("lantern_id", _key(), nullable=True),
        *_some(sa.String, "profile_id", "application_id"),
        *_maybe(sa.String, "gateway_id"),
        *_maybe(sa.BigInteger, "last_seen_at"),
        *_maybe(sa.String, "wanted"),
        *_maybe(sa.BigInteger, "wanted_at"),
        *_maybe(sa.String, "held"),
        *_maybe(sa.BigInteger, "held_at"),
        *_some(sa.Integer, "evidence"),
        *_maybe(sa.BigInteger, "evidence_at"),
        sa.PrimaryKeyConstraint("dev_eui", name="pk_node"),
        sa.UniqueConstraint("lantern_id", name="uq_node_lantern_id"),
        sa.ForeignKeyConstraint(["lantern_id"], ["lantern.lantern_id"], name="fk_node_lantern_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_node_wanted_held", "node", ["wanted", "held"])


def _programs() -> None:
    op.create_table(
        "program",
        *_some(sa.String, "program_id", "profile_id"),
        sa.PrimaryKeyConstraint("program_id", name="pk_program"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "program_use",
        *_some(sa.String, "program_id", "policy"),
        *_some(sa.Integer, "revision"),
        *_some(sa.String, "cell", "valid_from", "valid_until"),
        sa.PrimaryKeyConstraint(
            "program_id", "policy", "revision", "cell", "valid_from", name="pk_program_use"
        ),
        _of_program("fk_program_use_program_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "program_frame",
        *_some(sa.String, "program_id"),
        *_some(sa.Integer, "place"),
        *_frame(),
        sa.PrimaryKeyConstraint("program_id", "place", name="pk_program_frame"),
        _of_program("fk_program_frame_program_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "policy_revision",
        *_some(sa.String, "kind", "name"),
        *_some(sa.Integer, "revision"),
        *_some(sa.String, "text"),
        *_some(sa.BigInteger, "saved_at"),
        *_some(sa.String, "saved_by"),
        sa.PrimaryKeyConstraint("kind", "name", "revision", name="pk_policy_revision"),
    )


def _readings() -> None:
    for name, columns, more_key in (
        (
            "status",
            [
                *_maybe(sa.Integer, "level"),
                *_some(sa.String, "reason", "faults"),
                *_maybe(sa.Integer, "temperature_c"),
            ],
            (),
        ),
        (
            "meter",
            [
                *_maybe(sa.BigInteger, "energy_wh", "power_w", "lamp_on_s"),
                *_maybe(sa.Integer, "voltage_v"),
            ],
            (),
        ),
        ("note", _some(sa.String, "kind", "text"), ("kind",)),
    ):
        op.create_table(
            name,
            sa.Column("dev_eui", _key(), nullable=False),
            *_some(sa.BigInteger, "at"),
            *columns,
            sa.PrimaryKeyConstraint("dev_eui", "at", *more_key, name=f"pk_{name}"),
            sqlite_with_rowid=False,
        )


def _orders() -> None:
    op.create_table(
        "downlink_order",
        sa.Column("order_id", _counted(), nullable=False),
        sa.Column("dev_eui", _key(), nullable=False),
        *_some(sa.Integer, "rank"),
        *_some(sa.String, "purpose"),
        sa.Column("batch", _key(), nullable=False),
        *_frame(),
        *_some(sa.String, "state"),
        *_some(sa.Integer, "attempts"),
        *_some(sa.BigInteger, "created_at", "not_before", "expires_at", "next_try"),
        *_maybe(sa.BigInteger, "sent_at", "reply_by", "proved_at"),
        *_some(sa.String, "note"),
        sa.PrimaryKeyConstraint("order_id", name="pk_downlink_order"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "transmission",
        *_some(sa.BigInteger, "order_id"),
        *_some(sa.Integer, "attempts"),
        *_some(sa.String, "queue_item_id", "gateway_id"),
        *_some(sa.BigInteger, "sent_at"),
        *_some(sa.Float, "airtime_ms"),
        sa.PrimaryKeyConstraint("order_id", "attempts", name="pk_transmission"),
        sa.UniqueConstraint("queue_item_id", name="uq_transmission_queue_item_id"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["downlink_order.order_id"], name="fk_transmission_order_id"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_transmission_sent_at", "transmission", ["sent_at"])


def _order_indexes() -> None:
    op.create_index("ix_order_history", "downlink_order", ["dev_eui", "batch", "state"])
    op.create_index("ix_order_batch", "downlink_order", ["batch", "state"])
    for name, columns, where in (
        ("uq_order_in_flight", ["dev_eui"], _IN_FLIGHT),
        ("ix_order_queue", ["dev_eui", "rank", "order_id"], _OPEN),
        ("ix_order_turn", ["rank", "next_try", "order_id"], _WAITING),
        ("ix_order_reply", ["reply_by"], _IN_FLIGHT),
        ("ix_order_deadline", ["expires_at"], _OPEN),
    ):
        op.create_index(
            name,
            "downlink_order",
            columns,
            unique=name.startswith("uq_"),
            sqlite_where=where,
            postgresql_where=where,
        )


def _operations() -> None:
    op.create_table(
        "override",
        sa.Column("override_id", _counted(), nullable=False),
        *_some(sa.String, "selection"),
        *_some(sa.Integer, "level"),
        *_some(sa.BigInteger, "starts_at", "ends_at"),
        *_some(sa.String, "reason"),
        *_some(sa.Boolean, "emergency"),
        *_maybe(sa.BigInteger, "ended_at"),
        *_some(sa.Integer, "nodes"),
        sa.PrimaryKeyConstraint("override_id", name="pk_override"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "override_node",
        *_some(sa.BigInteger, "override_id"),
        sa.Column("dev_eui", _key(), nullable=False),
        sa.PrimaryKeyConstraint("override_id", "dev_eui", name="pk_override_node"),
        sa.ForeignKeyConstraint(
            ["override_id"], ["override.override_id"], name="fk_override_node_override_id"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "night_energy",
        *_some(sa.String, "night"),
        sa.Column("lantern_id", _key(), nullable=False),
        *_some(sa.String, "figures"),
        sa.PrimaryKeyConstraint("night", "lantern_id", name="pk_night_energy"),
        sqlite_with_rowid=False,
    )
