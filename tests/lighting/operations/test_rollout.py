"""Planning and repair: what every node should hold, and the orders that bring it there.

British clocks go forward on the last Sunday of March at 01:00 UTC (Summer Time Order 2002): in 2027
on the 28th.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from firmware_profiles.frame import Frame
from firmware_profiles.registry import profile_for
from lighting.downlink.lifecycle import State
from lighting.downlink.order import ORDER_LIFE, Rank
from lighting.operations.records import Echo, Evidence, Rejection, UplinkBatch
from lighting.operations.stores import PROGRAM_BATCH
from tests.lighting.operations.town import (
    DIM_LATE,
    FRIDAYS,
    MORNING,
    PROFILE_ID,
    TONIGHT,
    Town,
    dev,
    lantern,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WHOLE_PROGRAM = ["fallback", "holidays", "fade", "calendar", "profiles", "profile 0"]


@pytest.fixture
async def holding(town: Town) -> Town:
    """Return the town with one node that has proved ``dim-late``."""
    await town.hang(lantern(1))
    await town.give(DIM_LATE, 1)
    await town.office.planner.plan(MORNING)
    await town.deliver(MORNING)
    return town


async def test_the_first_plan_orders_every_frame_for_every_node(town: Town) -> None:
    await town.hang(lantern(1), lantern(2), lantern(3))
    await town.give(DIM_LATE, 1, 2)
    report = await town.office.planner.plan(MORNING)
    assert (report.nodes, report.changed, report.ordered) == (3, 2, 2)
    assert (report.without_policy, report.compiled, report.night) == (1, 1, TONIGHT)
    assert report.by_policy == {"dim-late": 2}
    assert await town.slots(1) == await town.slots(2) == WHOLE_PROGRAM
    assert await town.slots(3) == []
    (order, *_) = await town.orders(1)
    assert (order.rank, order.expires_at) == (Rank.PROGRAM, MORNING + ORDER_LIFE)
    assert order.batch == f"{PROGRAM_BATCH}{(await town.node(1)).wanted}"


async def test_a_node_that_echoes_every_frame_holds_the_program(holding: Town) -> None:
    node = await holding.node(1)
    assert node.wanted is not None
    assert (node.held, node.evidence) == (node.wanted, Evidence.ECHOED)
    stored = (await holding.office.stores.nodes.programs([node.wanted]))[node.wanted]
    assert tuple(holding.frames[dev(1)]) == stored.frames


async def test_a_second_plan_on_the_same_day_orders_nothing(town: Town) -> None:
    await town.hang(lantern(1))
    await town.give(DIM_LATE, 1)
    planner = town.office.planner
    await planner.plan(MORNING)
    again = await planner.plan(MORNING + MINUTE)
    assert (again.changed, again.ordered, again.compiled) == (0, 0, 0)
    await town.deliver(MORNING)
    after_proof = await planner.plan(MORNING + HOUR)
    assert (after_proof.changed, after_proof.ordered) == (0, 0)
    assert await planner.repair(MORNING + HOUR) == 0


async def test_progress_is_told_node_by_node_and_one_policy_can_be_planned_alone(
    town: Town,
) -> None:
    await town.hang(lantern(1), lantern(2))
    await town.give(DIM_LATE, 1)
    told: list[int] = []
    report = await town.office.planner.plan(MORNING, policy="dim-late", progress=told.append)
    assert (report.nodes, told) == (1, [1])


async def test_a_changed_policy_orders_only_the_frames_that_differ(holding: Town) -> None:
    await holding.give(DIM_LATE.replace("level = 50", "level = 60"), 1)
    report = await holding.office.planner.plan(MORNING + MINUTE)
    assert (report.changed, report.ordered) == (1, 1)
    assert await holding.slots(1) == ["profile 0"]
    await holding.deliver(MORNING + 2 * MINUTE)
    node = await holding.node(1)
    assert node.held == node.wanted


async def test_a_policy_changed_back_before_it_was_sent_needs_no_frame(holding: Town) -> None:
    await holding.give(DIM_LATE.replace("level = 50", "level = 60"), 1)
    await holding.office.planner.plan(MORNING + MINUTE)
    await holding.give(DIM_LATE, 1)
    report = await holding.office.planner.plan(MORNING + 2 * MINUTE)
    assert (report.changed, report.ordered) == (1, 0)
    assert await holding.send(MORNING + 3 * MINUTE) == []
    assert (await holding.node(1)).evidence is Evidence.ECHOED


async def test_fewer_day_programs_are_cleared_and_sent_again(holding: Town) -> None:
    planner = holding.office.planner
    await holding.give(FRIDAYS, 1)
    await planner.plan(MORNING + HOUR)
    assert await holding.slots(1) == ["profile 0", "profile 1"]  # nothing needs to be cleared
    await holding.deliver(MORNING + HOUR)
    await holding.give(DIM_LATE, 1)
    await planner.plan(MORNING + 2 * HOUR)
    assert await holding.slots(1) == ["profiles", "profile 0"]
    await holding.deliver(MORNING + 2 * HOUR)
    node = await holding.node(1)
    assert node.held == node.wanted


async def test_a_node_that_joined_again_is_sent_the_whole_program(holding: Town) -> None:
    at = MORNING + HOUR
    await holding.office.stores.nodes.record(UplinkBatch(joined=[(dev(1), at)]))
    assert (await holding.node(1)).held is None
    assert await holding.office.planner.repair(at + MINUTE) == 1
    assert await holding.slots(1) == WHOLE_PROGRAM
    assert await holding.office.planner.repair(at + 2 * MINUTE) == 0


async def test_a_node_that_someone_else_wrote_to_is_repaired(holding: Town) -> None:
    at = MORNING + HOUR
    foreign = Echo(dev(1), at, 50, bytes.fromhex("2532"))  # a fallback of 50 %
    await holding.office.stores.nodes.record(UplinkBatch(echoes=[foreign]))
    assert (await holding.node(1)).evidence is Evidence.INTENDED
    assert await holding.office.planner.repair(at + MINUTE) == 1
    await holding.deliver(at + 2 * MINUTE)
    node = await holding.node(1)
    assert (node.held, node.evidence) == (node.wanted, Evidence.ECHOED)


async def test_a_frame_that_was_rejected_is_not_ordered_for_ever(town: Town) -> None:
    await town.hang(lantern(1))
    await town.give(DIM_LATE, 1)
    planner = town.office.planner
    await planner.plan(MORNING)
    (sent,) = await town.send(MORNING)
    refusal = Rejection(dev(1), MORNING + MINUTE, sent.frame.f_port, "value out of range")
    await town.office.stores.nodes.record(UplinkBatch(rejections=[refusal]))
    at = MORNING + 2 * ORDER_LIFE
    await town.office.stores.book.expire(at)
    await town.hear(1, at)
    assert await planner.repair(at + MINUTE) == 0
    await town.give(DIM_LATE.replace("level = 50", "level = 60"), 1)
    assert (await planner.plan(at + MINUTE)).ordered == 1  # another program may be taken


async def test_an_order_that_expired_is_written_again_once_the_node_is_heard(town: Town) -> None:
    await town.hang(lantern(1))
    await town.give(DIM_LATE, 1)
    planner, book = town.office.planner, town.office.stores.book
    await planner.plan(MORNING)
    await town.send(MORNING)
    over = MORNING + ORDER_LIFE
    assert await book.expire(over) == len(WHOLE_PROGRAM)
    assert await planner.repair(over + MINUTE) == 0
    await town.hear(1, over + 2 * MINUTE)
    assert await planner.repair(over + 3 * MINUTE) == 1
    assert await town.slots(1) == WHOLE_PROGRAM
    states = [order.state for order in await town.orders(1)]
    assert states.count(State.EXPIRED) == len(WHOLE_PROGRAM)


async def test_when_a_programs_nights_are_over_the_next_one_is_ordered(holding: Town) -> None:
    winter = await holding.node(1)
    assert winter.wanted is not None
    programs = holding.office.stores.nodes.programs
    last = (await programs([winter.wanted]))[winter.wanted].valid_until
    planner = holding.office.planner
    last_day = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    assert (await planner.plan(last_day)).changed == 0
    # From 09:00 local on the coming night counts: three hours before it the last one still does.
    early = last_day + timedelta(hours=20, minutes=59)
    assert (await planner.plan(early)).changed == 0
    report = await planner.plan(early + MINUTE)
    assert (report.night, report.changed) == (last + DAY, 1)
    wanted = (await holding.node(1)).wanted
    assert wanted is not None
    assert wanted != winter.wanted
    following = (await programs([wanted]))[wanted]
    assert following.valid_from <= report.night <= following.valid_until


async def test_on_the_saturday_before_the_clocks_go_forward_another_program_is_ordered(
    holding: Town,
) -> None:
    friday = datetime(2027, 3, 26, 10, tzinfo=UTC)
    winter = await wanted_frames(holding)
    assert (await holding.office.planner.plan(friday)).changed == 0
    assert {weekday: half_light_from(winter, weekday) for weekday in (5, 6, 7)} == {
        5: 22 * 60,
        6: 22 * 60,
        7: 22 * 60,
    }
    report = await holding.office.planner.plan(friday + DAY)
    assert (report.night, report.changed, report.ordered) == (date(2027, 3, 27), 1, 1)
    spring = await wanted_frames(holding)
    assert half_light_from(spring, 6) == 22 * 60  # on Saturday evening it is GMT still
    assert half_light_from(spring, 7) == 21 * 60  # on Sunday evening it is BST
    assert (await holding.office.planner.plan(friday + 2 * DAY)).changed == 0


async def wanted_frames(town: Town) -> tuple[Frame, ...]:
    """Return the frames of the program that is wanted of node 1."""
    wanted = (await town.node(1)).wanted
    assert wanted is not None
    return (await town.office.stores.nodes.programs([wanted]))[wanted].frames


def half_light_from(frames: tuple[Frame, ...], weekday: int) -> int:
    """Return the minute of a UTC weekday's evening at which the program goes down to 50 %."""
    day = profile_for(PROFILE_ID).decode_program(frames).day_program(weekday)
    assert day is not None
    (minute,) = [step.minute for step in day.steps if step.level == 50 and step.minute >= 12 * 60]
    return minute


