"""Tables of commissionings and their steps. Times are UTC milliseconds."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, text
from sqlmodel import Field

from lighting.adapters.sql.tables import (
    CLUSTERED,
    COUNTED_KEY,
    NEVER_REUSED,
    ORDERED_KEY,
    Base,
    partial_index,
    table,
)

IS_OPEN = text("ended_at IS NULL")
HAS_ERRAND = text("errand <> ''")
IS_AWAITED = text("state IN ('registered', 'joined', 'failed')")
"""The conditions of the partial indexes, word for word; a query that is to use one says it too."""


class CommissioningTable(Base, table=True):
    """A device on its way, in service, or gone; see ``commissionings.Commissioned``.

    ``sealed`` are root keys, encrypted, until the network server has them. ``occupancy_id`` is null
    where the device is in no socket on record.
    """

    __tablename__ = "commissioning"
    __table_args__: ClassVar[Any] = (
        partial_index("uq_commissioning_open", "dev_eui", where=IS_OPEN, unique=True),
        partial_index("ix_commissioning_errand", "next_try_at", where=HAS_ERRAND),
        partial_index("ix_commissioning_awaited", "since", where=IS_AWAITED),
        NEVER_REUSED,
    )

    commissioning_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    dev_eui: str = Field(index=True, sa_type=ORDERED_KEY)
    device_id: str
    firmware_profile: str
    stream_id: str
    join_eui: str | None
    application_id: str
    server_profile: str
    always_listens: bool
    serial: str
    owner: str
    permit: str
    photo: str
    label: str
    people: bool
    lantern_id: str | None = Field(
        foreign_key="lantern.lantern_id", index=True, sa_type=ORDERED_KEY
    )
    socket_id: str | None = Field(sa_type=ORDERED_KEY)
    occupancy_id: int | None = Field(sa_type=BigInteger)
    state: str
    since: int = Field(sa_type=BigInteger)
    begun_at: int = Field(sa_type=BigInteger)
    begun_by: str
    ended_at: int | None = Field(sa_type=BigInteger)
    errand: str
    tries: int
    next_try_at: int | None = Field(sa_type=BigInteger)
    problem: str
    sealed: bytes | None


class CommissioningStepTable(Base, table=True):
    """A step of a commissioning, by its number: what happened, when, by whom."""

    __tablename__ = "commissioning_step"
    __table_args__: ClassVar[Any] = CLUSTERED

    commissioning_id: int = Field(
        primary_key=True, foreign_key="commissioning.commissioning_id", sa_type=BigInteger
    )
    number: int = Field(primary_key=True)
    event: str
    at: int = Field(sa_type=BigInteger)
    by: str
    note: str


COMMISSIONING = table(CommissioningTable)
COMMISSIONING_STEP = table(CommissioningStepTable)
