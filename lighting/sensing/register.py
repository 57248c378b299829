"""The data register as it is kept: who changed a row and why, and what was deleted when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lighting.errors import RefusedError
from lighting.sensing.stream import Stream, what_is_missing

FIXED_WHILE_ON = ("use", "people", "interval")
"""What cannot change while data comes in: it decides how the data is kept."""


class Act(StrEnum):
    """What was done to a row of the register."""

    PUT = "put"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamChange:
    """A change of a row: the row as it was afterwards, who made it, when and why."""

    stream: Stream
    act: Act
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A deletion that retention made: ``samples`` of a stream from ``first`` to ``last``."""

    stream_id: str
    first: datetime
    last: datetime
    samples: int
    at: datetime
    why: str


class StreamStore(Protocol):
    """The data register."""

    async def streams(self) -> list[Stream]:
        """Return every row, by id."""

    async def find_stream(self, stream_id: str) -> Stream | None:
        """Return one row or None."""

    async def change_streams(self, changes: Sequence[StreamChange]) -> None:
        """Write rows as they are after these changes, and the changes, in one transaction."""

    async def stream_changes(self, stream_id: str) -> list[StreamChange]:
        """Return what was done to a row, earliest first."""

    async def delete_before(self, stream: Stream, before: datetime, *, at: datetime) -> int:
        """Delete a stream's samples measured before ``before``; log it in the same transaction.

        Returns how many; where there were none, nothing is logged.
        """

    async def deletions(self, stream_id: str | None = None) -> list[Deletion]:
        """Return what was deleted, latest first."""


def put(old: Stream | None, new: Stream) -> Stream:
    """Return the row to write: ``new``, on if ``old`` was.

    Raises:
        RefusedError: the stream is on, and the new row would not be allowed to be, or changes how
            its data is kept.
    """
    if old is None or not old.on:
        return new
    changed = [name for name in FIXED_WHILE_ON if getattr(old, name) != getattr(new, name)]
    if changed:
        raise RefusedError(
            f"stream {new.stream_id} is on: {', '.join(changed)} cannot change; switch it off first"
        )
    missing = what_is_missing(new)
    if missing:
        raise RefusedError(
            f"stream {new.stream_id} is on and would lack its grounds: {'; '.join(missing)}."
            " Correct the row, or switch the stream off first"
        )
    return replace(new, on=True)


def switched_on(stream: Stream) -> Stream:
    """Return the stream switched on.

    Raises:
        RefusedError: its row does not answer for it; names all that is missing.
    """
    missing = what_is_missing(stream)
    if missing:
        raise RefusedError(
            f"stream {stream.stream_id} cannot be switched on: {'; '.join(missing)}."
            " Complete its row of the register and try again"
        )
    return replace(stream, on=True)


def switched_off(stream: Stream) -> Stream:
    """Return the stream switched off: from now on nothing of it is stored."""
    return replace(stream, on=False)


def delete_what_is_before(stream: Stream, at: datetime) -> datetime | None:
    """Return before when a stream's samples have outstayed their retention; None: none is set."""
    return None if stream.retention is None else at - stream.retention
