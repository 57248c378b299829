"""Recording echoes: what proves an order and a program."""

from dataclasses import replace

from lighting.downlink.lifecycle import State
from lighting.downlink.order import Purpose, Rank
from lighting.operations.records import (
    Echo,
    Evidence,
    Recorded,
    UplinkBatch,
)
from tests.contracts.city import (
    DUSK,
    City,
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


async def test_an_echo_proves_the_order_in_flight_and_the_node_holds_its_program(
    city: City,
) -> None:
    order = await city.one_in_flight()
    recorded = await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(4))]))
    assert recorded == Recorded()
    assert await city.state_of(order) is State.ECHOED
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
    order = await city.one_in_flight()
    await city.orders.time_out(after(90))
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(95))]))
    assert await city.state_of(order) is State.ECHOED


async def test_an_echo_of_other_bytes_proves_nothing(city: City) -> None:
    order = await city.one_in_flight()
    await city.nodes.record(UplinkBatch(echoes=[Echo(NODE, after(1), 50, b"\x01\xff")]))
    await city.nodes.record(UplinkBatch(echoes=[Echo(NODE, after(2), 51, order.frame.payload)]))
    assert await city.state_of(order) is State.SENT


async def test_an_echo_from_before_the_order_proves_nothing(city: City) -> None:
    # judge.CLOCKS_APART_MS: two minutes are forgiven, for clocks differ
    order = await city.one_in_flight()
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(-121))]))
    assert await city.state_of(order) is State.SENT
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(-119))]))
    assert await city.state_of(order) is State.ECHOED


async def test_one_echo_proves_one_order_the_one_in_flight(city: City) -> None:
    await city.build(1)
    hold = replace(new_order(NODE, frame(9), batch="override:1:5"), purpose=Purpose.OVERRIDE)
    await city.orders.add([hold, replace(hold, batch="override:1:9")])
    await city.orders.sending([sending(await city.orders.get(2), DUSK)])
    await city.nodes.record(UplinkBatch(echoes=[echo_of(await city.orders.get(2), after(1))]))
    assert [(await city.orders.get(n)).state for n in (1, 2)] == [State.WAITING, State.ECHOED]


async def test_the_same_echo_again_is_harmless(city: City) -> None:
    await city.one_holding(P1)
    before = await city.node(NODE)
    first, second = reversed(await city.orders.of_node(NODE))
    again = UplinkBatch(echoes=[echo_of(first, after(1)), echo_of(second, after(3))])
    assert await city.nodes.record(again) == Recorded()
    twice = UplinkBatch(echoes=[echo_of(second, after(50)), echo_of(second, after(51))])
    assert await city.nodes.record(twice) == Recorded()
    assert await city.node(NODE) == before


async def test_an_echo_of_an_override_that_comes_twice_is_harmless(city: City) -> None:
    await city.one_holding(P1)
    hold = new_order(NODE, frame(9), batch="override:1:5")
    await city.orders.add([replace(hold, purpose=Purpose.OVERRIDE, rank=Rank.OVERRIDE)])
    (order,) = await city.send(after(10))
    batch = UplinkBatch(echoes=[echo_of(order, after(11)), echo_of(order, after(12))])
    assert await city.nodes.record(batch) == Recorded()
    assert await city.nodes.record(batch) == Recorded()
    assert (await city.node(NODE)).evidence is Evidence.ECHOED
