"""Nodes: how they are found, what is wanted of them, and how we know that they follow."""

from dataclasses import replace

from lighting.identifiers import DevEui, ProgramId
from lighting.inventory.store import Assigned
from lighting.operations.records import Evidence, Node, UplinkBatch
from tests.contracts.city import (
    DUSK,
    NEAR,
    City,
    after,
    dev,
    echo_of,
    frame,
    lantern,
    lantern_id,
    program,
)

P1 = program("p1", frame(1), frame(2))
P2 = program("p2", frame(1), frame(3))


async def test_a_node_carries_what_its_lantern_is(city: City) -> None:
    place = replace(lantern(0), road="The Headrow", ward="City", power_w=24.5)
    await city.lanterns.put([place])
    await city.lanterns.assign({lantern_id(0): Assigned(policy="Main roads", revision=2)})
    await city.lanterns.fit_nodes([city.link(0, 0)])
    assert await city.node(dev(0)) == Node(
        dev_eui=dev(0),
        lantern_id=lantern_id(0),
        profile_id="nas_ul20xx_1_1",
        application_id="street",
        latitude_deg=53.8,
        longitude_deg=-1.55,
        policy="Main roads",
        revision=2,
        power_w=24.5,
        ward="City",
        road="The Headrow",
    )


async def test_a_node_that_is_fitted_nowhere_is_not_found(city: City) -> None:
    assert await city.nodes.find_nodes([dev(0)]) == []


async def test_nodes_are_told_in_pages_in_order_of_their_eui(city: City) -> None:
    await city.build(5)
    first = await city.nodes.nodes(limit=3)
    rest = await city.nodes.nodes(after=first[-1].dev_eui, limit=3)
    assert [node.dev_eui for node in [*first, *rest]] == [dev(number) for number in range(5)]


async def test_the_nodes_of_a_policy_are_those_that_the_rules_gave_it(city: City) -> None:
    await city.build(3)
    await city.lanterns.assign(
        {
            lantern_id(0): Assigned(policy="Main", revision=1),
            lantern_id(1): Assigned(policy="main", revision=1),
        }
    )
    assert [node.dev_eui for node in await city.nodes.nodes(policy="Main")] == [dev(0)]


async def test_nodes_and_profiles_are_found_by_lantern_and_by_eui(city: City) -> None:
    await city.build(3)
    found = await city.nodes.nodes_of([lantern_id(2), lantern_id(0), lantern_id(9)])
    assert [node.dev_eui for node in found] == [dev(0), dev(2)]
    assert await city.nodes.profile_ids([dev(1), dev(9)]) == {dev(1): "nas_ul20xx_1_1"}


async def test_wanting_a_program_makes_it_intended(city: City) -> None:
    await city.build(2)
    await city.nodes.want({dev(0): P1.program_id, dev(9): P1.program_id}, at=DUSK)
    node = await city.node(dev(0))
    assert (node.wanted, node.wanted_at) == (P1.program_id, DUSK)
    assert (node.evidence, node.evidence_at) == (Evidence.INTENDED, DUSK)
    assert (await city.node(dev(1))).evidence is Evidence.NONE
    assert await city.nodes.find_nodes([dev(9)]) == []


