"""Archive old nights: month by month out of the database into files, and read both as one.

A night's row changes for a week (``nights.LATE``) and is then history. A month whose nights have
all been kept for long enough is written to the archive, checked there, and only then deleted from
the database, night by night, each only if it still is what was archived. Whatever is killed or
fails in between, the rows are in one of the two or in both; where in both, the database's count,
and the next run completes the work.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from lighting.errors import RefusedError, UnavailableError
from lighting.operations.packed_nights import PackedNight, Row, packed, unpacked
from lighting.operations.stores import NightStore
from schedules.night import night_of
from schedules.site import Site

_LOG = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMonth:
    """One month of the archive: its file and what is in it. Sums are whole µWh, exact."""

    month: str
    """Such as ``2026-11``: that of the evenings' dates."""
    file: str
    rows: int
    lanterns: int
    unknown: int
    """Rows whose energy nobody can tell; they are in no sum."""
    metered_uwh: int
    modelled_uwh: int
    baseline_uwh: int
    bytes: int
    sha256: str


class ArchiveError(UnavailableError):
    """The archive could not be read or written; what is in the database stays there."""

    def __init__(self, place: object, problem: str, cure: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"archive {place}: {problem}; nothing was deleted: {cure}")


class ArchiveFaultyError(ArchiveError):
    """A month's file is not what was written."""

    def __init__(self, month: ArchivedMonth, faults: Sequence[str]) -> None:
        self.month = month.month
        self.faults = tuple(faults)
        cure = "check the disk, and restore the file from a backup"
        super().__init__(month.file, "; ".join(faults), cure)


class OldNights(Protocol):
    """What archiving asks of the database."""

    async def first_evening(self, since: date = date.min) -> date | None:
        """Return the earliest night of which there are rows, from ``since`` on."""

    async def forget(self, evening: date, rows: Sequence[Row]) -> bool:
        """Delete a night's rows if they are exactly these; return whether they were."""


class NightArchive(Protocol):
    """Months of nights in files."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Keep other processes from writing meanwhile; leftovers of killed runs are removed.

        Raises:
            RefusedError: another process is writing.
        """

    async def months(self) -> list[ArchivedMonth]:
        """Return what is archived, in order of the months."""

    async def put_month(
        self, month: str, nights: AsyncIterator[Sequence[PackedNight]]
    ) -> ArchivedMonth:
        """Write a month: these rows, and those archived before that are not among them.

        All of it is in the archive at the end, or the archive is as it was.
        """

    async def faults(self, month: ArchivedMonth) -> list[str]:
        """Return what is wrong with a month's file; nothing, where it is as it was written."""

    async def rows(self, first: date, last: date) -> list[PackedNight]:
        """Return the rows of nights ``first`` to ``last``, by night and lantern."""


class NightArchiver:
    """Moves months from the database to the archive when their time has come."""

    def __init__(
        self,
        nights: NightStore,
        old: OldNights,
        archive: NightArchive | None,
        *,
        kept: timedelta,
        zone: str,
    ) -> None:
        self._nights = nights
        self._old = old
        self._archive = archive
        self._kept = kept
        self._site = Site(latitude_deg=0.0, longitude_deg=0.0, zone=zone)

    @property
    def archive(self) -> NightArchive:
        """The archive.

        Raises:
            RefusedError: the settings name none.
        """
        if self._archive is None:
            raise RefusedError("there is no archive: name its folder in LAMPLIGHTER_ARCHIVE")
        return self._archive

    async def tend(self, at: datetime) -> list[ArchivedMonth]:
        """Archive every month whose nights are all old enough at ``at``; without an archive none.

        Raises:
            ArchiveError: a file cannot be written or is not what was written; of its month nothing
                was deleted. It is tried again the next time.
            StoreError: the database could not be read or written.
            RefusedError: another process is archiving.
        """
        if self._archive is None:
            return []
        newest = night_of(self._site, at).evening - self._kept
        async with self._archive.alone():
            done = []
            evening = await self._old.first_evening()
            while evening is not None and _last_of_month(evening) < newest:
                done.append(await self._move(self._archive, evening))
                evening = await self._old.first_evening(_last_of_month(evening) + ONE_DAY)
            return done

    async def _move(self, archive: NightArchive, first: date) -> ArchivedMonth:
        """Archive the month of ``first``, its earliest night; delete what then is safe."""
        taken: dict[date, str] = {}

        async def nights() -> AsyncIterator[Sequence[PackedNight]]:
            evening: date | None = first
            while evening is not None and evening <= _last_of_month(first):
                rows = [packed(row) for row in await self._rows(evening)]
                taken[evening] = _digest(rows)
                yield rows
                evening = await self._old.first_evening(evening + ONE_DAY)

        month = await archive.put_month(first.isoformat()[:7], nights())
        if faults := await archive.faults(month):
            raise ArchiveFaultyError(month, faults)
        for evening, digest in taken.items():
            rows = await self._rows(evening)
            same = _digest([packed(row) for row in rows]) == digest
            if not (same and await self._old.forget(evening, rows)):
                _LOG.warning("night %s changed while it was archived: it stays", evening)
        _LOG.info("%s archived: %d rows in %s", month.month, month.rows, month.file)
        return month

    async def _rows(self, evening: date) -> list[Row]:
        return await self._nights.nights(first=evening, last=evening)


class BothNights:
    """Nights in the database and in the archive as one ``NightStore``.

    Where both have a row, the database's counts: it is as new or newer.
    """

    def __init__(self, nights: NightStore, archive: NightArchive) -> None:
        self._nights = nights
        self._archive = archive

    async def put_nights(self, rows: Sequence[Row]) -> None:
        """Write or replace rows in the database."""
        await self._nights.put_nights(rows)

    async def nights(self, *, first: date, last: date) -> list[Mapping[str, object]]:
        """Return the rows of nights ``first`` to ``last``, both included, by night and lantern.

        Raises:
            StoreError: the database cannot be read.
            ArchiveError: the archive cannot be read.
        """
        # The archive last: a row that is moved meanwhile is then in one of the two at least.
        rows = {_key(row): row for row in await self._nights.nights(first=first, last=last)}
        for each in await self._archive.rows(first, last):
            rows.setdefault((each.night, each.lantern_id), unpacked(each))
        return [rows[key] for key in sorted(rows)]


def _key(row: Row) -> tuple[str, str]:
    return str(row["night"]), str(row["lantern_id"])


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY


def _digest(rows: Sequence[PackedNight]) -> str:
    return sha256(repr(rows).encode()).hexdigest()
