"""What every database keeps of deliveries: each goes out until it is taken or given up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.outbox import SqlOutbox
from lighting.errors import NotFoundError
from lighting.sensing.alerts.notice import Attachment, DeliveryState, Notice, NoticeKind

SEVEN = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
SATURDAY = date(2026, 11, 21)
LEASE = timedelta(minutes=10)

REPORT = Notice(
    kind=NoticeKind.DAILY_REPORT,
    subject="Winter service: –1 °C",
    text="It was cold.\n",
    at=SEVEN,
    data={"area": "winter", "lowest": -1.5},
    attachments=(Attachment(name="day.csv", media_type="text/csv", text="a,b\r\n"),),
)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    """Return an empty outbox."""
    return SqlOutbox(database)


async def put(outbox: SqlOutbox, *channels: str, day: date = SATURDAY) -> bool:
    return await outbox.add_report("winter", day, REPORT, channels=channels, at=SEVEN)


async def test_a_report_is_written_once_for_each_day(outbox: SqlOutbox) -> None:
    assert await put(outbox, "desk", "log")
    assert not await put(outbox, "desk", "log", "later")
    assert await put(outbox, "desk", day=date(2026, 11, 22))
    assert len(await outbox.deliveries()) == 3
    assert await outbox.last_reports() == {"winter": date(2026, 11, 22)}


async def test_a_claimed_delivery_is_nobody_elses_until_its_lease_is_over(
    outbox: SqlOutbox, url: str
) -> None:
    await put(outbox, "desk", "log")
    other = open_database(url)
    (first,) = await outbox.claim(at=SEVEN, lease=LEASE, limit=1)
    (second,) = await SqlOutbox(other).claim(at=SEVEN, lease=LEASE, limit=9)
    await other.close()
    assert {first.channel, second.channel} == {"desk", "log"}
    assert (first.attempts, first.notice) == (1, REPORT)
    assert await outbox.claim(at=SEVEN + LEASE / 2, lease=LEASE, limit=9) == []
    again = await outbox.claim(at=SEVEN + LEASE, lease=LEASE, limit=9)
    assert [(each.key, each.attempts) for each in again] == [(first.key, 2), (second.key, 2)]


async def test_what_was_sent_does_not_go_again(outbox: SqlOutbox) -> None:
    await put(outbox, "desk")
    (delivery,) = await outbox.claim(at=SEVEN, lease=LEASE, limit=9)
    await outbox.sent(delivery.delivery_id, at=SEVEN, note="")
    assert await outbox.claim(at=SEVEN + 2 * LEASE, lease=LEASE, limit=9) == []
    (sent,) = await outbox.deliveries(state=DeliveryState.SENT)
    assert sent.sent_at == SEVEN


async def test_a_failed_delivery_waits_and_one_given_up_is_shown_and_may_go_again(
    outbox: SqlOutbox,
) -> None:
    await put(outbox, "desk")
    (delivery,) = await outbox.claim(at=SEVEN, lease=LEASE, limit=9)
    number = delivery.delivery_id
    with pytest.raises(NotFoundError):
        await outbox.again(number, at=SEVEN)
    await outbox.failed(number, "away", next_try_at=SEVEN + timedelta(minutes=1))
    assert await outbox.claim(at=SEVEN, lease=LEASE, limit=9) == []
    assert await outbox.claim(at=SEVEN + timedelta(minutes=1), lease=LEASE, limit=9) != []
    await outbox.failed(number, "gone", next_try_at=None)
    (dead,) = await outbox.deliveries(state=DeliveryState.DEAD)
    assert dead.problem == "gone"
    assert await outbox.claim(at=SEVEN + 9 * LEASE, lease=LEASE, limit=9) == []
    revived = await outbox.again(number, at=SEVEN + LEASE)
    assert (revived.state, revived.attempts, revived.key) == (
        DeliveryState.WAITING,
        0,
        delivery.key,
    )


async def test_deliveries_are_listed_newest_first_in_pages(outbox: SqlOutbox) -> None:
    await put(outbox, "a", "b", "c")
    found = [each.channel for each in await outbox.deliveries(limit=2)]
    assert found == ["c", "b"]
    (rest,) = await outbox.deliveries(after=(await outbox.deliveries())[1].delivery_id)
    assert rest.channel == "a"
