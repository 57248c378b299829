"""Deliveries: each goes until it is taken or given up, in order, and a dead one is shown."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lighting.operations.controller import Office
from lighting.operations.deliver import LEASE, Postman
from lighting.sensing.alerts.notice import (
    FIRST_WAIT,
    KEPT_TRYING,
    LONGEST_WAIT,
    Delivery,
    DeliveryError,
    DeliveryState,
    Notice,
    NoticeKind,
    next_try,
)
from lighting.testing.clock import SteppedClock
from tests.lighting.operations.town import MORNING

NOTICE = Notice(kind=NoticeKind.TEST, subject="s", text="t", at=MORNING)
DAY = date(2026, 11, 21)


@dataclass
class Fake:
    """A channel that fails as often as it is told to."""

    failures: Sequence[Exception] = ()
    keys: list[str] = field(default_factory=list)
    tries: int = 0

    async def send(self, notice: Notice, *, key: str, at: datetime) -> str:
        """Fail, or take the notice."""
        assert at.tzinfo is UTC
        assert notice == NOTICE
        self.tries += 1
        if self.tries <= len(self.failures):
            raise self.failures[self.tries - 1]
        self.keys.append(key)
        return "noted"


def postman(office: Office, **channels: Fake) -> Postman:
    """Return a postman over the office's outbox."""
    return Postman(office.stores.outbox, channels, office.clock)


async def put(office: Office, *channels: str, area: str = "a") -> None:
    """Write a notice for channels."""
    at = office.clock.now()
    await office.stores.outbox.add_report(area, DAY, NOTICE, channels=channels, at=at)


async def states(office: Office) -> list[tuple[str, DeliveryState, str]]:
    """Return the deliveries, oldest first."""
    found = await office.stores.outbox.deliveries()
    return [(each.channel, each.state, each.problem) for each in reversed(found)]


async def test_what_waits_is_sent_once(office: Office) -> None:
    channel = Fake()
    await put(office, "desk")
    post = postman(office, desk=channel)
    assert await post.tend(office.clock.now()) == 1
    assert await post.tend(office.clock.now()) == 0
    assert channel.keys == [f"report-a-{DAY}-desk"]
    assert await states(office) == [("desk", DeliveryState.SENT, "noted")]


async def test_many_that_wait_are_sent_in_one_turn_and_in_order(office: Office) -> None:
    channel = Fake()
    for number in range(25):
        await put(office, "desk", area=f"a{number:02}")
    assert await postman(office, desk=channel).tend(office.clock.now()) == 25
    assert channel.keys == [f"report-a{number:02}-{DAY}-desk" for number in range(25)]


async def test_one_channel_that_fails_does_not_hold_up_another(office: Office) -> None:
    bad, good = Fake([DeliveryError("bad", "away")] * 9), Fake()
    await put(office, "bad", "good")
    await postman(office, bad=bad, good=good).tend(office.clock.now())
    assert await states(office) == [
        ("bad", DeliveryState.WAITING, "away"),
        ("good", DeliveryState.SENT, "noted"),
    ]


async def test_a_channel_that_is_away_is_asked_once_in_a_turn(
    office: Office, clock: SteppedClock
) -> None:
    channel = Fake([DeliveryError("desk", "no answer", away=True)])
    post = postman(office, desk=channel)
    for number in range(25):
        await put(office, "desk", area=f"a{number:02}")
    await post.tend(clock.now())
    assert channel.tries == 1
    (*_, first) = await office.stores.outbox.deliveries()
    (newest, *_) = await office.stores.outbox.deliveries()
    assert (first.problem, newest.problem) == (
        "no answer",
        "not tried, as one before it was not taken: no answer",
    )
    clock.advance(FIRST_WAIT)
    await post.tend(clock.now())
    assert channel.keys == [f"report-a{number:02}-{DAY}-desk" for number in range(25)]


async def test_a_failed_delivery_goes_again_with_the_same_key_after_a_wait(
    office: Office, clock: SteppedClock
) -> None:
    channel = Fake([DeliveryError("desk", "away")])
    post = postman(office, desk=channel)
    await put(office, "desk")
    await post.tend(clock.now())
    clock.advance(timedelta(seconds=29))
    assert await post.tend(clock.now()) == 0
    clock.advance(timedelta(seconds=1))
    assert await post.tend(clock.now()) == 1
    assert channel.keys == [f"report-a-{DAY}-desk"]


async def test_a_delivery_that_is_refused_for_good_is_dead_and_may_be_sent_again(
    office: Office, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Fake([DeliveryError("desk", "gone", final=True)])
    post = postman(office, desk=channel)
    await put(office, "desk")
    await post.tend(clock.now())
    assert await states(office) == [("desk", DeliveryState.DEAD, "gone")]
    assert "is given up" in caplog.text
    (dead,) = await office.stores.outbox.deliveries(state=DeliveryState.DEAD)
    await office.stores.outbox.again(dead.delivery_id, at=clock.now())
    assert await post.tend(clock.now()) == 1
    assert await states(office) == [("desk", DeliveryState.SENT, "noted")]


async def test_a_channel_that_is_not_named_any_more_is_told(office: Office) -> None:
    await put(office, "old")
    await postman(office).tend(office.clock.now())
    ((_, state, problem),) = await states(office)
    assert (state, problem[:24]) == (DeliveryState.WAITING, "no channel has this name")


async def test_a_fault_of_ours_in_one_delivery_stops_no_other(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await put(office, "desk", area="a")
    await put(office, "desk", area="b")
    await postman(office, desk=Fake([KeyError("x")])).tend(office.clock.now())
    assert [state for _, state, _ in await states(office)] == [
        DeliveryState.WAITING,
        DeliveryState.SENT,
    ]
    assert [r.levelno for r in caplog.records if r.exc_info] == [logging.ERROR]


async def test_what_a_dead_worker_had_taken_goes_again_after_its_lease(
    office: Office, clock: SteppedClock
) -> None:
    channel = Fake()
    await put(office, "desk")
    await office.stores.outbox.claim(at=clock.now(), lease=LEASE, limit=9)  # and then it died
    post = postman(office, desk=channel)
    assert await post.tend(clock.now()) == 0
    clock.advance(LEASE)
    assert await post.tend(clock.now()) == 1


def test_waits_double_to_an_hour_and_end_after_a_day() -> None:
    delivery = Delivery(
        delivery_id=1,
        key="k",
        channel="c",
        notice=NOTICE,
        state=DeliveryState.WAITING,
        created_at=MORNING,
        next_try_at=MORNING,
    )
    at, waits = MORNING, list[timedelta]()
    for attempts in range(1, 100):
        again = next_try(replace(delivery, attempts=attempts), at=at, final=False)
        if again is None:
            break
        waits.append(again - at)
        at = again
    assert [wait.total_seconds() for wait in waits[:8]] == [30, 60, 120, 240, 480, 960, 1920, 3600]
    assert len(waits) == 29
    assert KEPT_TRYING - LONGEST_WAIT < at - MORNING <= KEPT_TRYING
    assert next_try(replace(delivery, attempts=9999), at=MORNING, final=False) is not None
