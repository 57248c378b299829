"""Drift: which nodes do not hold what is wanted, and the orders that are written for them."""

from datetime import timedelta

from firmware_profiles.frame import Frame
from lighting.downlink.lifecycle import State
from lighting.downlink.order import Rank
from lighting.identifiers import ProgramId
from lighting.operations.records import Rejection, StoredProgram, UplinkBatch
from tests.contracts.city import (
    DUSK,
    City,
    after,
    dev,
    echo_of,
    frame,
    new_order,
    program,
)

P1 = program("p1", frame(1), frame(2))
P2 = program("p2", frame(1), frame(3))


async def repair(city: City, wanted: StoredProgram, *frames: Frame, held: str | None = None) -> int:
    return await city.nodes.order_programs(
        wanted.program_id,
        None if held is None else ProgramId(held),
        frames or wanted.frames,
        created_at=after(1000),
        expires_at=after(2000),
    )


async def test_nodes_adrift_are_those_that_want_what_they_do_not_hold_without_an_order(
    city: City,
) -> None:
    await city.build(5)
    await city.nodes.put_programs([P1])
    await city.nodes.want({dev(n): P1.program_id for n in range(1, 5)}, at=DUSK)
    await city.orders.add([new_order(dev(1), frame(1)), new_order(dev(2), frame(1))])
    await city.send(DUSK)
    (order,) = await city.orders.of_node(dev(2))
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(1))]))
    await city.orders.add([new_order(dev(3), frame(1), batch="override:1:9")])
    assert [node.dev_eui for node in await city.nodes.adrift()] == [dev(3), dev(4)]
    assert [node.dev_eui for node in await city.nodes.adrift(limit=1)] == [dev(3)]
    assert await city.nodes.adrift_pairs() == [(P1.program_id, None)]


async def test_orders_of_a_program_are_written_for_every_node_adrift_to_it(city: City) -> None:
    await city.build(3)
    await city.nodes.put_programs([P1, P2])
    await city.nodes.want({dev(0): P1.program_id, dev(2): P1.program_id}, at=DUSK)
    await city.nodes.want({dev(1): P2.program_id}, at=DUSK)
    assert await repair(city, P1) == 2
    for number in (0, 2):
        second, first = await city.orders.of_node(dev(number))
        assert (first.frame, second.frame) == P1.frames
        assert (first.batch, first.rank) == ("program:p1", Rank.PROGRAM)
        assert (first.created_at, first.not_before) == (after(1000), after(1000))
        assert first.expires_at == after(2000)
    assert await city.orders.of_node(dev(1)) == []
    assert await repair(city, P1) == 0
    assert await city.nodes.adrift_pairs() == [(P2.program_id, None)]
    assert (await city.nodes.order_counts_of([P1.program_id]))[State.WAITING] == 4
    assert (await city.nodes.order_counts_of([P2.program_id]))[State.WAITING] == 0


async def test_orders_are_written_only_for_nodes_that_hold_what_was_said(city: City) -> None:
    await city.build(2)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    await city.nodes.put_programs([P2])
    await city.nodes.want({dev(0): P2.program_id, dev(1): P2.program_id}, at=after(100))
    pairs = [(P2.program_id, None), (P2.program_id, P1.program_id)]
    assert await city.nodes.adrift_pairs() == pairs
    assert await repair(city, P2, frame(3), held="p1") == 1
    assert [o.frame for o in await city.orders.of_node(dev(0), limit=1)] == [frame(3)]
    assert await city.orders.of_node(dev(1)) == []


async def test_a_node_that_rejected_a_program_is_not_ordered_for_again(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    for at in (after(10), after(20)):
        await city.send(at)
        rejection = Rejection(dev(0), at + timedelta(seconds=1), 50, "range")
        await city.nodes.record(UplinkBatch(rejections=[rejection]))
    assert [node.dev_eui for node in await city.nodes.adrift()] == [dev(0)]
    assert await city.nodes.adrift_pairs() == []
    assert await repair(city, P1) == 0


async def test_a_node_that_could_not_be_reached_is_ordered_for_when_it_speaks(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.see(dev(0), after(5))
    deadline = DUSK + timedelta(days=1)
    await city.orders.expire(deadline)
    assert await city.nodes.adrift_pairs() == []
    assert await repair(city, P1) == 0
    await city.see(dev(0), deadline + timedelta(seconds=1))
    assert await city.nodes.adrift_pairs() == [(P1.program_id, None)]
    assert await repair(city, P1) == 1


async def test_a_node_that_was_never_heard_is_ordered_for_once(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.orders.expire(DUSK + timedelta(days=1))
    assert await city.nodes.adrift_pairs() == []
