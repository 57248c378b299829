"""Carbon intensity that is kept: fetched once, imported with what differs told, given with gaps."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.intensity import SqlIntensityStore
from lighting.energy.carbon_errors import IntensityAwayError, IntensityValueError
from lighting.energy.half_hours import half_hour_of
from lighting.energy.intensity import IntensityRow, Quality, Region, merged
from lighting.energy.intensity_store import Answer
from lighting.operations.grid_carbon import Fetched, GridCarbon
from lighting.testing.clock import SteppedClock

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = half_hour_of(START)
UK = Region.NATIONAL


class Source:
    """Answers from a table, whatever region, and fails once ``fails_from`` is reached."""

    name = "a source (CC BY 4.0)"

    def __init__(self, rows: list[IntensityRow]) -> None:
        self.rows = {row.half_hour: row for row in rows}
        self.asked: list[tuple[int, int]] = []
        self.fails_from: int | None = None

    async def answers(self, _region: Region, *, first: int, end: int) -> AsyncIterator[Answer]:
        """Answer a day at a time."""
        for start in range(first, end, 48):
            stop = min(start + 48, end)
            if self.fails_from is not None and stop > self.fails_from:
                raise IntensityAwayError("away")
            self.asked.append((start - FIRST, stop - FIRST))
            rows = tuple(self.rows[n] for n in range(start, stop) if n in self.rows)
            yield Answer(first=start, end=stop, rows=rows)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START + timedelta(days=30))


@pytest.fixture
def grid(database: Database, clock: SteppedClock) -> GridCarbon:
    return GridCarbon(SqlIntensityStore(database), clock)


def rows(*numbers: int, actual: float | None = 100.0) -> list[IntensityRow]:
    return [IntensityRow(FIRST + number, 110.0, actual) for number in numbers]


async def test_what_was_fetched_is_not_asked_for_again(grid: GridCarbon) -> None:
    source = Source(rows(*range(96)))
    fetched = await grid.fetch(source, UK, first=FIRST, end=FIRST + 96)
    assert fetched == Fetched(asked=96, answered=96)
    assert (await grid.fetch(source, UK, first=FIRST, end=FIRST + 96)).asked == 0
    assert source.asked == [(0, 48), (48, 96)]
    series = await grid.series(UK, first=FIRST, end=FIRST + 97)
    assert series.counts()[Quality.ACTUAL] == 96
    assert series.sources == ("a source (CC BY 4.0)",)


async def test_regions_are_kept_apart(grid: GridCarbon) -> None:
    await grid.fetch(Source(rows(0)), Region.YORKSHIRE, first=FIRST, end=FIRST + 1)
    assert (await grid.series(UK, first=FIRST, end=FIRST + 1)).counts()[Quality.MISSING] == 1


async def test_a_recent_half_hour_is_asked_for_until_its_actual_is_there(
    grid: GridCarbon, clock: SteppedClock
) -> None:
    now = half_hour_of(clock.now())
    source = Source([IntensityRow(now, 90.0, None)])
    await grid.fetch(source, UK, first=now, end=now + 1)
    assert (await grid.series(UK, first=now, end=now + 1)).counts()[Quality.FORECAST] == 1
    source.rows[now] = IntensityRow(now, 90.0, 95.0)
    assert (await grid.fetch(source, UK, first=now, end=now + 1)).answered == 1
    assert (await grid.series(UK, first=now, end=now + 1)).mean_g_per_kwh() == 95
    assert (await grid.fetch(source, UK, first=now, end=now + 1)).asked == 0


async def test_what_the_source_does_not_have_is_asked_for_only_while_it_may_still_come(
    grid: GridCarbon, clock: SteppedClock
) -> None:
    source = Source(rows(0, 2))
    assert (await grid.fetch(source, UK, first=FIRST, end=FIRST + 3)).unanswered == 1
    assert (await grid.fetch(source, UK, first=FIRST, end=FIRST + 3)).asked == 0
    now = half_hour_of(clock.now())
    for _ in range(2):
        assert (await grid.fetch(source, UK, first=now, end=now + 1)).unanswered == 1
    clock.advance(timedelta(days=3))
    assert (await grid.fetch(source, UK, first=now, end=now + 1)).asked == 1
    assert (await grid.fetch(source, UK, first=now, end=now + 1)).asked == 0


async def test_a_source_that_forgets_takes_nothing_away(
    grid: GridCarbon, clock: SteppedClock
) -> None:
    now = half_hour_of(clock.now())
    await grid.fetch(Source([IntensityRow(now, 90.0, None)]), UK, first=now, end=now + 1)
    await grid.fetch(Source([]), UK, first=now, end=now + 1)
    assert (await grid.series(UK, first=now, end=now + 1)).mean_g_per_kwh() == 90


async def test_what_came_before_a_failure_is_kept(grid: GridCarbon) -> None:
    source = Source(rows(*range(96)))
    source.fails_from = FIRST + 48
    with pytest.raises(IntensityAwayError):
        await grid.fetch(source, UK, first=FIRST, end=FIRST + 96)
    source.fails_from = None
    assert (await grid.fetch(source, UK, first=FIRST, end=FIRST + 96)).asked == 48


async def test_nothing_is_asked_for_beyond_the_reach_of_forecasts(
    grid: GridCarbon, clock: SteppedClock
) -> None:
    now = half_hour_of(clock.now())
    source = Source([])
    await grid.fetch(source, UK, first=now + 96, end=now + 97)
    with pytest.raises(IntensityValueError, match="forecasts reach 48 hours ahead"):
        await grid.fetch(source, UK, first=now, end=now + 98)


async def test_an_import_tells_what_is_new_equal_and_otherwise_and_replaces_only_when_asked(
    grid: GridCarbon,
) -> None:
    await grid.fetch(Source(rows(0, 1)), UK, first=FIRST, end=FIRST + 2)
    twice = [*rows(0, 2, 3, 3), *rows(1, actual=50.0), *rows(4), *rows(4, actual=7.0)]
    told = await grid.take(UK, merged(twice), source="f.csv")
    assert (told.new, told.equal, told.differing) == (3, 1, (FIRST + 1,))
    assert (told.equal_duplicates, told.conflicts) == (1, 1)
    series = await grid.series(UK, first=FIRST, end=FIRST + 5)
    assert series.g_per_kwh[:4].tolist() == [100, 100, 100, 100]
    assert series.counts()[Quality.CONFLICT] == 1
    assert series.sources == ("a source (CC BY 4.0)", "f.csv")
    told = await grid.take(UK, merged(twice), source="f.csv", replace=True)
    assert (told.new, told.equal, told.differing) == (0, 4, (FIRST + 1,))
    series = await grid.series(UK, first=FIRST, end=FIRST + 5)
    assert series.g_per_kwh[:4].tolist() == [100, 50, 100, 100]


async def test_a_contradiction_in_a_file_is_cleared_by_the_source(grid: GridCarbon) -> None:
    await grid.take(UK, merged([*rows(0), *rows(0, actual=1.0)]), source="f.csv")
    assert (await grid.fetch(Source(rows(0)), UK, first=FIRST, end=FIRST + 1)).answered == 1
    assert (await grid.series(UK, first=FIRST, end=FIRST + 1)).mean_g_per_kwh() == 100


async def test_an_import_of_nothing_is_nothing(grid: GridCarbon) -> None:
    told = await grid.take(UK, merged([]), source="f.csv")
    assert (told.new, told.equal, told.differing) == (0, 0, ())
