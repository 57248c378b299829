"""What every database keeps of rules and alerts, and that nobody is told twice or not at all."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lighting.adapters.sql.alerts import SqlAlertStore
from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.outbox import SqlOutbox
from lighting.errors import NotFoundError, StoreError
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.alerts.alert import AlertPlace, NewAlert
from lighting.sensing.alerts.store import AlertFilter, Course, Ending
from lighting.sensing.rules.reason import Finding
from lighting.sensing.rules.rule import Severity
from lighting.sensing.rules.track import Point

NIGHT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def new_alert(number: int = 1, at: datetime = NIGHT) -> NewAlert:
    """Return an alert of ice at lantern ``number``."""
    return NewAlert(
        rule_id="winter/ice",
        revision=1,
        severity=Severity.WARNING,
        place=AlertPlace(
            lantern_id=LanternId(f"leeds:{number}"),
            latitude_deg=53.8,
            longitude_deg=-1.55,
            road="Otley Road",
            ward="Headingley",
        ),
        raised_at=at,
        reason="surface temperature below 1 °C",
        findings=(
            Finding(
                words="surface temperature below 1 °C",
                quantity="surface_temperature",
                unit="°C",
                dev_euis=(DevEui("70b3d57ed0000001"),),
                values=(Point(at, -0.25),),
            ),
        ),
        note="grit",
        tell=("desk", "log"),
    )


def course(*steps: NewAlert | Ending, number: int = 1, after: int | None = None) -> Course:
    """Return what happened at lantern ``number`` after alert ``after``."""
    lantern_id = LanternId(f"leeds:{number}")
    return Course(rule_id="winter/ice", lantern_id=lantern_id, after=after, steps=steps)


@pytest.fixture
def store(database: Database) -> SqlAlertStore:
    """Return an empty store."""
    return SqlAlertStore(database)


async def test_rules_are_kept_as_revisions_by_document(store: SqlAlertStore) -> None:
    one = await store.save_rules("winter", "# 1", at=NIGHT, by="eva")
    assert (one.name, one.revision, one.saved_by, one.saved_at) == ("winter", 1, "eva", NIGHT)
    assert await store.save_rules("winter", "# 1", at=NIGHT + HOUR, by="bob") == one
    two = await store.save_rules("winter", "# 2", at=NIGHT + HOUR, by="bob")
    air = await store.save_rules("air", "# a", at=NIGHT, by="eva")
    assert await store.newest_rules() == [air, two]
    assert await store.find_rules("winter") == two
    assert await store.find_rules("winter", 1) == one
    assert await store.find_rules("summer") is None


async def test_an_alert_reads_back_as_it_was_raised(store: SqlAlertStore) -> None:
    (alert,) = await store.write([course(new_alert())], {}, at=NIGHT + HOUR)
    assert await store.get(alert.alert_id) == alert
    assert alert.is_open
    assert (alert.noted_at, alert.findings) == (NIGHT + HOUR, new_alert().findings)
    assert (alert.place, alert.tell) == (new_alert().place, ("desk", "log"))
    assert await store.newest_alerts() == {("winter/ice", LanternId("leeds:1")): alert}


async def test_whoever_is_told_is_told_in_the_same_transaction(
    store: SqlAlertStore, database: Database
) -> None:
    (alert,) = await store.write([course(new_alert())], {"winter/ice": NIGHT}, at=NIGHT)
    (over,) = await store.write(
        [course(Ending(at=NIGHT + HOUR, why="warm"), after=alert.alert_id)], {}, at=NIGHT + HOUR
    )
    told = await SqlOutbox(database).deliveries(alert_id=alert.alert_id)
    assert sorted(each.key for each in told) == [
        f"alert-{alert.alert_id}-cleared-desk",
        f"alert-{alert.alert_id}-cleared-log",
        f"alert-{alert.alert_id}-raised-desk",
        f"alert-{alert.alert_id}-raised-log",
    ]
    assert (over.cleared_at, over.cleared_why) == (NIGHT + HOUR, "warm")
    assert await store.judged_until() == {"winter/ice": NIGHT}


async def test_the_same_finding_twice_raises_once(store: SqlAlertStore) -> None:
    await store.write([course(new_alert())], {}, at=NIGHT)
    assert await store.write([course(new_alert())], {}, at=NIGHT) == []
    assert len(await store.find(AlertFilter())) == 1


async def test_two_processes_that_find_the_same_raise_once(
    store: SqlAlertStore, database: Database, url: str
) -> None:
    (first,) = await store.write([course(new_alert())], {}, at=NIGHT)
    other = open_database(url)
    ended = course(Ending(at=NIGHT + HOUR, why="warm"), after=first.alert_id)
    assert len(await SqlAlertStore(other).write([ended], {}, at=NIGHT + HOUR)) == 1
    assert await store.write([ended], {}, at=NIGHT + HOUR) == []
    await other.close()
    assert len(await SqlOutbox(database).deliveries()) == 4


async def test_who_is_late_does_not_raise_again_what_is_over_by_now(store: SqlAlertStore) -> None:
    whole = course(new_alert(), Ending(at=NIGHT + HOUR, why="warm"))
    assert len(await store.write([whole], {}, at=NIGHT + HOUR)) == 2
    assert await store.write([course(new_alert())], {}, at=NIGHT + HOUR) == []
    assert len(await store.find(AlertFilter())) == 1


async def test_two_processes_that_raise_in_the_same_moment_raise_once(
    store: SqlAlertStore, database: Database, url: str
) -> None:
    other = open_database(url)
    both = (store, SqlAlertStore(other))
    courses = [course(new_alert(number), number=number) for number in range(20)]
    results = await asyncio.gather(
        *(each.write(courses, {}, at=NIGHT) for each in both), return_exceptions=True
    )
    await other.close()
    assert all(isinstance(result, list | StoreError) for result in results)  # one may try again
    assert len(await store.find(AlertFilter())) == 20
    assert len(await SqlOutbox(database).deliveries()) == 40


async def test_a_whole_course_is_written_in_order(store: SqlAlertStore) -> None:
    again = new_alert(at=NIGHT + 2 * HOUR)
    steps = (new_alert(), Ending(at=NIGHT + HOUR, why="warm"), again)
    written = await store.write([course(*steps)], {}, at=NIGHT + 3 * HOUR)
    assert [(each.is_open, each.raised_at) for each in written] == [
        (True, NIGHT),
        (False, NIGHT),
        (True, NIGHT + 2 * HOUR),
    ]
    assert [each.is_open for each in await store.find(AlertFilter())] == [True, False]


async def test_alerts_are_found_by_what_is_asked(store: SqlAlertStore) -> None:
    await store.write([course(new_alert())], {}, at=NIGHT)
    ended = (new_alert(2), Ending(at=NIGHT + HOUR, why="warm"))
    await store.write([course(*ended, number=2)], {}, at=NIGHT)
    first, second = sorted(alert.alert_id for alert in await store.find(AlertFilter()))
    await store.acknowledge(second, at=NIGHT + HOUR, by="eva", why="seen")

    async def ids(**asked: Any) -> list[int]:  # noqa: ANN401 - any part of a filter
        found = await store.find(replace(AlertFilter(), **asked))
        return [alert.alert_id for alert in found]

    assert await ids() == [second, first]
    assert await ids(is_open=True) == [first]
    assert await ids(is_open=False) == [second]
    assert await ids(acknowledged=True) == [second]
    assert await ids(acknowledged=False) == [first]
    assert await ids(rule="winter") == [second, first]
    assert await ids(rule="winter/ice") == [second, first]
    assert await ids(rule="wint") == []
    assert await ids(ward="headingley", severity=Severity.WARNING) == [second, first]
    assert await ids(severity=Severity.CRITICAL) == []
    assert await ids(since=NIGHT, until=NIGHT + HOUR) == [second, first]
    assert await ids(since=NIGHT + HOUR) == []
    assert [a.alert_id for a in await store.find(AlertFilter(), after=second)] == [first]
    assert [a.alert_id for a in await store.find(AlertFilter(), limit=1)] == [second]


async def test_the_alerts_of_a_day_are_those_with_which_something_happened(
    store: SqlAlertStore,
) -> None:
    await store.write([course(new_alert())], {}, at=NIGHT)
    ended = (new_alert(2), Ending(at=NIGHT + HOUR, why="warm"))
    await store.write([course(*ended, number=2)], {}, at=NIGHT)

    async def touched(start: datetime, end: datetime) -> list[str]:
        return [alert.place.lantern_id for alert in await store.touching(start, end)]

    assert await touched(NIGHT - HOUR, NIGHT) == []
    assert await touched(NIGHT, NIGHT + HOUR) == ["leeds:1", "leeds:2"]
    assert await touched(NIGHT + HOUR, NIGHT + 2 * HOUR) == ["leeds:1", "leeds:2"]
    assert await touched(NIGHT + 2 * HOUR, NIGHT + 3 * HOUR) == ["leeds:1"]


async def test_somebody_knows_of_an_alert_and_the_newest_word_counts(store: SqlAlertStore) -> None:
    (alert,) = await store.write([course(new_alert())], {}, at=NIGHT)
    await store.acknowledge(alert.alert_id, at=NIGHT, by="eva", why="gritters are out")
    known = await store.acknowledge(alert.alert_id, at=NIGHT + HOUR, by="bob", why="gritted")
    assert (known.acknowledged_at, known.acknowledged_by, known.acknowledged_why) == (
        NIGHT + HOUR,
        "bob",
        "gritted",
    )
    assert await store.get(alert.alert_id) == known


async def test_an_alert_that_is_not_there_is_told(store: SqlAlertStore) -> None:
    with pytest.raises(NotFoundError, match="alert '9'"):
        await store.get(9)
    with pytest.raises(NotFoundError, match="alert '9'"):
        await store.acknowledge(9, at=NIGHT, by="eva", why="seen")