async def test_wanting_the_same_again_changes_nothing(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    before = await city.node(dev(0))
    await city.nodes.want({dev(0): P1.program_id}, at=after(100))
    assert await city.node(dev(0)) == before


async def test_wanting_again_what_a_node_still_holds_counts_as_echoed_at_once(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    await city.nodes.want({dev(0): P2.program_id}, at=after(100))
    assert (await city.node(dev(0))).evidence is Evidence.INTENDED
    await city.nodes.want({dev(0): P1.program_id}, at=after(200))
    node = await city.node(dev(0))
    assert (node.held, node.evidence) == (P1.program_id, Evidence.ECHOED)
    assert node.evidence_at == after(200)


async def test_a_program_whose_overwriting_was_begun_is_not_taken_for_held(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    await city.roll_out(dev(0), P2, after(100))
    await city.send(after(101))  # the node may have taken it, whether we hear of it or not
    await city.orders.supersede([dev(0)])
    await city.nodes.want({dev(0): P1.program_id}, at=after(110))
    node = await city.node(dev(0))
    assert (node.held, node.evidence) == (None, Evidence.INTENDED)
    assert await city.nodes.adrift_pairs() == [(P1.program_id, None)]


async def test_the_next_program_is_not_built_on_one_that_was_partly_overwritten(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    await city.roll_out(dev(0), P2, after(100))
    await city.send(after(101))
    await city.orders.supersede([dev(0)])
    await city.nodes.want({dev(0): ProgramId("p3")}, at=after(110))
    assert await city.nodes.adrift_pairs() == [(ProgramId("p3"), None)]


async def test_evidence_is_counted_at_every_level(city: City) -> None:
    await city.build(3)
    await city.nodes.want({dev(0): P1.program_id}, at=DUSK)
    nothing = dict.fromkeys(Evidence, 0)
    counts = await city.nodes.evidence_counts()
    assert counts == nothing | {Evidence.INTENDED: 1, Evidence.NONE: 2}


async def evidence_after(city: City, dev_eui: DevEui, seconds: float) -> Evidence:
    await city.nodes.refresh_evidence([dev_eui], at=after(seconds))
    return (await city.node(dev_eui)).evidence


async def test_evidence_is_that_of_the_weakest_order(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), program("p1", frame(1), frame(2)))
    assert await evidence_after(city, dev(0), 1) is Evidence.INTENDED
    (first,) = await city.send(after(10))
    assert await evidence_after(city, dev(0), 11) is Evidence.INTENDED  # the second still waits
    await city.nodes.record(UplinkBatch(echoes=[echo_of(first, after(12))]))
    await city.send(after(20))
    assert await evidence_after(city, dev(0), 21) is Evidence.SENT
    assert (await city.node(dev(0))).evidence_at == after(21)
    await city.orders.time_out(after(120))
    assert await evidence_after(city, dev(0), 121) is Evidence.INTENDED


async def test_power_raises_only_nodes_that_have_echoed(city: City) -> None:
    await city.build(2)
    for number in range(2):
        await city.roll_out(dev(number), P1)
    await city.send_and_prove(dev(0), after(10))
    await city.nodes.seen_in_power([dev(0), dev(1), dev(9)], at=after(100))
    assert (await city.node(dev(0))).evidence is Evidence.SEEN_IN_POWER
    assert (await city.node(dev(0))).evidence_at == after(100)
    assert (await city.node(dev(1))).evidence < Evidence.ECHOED


async def test_power_evidence_stays_while_nothing_else_happens(city: City) -> None:
    await city.build(1)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    await city.nodes.seen_in_power([dev(0)], at=after(100))
    await city.see(dev(0), after(110), NEAR)
    assert await evidence_after(city, dev(0), 120) is Evidence.SEEN_IN_POWER


async def test_nodes_are_counted_by_policy_program_and_evidence(city: City) -> None:
    assert await city.nodes.counts_by_policy() == []
    await city.build(5)
    await city.lanterns.assign(
        {lantern_id(n): Assigned(policy="Main", revision=1) for n in range(4)}
    )
    await city.nodes.want({dev(n): P1.program_id for n in range(3)}, at=DUSK)
    await city.nodes.want({dev(3): P2.program_id}, at=DUSK)
    await city.roll_out(dev(0), P1)
    await city.send_and_prove(dev(0), after(10))
    counted = await city.nodes.counts_by_policy()
    assert [(each.policy, each.wanted, each.evidence, each.nodes) for each in counted] == [
        ("", None, Evidence.NONE, 1),
        ("Main", "p1", Evidence.INTENDED, 2),
        ("Main", "p1", Evidence.ECHOED, 1),
        ("Main", "p2", Evidence.INTENDED, 1),
    ]
