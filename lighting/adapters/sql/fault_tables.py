"""The table of lanterns' faults. Times are UTC milliseconds."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from lighting.adapters.sql.tables import COUNTED_KEY, NEVER_REUSED, ORDERED_KEY, Base, table


class FaultTable(Base, table=True):
    """A fault from first seen until cleared; ``rank`` is its place in the work list."""

    __tablename__ = "lantern_fault"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    fault_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    kind: str
    subject: str = Field(sa_type=ORDERED_KEY)
    lanterns: str
    """A JSON list."""
    size: int
    evidence: str
    """A JSON list."""
    first_seen: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_type=BigInteger)
    confidence: int
    severity: int
    rank: int = Field(sa_type=BigInteger)
    place: str
    latitude_deg: float | None
    longitude_deg: float | None
    reopened: int
    cleared_at: int | None = Field(sa_type=BigInteger)
    cleared_why: str
    acknowledged_at: int | None = Field(sa_type=BigInteger)
    acknowledged_by: str
    acknowledged_reason: str


FAULT = table(FaultTable)

IS_OPEN = text("cleared_at IS NULL")

Index(
    "uq_lantern_fault_open",
    FAULT.c.kind,
    FAULT.c.subject,
    unique=True,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)  # the database itself refuses a second open fault of a kind and subject
Index("ix_lantern_fault_list", FAULT.c.rank, FAULT.c.first_seen, FAULT.c.fault_id)
Index("ix_lantern_fault_cleared", FAULT.c.cleared_at)
