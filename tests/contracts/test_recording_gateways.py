"""Recording what gateways, the network server and nodes say of a try."""

from uuid import uuid4

import pytest

from lighting.downlink.lifecycle import State
from lighting.identifiers import GatewayId, ProgramId
from lighting.operations.records import (
    Evidence,
    GatewayAcceptance,
    NetworkRefusal,
    Recorded,
    Rejection,
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
    program,
)

NODE = dev(0)
P1 = program("p1", frame(1), frame(2))
P2 = program("p2", frame(1), frame(3))


async def test_a_gateways_acceptance_moves_the_order_and_the_evidence(city: City) -> None:
    order = await city.one_in_flight()
    recorded = await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(1))]))
    assert recorded == Recorded()
    assert await city.state_of(order) is State.ACCEPTED
    node = await city.node(NODE)
    assert (node.evidence, node.evidence_at) == (Evidence.ACCEPTED, after(1))


async def test_an_acceptance_behind_the_echo_changes_nothing(city: City) -> None:
    order = await city.one_in_flight()
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(2))]))
    await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(1))]))
    assert await city.state_of(order) is State.ECHOED
    assert (await city.node(NODE)).evidence is Evidence.ECHOED


async def test_a_frame_that_no_node_echoes_is_delivered_and_proves_no_more_than_that(
    city: City,
) -> None:
    await city.build(1)
    await city.roll_out(NODE, program("p1", frame(1, echoed=False)))
    (order,) = await city.send(DUSK)
    await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(1))]))
    assert await city.state_of(order) is State.DELIVERED
    node = await city.node(NODE)
    assert (node.held, node.evidence) == ("p1", Evidence.ACCEPTED)
    await city.nodes.want({NODE: P2.program_id}, at=after(200))
    await city.nodes.want({NODE: ProgramId("p1")}, at=after(201))
    assert (await city.node(NODE)).evidence is Evidence.ACCEPTED


@pytest.mark.parametrize("real", [FAR, None])
async def test_air_time_is_charged_to_the_gateway_that_really_sent(
    city: City, real: GatewayId | None
) -> None:
    order = await city.one_in_flight()
    batch = UplinkBatch(acceptances=[acceptance_of(order, after(1), gateway_id=real)])
    moved = () if real is None else ((NEAR, DUSK, 246.0, FAR),)
    assert await city.nodes.record(batch) == Recorded(moved=moved)
    assert await city.nodes.record(batch) == Recorded()
    (charged,) = await city.orders.transmissions_since(DUSK)
    assert charged.gateway_id == (real or NEAR)


async def test_an_acceptance_of_an_earlier_try_moves_its_air_time_but_not_the_order(
    city: City,
) -> None:
    first_try = await city.one_in_flight()
    await city.orders.time_out(after(90))
    (second_try,) = await city.send(after(210))
    late = UplinkBatch(acceptances=[acceptance_of(first_try, after(211), gateway_id=FAR)])
    recorded = await city.nodes.record(late)
    assert recorded.moved == ((NEAR, DUSK, 246.0, FAR),)
    assert await city.state_of(second_try) is State.SENT


async def test_an_acceptance_of_what_someone_else_sent_is_nothing_to_us(city: City) -> None:
    order = await city.one_in_flight()
    other = GatewayAcceptance(NODE, after(1), uuid4(), FAR)
    assert await city.nodes.record(UplinkBatch(acceptances=[other])) == Recorded()
    assert await city.state_of(order) is State.SENT


async def test_an_acceptance_that_names_our_item_for_another_node_is_nothing_to_us(
    city: City,
) -> None:
    await city.build(2)
    await city.roll_out(NODE, program("p1", frame(1)))
    (order,) = await city.send(DUSK)
    for at in (after(1), after(20)):  # before the echo, and long after
        theirs = GatewayAcceptance(dev(1), at, order.queue_item_id(1), FAR)
        assert await city.nodes.record(UplinkBatch(acceptances=[theirs])) == Recorded()
        await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(2))]))
    (charged,) = await city.orders.transmissions_since(DUSK)
    assert (charged.gateway_id, charged.airtime_ms) == (NEAR, 246.0)


@pytest.mark.parametrize("names", ["named", "not named"])
async def test_a_refusal_by_the_network_sends_the_order_back_to_wait(
    city: City, names: str
) -> None:
    order = await city.one_in_flight()
    item = order.queue_item_id(1) if names == "named" else None
    refusal = NetworkRefusal(NODE, after(2), item, "DOWNLINK_GATEWAY: TOO_LATE")
    await city.nodes.record(UplinkBatch(refusals=[refusal]))
    lost = await city.orders.get(order.order_id)
    assert (lost.state, lost.note) == (State.WAITING, "DOWNLINK_GATEWAY: TOO_LATE")
    # retry.FIRST_BACK_OFF: two minutes
    assert await city.orders.due(at=after(121), limit=1) == []
    assert len(await city.orders.due(at=after(122), limit=1)) == 1


@pytest.mark.parametrize("names", ["named", "not named"])
async def test_the_same_refusal_again_does_not_touch_the_next_try(city: City, names: str) -> None:
    order = await city.one_in_flight()
    refusal = NetworkRefusal(
        NODE, after(2), order.queue_item_id(1) if names == "named" else None, "TOO_LATE"
    )
    await city.nodes.record(UplinkBatch(refusals=[refusal]))
    await city.send(after(122))
    await city.nodes.record(UplinkBatch(refusals=[refusal]))
    assert await city.state_of(order) is State.SENT


async def test_an_order_that_a_gateway_took_can_still_be_refused(city: City) -> None:
    order = await city.one_in_flight()
    refusal = NetworkRefusal(NODE, after(2), None, "COLLISION_PACKET")
    acceptance = acceptance_of(order, after(1))
    await city.nodes.record(UplinkBatch(refusals=[refusal], acceptances=[acceptance]))
    assert await city.state_of(order) is State.WAITING


async def test_a_rejection_ends_the_order_with_the_nodes_reason(city: City) -> None:
    order = await city.one_in_flight()
    rejection = Rejection(NODE, after(2), 50, "value out of range")
    await city.nodes.record(UplinkBatch(rejections=[rejection]))
    ended = await city.orders.get(order.order_id)
    assert (ended.state, ended.note) == (State.REJECTED, "value out of range")
    assert (await city.node(NODE)).evidence is Evidence.INTENDED


async def test_a_rejection_of_another_port_is_not_about_this_order(city: City) -> None:
    order = await city.one_in_flight()
    await city.nodes.record(UplinkBatch(rejections=[Rejection(NODE, after(2), 60, "range")]))
    assert await city.state_of(order) is State.SENT


async def test_a_rejection_that_comes_after_the_time_out_still_ends_the_order(city: City) -> None:
    order = await city.one_in_flight()
    await city.orders.time_out(after(90))
    await city.nodes.record(UplinkBatch(rejections=[Rejection(NODE, after(95), 50, "range")]))
    assert await city.state_of(order) is State.REJECTED


async def test_the_same_rejection_again_does_not_end_the_next_order(city: City) -> None:
    await city.build(1)
    await city.roll_out(NODE, P1)
    await city.send(DUSK)
    rejection = UplinkBatch(rejections=[Rejection(NODE, after(1), 50, "range")])
    await city.nodes.record(rejection)
    (second,) = await city.send(after(2))
    await city.nodes.record(rejection)
    assert await city.state_of(second) is State.SENT
