"""Overrides: a level until a stated time, as a chain of timed orders that ends by itself.

A node holds a timed level for at most 255 minutes (project reference ``devices.md``, 2.1.7: the
*timed dim* counts minutes in one byte).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

import pytest

from firmware_profiles.registry import profile_for
from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order, Purpose, Rank
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui
from lighting.operations.override import OverrideRequest
from lighting.operations.records import Override, Rejection, UplinkBatch
from schedules.errors import LevelError
from tests.lighting.operations.town import MORNING, PROFILE_ID, Town, dev, lantern

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TEND = timedelta(seconds=15)
"""How often the controller looks after overrides."""


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with two lanterns, both heard."""
    await town.hang(lantern(1), lantern(2))
    for number in (1, 2):
        await town.hear(number, MORNING)
    return town


PARTY = OverrideRequest(
    selection="road Otley Road",
    level=40,
    starts_at=MORNING,
    ends_at=MORNING + HOUR,
    reason="street party",
)


class Changes(TypedDict, total=False):
    """What differs from the street party."""

    level: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    emergency: bool


async def begin(
    town: Town, dev_euis: Sequence[DevEui] = (dev(1),), **changes: Unpack[Changes]
) -> Override:
    """Begin an override of node 1 in the morning."""
    return await town.office.overrides.begin(replace(PARTY, **changes), dev_euis, at=MORNING)


async def overriding(town: Town, number: int = 1) -> list[Order]:
    """Return the orders that override a node, oldest first."""
    kinds = (Purpose.OVERRIDE, Purpose.RESUME)
    return [o for o in reversed(await town.orders(number)) if o.purpose in kinds]


def said(order: Order) -> tuple[int | None, int | None]:
    """Return the level and the minutes that an order holds."""
    meaning: Any = profile_for(PROFILE_ID).decode_downlink(order.frame.f_port, order.frame.payload)
    (lamp,) = meaning["lamps"]
    return lamp["level"], lamp.get("minutes")


async def live(
    town: Town, start: datetime, end: datetime, *, hears: bool = True, step: timedelta = MINUTE
) -> None:
    """Look after overrides, send and (if the nodes hear) echo, over a stretch of time."""
    at = start
    while at <= end:
        await town.office.stores.book.time_out(at)
        await town.office.stores.book.expire(at)
        await town.office.overrides.tend(at)
        sent = await town.send(at)
        if hears:
            await town.prove(sent, at + timedelta(seconds=1))
        at += step


async def test_an_override_that_begins_now_is_ordered_at_once(street: Town) -> None:
    override = await begin(street, [dev(1), dev(2)])
    assert (override.nodes, override.ended_at) == (2, None)
    for number in (1, 2):
        (order,) = await overriding(street, number)
        assert said(order) == (40, 60)
        assert (order.rank, order.purpose) == (Rank.OVERRIDE, Purpose.OVERRIDE)
        assert order.expires_at == MORNING + 10 * MINUTE
    assert await street.office.overrides.tend(MORNING + TEND) == 0


async def test_an_emergency_goes_before_everything(street: Town) -> None:
    await begin(street, level=100, emergency=True)
    (order,) = await overriding(street)
    assert order.rank is Rank.EMERGENCY


async def test_a_part_of_a_minute_is_held_to_its_end(street: Town) -> None:
    await begin(street, ends_at=MORNING + timedelta(minutes=3, seconds=1))
    (order,) = await overriding(street)
    assert said(order) == (40, 4)
    assert order.expires_at == MORNING + timedelta(minutes=3, seconds=1)


async def test_an_end_between_two_seconds_needs_no_second_order(street: Town) -> None:
    begins = MORNING + timedelta(milliseconds=500)
    request = replace(PARTY, starts_at=begins, ends_at=begins + HOUR)
    await street.office.overrides.begin(request, [dev(1)], at=begins)
    await street.prove(await street.send(begins), begins + TEND)
    await live(street, MORNING + MINUTE, MORNING + HOUR, step=5 * MINUTE)
    assert [said(order) for order in await overriding(street)] == [(40, 60)]


