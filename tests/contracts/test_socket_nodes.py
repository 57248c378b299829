"""Lantern nodes and the register: linked for control, recorded in a socket."""

from dataclasses import replace
from typing import Any

import pytest

from lighting.downlink.lifecycle import State
from lighting.errors import RefusedError
from lighting.inventory.socket_errors import FitRefusedError
from lighting.operations.fit_nodes import NodeFitting, fit_nodes
from lighting.operations.sockets import Sockets
from tests.contracts.city import DUSK, City, after, dev, frame, lantern, lantern_id, new_order
from tests.contracts.socket_city import BOTTOM, TOP, asked, history, socket


def node_fitting(city: City, node: int, on: int, **more: Any) -> NodeFitting:  # noqa: ANN401 - any field
    return NodeFitting(link=city.link(node, on), **more)


async def test_a_node_is_linked_and_recorded_where_its_lantern_has_sockets(
    register: Sockets, city: City
) -> None:
    await city.lanterns.put([lantern(7)])
    fittings = [node_fitting(city, 1, 0, **TOP), node_fitting(city, 7, 7)]
    (made,) = await fit_nodes(register, fittings, at=DUSK, by="Ada")
    assert (made.fitting.device_id, made.fitting.socket_id) == (
        "node-z",
        socket(0, "top").socket_id,
    )
    assert (await city.node(dev(1))).lantern_id == lantern_id(0)
    assert (await city.node(dev(7))).lantern_id == lantern_id(7)
    (occupant,) = (await register.show(lantern_id(0))).sockets.occupants
    assert occupant.occupancy_id == made.occupancy_id


async def test_a_node_that_does_not_go_into_the_sockets_is_not_linked_either(
    register: Sockets, city: City
) -> None:
    await register.fit(asked(0, **BOTTOM))
    with pytest.raises(FitRefusedError, match="occupied"):
        await fit_nodes(register, [node_fitting(city, 1, 0, **BOTTOM)], at=DUSK, by="Ada")
    with pytest.raises(RefusedError, match="say who fitted it"):
        await fit_nodes(register, [node_fitting(city, 1, 0, **TOP)], at=DUSK)
    assert await city.nodes.find_nodes([dev(1)]) == []


async def test_a_node_that_moves_or_gives_way_ends_what_was_recorded_of_it(
    register: Sockets, city: City
) -> None:
    both = [node_fitting(city, 0, 0, **TOP), node_fitting(city, 1, 1, **TOP)]
    await fit_nodes(register, both, at=DUSK, by="Ada")
    await fit_nodes(register, both, at=after(10), by="Ada")
    assert len(await history(register)) == 2  # the same again changes nothing
    await fit_nodes(register, [node_fitting(city, 0, 1, **TOP)], at=after(60), by="Bob")
    told = [
        (each.fitting.dev_eui, each.fitting.lantern_id, each.removal and each.removal.by)
        for each in await history(register)
    ]
    assert told == [
        (dev(0), lantern_id(0), "Bob"),
        (dev(1), lantern_id(1), "Bob"),
        (dev(0), lantern_id(1), None),
    ]
    assert await city.nodes.find_nodes([dev(1)]) == []


async def test_a_node_from_before_the_register_shows_as_an_occupant(
    register: Sockets, city: City
) -> None:
    await city.lanterns.fit_nodes([city.link(1, 0)])
    (occupant,) = (await register.show(lantern_id(0))).sockets.occupants
    assert occupant.sits_in == (socket(0).socket_id, socket(0, "top").socket_id)
    with pytest.raises(FitRefusedError, match="nobody recorded in which"):
        await register.fit(asked(0, **BOTTOM))
    node = asked(0, "", device_id="node-z", dev_eui=dev(1), application_id="street", **TOP)
    await register.fit(node)
    await register.fit(asked(0, **BOTTOM))


async def test_a_node_that_is_removed_is_taken_off_its_lantern_with_its_orders(
    register: Sockets, city: City
) -> None:
    node = asked(0, "", device_id="node-z", dev_eui=dev(1), application_id="street", **TOP)
    made = await register.fit(node)
    assert (await city.node(dev(1))).application_id == "street"
    with pytest.raises(RefusedError, match="cannot be corrected: fit the right node"):
        await register.correct(made.occupancy_id, {"dev_eui": str(dev(2))}, by="E", reason="x")
    second = replace(node, dev_eui=dev(2), **BOTTOM)
    with pytest.raises(RefusedError, match="answers to node"):
        await register.fit(second)
    await city.orders.add([new_order(dev(1), frame(1))])
    await register.remove(made.occupancy_id, by="Eve")
    assert await city.nodes.find_nodes([dev(1)]) == []
    assert (await city.orders.counts())[State.WAITING] == 0
