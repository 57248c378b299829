"""Old nights move to Parquet by month; nothing is lost, counted twice, or deleted too soon."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from lighting.adapters.archive.manifest import locked
from lighting.adapters.archive.store import ParquetArchive
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.nights import SqlNightStore
from lighting.adapters.sql.old_nights import SqlOldNights
from lighting.energy.lines import Tally
from lighting.errors import RefusedError, StoreError
from lighting.operations.archive_nights import (
    ArchiveError,
    ArchiveFaultyError,
    BothNights,
    NightArchiver,
)
from lighting.operations.night_sums import LEFT
from lighting.operations.stores import NightStore
from tests.lighting.operations.past import (
    AT,
    KEPT,
    LAST,
    MEASURED,
    ROWS,
    Forgetful,
    archiver,
    both,
    close_to,
    files_in,
    files_of_at_most,
    ordered,
    stored,
    sums,
)


async def test_months_that_are_old_enough_move_and_a_report_reads_the_same(
    database: Database, archive: ParquetArchive
) -> None:
    before = await sums(database, None)
    done = await archiver(database, archive).tend(AT)
    assert [(each.month, each.rows, each.lanterns, each.unknown) for each in done] == [
        ("2026-01", 6, 3, 0),
        ("2026-02", 4, 4, 1),
    ]
    assert await stored(database) == ["2026-03-01"]
    assert await both(database, archive) == close_to(ordered(list(ROWS)))
    assert await sums(database, archive) == before


async def test_sums_are_those_that_a_report_counts_row_by_row(
    database: Database, archive: ParquetArchive
) -> None:
    await archiver(database, archive).tend(AT)
    told = await sums(database, archive)
    # By hand: 0.1 + 0.2 kWh metered in each of two nights, 0.3 modelled and 0.96 baseline a row.
    january = told["north", "2026-01"]
    assert january.metered == {2026: 600_000_000}
    assert january.modelled == {2026: 1_200_000_000}
    assert january.baseline == {2026: 3_840_000_000}
    assert (january.known, january.unknown, january.metered_ms) == (4, 0, 4 * 28_800_000)
    assert told[LEFT, "2026-02"] == Tally(
        metered=told[LEFT, "2026-02"].metered,
        modelled=told[LEFT, "2026-02"].modelled,
        baseline=told[LEFT, "2026-02"].baseline,
        unknown=1,
    )
    assert told[LEFT, "2026-02"].metered.total() == 0


async def test_a_second_run_has_nothing_to_do(database: Database, archive: ParquetArchive) -> None:
    await archiver(database, archive).tend(AT)
    months = await archive.months()
    assert await archiver(database, archive).tend(AT) == []
    assert await archive.months() == months


async def test_the_day_before_a_month_is_old_enough_nothing_moves(
    database: Database, archive: ParquetArchive
) -> None:
    # The last night of January is 31 January: 31 days later, on 3 March, it has been kept.
    assert await archiver(database, archive).tend(datetime(2026, 3, 3, 13, tzinfo=UTC)) == []
    done = await archiver(database, archive).tend(datetime(2026, 3, 4, 13, tzinfo=UTC))
    assert [each.month for each in done] == ["2026-01"]


async def test_a_run_killed_before_it_deletes_is_completed_by_the_next(
    database: Database, archive: ParquetArchive
) -> None:
    before = await sums(database, None)
    with pytest.raises(StoreError, match="killed"):
        await archiver(database, archive, Forgetful(database)).tend(AT)
    assert [each.month for each in await archive.months()] == ["2026-01"]
    assert len(await stored(database)) == 4
    assert len(await both(database, archive)) == len(ROWS)
    assert await sums(database, archive) == before
    done = await archiver(database, archive).tend(AT)
    assert [each.rows for each in done] == [6, 4]
    assert await stored(database) == ["2026-03-01"]
    assert await sums(database, archive) == before


async def test_leftovers_of_a_killed_run_count_for_nothing_and_are_removed(
    database: Database, archive: ParquetArchive, folder: Path
) -> None:
    left = [folder / "nights-2026-01.part", folder / "nights-2026-01-00ff.parquet"]
    for each in left:
        each.write_bytes(b"half a file")
    assert await archive.months() == []
    assert len(await both(database, archive)) == len(ROWS)
    await archiver(database, archive).tend(AT)
    assert not any(each.exists() for each in left)


async def test_a_row_that_comes_after_its_month_was_archived_replaces_the_old_one(
    database: Database, archive: ParquetArchive
) -> None:
    await archiver(database, archive).tend(AT)
    late = {**ROWS[0], "metered_kwh": 0.7}
    await SqlNightStore(database).put_nights([late])
    (found,) = [
        row
        for row in await both(database, archive)
        if (row["night"], row["lantern_id"]) == ("2026-01-30", "leeds:1")
    ]
    assert found["metered_kwh"] == 0.7
    # 0.7 + 0.2 + 0.1 + 0.2 kWh
    assert (await sums(database, archive))["north", "2026-01"].metered == {2026: 1_200_000_000}
    (month,) = await archiver(database, archive).tend(AT)
    assert (month.rows, month.metered_uwh) == (6, 1_800_000_000)
    assert await stored(database) == ["2026-03-01"]
    assert (await sums(database, archive))["north", "2026-01"].metered == {2026: 1_200_000_000}


async def test_a_night_that_changes_while_it_is_archived_stays_in_the_database(
    database: Database, archive: ParquetArchive, caplog: pytest.LogCaptureFixture
) -> None:
    class Restless(ParquetArchive):
        async def faults(self, month: object) -> list[str]:
            await SqlNightStore(database).put_nights([{**ROWS[0], "metered_kwh": 0.7}])
            return await super().faults(month)  # type: ignore[arg-type]  # passed on as it is

    await archiver(database, Restless(archive._folder)).tend(AT)  # noqa: SLF001 - the same folder
    assert await stored(database) == ["2026-01-30", "2026-03-01"]
    assert "2026-01-30 changed while it was archived" in caplog.text


async def test_a_full_disk_leaves_the_database_and_the_archive_as_they_were(
    database: Database, archive: ParquetArchive, folder: Path
) -> None:
    with (
        files_of_at_most(200),
        pytest.raises(ArchiveError, match=r"nothing was deleted: make room"),
    ):
        await archiver(database, archive).tend(AT)
    assert len(await stored(database)) == 4
    assert await archive.months() == []
    assert files_in(folder) == ["lock"]
    assert len(await archiver(database, archive).tend(AT)) == 2


async def test_a_file_that_is_not_what_was_written_stops_the_deleting(
    database: Database, folder: Path
) -> None:
    class Damaged(ParquetArchive):
        async def faults(self, month: object) -> list[str]:
            (name,) = (each for each in files_in(folder) if each.endswith(".parquet"))
            file = folder / name
            file.write_bytes(file.read_bytes()[:-1] + b"?")
            return await super().faults(month)  # type: ignore[arg-type]  # passed on as it is

    with pytest.raises(ArchiveFaultyError, match="another SHA-256"):
        await archiver(database, Damaged(folder)).tend(AT)
    assert len(await stored(database)) == 4


async def test_two_processes_do_not_archive_at_once(
    database: Database, archive: ParquetArchive, folder: Path
) -> None:
    with locked(folder), pytest.raises(RefusedError, match="another process is writing"):
        await archiver(database, archive).tend(AT)
    assert len(await stored(database)) == 4


async def test_a_manifest_that_cannot_be_read_is_never_taken_for_an_empty_one(
    database: Database, archive: ParquetArchive, folder: Path
) -> None:
    await archiver(database, archive).tend(AT)
    (folder / "manifest.json").write_text('{"format": 1, "months": [{"month": "2026')
    for act in (archive.months, lambda: both(database, archive)):
        with pytest.raises(ArchiveError, match="restore it from a backup"):
            await act()
    with pytest.raises(ArchiveError, match="restore it from a backup"):
        await archiver(database, archive).tend(AT)
    assert sum(each.endswith(".parquet") for each in files_in(folder)) == 2


async def test_a_manifest_of_a_newer_format_is_refused(
    archive: ParquetArchive, folder: Path
) -> None:
    (folder / "manifest.json").write_text(json.dumps({"format": 2, "months": []}))
    with pytest.raises(ArchiveError, match="use a newer Lamplighter"):
        await archive.months()


async def test_the_manifest_names_each_file_with_its_sha256(
    database: Database, archive: ParquetArchive, folder: Path
) -> None:
    await archiver(database, archive).tend(AT)
    for month in await archive.months():
        content = (folder / month.file).read_bytes()
        assert (sha256(content).hexdigest(), len(content)) == (month.sha256, month.bytes)
        assert await archive.faults(month) == []


async def test_the_same_rows_give_the_same_bytes(database: Database, tmp_path: Path) -> None:
    archives = [ParquetArchive(tmp_path / name) for name in ("one", "other")]
    for each in archives:
        with pytest.raises(StoreError):
            await archiver(database, each, Forgetful(database)).tend(AT)
    one, other = [await each.months() for each in archives]
    assert one == other


async def test_a_folder_whose_name_is_a_pattern_is_refused(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match=r"\* \? \[ \] in its path"):
        await archiver(database, ParquetArchive(tmp_path / "a[1]")).tend(AT)


async def test_without_an_archive_nothing_moves(database: Database) -> None:
    keeper = NightArchiver(
        SqlNightStore(database), SqlOldNights(database), None, kept=KEPT, zone="Europe/London"
    )
    assert await keeper.tend(AT) == []
    with pytest.raises(RefusedError, match="LAMPLIGHTER_ARCHIVE"):
        _ = keeper.archive


async def test_nights_of_both_are_written_to_the_database(
    database: Database, archive: ParquetArchive
) -> None:
    nights: NightStore = BothNights(SqlNightStore(database), archive)
    changed = {**MEASURED[-1], "metered_kwh": 0.9}
    await nights.put_nights([changed])
    march = await SqlNightStore(database).nights(first=date(2026, 3, 1), last=LAST)
    assert march == [*MEASURED[-3:-1], changed]
