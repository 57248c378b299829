"""The lantern store: what goes in comes out, filters, pages, assignments, nodes that move."""

from dataclasses import replace

import pytest

from lighting.downlink.lifecycle import State
from lighting.errors import StoreError
from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.store import Assigned, LanternFilter
from tests.contracts.city import DUSK, City, dev, frame, lantern, lantern_id, new_order

MAIN = Assigned(policy="Main roads", revision=3, rule="class P2")

FULL = Lantern(
    lantern_id=LanternId("camden:0012345"),
    latitude_deg=51.5432109876543,
    longitude_deg=-0.1428571428571,
    road="St Pancras Way",
    ward="Kentish Town South",
    postcode="NW1 0QT",
    position="o/s 12 – “Élan”",
    column="7",
    lighting_class="P4",
    lamp="LED 24 W",
    regime="35/18",
    power_w=23.7,
    height_m=6.0,
    tags=frozenset({"school", 'says "hi"\\', "50%", "a_b"}),
)


async def found(city: City, where: LanternFilter) -> list[int]:
    """Return the numbers of the lanterns found, after checking that ``count`` agrees."""
    stored = await city.lanterns.find(where)
    assert await city.lanterns.count(where) == len(stored)
    return [int(each.lantern.lantern_id.split(":")[1]) for each in stored]


async def test_a_lantern_comes_back_as_it_was_put(city: City) -> None:
    await city.lanterns.put([FULL, lantern(1)])
    stored = await city.lanterns.get([FULL.lantern_id, lantern_id(1), lantern_id(99)])
    assert stored.keys() == {FULL.lantern_id, lantern_id(1)}
    assert stored[FULL.lantern_id].lantern == FULL
    assert stored[FULL.lantern_id].assigned == Assigned()
    assert stored[FULL.lantern_id].dev_eui is None
    assert stored[lantern_id(1)].lantern == lantern(1)


async def test_putting_a_lantern_again_replaces_it_and_keeps_its_policy_and_node(
    city: City,
) -> None:
    await city.build(1)
    await city.lanterns.assign({lantern_id(0): MAIN})
    moved = replace(lantern(0), road="The Headrow", power_w=18.0)
    await city.lanterns.put([moved])
    stored = (await city.lanterns.get([lantern_id(0)]))[lantern_id(0)]
    assert (stored.lantern, stored.assigned, stored.dev_eui) == (moved, MAIN, dev(0))


async def test_of_two_lanterns_with_one_id_in_one_import_the_later_one_is_kept(city: City) -> None:
    await city.lanterns.put([lantern(0), replace(lantern(0), road="The Headrow")])
    (stored,) = await city.lanterns.find(LanternFilter())
    assert stored.lantern.road == "The Headrow"


async def test_putting_nothing_is_fine(city: City) -> None:
    await city.lanterns.put([])
    await city.lanterns.assign({})
    await city.lanterns.fit_nodes([])
    assert await city.lanterns.count(LanternFilter()) == 0
    assert await city.lanterns.get([]) == {}


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (LanternFilter(), [1, 2, 3]),
        (LanternFilter(ward="ÉLMET & ROTHWELL"), [1, 2]),
        (LanternFilter(ward="Élmet"), []),
        (LanternFilter(road="the headrow"), [2]),
        (LanternFilter(road="The Headro_"), []),
        (LanternFilter(lighting_class="p4"), [1, 3]),
        (LanternFilter(policy="main ROADS"), [2]),
        (LanternFilter(policy=""), [1, 3]),
        (LanternFilter(lantern_ids=(lantern_id(3), lantern_id(1), lantern_id(9))), [1, 3]),
        (LanternFilter(lantern_ids=()), []),
        (LanternFilter(with_node=True), [3]),
        (LanternFilter(with_node=False), [1, 2]),
        (LanternFilter(ward="élmet & rothwell", lighting_class="P4", with_node=False), [1]),
        (LanternFilter(ward="élmet & rothwell", with_node=True), []),
    ],
)
async def test_a_filter_takes_whole_texts_without_case_and_every_part_must_hold(
    city: City, where: LanternFilter, numbers: list[int]
) -> None:
    await city.lanterns.put(
        [
            replace(lantern(1), ward="Élmet & Rothwell", road="Cross Gates", lighting_class="P4"),
            replace(lantern(2), ward="élmet & rothwell", road="The Headrow", lighting_class="P2"),
            replace(lantern(3), ward="Headingley", lighting_class="P4"),
        ]
    )
    await city.lanterns.assign({lantern_id(2): MAIN})
    await city.lanterns.fit_nodes([city.link(3, 3)])
    assert await found(city, where) == numbers


@pytest.mark.parametrize(
    ("tag", "numbers"),
    [
        ("SCHOOL", [1]),
        ("school run", [2]),
        ("scho", []),
        ("a_b", [3]),
        ("axb", [4]),
        ("50%", [4]),
        ('x"a\\', [5]),
        ("a\\", [6]),
        ("", []),
    ],
)
async def test_a_tag_matches_whole_whatever_is_in_it(
    city: City, tag: str, numbers: list[int]
) -> None:
    tags = ({"School", "x"}, {"school run"}, {"a_b"}, {"axb", "50%"}, {'x"a\\'}, {"a\\"})
    await city.lanterns.put(
        [replace(lantern(number), tags=frozenset(given)) for number, given in enumerate(tags, 1)]
    )
    assert await found(city, LanternFilter(tag=tag)) == numbers


