"""Recording what nodes and gateways say: who was heard, what is proved, what is lost."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order, Purpose, Rank
from lighting.identifiers import GatewayId, ProgramId
from lighting.operations.records import (
    Echo,
    Evidence,
    GatewayAcceptance,
    MeterRow,
    NetworkRefusal,
    Note,
    Recorded,
    Rejection,
    Seen,
    StatusRow,
    UplinkBatch,
)
from tests.contracts.city import (
    DUSK,
    FAR,
    NEAR,
    City,
    acceptance_of,
    after,
    dev,
    echo_of,
    frame,
    new_order,
    program,
    sending,
)

NODE = dev(0)
P1 = program("p1", frame(1), frame(2))
P2 = program("p2", frame(1), frame(3))


async def flying(city: City) -> Order:
    """Return the first order of a program of one frame, just sent."""
    await city.build(1)
    await city.roll_out(NODE, program("p1", frame(1)))
    (order,) = await city.send(DUSK)
    return order


async def holding(city: City) -> None:
    """Let the node hold P1, proved at 3 s after dusk."""
    await city.build(1)
    await city.roll_out(NODE, P1)
    await city.send_and_prove(NODE, DUSK)
    assert (await city.node(NODE)).held == P1.program_id
    assert (await city.node(NODE)).held_at == after(3)


async def state_of(city: City, order: Order) -> State:
    return (await city.orders.get(order.order_id)).state


# Who was heard


async def test_the_latest_message_says_when_and_by_which_gateway_a_node_was_heard(
    city: City,
) -> None:
    await city.build(1)
    heard = [Seen(NODE, after(5), FAR, -80), Seen(NODE, after(9), NEAR, -110)]
    await city.nodes.record(UplinkBatch(seen=[heard[1], heard[0]]))
    await city.see(NODE, after(7), FAR)
    node = await city.node(NODE)
    assert (node.last_seen_at, node.gateway_id) == (after(9), NEAR)


async def test_a_message_without_gateway_leaves_the_known_one(city: City) -> None:
    await city.build(1)
    await city.see(NODE, after(1), FAR)
    await city.see(NODE, after(2), None)
    node = await city.node(NODE)
    assert (node.last_seen_at, node.gateway_id) == (after(2), FAR)


async def test_a_node_in_back_off_that_is_heard_is_tried_at_once(city: City) -> None:
    order = await flying(city)
    await city.orders.time_out(after(90))
    await city.see(NODE, after(100))
    assert await city.orders.due(at=after(99.999), limit=1) == []
    (due,) = await city.orders.due(at=after(100), limit=1)
    assert due.order_id == order.order_id


async def test_an_order_that_was_never_sent_waits_for_its_time_however_often_its_node_speaks(
    city: City,
) -> None:
    await city.build(1)
    await city.orders.add([replace(new_order(NODE, frame(1)), not_before=after(60))])
    await city.see(NODE, after(10))
    assert await city.orders.due(at=after(59), limit=1) == []


async def test_a_message_that_comes_late_does_not_shorten_the_back_off(city: City) -> None:
    await flying(city)
    await city.see(NODE, after(80))
    await city.orders.time_out(after(90))
    await city.see(NODE, after(70))
    assert await city.orders.due(at=after(100), limit=1) == []


async def test_devices_that_are_on_no_lantern_are_named_and_nothing_of_them_is_kept(
    city: City,
) -> None:
    await city.build(1)
    strange = [dev(number) for number in range(100, 109)]
    s = iter(strange)
    recorded = await city.nodes.record(
        UplinkBatch(
            seen=[Seen(next(s), DUSK, NEAR, -90), Seen(NODE, DUSK, NEAR, -90)],
            joined=[(next(s), DUSK)],
            echoes=[Echo(next(s), DUSK, 50, b"\x01")],
            rejections=[Rejection(next(s), DUSK, 50, "range")],
            acceptances=[GatewayAcceptance(next(s), DUSK, uuid4(), NEAR)],
            refusals=[NetworkRefusal(next(s), DUSK, None, "TOO_LATE")],
            statuses=[StatusRow(next(s), DUSK, 80, "profile 0", "", 21)],
            meters=[MeterRow(next(s), DUSK, 1, 2, 3, 4)],
            notes=[Note(next(s), DUSK, "boot", "x")],
        )
    )
    assert recorded == Recorded(unknown=tuple(strange))
    assert (await city.node(NODE)).last_seen_at == DUSK
    for rows in (
        await city.readings.statuses_of(strange, start=DUSK, end=after(1)),
        await city.readings.meters_of(strange, start=DUSK, end=after(1)),
        await city.readings.notes_of(strange, start=DUSK, end=after(1)),
    ):
        assert rows == {}


async def test_an_empty_batch_is_fine(city: City) -> None:
    assert await city.nodes.record(UplinkBatch()) == Recorded()


# Echoes


async def test_an_echo_proves_the_order_in_flight_and_the_node_holds_its_program(
    city: City,
) -> None:
    order = await flying(city)
    recorded = await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(4))]))
    assert recorded == Recorded()
    assert await state_of(city, order) is State.ECHOED
    node = await city.node(NODE)
    assert (node.held, node.held_at) == ("p1", after(4))
    assert (node.evidence, node.evidence_at) == (Evidence.ECHOED, after(4))


async def test_a_node_holds_a_program_only_when_all_of_it_is_proved(city: City) -> None:
    await city.build(1)
    await city.roll_out(NODE, P1)
    (first,) = await city.send(DUSK)
    await city.nodes.record(UplinkBatch(echoes=[echo_of(first, after(1))]))
    assert (await city.node(NODE)).held is None
    (second,) = await city.send(after(2))
    await city.nodes.record(UplinkBatch(echoes=[echo_of(second, after(3))]))
    assert (await city.node(NODE)).held == P1.program_id


async def test_an_echo_that_comes_after_the_time_out_is_proof_all_the_same(city: City) -> None:
    order = await flying(city)
    await city.orders.time_out(after(90))
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(95))]))
    assert await state_of(city, order) is State.ECHOED


async def test_an_echo_of_other_bytes_proves_nothing(city: City) -> None:
    order = await flying(city)
    await city.nodes.record(UplinkBatch(echoes=[Echo(NODE, after(1), 50, b"\x01\xff")]))
    await city.nodes.record(UplinkBatch(echoes=[Echo(NODE, after(2), 51, order.frame.payload)]))
    assert await state_of(city, order) is State.SENT


async def test_an_echo_from_before_the_order_proves_nothing(city: City) -> None:
    # judge.CLOCKS_APART_MS: two minutes are forgiven, for clocks differ
    order = await flying(city)
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(-121))]))
    assert await state_of(city, order) is State.SENT
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(-119))]))
    assert await state_of(city, order) is State.ECHOED


async def test_one_echo_proves_one_order_the_one_in_flight(city: City) -> None:
    await city.build(1)
    hold = replace(new_order(NODE, frame(9), batch="override:1:5"), purpose=Purpose.OVERRIDE)
    await city.orders.add([hold, replace(hold, batch="override:1:9")])
    await city.orders.sending([sending(await city.orders.get(2), DUSK)])
    await city.nodes.record(UplinkBatch(echoes=[echo_of(await city.orders.get(2), after(1))]))
    assert [(await city.orders.get(n)).state for n in (1, 2)] == [State.WAITING, State.ECHOED]


async def test_the_same_echo_again_is_harmless(city: City) -> None:
    await holding(city)
    before = await city.node(NODE)
    first, second = reversed(await city.orders.of_node(NODE))
    again = UplinkBatch(echoes=[echo_of(first, after(1)), echo_of(second, after(3))])
    assert await city.nodes.record(again) == Recorded()
    twice = UplinkBatch(echoes=[echo_of(second, after(50)), echo_of(second, after(51))])
    assert await city.nodes.record(twice) == Recorded()
    assert await city.node(NODE) == before


async def test_an_echo_of_an_override_that_comes_twice_is_harmless(city: City) -> None:
    await holding(city)
    hold = new_order(NODE, frame(9), batch="override:1:5")
    await city.orders.add([replace(hold, purpose=Purpose.OVERRIDE, rank=Rank.OVERRIDE)])
    (order,) = await city.send(after(10))
    batch = UplinkBatch(echoes=[echo_of(order, after(11)), echo_of(order, after(12))])
    assert await city.nodes.record(batch) == Recorded()
    assert await city.nodes.record(batch) == Recorded()
    assert (await city.node(NODE)).evidence is Evidence.ECHOED


async def test_a_node_that_echoes_what_we_never_sent_may_have_lost_its_program(city: City) -> None:
    await holding(city)
    foreign = UplinkBatch(echoes=[Echo(NODE, after(60), 50, b"someone else")])
    assert await city.nodes.record(foreign) == Recorded(lost_program=(NODE,))
    node = await city.node(NODE)
    assert (node.held, node.evidence, node.evidence_at) == (None, Evidence.INTENDED, after(60))
    assert [each.dev_eui for each in await city.nodes.adrift()] == [NODE]
    assert await city.nodes.record(foreign) == Recorded()


async def test_a_foreign_echo_from_before_the_proof_says_nothing(city: City) -> None:
    await holding(city)
    foreign = UplinkBatch(echoes=[Echo(NODE, after(2), 50, b"someone else")])
    assert await city.nodes.record(foreign) == Recorded()
    assert (await city.node(NODE)).evidence is Evidence.ECHOED


async def test_a_late_echo_of_a_program_that_is_not_wanted_any_more_undoes_the_new_one(
    city: City,
) -> None:
    await city.build(1)
    await city.roll_out(NODE, P1)
    (old,) = await city.send(DUSK)
    await city.orders.supersede([NODE])
    await city.roll_out(NODE, program("p3", frame(3)), after(1))
    await city.send_and_prove(NODE, after(2))
    recorded = await city.nodes.record(UplinkBatch(echoes=[echo_of(old, after(30))]))
    assert recorded.lost_program == (NODE,)
    assert (await city.node(NODE)).held is None


async def test_the_frames_that_a_node_lacked_are_enough_to_hold_the_next_program(
    city: City,
) -> None:
    await holding(city)
    await city.nodes.put_programs([P2])
    await city.nodes.want({NODE: P2.program_id}, at=after(100))
    assert (await city.node(NODE)).held == P1.program_id
    await city.nodes.order_programs(
        P2.program_id,
        P1.program_id,
        [frame(3)],  # frame 1 is in both
        created_at=after(101),
        expires_at=after(9999),
    )
    await city.send_and_prove(NODE, after(102))
    node = await city.node(NODE)
    assert (node.held, node.evidence) == (P2.program_id, Evidence.ECHOED)


async def test_frames_that_were_left_out_are_missing_when_the_node_joined_meanwhile(
    city: City,
) -> None:
    await holding(city)
    await city.nodes.put_programs([P2])
    await city.nodes.want({NODE: P2.program_id}, at=after(100))
    await city.nodes.order_programs(
        P2.program_id,
        P1.program_id,
        [frame(3)],
        created_at=after(101),
        expires_at=after(9999),
    )
    joined = await city.nodes.record(UplinkBatch(joined=[(NODE, after(102))]))
    assert joined.lost_program == (NODE,)
    await city.send_and_prove(NODE, after(103))
    node = await city.node(NODE)
    assert (node.held, node.evidence) == (None, Evidence.INTENDED)
    assert await city.nodes.adrift_pairs() == [(P2.program_id, None)]


async def test_what_a_node_proved_before_it_joined_again_does_not_count(city: City) -> None:
    await city.build(1)
    await city.roll_out(NODE, P1)
    (first,) = await city.send(DUSK)
    await city.nodes.record(UplinkBatch(echoes=[echo_of(first, after(1))]))
    await city.nodes.record(UplinkBatch(joined=[(NODE, after(2))]))
    await city.send_and_prove(NODE, after(3))
    assert (await city.node(NODE)).held is None
    assert [node.dev_eui for node in await city.nodes.adrift()] == [NODE]


async def test_orders_that_were_all_proved_after_the_join_count(city: City) -> None:
    await city.build(1)
    await city.roll_out(NODE, P1)
    await city.nodes.record(UplinkBatch(joined=[(NODE, after(2))]))
    await city.send_and_prove(NODE, after(3))
    assert (await city.node(NODE)).held == P1.program_id


# Joins


async def test_a_node_that_joins_again_may_have_lost_its_program(city: City) -> None:
    await holding(city)
    joined = UplinkBatch(joined=[(NODE, after(60))])
    assert await city.nodes.record(joined) == Recorded(lost_program=(NODE,))
    node = await city.node(NODE)
    assert (node.held, node.evidence, node.evidence_at) == (None, Evidence.INTENDED, after(60))
    assert await city.nodes.record(joined) == Recorded()


async def test_a_join_from_before_the_proof_says_nothing(city: City) -> None:
    await holding(city)
    assert await city.nodes.record(UplinkBatch(joined=[(NODE, after(2))])) == Recorded()
    assert (await city.node(NODE)).held == P1.program_id


async def test_the_first_join_of_a_node_loses_nothing(city: City) -> None:
    await city.build(1)
    assert await city.nodes.record(UplinkBatch(joined=[(NODE, DUSK)])) == Recorded()
    assert (await city.node(NODE)).evidence is Evidence.NONE
    await city.roll_out(NODE, P1, after(1))
    assert await city.nodes.record(UplinkBatch(joined=[(NODE, after(2))])) == Recorded()


async def test_inside_a_batch_messages_count_in_order_of_their_time(city: City) -> None:
    order = await flying(city)
    joined, echo = (NODE, after(5)), echo_of(order, after(6))
    await city.nodes.record(UplinkBatch(echoes=[echo], joined=[joined]))
    assert (await city.node(NODE)).held == "p1"


async def test_an_echo_and_a_later_join_in_one_batch_leave_nothing_held(city: City) -> None:
    order = await flying(city)
    joined, echo = (NODE, after(6)), echo_of(order, after(5))
    recorded = await city.nodes.record(UplinkBatch(echoes=[echo], joined=[joined]))
    assert recorded.lost_program == (NODE,)
    assert (await city.node(NODE)).held is None


# Gateways


async def test_a_gateways_acceptance_moves_the_order_and_the_evidence(city: City) -> None:
    order = await flying(city)
    recorded = await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(1))]))
    assert recorded == Recorded()
    assert await state_of(city, order) is State.ACCEPTED
    node = await city.node(NODE)
    assert (node.evidence, node.evidence_at) == (Evidence.ACCEPTED, after(1))


async def test_an_acceptance_behind_the_echo_changes_nothing(city: City) -> None:
    order = await flying(city)
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(2))]))
    await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(1))]))
    assert await state_of(city, order) is State.ECHOED
    assert (await city.node(NODE)).evidence is Evidence.ECHOED


async def test_a_frame_that_no_node_echoes_is_delivered_and_proves_no_more_than_that(
    city: City,
) -> None:
    await city.build(1)
    await city.roll_out(NODE, program("p1", frame(1, echoed=False)))
    (order,) = await city.send(DUSK)
    await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(1))]))
    assert await state_of(city, order) is State.DELIVERED
    node = await city.node(NODE)
    assert (node.held, node.evidence) == ("p1", Evidence.ACCEPTED)
    await city.nodes.want({NODE: P2.program_id}, at=after(200))
    await city.nodes.want({NODE: ProgramId("p1")}, at=after(201))
    assert (await city.node(NODE)).evidence is Evidence.ACCEPTED


@pytest.mark.parametrize("real", [FAR, None])
async def test_air_time_is_charged_to_the_gateway_that_really_sent(
    city: City, real: GatewayId | None
) -> None:
    order = await flying(city)
    batch = UplinkBatch(acceptances=[acceptance_of(order, after(1), gateway_id=real)])
    moved = () if real is None else ((NEAR, DUSK, 246.0, FAR),)
    assert await city.nodes.record(batch) == Recorded(moved=moved)
    assert await city.nodes.record(batch) == Recorded()
    (charged,) = await city.orders.transmissions_since(DUSK)
    assert charged.gateway_id == (real or NEAR)


async def test_an_acceptance_of_an_earlier_try_moves_its_air_time_but_not_the_order(
    city: City,
) -> None:
    first_try = await flying(city)
    await city.orders.time_out(after(90))
    (second_try,) = await city.send(after(210))
    late = UplinkBatch(acceptances=[acceptance_of(first_try, after(211), gateway_id=FAR)])
    recorded = await city.nodes.record(late)
    assert recorded.moved == ((NEAR, DUSK, 246.0, FAR),)
    assert await state_of(city, second_try) is State.SENT


async def test_an_acceptance_of_what_someone_else_sent_is_nothing_to_us(city: City) -> None:
    order = await flying(city)
    other = GatewayAcceptance(NODE, after(1), uuid4(), FAR)
    assert await city.nodes.record(UplinkBatch(acceptances=[other])) == Recorded()
    assert await state_of(city, order) is State.SENT


# Refusals and rejections


@pytest.mark.parametrize("named", [True, False])
async def test_a_refusal_by_the_network_sends_the_order_back_to_wait(
    city: City, named: bool
) -> None:
    order = await flying(city)
    item = order.queue_item_id(1) if named else None
    refusal = NetworkRefusal(NODE, after(2), item, "DOWNLINK_GATEWAY: TOO_LATE")
    await city.nodes.record(UplinkBatch(refusals=[refusal]))
    lost = await city.orders.get(order.order_id)
    assert (lost.state, lost.note) == (State.WAITING, "DOWNLINK_GATEWAY: TOO_LATE")
    # retry.FIRST_BACK_OFF: two minutes
    assert await city.orders.due(at=after(121), limit=1) == []
    assert len(await city.orders.due(at=after(122), limit=1)) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_the_same_refusal_again_does_not_touch_the_next_try(city: City, named: bool) -> None:
    order = await flying(city)
    refusal = NetworkRefusal(NODE, after(2), order.queue_item_id(1) if named else None, "TOO_LATE")
    await city.nodes.record(UplinkBatch(refusals=[refusal]))
    await city.send(after(122))
    await city.nodes.record(UplinkBatch(refusals=[refusal]))
    assert await state_of(city, order) is State.SENT


async def test_an_order_that_a_gateway_took_can_still_be_refused(city: City) -> None:
    order = await flying(city)
    refusal = NetworkRefusal(NODE, after(2), None, "COLLISION_PACKET")
    acceptance = acceptance_of(order, after(1))
    await city.nodes.record(UplinkBatch(refusals=[refusal], acceptances=[acceptance]))
    assert await state_of(city, order) is State.WAITING


async def test_a_rejection_ends_the_order_with_the_nodes_reason(city: City) -> None:
    order = await flying(city)
    rejection = Rejection(NODE, after(2), 50, "value out of range")
    await city.nodes.record(UplinkBatch(rejections=[rejection]))
    ended = await city.orders.get(order.order_id)
    assert (ended.state, ended.note) == (State.REJECTED, "value out of range")
    assert (await city.node(NODE)).evidence is Evidence.INTENDED


async def test_a_rejection_of_another_port_is_not_about_this_order(city: City) -> None:
    order = await flying(city)
    await city.nodes.record(UplinkBatch(rejections=[Rejection(NODE, after(2), 60, "range")]))
    assert await state_of(city, order) is State.SENT


async def test_a_rejection_that_comes_after_the_time_out_still_ends_the_order(city: City) -> None:
    order = await flying(city)
    await city.orders.time_out(after(90))
    await city.nodes.record(UplinkBatch(rejections=[Rejection(NODE, after(95), 50, "range")]))
    assert await state_of(city, order) is State.REJECTED


async def test_the_same_rejection_again_does_not_end_the_next_order(city: City) -> None:
    await city.build(1)
    await city.roll_out(NODE, P1)
    await city.send(DUSK)
    rejection = UplinkBatch(rejections=[Rejection(NODE, after(1), 50, "range")])
    await city.nodes.record(rejection)
    (second,) = await city.send(after(2))
    await city.nodes.record(rejection)
    assert await state_of(city, second) is State.SENT


# Readings


async def test_readings_are_kept_once_however_often_they_come(city: City) -> None:
    await city.build(1)
    status = StatusRow(NODE, after(1), 80, "profile 0", "lamp failure", -5)
    unknown = StatusRow(NODE, after(2), None, "", "", None)
    meter = MeterRow(NODE, after(1), 2**40, 24, 3600, 230)
    notes = [Note(NODE, after(1), "boot", "power on"), Note(NODE, after(1), "alert", "tilt")]
    batch = UplinkBatch(statuses=[status, unknown, status], meters=[meter, meter], notes=notes)
    for _ in range(2):
        assert await city.nodes.record(batch) == Recorded()
    all_night = {"start": DUSK, "end": DUSK + timedelta(hours=16)}
    assert await city.readings.statuses_of([NODE], **all_night) == {NODE: [status, unknown]}
    assert await city.readings.meters_of([NODE], **all_night) == {NODE: [meter]}
    assert await city.readings.notes_of([NODE], **all_night) == {NODE: [notes[1], notes[0]]}


async def test_the_same_batch_again_changes_nothing_at_all(city: City) -> None:
    await city.build(4)
    for number in range(4):
        await city.roll_out(dev(number), P1)
    zero, one, two, three = await city.send(DUSK)
    batch = UplinkBatch(
        seen=[Seen(dev(n), after(5), FAR, -100) for n in range(4)],
        joined=[(dev(3), after(2))],
        echoes=[echo_of(zero, after(4))],
        rejections=[Rejection(dev(1), after(4), 50, "range")],
        acceptances=[acceptance_of(two, after(3), gateway_id=FAR)],
        refusals=[NetworkRefusal(dev(3), after(4), three.queue_item_id(1), "TOO_LATE")],
    )

    async def everything() -> list[object]:
        orders = [await city.orders.of_node(dev(number)) for number in range(4)]
        due = await city.orders.due(at=after(300), limit=9)
        charged = await city.orders.transmissions_since(DUSK)
        return [await city.nodes.nodes(), orders, due, charged]

    first = await city.nodes.record(batch)
    assert first.moved == ((NEAR, DUSK, 246.0, FAR),)
    assert [await state_of(city, o) for o in (zero, one, two, three)] == [
        State.ECHOED,
        State.REJECTED,
        State.ACCEPTED,
        State.WAITING,
    ]
    before = await everything()
    assert await city.nodes.record(batch) == Recorded()
    assert await everything() == before
