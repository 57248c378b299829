"""Records that are over go when their time is, and a log says so; what still is stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lighting.adapters.sql import kept_records
from lighting.adapters.sql.alerts import SqlAlertStore
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.kept_records import SqlKeptRecords
from lighting.adapters.sql.lantern_faults import SqlFaultStore
from lighting.adapters.sql.outbox import SqlOutbox
from lighting.adapters.sql.streams import SqlStreamStore
from lighting.faults.settle import Changes
from lighting.faults.store import FaultFilter
from lighting.operations.keep_records import KeptFor, RecordKeeper, Records
from lighting.sensing.alerts.store import AlertFilter, Ending
from tests.contracts.test_alert_store import HOUR, NIGHT, course, new_alert
from tests.lighting.faults.made import after, found

DAY = timedelta(days=1)
KEPT = KeptFor(over=30 * DAY, deliveries=7 * DAY)


@pytest.fixture
def keeper(database: Database) -> RecordKeeper:
    return RecordKeeper(SqlKeptRecords(database), KEPT)


async def test_an_alert_goes_when_it_has_been_over_for_long_enough(
    keeper: RecordKeeper, database: Database
) -> None:
    alerts = SqlAlertStore(database)
    over = Ending(at=NIGHT + HOUR, why="warmer")
    both = [course(new_alert(1), over, number=1), course(new_alert(2), number=2)]
    await alerts.write(both, {}, at=NIGHT)
    await keeper.tend(NIGHT + HOUR + 30 * DAY)
    assert len(await alerts.find(AlertFilter())) == 2
    await keeper.tend(NIGHT + HOUR + 30 * DAY + timedelta(seconds=1))
    (left,) = await alerts.find(AlertFilter())
    assert left.is_open
    (log,) = await SqlStreamStore(database).deletions(Records.ALERTS.value)
    assert (log.samples, log.last) == (1, NIGHT + HOUR)
    assert log.why == "kept for 30 days after it was over"


async def test_a_fault_that_is_open_is_kept_for_ever(
    keeper: RecordKeeper, database: Database
) -> None:
    store = SqlFaultStore(database)
    first, _ = await store.write(Changes(opened=(found("leeds:1"), found("leeds:2"))))
    await store.write(Changes(changed=(replace(first, cleared_at=after(5)),)))
    assert await keeper.tend(after(5) + 3650 * DAY) == 1
    assert [each.subject for each in await store.find(FaultFilter(is_open=None))] == ["leeds:2"]


async def test_a_notice_that_waits_is_kept_and_one_that_was_sent_or_given_up_goes(
    keeper: RecordKeeper, database: Database
) -> None:
    outbox = SqlOutbox(database)
    await SqlAlertStore(database).write([course(new_alert())], {}, at=NIGHT)
    (one, _) = await outbox.deliveries()
    await outbox.sent(one.delivery_id, at=NIGHT, note="")
    assert await keeper.tend(NIGHT + 8 * DAY) == 1
    (left,) = await outbox.deliveries()
    await outbox.failed(left.delivery_id, "gone", next_try_at=None)
    assert await keeper.tend(NIGHT + 8 * DAY) == 1
    assert await outbox.deliveries() == []


async def test_much_is_deleted_in_parts_and_each_is_in_the_log(
    keeper: RecordKeeper, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_records, "_AT_ONCE", 2)
    store = SqlFaultStore(database)
    some = tuple(found(f"leeds:{number}") for number in range(5))
    opened = await store.write(Changes(opened=some))
    cleared = tuple(replace(each, cleared_at=after(n)) for n, each in enumerate(opened, start=3))
    await store.write(Changes(changed=cleared))
    assert await keeper.tend(after(9) + 31 * DAY) == 5
    log = await SqlStreamStore(database).deletions(Records.FAULTS.value)
    assert [(each.samples, each.first, each.last) for each in reversed(log)] == [
        (2, after(3), after(4)),
        (2, after(5), after(6)),
        (1, after(7), after(7)),
    ]


async def test_where_nothing_is_old_nothing_is_logged(
    keeper: RecordKeeper, database: Database
) -> None:
    assert await keeper.tend(NIGHT) == 0
    assert await SqlStreamStore(database).deletions() == []
