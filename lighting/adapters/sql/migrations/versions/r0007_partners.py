"""Partners, their trials, tokens and devices."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_Type = sa.types.TypeEngine[Any]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "partner",
        sa.Column("partner_id", _key(), nullable=False),
        *_some(sa.String, "name", "contact"),
        *_some(sa.BigInteger, "made_at"),
        *_some(sa.String, "made_by"),
        sa.PrimaryKeyConstraint("partner_id", name="pk_partner"),
        sqlite_with_rowid=False,
    )
    _trials()
    _tokens()
    _devices()


def _key() -> _Type:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _counted() -> _Type:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _some(kind: type[_Type], *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=nullable) for name in names]


def _trials() -> None:
    name = "partner_trial"
    op.create_table(
        name,
        sa.Column("trial_id", _counted(), nullable=False),
        sa.Column("partner_id", _key(), nullable=False),
        *_some(sa.String, "lantern_ids", "model_ids", "stream_ids"),
        *_some(sa.BigInteger, "starts_at", "ends_at"),
        *_some(sa.Integer, "devices_max"),
        *_some(sa.String, "permit", "accepted"),
        *_some(sa.BigInteger, "made_at"),
        *_some(sa.String, "made_by"),
        *_some(sa.BigInteger, "ended_at", nullable=True),
        *_some(sa.String, "ended_by", "ended_why"),
        sa.PrimaryKeyConstraint("trial_id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.partner_id"], name=f"fk_{name}_partner_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_partner_id", name, ["partner_id"])


def _tokens() -> None:
    name = "partner_token"
    op.create_table(
        name,
        sa.Column("number", _counted(), nullable=False),
        *_some(sa.BigInteger, "trial_id"),
        *_some(sa.String, "digest"),
        *_some(sa.BigInteger, "made_at"),
        *_some(sa.String, "made_by"),
        *_some(sa.BigInteger, "revoked_at", nullable=True),
        *_some(sa.String, "revoked_by"),
        sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
        _of_trial(name),
        sa.UniqueConstraint("digest", name=f"uq_{name}_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_trial_id", name, ["trial_id"])


def _devices() -> None:
    name = "partner_device"
    op.create_table(
        name,
        sa.Column("number", _counted(), nullable=False),
        *_some(sa.BigInteger, "trial_id"),
        sa.Column("dev_eui", _key(), nullable=False),
        *_some(sa.String, "model_id"),
        sa.Column("lantern_id", _key(), nullable=False),
        *_some(sa.String, "stream_id"),
        *_some(sa.BigInteger, "added_at"),
        *_some(sa.BigInteger, "removed_at", "commissioning_id", nullable=True),
        sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
        _of_trial(name),
        sqlite_autoincrement=True,
    )
    hangs = sa.text("removed_at IS NULL")
    op.create_index(f"ix_{name}_trial_id", name, ["trial_id"])
    op.create_index(
        f"uq_{name}_hangs",
        name,
        ["dev_eui"],
        unique=True,
        sqlite_where=hangs,
        postgresql_where=hangs,
    )


def _of_trial(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["trial_id"], ["partner_trial.trial_id"], name=f"fk_{name}_trial_id"
    )
