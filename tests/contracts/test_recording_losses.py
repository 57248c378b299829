"""Recording what takes a program away: joins, foreign echoes, late ones."""

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
)

NODE = dev(0)
P1 = program("p1", frame(1), frame(2))
P2 = program("p2", frame(1), frame(3))


async def test_a_node_that_echoes_what_we_never_sent_may_have_lost_its_program(city: City) -> None:
    await city.one_holding(P1)
    foreign = UplinkBatch(echoes=[Echo(NODE, after(60), 50, b"someone else")])
    assert await city.nodes.record(foreign) == Recorded(lost_program=(NODE,))
    node = await city.node(NODE)
    assert (node.held, node.evidence, node.evidence_at) == (None, Evidence.INTENDED, after(60))
    assert [each.dev_eui for each in await city.nodes.adrift()] == [NODE]
    assert await city.nodes.record(foreign) == Recorded()


async def test_a_foreign_echo_from_before_the_proof_says_nothing(city: City) -> None:
    await city.one_holding(P1)
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


async def test_an_order_of_another_program_that_is_proved_undoes_the_one_that_is_held(
    city: City,
) -> None:
    await city.one_holding(P1)
    await city.orders.add([new_order(NODE, frame(9), batch="program:p9")])
    (order,) = await city.send(after(10))
    recorded = await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(11))]))
    assert recorded.lost_program == (NODE,)
    node = await city.node(NODE)
    assert (node.held, node.evidence) == (None, Evidence.INTENDED)


async def test_the_frames_that_a_node_lacked_are_enough_to_hold_the_next_program(
    city: City,
) -> None:
    await city.one_holding(P1)
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
    await city.one_holding(P1)
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


async def test_a_node_that_joins_again_may_have_lost_its_program(city: City) -> None:
    await city.one_holding(P1)
    joined = UplinkBatch(joined=[(NODE, after(60))])
    assert await city.nodes.record(joined) == Recorded(lost_program=(NODE,))
    node = await city.node(NODE)
    assert (node.held, node.evidence, node.evidence_at) == (None, Evidence.INTENDED, after(60))
    assert await city.nodes.record(joined) == Recorded()


async def test_a_join_from_before_the_proof_says_nothing(city: City) -> None:
    await city.one_holding(P1)
    assert await city.nodes.record(UplinkBatch(joined=[(NODE, after(2))])) == Recorded()
    assert (await city.node(NODE)).held == P1.program_id


async def test_the_first_join_of_a_node_loses_nothing(city: City) -> None:
    await city.build(1)
    assert await city.nodes.record(UplinkBatch(joined=[(NODE, DUSK)])) == Recorded()
    assert (await city.node(NODE)).evidence is Evidence.NONE
    await city.roll_out(NODE, P1, after(1))
    assert await city.nodes.record(UplinkBatch(joined=[(NODE, after(2))])) == Recorded()


async def test_inside_a_batch_messages_count_in_order_of_their_time(city: City) -> None:
    order = await city.one_in_flight()
    joined, echo = (NODE, after(5)), echo_of(order, after(6))
    await city.nodes.record(UplinkBatch(echoes=[echo], joined=[joined]))
    assert (await city.node(NODE)).held == "p1"


async def test_an_echo_and_a_later_join_in_one_batch_leave_nothing_held(city: City) -> None:
    order = await city.one_in_flight()
    joined, echo = (NODE, after(6)), echo_of(order, after(5))
    recorded = await city.nodes.record(UplinkBatch(echoes=[echo], joined=[joined]))
    assert recorded.lost_program == (NODE,)
    assert (await city.node(NODE)).held is None
