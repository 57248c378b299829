"""The tables of baseline snapshots. Times are UTC milliseconds. Rows are only ever added."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from lighting.adapters.sql.tables import (
    CLUSTERED,
    COUNTED_KEY,
    NEVER_REUSED,
    ORDERED_KEY,
    Base,
    table,
)

_OF_A_VERSION = (("name", "version"), ("baseline.name", "baseline.version"))


class BaselineTable(Base, table=True):
    """A version of a named snapshot; ``header`` is JSON."""

    __tablename__ = "baseline"

    name: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    version: int = Field(primary_key=True)
    header: str
    lanterns: int
    fingerprint: str
    saved_at: int = Field(sa_type=BigInteger)
    saved_by: str


class BaselineEntryTable(Base, table=True):
    """What a version says of one lantern; ``figures`` is JSON."""

    __tablename__ = "baseline_entry"
    __table_args__: ClassVar[Any] = (ForeignKeyConstraint(*_OF_A_VERSION), CLUSTERED)

    name: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    version: int = Field(primary_key=True)
    lantern_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    figures: str


class BaselineAdjustmentTable(Base, table=True):
    """An adjustment recorded beside a version; ``adjustment`` is JSON."""

    __tablename__ = "baseline_adjustment"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(*_OF_A_VERSION),
        Index("ix_baseline_adjustment_version", "name", "version"),
        NEVER_REUSED,
    )

    adjustment_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    name: str = Field(sa_type=ORDERED_KEY)
    version: int
    adjustment: str
    reason: str
    made_by: str
    made_at: int = Field(sa_type=BigInteger)


BASELINE = table(BaselineTable)
BASELINE_ENTRY = table(BaselineEntryTable)
BASELINE_ADJUSTMENT = table(BaselineAdjustmentTable)
