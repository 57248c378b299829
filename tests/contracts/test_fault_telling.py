"""What is told of faults is written with them, once."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.lantern_faults import SqlFaultStore
from lighting.adapters.sql.outbox import SqlOutbox
from lighting.faults.kinds import Confidence
from lighting.faults.settle import Changes
from lighting.faults.telling import FaultChannel, FaultTelling, fault_messages
from lighting.sensing.alerts.notice import NoticeKind
from tests.lighting.faults.made import after, found

TELLING = FaultTelling(channels=(FaultChannel(name="assets"),), least=Confidence.LOW)
tell = partial(fault_messages, telling=TELLING, at=after(6))


@pytest.fixture
def store(database: Database) -> SqlFaultStore:
    return SqlFaultStore(database)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


async def test_an_opened_and_a_cleared_fault_wait_for_their_channel(
    store: SqlFaultStore, outbox: SqlOutbox
) -> None:
    (opened,) = await store.write(Changes(opened=(found("leeds:1"),)), tell)
    await store.write(Changes(changed=(replace(opened, cleared_at=after(5)),)), tell)
    newest, oldest = await outbox.deliveries()
    assert oldest.channel == "assets"
    assert oldest.notice.kind is NoticeKind.FAULTS_TURNED
    assert oldest.notice.data["faults"][0]["fault_id"] == opened.fault_id  # type: ignore[index] # plain JSON
    assert newest.notice.data["faults"][0]["event"] == "cleared"  # type: ignore[index] # plain JSON


async def test_processes_that_find_the_same_at_once_tell_it_once(
    store: SqlFaultStore, outbox: SqlOutbox
) -> None:
    (fault,) = await store.write(Changes(opened=(found("leeds:1"),)))
    over = Changes(changed=(replace(fault, cleared_at=after(5)),), opened=(found("leeds:2"),))
    await asyncio.gather(*(store.write(over, tell) for _ in range(3)))
    (told,) = await outbox.deliveries()
    assert told.notice.subject == "Faults: 1 opened, 1 cleared"


async def test_what_cannot_be_told_is_not_written_either(store: SqlFaultStore) -> None:
    def breaks(_turns: object) -> list[object]:
        raise ValueError("cannot be told")

    with pytest.raises(ValueError, match="cannot be told"):
        await store.write(Changes(opened=(found("leeds:1"),)), breaks)  # type: ignore[arg-type] # it never returns
    assert await store.open_faults() == []
