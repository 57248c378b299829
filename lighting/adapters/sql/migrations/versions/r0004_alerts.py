"""Rules that people write, alerts and their delivery."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alert_rules",
        sa.Column("name", _ORDERED, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("text"),
        _time("saved_at"),
        _text("saved_by"),
        sa.PrimaryKeyConstraint("name", "revision", name="pk_alert_rules"),
    )
    op.create_table(
        "alert_judged",
        sa.Column("rule_id", _ORDERED, nullable=False),
        _time("until"),
        sa.PrimaryKeyConstraint("rule_id", name="pk_alert_judged"),
    )
    _alerts()
    _deliveries()
    op.create_table(
        "report_day",
        sa.Column("area", _ORDERED, nullable=False),
        _text("day"),
        _time("written_at"),
        sa.PrimaryKeyConstraint("area", "day", name="pk_report_day"),
    )


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("alert_id", _COUNTED, nullable=False),
        sa.Column("rule_id", _ORDERED, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("lantern_id", _ORDERED, nullable=False),
        *(
            sa.Column(name, sa.Float(), nullable=False)
            for name in ("latitude_deg", "longitude_deg")
        ),
        *(_text(name) for name in ("severity", "road", "ward", "ward_key")),
        *(_text(name) for name in ("reason", "findings", "note", "tell", "cleared_why")),
        *(_text(name) for name in ("acknowledged_by", "acknowledged_why")),
        *(_time(name) for name in ("raised_at", "noted_at")),
        *(_time(name, nullable=True) for name in ("cleared_at", "acknowledged_at")),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alert"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("cleared_at IS NULL")
    op.create_index(
        "uq_alert_open",
        "alert",
        ["rule_id", "lantern_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_alert_newest", "alert", ["rule_id", "lantern_id", "alert_id"])
    for name in ("cleared", "raised", "acknowledged"):
        op.create_index(f"ix_alert_{name}", "alert", [f"{name}_at"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("delivery_id", _COUNTED, nullable=False),
        *(_text(name) for name in ("delivery_key", "channel", "notice", "state", "problem")),
        _time("alert_id", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(_time(name) for name in ("created_at", "next_try_at")),
        _time("sent_at", nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_delivery"),
        sa.UniqueConstraint("delivery_key", name="uq_delivery_delivery_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_alert_id", "delivery", ["alert_id"])
    is_waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_try_at", "delivery_id"],
        sqlite_where=is_waiting,
        postgresql_where=is_waiting,
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
