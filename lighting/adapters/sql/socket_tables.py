"""Tables of sockets and of what sits in them. Times are UTC milliseconds.

``socket.revision`` counts changes of the whole register: a reader that has seen number n asks for
the lanterns above n. Numbers are handed out by the one row of ``socket_count``, which its writer
holds until it commits, so that a number is never seen before a smaller one.
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, text
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

STILL_THERE = text("removed_at IS NULL")
"""The condition of the partial indexes, word for word; a query that is to use one says it too."""


def _one_now(name: str, column: str) -> Index:
    """Return the index by which the database itself refuses two at once."""
    return partial_index(name, column, where=STILL_THERE, unique=True)


class SocketTable(Base, table=True):
    """A socket. ``wiring`` are words between commas; limits are the lantern's own, as JSON.

    A retired one stays as a row: whoever follows revisions has to learn that it is gone.
    """

    __tablename__ = "socket"
    __table_args__: ClassVar[Any] = CLUSTERED

    socket_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    lantern_id: str = Field(foreign_key="lantern.lantern_id", index=True, sa_type=ORDERED_KEY)
    position: str
    number: int
    standard: str
    wiring: str
    limits: str
    revision: int = Field(index=True, sa_type=BigInteger)
    retired_at: int | None = Field(sa_type=BigInteger)
    retired_by: str
    retired_reason: str


class SocketCountTable(Base, table=True):
    """How often the register was changed; one row, ``only`` is 1."""

    __tablename__ = "socket_count"

    only: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    changes: int = Field(sa_type=BigInteger)


class OccupancyTable(Base, table=True):
    """A fitting and its removal; ``socket_id`` is null for what is clamped to the column.

    ``serial_key`` is the model and the serial number in folded case, null where there is none.
    """

    __tablename__ = "occupancy"
    __table_args__: ClassVar[Any] = (
        _one_now("uq_occupancy_socket_now", "socket_id"),
        _one_now("uq_occupancy_dev_eui_now", "dev_eui"),
        _one_now("uq_occupancy_serial_now", "serial_key"),
        NEVER_REUSED,
    )

    occupancy_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    lantern_id: str = Field(foreign_key="lantern.lantern_id", index=True, sa_type=ORDERED_KEY)
    socket_id: str | None = Field(foreign_key="socket.socket_id", index=True, sa_type=ORDERED_KEY)
    device_id: str
    serial: str
    serial_key: str | None = Field(index=True)
    dev_eui: str | None = Field(index=True, sa_type=ORDERED_KEY)
    owner: str
    permit: str
    photo: str
    fitted_at: int = Field(sa_type=BigInteger)
    fitted_by: str
    accepted: str
    """A JSON list of what was not provable."""
    accepted_by: str
    accepted_reason: str
    removed_at: int | None = Field(sa_type=BigInteger)
    removed_by: str
    removed_reason: str


class CorrectionTable(Base, table=True):
    """A correction of an occupancy, by its number: what the fields were, as JSON."""

    __tablename__ = "occupancy_correction"
    __table_args__: ClassVar[Any] = CLUSTERED

    occupancy_id: int = Field(
        primary_key=True, foreign_key="occupancy.occupancy_id", sa_type=BigInteger
    )
    number: int = Field(primary_key=True)
    corrected_at: int = Field(sa_type=BigInteger)
    corrected_by: str
    reason: str
    was: str


SOCKET = table(SocketTable)
SOCKET_COUNT = table(SocketCountTable)
OCCUPANCY = table(OccupancyTable)
CORRECTION = table(CorrectionTable)