async def test_a_long_override_is_a_chain_without_a_gap_that_ends_in_time(street: Town) -> None:
    ends_at = MORNING + 10 * HOUR
    await begin(street, ends_at=ends_at)
    await live(street, MORNING, ends_at + HOUR, step=5 * MINUTE)
    chain = await overriding(street)
    assert all(order.state is State.ECHOED for order in chain)
    held_until = MORNING
    for order in chain:
        assert order.sent_at is not None
        level, minutes = said(order)
        assert level == 40
        assert minutes is not None
        assert minutes <= 255
        assert order.sent_at <= held_until  # the one before it was still in force
        held_until = order.sent_at + minutes * MINUTE
    assert held_until == ends_at
    assert len(chain) == 3  # 255 minutes, less half an hour of overlap each


async def test_an_override_ends_by_itself_and_nothing_more_is_sent(street: Town) -> None:
    await begin(street)
    await live(street, MORNING, MORNING + 2 * HOUR)
    assert len(await overriding(street)) == 1
    assert await street.office.stores.overrides.open_overrides(MORNING + 2 * HOUR) == []


async def test_ending_early_drops_what_waits_and_orders_to_resume(street: Town) -> None:
    override = await begin(street, [dev(1), dev(2)])
    (first,) = [o for o in await street.send(MORNING) if o.dev_eui == dev(1)]
    await street.prove([first], MORNING + TEND)
    at = MORNING + 5 * MINUTE
    ended = await street.office.overrides.end(override.override_id, at=at)
    assert ended.ended_at == at
    for number, before in ((1, State.ECHOED), (2, State.SUPERSEDED)):
        told, resume = await overriding(street, number)
        assert told.state is before
        assert resume.purpose is Purpose.RESUME
        assert said(resume) == (None, None)
        # 255 min after the last possible sending no node holds a level any more.
        assert resume.expires_at >= at + timedelta(minutes=255)
    assert await street.office.overrides.tend(at + TEND) == 0
    assert await street.office.stores.overrides.open_overrides(at) == []


async def test_an_override_that_has_not_started_is_ordered_when_it_starts(street: Town) -> None:
    starts_at = MORNING + HOUR
    await begin(street, starts_at=starts_at, ends_at=starts_at + HOUR)
    assert await overriding(street) == []
    assert await street.office.overrides.tend(starts_at - TEND) == 0
    assert await street.office.overrides.tend(starts_at) == 1
    assert [said(order) for order in await overriding(street)] == [(40, 60)]


async def test_an_override_that_is_ended_before_it_started_says_nothing_to_the_nodes(
    street: Town,
) -> None:
    override = await begin(street, starts_at=MORNING + HOUR, ends_at=MORNING + 2 * HOUR)
    await street.office.overrides.end(override.override_id, at=MORNING + MINUTE)
    await live(street, MORNING, MORNING + 2 * HOUR)
    assert await overriding(street) == []


async def test_an_order_that_could_not_be_delivered_is_written_anew_with_fewer_minutes(
    street: Town,
) -> None:
    await begin(street)
    await live(street, MORNING, MORNING + 2 * HOUR, hears=False)
    timed = [o for o in await overriding(street) if o.purpose is Purpose.OVERRIDE]
    assert [said(order) for order in timed] == [(40, left) for left in (60, 50, 40, 30, 20, 10)]
    assert all(order.state is State.EXPIRED for order in timed)
    assert all(order.expires_at <= MORNING + HOUR for order in timed)


async def test_a_level_that_was_delivered_late_is_ended_in_time(street: Town) -> None:
    await begin(street, ends_at=MORNING + 30 * MINUTE)
    late = MORNING + 9 * MINUTE  # so the node holds it until nine minutes after the end
    await street.prove(await street.send(late), late + TEND)
    assert await street.office.overrides.tend(MORNING + 29 * MINUTE) == 0
    assert await street.office.overrides.tend(MORNING + 30 * MINUTE) == 1
    _, resume = await overriding(street)
    assert resume.purpose is Purpose.RESUME
    assert await street.office.overrides.tend(MORNING + 31 * MINUTE) == 0


