"""Baseline snapshots and their adjustments."""

import sqlalchemy as sa
from alembic import op

from lighting.adapters.sql.migrations.way_back import downgrade

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
__all__ = ("downgrade", "upgrade")

_VERSION = ("name", "version")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "baseline",
        *_version_key(),
        *_texts("header", "fingerprint", "saved_by"),
        sa.Column("lanterns", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*_VERSION, name="pk_baseline"),
    )
    op.create_table(
        "baseline_entry",
        *_version_key(),
        sa.Column("lantern_id", _ordered(), nullable=False),
        *_texts("figures"),
        sa.PrimaryKeyConstraint(*_VERSION, "lantern_id", name="pk_baseline_entry"),
        _of_a_version("baseline_entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "baseline_adjustment",
        sa.Column(
            "adjustment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        *_version_key(),
        *_texts("adjustment", "reason", "made_by"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("adjustment_id", name="pk_baseline_adjustment"),
        _of_a_version("baseline_adjustment"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_baseline_adjustment_version", "baseline_adjustment", _VERSION)


def _ordered() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _version_key() -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("name", _ordered(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _of_a_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        _VERSION, ("baseline.name", "baseline.version"), name=f"fk_{table}_name_version"
    )
