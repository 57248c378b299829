"""The book of faults: opened once, ranked, cleared, opened again, acknowledged."""

import asyncio
from dataclasses import replace

import pytest

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.fault_tables import FAULT
from lighting.adapters.sql.lantern_faults import SqlFaultStore
from lighting.errors import NotFoundError, StoreError
from lighting.faults.fault import Fault
from lighting.faults.kinds import FaultKind, Severity
from lighting.faults.settle import Changes
from lighting.faults.store import FaultFilter
from lighting.operations import export_faults
from lighting.operations.export_faults import FaultFormat
from tests.lighting.faults.made import after, found

ANY = FaultFilter(is_open=None)
GROUP = found("leeds:7", "leeds:8", "leeds:9", kind=FaultKind.FEEDER, subject="stretch leeds:7")


@pytest.fixture
def store(database: Database) -> SqlFaultStore:
    return SqlFaultStore(database)


async def opened(store: SqlFaultStore, *subjects: str) -> list[Fault]:
    return await store.write(Changes(opened=tuple(found(each) for each in subjects)))


async def test_a_fault_is_read_as_it_was_written(store: SqlFaultStore) -> None:
    (written,) = await store.write(Changes(opened=(GROUP,)))
    assert {name: getattr(written, name) for name in GROUP.__slots__} == {
        name: getattr(GROUP, name) for name in GROUP.__slots__
    }
    assert written.is_open
    assert await store.get(written.fault_id) == written
    assert await store.open_faults() == [written]


async def test_a_fault_that_is_open_is_not_opened_again(store: SqlFaultStore) -> None:
    (first,) = await opened(store, "leeds:1")
    assert await opened(store, "leeds:1") == []
    assert await store.find(ANY) == [first]
    other = replace(found("leeds:1"), kind=FaultKind.TILT)
    assert len(await store.write(Changes(opened=(other,)))) == 1


async def test_the_database_itself_refuses_a_second_open_fault(
    store: SqlFaultStore, database: Database
) -> None:
    await opened(store, "leeds:1")
    columns = [column for column in FAULT.c if column.name != "fault_id"]
    copy = FAULT.insert().from_select(columns, FAULT.select().with_only_columns(*columns))

    async def write() -> None:
        async with database.writing() as connection:
            await connection.execute(copy)

    with pytest.raises(StoreError):
        await write()


async def test_processes_that_find_the_same_at_once_open_it_once(store: SqlFaultStore) -> None:
    told = await asyncio.gather(*(opened(store, "leeds:1") for _ in range(3)))
    assert sorted(len(each) for each in told) == [0, 0, 1]
    assert len(await store.find(ANY)) == 1


async def test_a_cleared_fault_leaves_room_for_a_new_one(store: SqlFaultStore) -> None:
    (fault,) = await opened(store, "leeds:1")
    cleared = replace(fault, cleared_at=after(5), cleared_why="2 good readings since")
    assert await store.write(Changes(changed=(cleared,))) == []
    assert await store.get(fault.fault_id) == cleared
    assert await store.open_faults() == []
    (new,) = await opened(store, "leeds:1")
    assert new.fault_id > fault.fault_id
    assert await store.cleared_since(after(5)) == [cleared]
    assert await store.cleared_since(after(6)) == []


async def test_the_list_goes_by_severity_then_size_then_age_and_comes_in_pages(
    store: SqlFaultStore,
) -> None:
    dark = found("leeds:2", severity=Severity.SAFETY)
    old, young = found("leeds:3", hours=(0, 2)), found("leeds:4", hours=(1, 2))
    saving = replace(found("leeds:5", kind=FaultKind.DAY_BURNER), severity=Severity.SAVING)
    await store.write(Changes(opened=(saving, young, old, GROUP, dark)))
    order = [fault.subject for fault in await store.find(FaultFilter())]
    assert order == ["leeds:2", "stretch leeds:7", "leeds:3", "leeds:4", "leeds:5"]
    paged: list[str] = []
    last: int | None = None
    while page := await store.find(FaultFilter(), after=last, limit=2):
        paged += [fault.subject for fault in page]
        last = page[-1].fault_id
    assert paged == order
    with pytest.raises(NotFoundError, match="no fault '999999'"):
        await store.find(FaultFilter(), after=999999)


async def test_an_export_has_each_fault_once_whatever_moves_or_goes_meanwhile(
    store: SqlFaultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_faults, "PAGE", 2)
    faults = await opened(store, *(f"leeds:{number}" for number in range(1, 6)))
    lines = await export_faults.export_faults(store, FaultFilter(), FaultFormat.CSV)
    text = [await anext(lines), await anext(lines), await anext(lines)]
    moved = replace(faults[0], severity=Severity.SAVING)  # was told: to the end of the list
    risen = replace(faults[4], severity=Severity.SAFETY)  # is to be told: to its head
    await store.write(Changes(changed=(moved, risen)))
    text += [line async for line in lines]
    told = [line.partition(",")[0] for line in text[1:]]
    assert told == [str(fault.fault_id) for fault in faults]


async def test_faults_that_are_gone_are_left_out(store: SqlFaultStore) -> None:
    one, two = await opened(store, "leeds:1", "leeds:2")
    assert await store.those([two.fault_id, 999999, one.fault_id]) == [two, one]
    assert await store.ranked(FaultFilter(subject="leeds:2")) == [two.fault_id]


async def test_every_part_of_a_filter_must_hold(store: SqlFaultStore) -> None:
    one, two = await opened(store, "leeds:1", "leeds:2")
    await store.write(Changes(opened=(GROUP,)))
    await store.acknowledge(one.fault_id, at=after(3), by="Jo", reason="seen")

    async def subjects(where: FaultFilter) -> set[str]:
        return {fault.subject for fault in await store.find(where)}

    assert await subjects(FaultFilter(kind=FaultKind.FEEDER)) == {GROUP.subject}
    assert await subjects(FaultFilter(subject="leeds:2")) == {two.subject}
    assert await subjects(FaultFilter(acknowledged=True)) == {"leeds:1"}
    assert await subjects(FaultFilter(kind=FaultKind.LAMP, acknowledged=False)) == {"leeds:2"}
    assert await subjects(FaultFilter(is_open=False)) == set()


async def test_an_acknowledgement_outlives_new_evidence_and_ends_when_the_fault_comes_back(
    store: SqlFaultStore,
) -> None:
    (fault,) = await opened(store, "leeds:1")
    known = await store.acknowledge(fault.fault_id, at=after(3), by="Jo", reason="crew is out")
    assert (known.acknowledged_by, known.acknowledged_at) == ("Jo", after(3))
    # A look that had read the fault before the acknowledgement writes it after.
    await store.write(Changes(changed=(replace(fault, last_seen=after(4)),)))
    assert await store.get(fault.fault_id) == replace(known, last_seen=after(4))
    await store.write(Changes(changed=(replace(fault, cleared_at=after(5)),)))
    back = replace(fault, last_seen=after(9), reopened=1)
    await store.write(Changes(changed=(back,)))
    assert await store.get(fault.fault_id) == back


async def test_only_an_open_fault_can_be_acknowledged(store: SqlFaultStore) -> None:
    (fault,) = await opened(store, "leeds:1")
    await store.write(Changes(changed=(replace(fault, cleared_at=after(5)),)))
    for fault_id in (fault.fault_id, 999999):
        with pytest.raises(NotFoundError, match="open fault"):
            await store.acknowledge(fault_id, at=after(6), by="Jo", reason="late")
    with pytest.raises(NotFoundError):
        await store.get(999999)