async def test_a_policy_that_cannot_be_followed_leaves_what_was_wanted_and_is_told(
    holding: Town,
) -> None:
    before = await holding.node(1)
    strict = DIM_LATE.replace("[switching]", "tolerance_min = 0.5\n[switching]")
    await holding.give(strict, 1)
    report = await holding.office.planner.plan(MORNING + MINUTE)
    assert ["dim-late" in why for why in report.refused.values()] == [True]
    assert (await holding.node(1)).wanted == before.wanted


async def test_a_policy_that_cannot_be_followed_does_not_stop_the_others(holding: Town) -> None:
    other = lantern(77)
    await holding.hang(other)
    await holding.give(DIM_LATE.replace("[switching]", "tolerance_min = 0.5\n[switching]"), 1)
    await holding.give(DIM_LATE.replace('"dim-late"', '"another"'), 77)
    report = await holding.office.planner.plan(MORNING + MINUTE)
    assert len(report.refused) == 1
    assert (await holding.node(77)).wanted is not None


async def test_lanterns_of_two_cells_get_two_programs(town: Town) -> None:
    far = lantern(2)
    await town.hang(lantern(1), far)
    moved = type(far)(lantern_id=far.lantern_id, latitude_deg=53.92, longitude_deg=-1.58)
    await town.office.stores.lanterns.put([moved])
    await town.give(DIM_LATE, 1, 2)
    report = await town.office.planner.plan(MORNING)
    assert report.compiled == 2
    assert (await town.node(1)).wanted != (await town.node(2)).wanted
