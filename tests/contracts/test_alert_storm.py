"""A storm of alerts: one by one to a channel's share, then together; nothing is left out."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lighting.adapters.sql.alerts import SqlAlertStore
from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.outbox import SqlOutbox
from lighting.sensing.alerts.notice import Delivery, DeliveryState, NoticeKind
from lighting.sensing.alerts.share import Share
from lighting.sensing.alerts.store import AlertFilter, Course, Ending
from lighting.sensing.rules.rule import Severity
from tests.contracts.test_alert_store import HOUR, NIGHT, course, new_alert

MINUTE = timedelta(minutes=1)
SHARES = {
    "desk": Share(alerts_an_hour=3, documents=None),
    "log": Share(alerts_an_hour=5, documents=4),
}


@pytest.fixture
def store(database: Database) -> SqlAlertStore:
    return SqlAlertStore(database)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


def raised(first: int, count: int, severity: Severity = Severity.WARNING) -> list[Course]:
    numbers = range(first, first + count)
    return [course(replace(new_alert(n), severity=severity), number=n) for n in numbers]


async def write(store: SqlAlertStore, courses: list[Course], at: datetime = NIGHT) -> None:
    await store.write(courses, {}, at=at, shares=SHARES)


async def told(outbox: SqlOutbox, channel: str) -> list[Delivery]:
    """Return what a channel is told, oldest first."""
    found = await outbox.deliveries()
    return [each for each in reversed(found) if each.channel == channel]


async def send(outbox: SqlOutbox, at: datetime) -> list[Delivery]:
    """Send all that is due."""
    due = await outbox.claim(at=at, lease=HOUR, limit=1000)
    for each in due:
        await outbox.sent(each.delivery_id, at=at, note="")
    return due


async def test_programs_get_every_alert_of_a_storm_many_in_a_notice(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    await write(store, raised(1, 14))
    notices = [each.notice for each in await told(outbox, "log")]
    assert [each.kind for each in notices[:5]] == [NoticeKind.ALERT_RAISED] * 5
    many = notices[5:]
    assert [each.kind for each in many] == [NoticeKind.ALERTS_MANY] * 3
    assert [len(each.data["alerts"]) for each in many] == [4, 4, 1]  # type: ignore[arg-type] # plain JSON
    assert many[0].subject == "Alerts told together: 4 raised, 0 over"
    assert "4  warning: ice raised" in many[0].text
    documents = [each for notice in many for each in notice.data["alerts"]]  # type: ignore[attr-defined] # plain JSON
    ids = {each.notice.data.get("alert_id") for each in await told(outbox, "log")}
    ids |= {each["alert_id"] for each in documents}
    assert ids - {None} == {alert.alert_id for alert in await store.find(AlertFilter())}
    assert documents[0]["reason"] == "surface temperature below 1 °C"


async def test_people_get_one_summary_of_what_is_more_and_where_to_see_it(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    await write(store, raised(1, 300))
    *each, summary = await told(outbox, "desk")
    assert [one.notice.kind for one in each] == [NoticeKind.ALERT_RAISED] * 3
    assert summary.notice.kind is NoticeKind.ALERTS_HELD
    words = "WARNING: alerts held back: 297 raised, 0 over"
    assert summary.notice.subject == words
    assert "lamplighter alerts list" in summary.notice.text
    assert "   297  warning: ice raised" in summary.notice.text
    assert len(summary.notice.data["alert_ids"]) == 297  # type: ignore[arg-type] # plain JSON
    assert len(await store.find(AlertFilter(), limit=1000)) == 300


async def test_there_is_one_summary_an_hour_and_it_says_all_since_the_last(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    await write(store, raised(1, 10))
    alerts = await store.find(AlertFilter())
    assert len(await send(outbox, NIGHT)) == 3 + 1 + 5 + 2
    warmer = Ending(at=NIGHT, why="warmer")
    for minute, alert in enumerate(alerts, start=1):
        number = int(alert.place.lantern_id.removeprefix("leeds:"))
        over = course(warmer, number=number, after=alert.alert_id)
        await write(store, [*raised(100 + minute, 1), over], at=NIGHT + minute * MINUTE)
    for minute in range(11, 59):
        await write(store, raised(100 + minute, 1), at=NIGHT + minute * MINUTE)
    assert [each.channel for each in await send(outbox, NIGHT + 59 * MINUTE)] == ["log"] * 58
    (summary,) = [each for each in await send(outbox, NIGHT + HOUR) if each.channel == "desk"]
    words = "WARNING: alerts held back: 58 raised, 10 over"
    assert summary.notice.subject == words
    assert "Since 2026-11-22 03:31 UTC" in summary.notice.text
    await write(store, raised(200, 9), at=NIGHT + 61 * MINUTE)
    later = (await told(outbox, "desk"))[-1]
    assert later.notice.subject.startswith("WARNING: alerts held back: 6 raised")
    assert later.next_try_at == NIGHT + 2 * HOUR


async def test_a_summary_that_was_tried_is_not_changed_any_more(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    await write(store, raised(1, 5))
    for due in await outbox.claim(at=NIGHT, lease=MINUTE, limit=100):
        await outbox.failed(due.delivery_id, "away", next_try_at=NIGHT + 2 * MINUTE)
    await write(store, raised(10, 5), at=NIGHT + MINUTE)
    first, second = [
        each for each in await told(outbox, "desk") if each.notice.kind is NoticeKind.ALERTS_HELD
    ]
    assert first.notice.subject.startswith("WARNING: alerts held back: 2 raised")
    assert second.notice.subject.startswith("WARNING: alerts held back: 5 raised")
    assert second.next_try_at == NIGHT + HOUR


async def test_a_flood_of_warnings_does_not_stand_before_what_is_critical(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    await write(store, raised(1, 50))
    await write(store, raised(100, 2, Severity.CRITICAL), at=NIGHT + MINUTE)
    newest = (await told(outbox, "desk"))[-2:]
    assert [each.notice.data["severity"] for each in newest] == ["critical"] * 2


async def test_after_an_hour_a_channel_gets_its_alerts_one_by_one_again(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    await write(store, raised(1, 9))
    await send(outbox, NIGHT)
    await write(store, raised(100, 1), at=NIGHT + HOUR + MINUTE)
    assert (await told(outbox, "desk"))[-1].notice.kind is NoticeKind.ALERT_RAISED


async def test_while_a_channel_is_away_no_more_than_its_share_waits_one_by_one(
    store: SqlAlertStore, outbox: SqlOutbox
) -> None:
    for hour in range(6):
        await write(store, raised(100 * hour, 9), at=NIGHT + 2 * hour * HOUR)
    waiting = await told(outbox, "desk")
    kinds = Counter(each.notice.kind for each in waiting)
    assert kinds == {NoticeKind.ALERT_RAISED: 3, NoticeKind.ALERTS_HELD: 1}
    assert waiting[-1].notice.subject.endswith(f"held back: {6 * 9 - 3} raised, 0 over")
    assert {each.state for each in waiting} == {DeliveryState.WAITING}


async def test_processes_that_raise_at_once_share_the_share(
    store: SqlAlertStore, outbox: SqlOutbox, url: str
) -> None:
    other = open_database(url)
    both = (store, SqlAlertStore(other))
    await asyncio.gather(*(write(each, raised(100 * n, 9)) for n, each in enumerate(both)))
    await other.close()
    kinds = Counter(each.notice.kind for each in await told(outbox, "desk"))
    assert kinds == {NoticeKind.ALERT_RAISED: 3, NoticeKind.ALERTS_HELD: 1}