async def test_pages_follow_each_other_in_order_of_the_ids_characters(city: City) -> None:
    # "B" (U+0042) comes before "a" (U+0061) before "É" (U+00C9), on every database.
    ids = [LanternId(f"leeds:{letter}") for letter in "éaBÉ10"]
    await city.lanterns.put([replace(lantern(0), lantern_id=each) for each in ids])
    first = await city.lanterns.find(LanternFilter(), limit=4)
    rest = await city.lanterns.find(LanternFilter(), after=first[-1].lantern.lantern_id)
    assert [each.lantern.lantern_id for each in [*first, *rest]] == sorted(ids)
    assert len(first) == 4


async def test_every_lantern_is_yielded_once_in_chunks(city: City) -> None:
    await city.lanterns.put([lantern(number) for number in range(5_003)])
    chunks = [chunk async for chunk in city.lanterns.every(LanternFilter())]
    numbers = [each.lantern.lantern_id for chunk in chunks for each in chunk]
    assert numbers == [lantern_id(number) for number in range(5_003)]
    assert len(chunks) > 1


async def test_more_ids_than_a_statement_takes_parameters_can_be_asked_for(city: City) -> None:
    # SQLite takes 32,766 parameters, PostgreSQL 32,767 (sqlite.org/limits.html; protocol 3.0).
    await city.lanterns.put([lantern(number) for number in range(10)])
    ids = [lantern_id(number) for number in range(40_000)]
    assert len(await city.lanterns.get(ids)) == 10
    assert await city.lanterns.count(LanternFilter(lantern_ids=tuple(ids))) == 10


async def test_what_the_rules_gave_is_kept_whole(city: City) -> None:
    await city.lanterns.put([lantern(1), lantern(2)])
    exempt = Assigned(rule="subways", exempt="lit day and night")
    await city.lanterns.assign({lantern_id(1): MAIN, lantern_id(2): exempt, lantern_id(9): MAIN})
    stored = await city.lanterns.get([lantern_id(1), lantern_id(2)])
    assert [each.assigned for each in stored.values()] == [MAIN, exempt]
    await city.lanterns.assign({lantern_id(1): Assigned()})
    stored = await city.lanterns.get([lantern_id(1)])
    assert stored[lantern_id(1)].assigned == Assigned()


async def nodes_by_lantern(city: City) -> dict[int, str | None]:
    stored = await city.lanterns.find(LanternFilter())
    return {int(each.lantern.lantern_id.split(":")[1]): each.dev_eui for each in stored}


async def test_a_node_that_is_fitted_elsewhere_moves(city: City) -> None:
    await city.lanterns.put([lantern(1), lantern(2)])
    await city.lanterns.fit_nodes([city.link(7, 1)])
    await city.lanterns.fit_nodes([city.link(7, 2)])
    assert await nodes_by_lantern(city) == {1: None, 2: dev(7)}


async def test_a_node_that_moves_keeps_what_is_known_of_it(city: City) -> None:
    await city.build(2)
    await city.see(dev(0), DUSK)
    await city.lanterns.fit_nodes([city.link(0, 1)])
    node = await city.node(dev(0))
    assert (node.lantern_id, node.last_seen_at) == (lantern_id(1), DUSK)
    assert await city.nodes.find_nodes([dev(1)]) == []


async def test_two_nodes_can_change_places(city: City) -> None:
    await city.build(2)
    await city.lanterns.fit_nodes([city.link(0, 1), city.link(1, 0)])
    assert await nodes_by_lantern(city) == {0: dev(1), 1: dev(0)}


async def test_of_two_nodes_for_one_lantern_the_later_one_is_fitted(city: City) -> None:
    await city.build(2)
    await city.lanterns.fit_nodes([city.link(0, 1), city.link(7, 1)])
    assert await nodes_by_lantern(city) == {0: None, 1: dev(7)}
    assert await city.nodes.find_nodes([dev(0)]) == []


async def test_a_node_that_is_replaced_leaves_no_open_order_behind(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1)), new_order(dev(0), frame(2))])
    await city.send(DUSK)
    await city.lanterns.fit_nodes([city.link(7, 0)])
    orders = await city.orders.of_node(dev(0))
    assert [order.state for order in orders] == [State.SUPERSEDED, State.SUPERSEDED]
    assert await nodes_by_lantern(city) == {0: dev(7)}


async def test_fitting_the_same_nodes_again_changes_nothing(city: City) -> None:
    await city.build(2)
    await city.orders.add([new_order(dev(0), frame(1))])
    await city.see(dev(0), DUSK)
    before = await city.nodes.nodes()
    await city.lanterns.fit_nodes([city.link(0, 0), city.link(1, 1)])
    assert await city.nodes.nodes() == before
    assert len(await city.orders.due(at=DUSK, limit=9)) == 1


async def test_a_lantern_that_does_not_exist_is_named_and_nothing_is_fitted(city: City) -> None:
    await city.build(1)
    with pytest.raises(StoreError, match=r"leeds:0000009.*no node was fitted.*import them first"):
        await city.lanterns.fit_nodes([city.link(5, 0), city.link(6, 9)])
    assert await nodes_by_lantern(city) == {0: dev(0)}
