"""Nights of the past in a database and an archive: short words for tests of both."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lighting.adapters.archive.store import ParquetArchive
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.nights import SqlNightStore
from lighting.adapters.sql.old_nights import SqlOldNights
from lighting.errors import StoreError
from lighting.operations.archive_nights import BothNights, NightArchiver
from lighting.operations.night_sums import NightSums, Sums
from lighting.operations.packed_nights import Row

KEPT = timedelta(days=31)
AT = datetime(2026, 4, 10, 10, tzinfo=UTC)
"""Nights to 10 March are old enough by then: January and February, not March."""

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
MEASURED: list[dict[str, object]] = [
    {
        "night": night,
        "lantern_id": f"leeds:{number}",
        "policy": "dim-late",
        "revision": 1,
        "metered_kwh": 0.1 * number,
        "metered_hours": 8.0,
        "modelled_kwh": 0.3,
        "modelled_hours": 16.0,
        "baseline_kwh": 0.96,
        "power_basis": "two-point line",
        "findings": [],
    }
    for night in ("2026-01-30", "2026-01-31", "2026-02-01", "2026-03-01")
    for number in (1, 2, 3)
]
NO_WATTS = {"night": "2026-02-01", "lantern_id": "leeds:4", "unknown": "no wattage"}
ROWS: list[dict[str, object]] = [*MEASURED, {**NO_WATTS}]


class Forgetful(SqlOldNights):
    """Old nights whose process dies before it deletes anything."""

    async def forget(self, evening: date, rows: object) -> bool:
        """Die."""
        raise StoreError(f"killed before {evening} was deleted: {rows!r}"[:60])


def archiver(
    database: Database, archive: ParquetArchive, old: SqlOldNights | None = None
) -> NightArchiver:
    """Return what archives."""
    return NightArchiver(
        SqlNightStore(database),
        old or SqlOldNights(database),
        archive,
        kept=KEPT,
        zone="Europe/London",
    )


async def stored(database: Database) -> list[str]:
    """Return the nights that are in the database, once each."""
    rows = await SqlNightStore(database).nights(first=FIRST, last=LAST)
    return sorted({str(row["night"]) for row in rows})


def ordered(rows: list[Row]) -> list[Row]:
    """Return rows by night and lantern."""
    return sorted(rows, key=lambda row: (str(row["night"]), str(row["lantern_id"])))


def close_to(rows: list[Row]) -> list[Row]:
    """Return rows with floats that compare to the millionth of a Wh."""
    return [
        {k: pytest.approx(v, abs=1e-9) if isinstance(v, float) else v for k, v in row.items()}
        for row in rows
    ]


async def both(database: Database, archive: ParquetArchive) -> list[Row]:
    """Return what a report reads of all nights."""
    return await BothNights(SqlNightStore(database), archive).nights(first=FIRST, last=LAST)


async def sums(database: Database, archive: ParquetArchive | None) -> Sums:
    """Return the sums of two groups; ``leeds:4`` is in none."""
    adding = NightSums(SqlNightStore(database), SqlOldNights(database), archive)
    groups = {"leeds:1": "north", "leeds:2": "north", "leeds:3": "south"}
    return await adding.by_group(FIRST, LAST, groups)


def files_in(folder: Path) -> list[str]:
    """Return the names of the files of a folder."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write files beyond a size, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