async def test_a_level_that_may_have_been_delivered_late_is_ended_in_time(street: Town) -> None:
    await begin(street, ends_at=MORNING + 10 * MINUTE)
    await street.send(MORNING + 9 * MINUTE)  # heard, perhaps, but its echo was lost
    await street.office.stores.book.expire(MORNING + 10 * MINUTE)
    assert await street.office.overrides.tend(MORNING + 10 * MINUTE) == 1
    timed, resume = await overriding(street)
    assert (timed.state, resume.purpose) == (State.EXPIRED, Purpose.RESUME)


async def test_a_delay_below_a_minute_is_let_be(street: Town) -> None:
    await begin(street, ends_at=MORNING + 30 * MINUTE)
    await street.prove(await street.send(MORNING + MINUTE), MORNING + MINUTE + TEND)
    assert await street.office.overrides.tend(MORNING + 30 * MINUTE) == 0


async def test_a_node_that_refuses_an_override_is_not_asked_again_and_again(street: Town) -> None:
    await begin(street)
    (sent,) = await street.send(MORNING)
    refusal = Rejection(dev(1), MORNING + TEND, sent.frame.f_port, "unknown address")
    await street.office.stores.nodes.record(UplinkBatch(rejections=[refusal]))
    await live(street, MORNING + MINUTE, MORNING + HOUR)
    (order,) = await overriding(street)
    assert (order.state, order.note) == (State.REJECTED, "unknown address")


async def test_a_node_named_twice_is_overridden_once(street: Town) -> None:
    override = await begin(street, [dev(1), dev(1)])
    assert override.nodes == 1
    assert len(await overriding(street)) == 1


async def test_a_node_that_was_taken_off_its_lantern_is_passed_over(street: Town) -> None:
    await begin(street, [dev(1), dev(9)])
    assert len(await overriding(street)) == 1


async def test_of_two_overrides_on_one_lantern_the_later_is_shown(street: Town) -> None:
    await begin(street)
    await begin(street, level=80, reason="lost child")
    await live(street, MORNING, MORNING + 5 * MINUTE)
    *_, last = await overriding(street)
    assert said(last)[0] == 80
    assert street.frames[dev(1)][-1] == last.frame
    assert last.state is State.ECHOED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_at": MORNING - MINUTE}, "in the future"),
        ({"ends_at": MORNING}, "in the future"),
        ({"starts_at": MORNING + HOUR, "ends_at": MORNING + HOUR}, "end after it starts"),
        ({"ends_at": MORNING + timedelta(days=7, seconds=1)}, "may last 7 days"),
        ({"reason": "  \n"}, "say why"),
        ({"emergency": True, "level": 99}, "100 %"),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused_and_nothing_is_written(
    street: Town, changes: Changes, words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        await begin(street, **changes)
    assert await overriding(street) == []
    assert await street.office.stores.overrides.open_overrides(MORNING) == []


async def test_an_override_of_nobody_is_refused(street: Town) -> None:
    with pytest.raises(RefusedError, match="road Otley Road"):
        await begin(street, [])


@pytest.mark.parametrize("level", [-1, 101])
async def test_a_level_that_is_none_is_refused(street: Town, level: int) -> None:
    with pytest.raises(LevelError):
        await begin(street, level=level)


async def test_an_override_may_last_a_week_and_begin_in_the_past(street: Town) -> None:
    override = await begin(street, starts_at=MORNING - HOUR, ends_at=MORNING + timedelta(days=7))
    assert override.starts_at == MORNING


async def test_an_override_that_is_over_or_unknown_cannot_be_ended(street: Town) -> None:
    override = await begin(street)
    overrides = street.office.overrides
    await overrides.end(override.override_id, at=MORNING + MINUTE)
    for override_id in (override.override_id, 4711):
        with pytest.raises(NotFoundError, match=str(override_id)):
            await overrides.end(override_id, at=MORNING + 2 * MINUTE)
