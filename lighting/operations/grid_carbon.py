"""GridCarbon: the carbon intensity that is kept: fetched, imported, and given as a series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from lighting.clock import Clock
from lighting.energy.carbon_errors import IntensityValueError
from lighting.energy.half_hours import half_hour_of, start_of
from lighting.energy.intensity import (
    IntensityRow,
    IntensitySeries,
    Merged,
    Region,
    intensity_series,
)
from lighting.energy.intensity_store import (
    Answer,
    IntensitySource,
    IntensityStore,
    StoredIntensity,
)

AHEAD = timedelta(hours=48)
"""How far forecasts reach (reference energy.md 3: fw48h)."""

JOIN = 48
"""Half-hours between two stretches to ask for up to which one question is cheaper than two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of fetching: half-hours asked for, answered, and not known to the source."""

    asked: int
    answered: int

    @property
    def unanswered(self) -> int:
        """Half-hours that the source does not have."""
        return self.asked - self.answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import, in half-hours.

    ``differing`` are kept otherwise than the file has them: taken over only if asked.
    """

    new: int
    equal: int
    differing: tuple[int, ...]
    replaced: bool
    equal_duplicates: int
    conflicts: int


class GridCarbon:
    """Carbon intensity by half-hour, over a store."""

    def __init__(self, store: IntensityStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def series(self, region: Region, *, first: int, end: int) -> IntensitySeries:
        """Return half-hours ``first`` to before ``end`` as they are kept.

        Raises:
            StoreError: the database cannot be read.
            IntensityValueError: ``end`` is before ``first``.
        """
        kept = await self._store.half_hours(region, first=first, end=end)
        sources = sorted({each.source for each in kept})
        rows = (each.row for each in kept)
        return intensity_series(rows, region=region, first=first, end=end, sources=sources)

    async def fetch(
        self, source: IntensitySource, region: Region, *, first: int, end: int
    ) -> Fetched:
        """Ask ``source`` for what is not kept of ``first`` to before ``end``, or is still open.

        Each answer is kept as it comes: what a failure leaves over is asked for the next time. A
        half-hour that the source does not have is remembered as missing once it is settled.

        Raises:
            IntensityValueError: ``end`` is further ahead than forecasts reach.
            IntensityAwayError, IntensityRefusedError, MessageError: see ``IntensitySource``.
            StoreError: the database cannot do it.
        """
        latest = half_hour_of(self._clock.now() + AHEAD) + 1
        if end > latest:
            allowed = f"up to {start_of(latest).isoformat()}: forecasts reach 48 hours ahead"
            raise IntensityValueError("the end", start_of(end).isoformat(), allowed)
        kept = await self._store.half_hours(region, first=first, end=end)
        known = {each.row.half_hour: each for each in kept}
        settled = {number for number, each in known.items() if each.is_settled(region)}
        wanted = [number for number in range(first, end) if number not in settled]
        asked = answered = 0
        for start, stop in stretches(wanted):
            async for answer in source.answers(region, first=start, end=stop):
                rows = _to_keep(answer, known, settled)
                await self._store.put(region, rows, source=source.name, at=self._clock.now())
                asked += answer.end - answer.first
                answered += len(answer.rows)
        return Fetched(asked=asked, answered=answered)

    async def take(
        self, region: Region, found: Merged, *, source: str, replace: bool = False
    ) -> Imported:
        """Keep what a file has; where another value is kept already, only if ``replace`` says so.

        Raises:
            StoreError: the database cannot do it.
        """
        if not found.rows:
            return Imported(
                new=0, equal=0, differing=(), replaced=replace, equal_duplicates=0, conflicts=0
            )
        first, end = found.rows[0].half_hour, found.rows[-1].half_hour + 1
        kept = await self._store.half_hours(region, first=first, end=end)
        known = {each.row.half_hour: each.row for each in kept if not each.row.is_empty}
        new = [row for row in found.rows if row.half_hour not in known]
        differing = [row for row in found.rows if known.get(row.half_hour, row) != row]
        rows = sorted(new + differing, key=_number) if replace else new
        await self._store.put(region, rows, source=source, at=self._clock.now())
        return Imported(
            new=len(new),
            equal=len(found.rows) - len(new) - len(differing),
            differing=tuple(row.half_hour for row in differing),
            replaced=replace,
            equal_duplicates=found.equal_duplicates,
            conflicts=found.conflicts,
        )


def stretches(numbers: Sequence[int], join: int = JOIN) -> list[tuple[int, int]]:
    """Return (first, end) of the stretches that hold ``numbers``, those close together as one."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number - found[-1][1] <= join:
            found[-1] = found[-1][0], number + 1
        else:
            found.append((number, number + 1))
    return found


def _to_keep(
    answer: Answer, known: dict[int, StoredIntensity], settled: set[int]
) -> list[IntensityRow]:
    """Return what is news: no settled half-hour, and nothing empty in the place of a value."""
    rows = {row.half_hour: row for row in answer.rows}
    news = []
    for number in range(answer.first, answer.end):
        row = rows.get(number, IntensityRow(number, None, None))
        empty_again = row.is_empty and number in known and not known[number].row.is_empty
        if number not in settled and not empty_again:
            news.append(row)
    return news


def _number(row: IntensityRow) -> int:
    return row.half_hour
