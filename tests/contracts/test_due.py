"""Which orders are due: the head of each node's queue, and when."""

from dataclasses import replace
from datetime import datetime

from lighting.downlink.order import Rank
from lighting.downlink.pacing import UNKNOWN_GATEWAY
from tests.contracts.city import (
    DUSK,
    FAR,
    NEAR,
    City,
    after,
    dev,
    frame,
    new_order,
)


async def due(city: City, at: datetime = DUSK, limit: int = 100) -> list[int]:
    return [order.order_id for order in await city.orders.due(at=at, limit=limit)]


async def test_a_node_is_given_its_first_order_only(city: City) -> None:
    await city.build(2)
    await city.orders.add([new_order(dev(n % 2), frame(n)) for n in range(6)])
    assert await due(city) == [1, 2]


async def test_what_is_due_carries_the_application_and_the_gateway_of_the_node(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    (order,) = await city.orders.due(at=DUSK, limit=1)
    assert (order.application_id, order.gateway_id) == ("street", None)
    await city.see(dev(0), DUSK, FAR)
    (order,) = await city.orders.due(at=DUSK, limit=1)
    assert order.gateway_id == FAR


async def test_the_most_urgent_order_goes_first_and_holds_back_the_others_of_its_node(
    city: City,
) -> None:
    await city.build(2)
    emergency = replace(new_order(dev(1), frame(9)), rank=Rank.EMERGENCY)
    query = replace(new_order(dev(0), frame(3)), rank=Rank.QUERY)
    await city.orders.add([query, new_order(dev(1), frame(1)), new_order(dev(0), frame(2))])
    await city.orders.add([emergency])
    assert await due(city) == [4, 3]


async def test_orders_of_one_rank_go_in_the_order_in_which_they_may(city: City) -> None:
    await city.build(3)
    later = replace(new_order(dev(0), frame(1)), not_before=after(2))
    await city.orders.add([later, new_order(dev(1), frame(1)), new_order(dev(2), frame(1))])
    assert await due(city, after(2)) == [2, 3, 1]
    assert await due(city, after(2), limit=2) == [2, 3]


async def test_an_order_whose_time_has_not_come_waits_and_holds_nobody_back(city: City) -> None:
    await city.build(1)
    later = replace(new_order(dev(0), frame(1)), rank=Rank.OVERRIDE, not_before=after(60))
    await city.orders.add([later, new_order(dev(0), frame(2))])
    assert await due(city, after(59.999)) == [2]
    assert await due(city, after(60)) == [1]


async def test_a_node_with_an_order_in_flight_is_given_no_other_not_even_an_emergency(
    city: City,
) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    await city.send(DUSK)
    await city.orders.add([replace(new_order(dev(0), frame(2)), rank=Rank.EMERGENCY)])
    assert await due(city, after(1)) == []


async def test_an_order_in_back_off_holds_back_those_behind_it_but_not_those_before_it(
    city: City,
) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1)), new_order(dev(0), frame(2))])
    await city.send(DUSK)
    await city.orders.time_out(after(90))
    assert await due(city, after(91)) == []
    await city.orders.add([replace(new_order(dev(0), frame(3)), rank=Rank.OVERRIDE)])
    assert await due(city, after(91)) == [3]


async def test_an_order_past_its_deadline_does_not_go_even_before_it_is_expired(
    city: City,
) -> None:
    await city.build(1)
    await city.orders.add([replace(new_order(dev(0), frame(1)), expires_at=after(60))])
    assert await due(city, after(59)) == [1]
    assert await due(city, after(60)) == []


async def test_nodes_behind_closed_gateways_are_left_out_and_unheard_ones_share_a_gateway(
    city: City,
) -> None:
    await city.build(3)
    await city.orders.add([new_order(dev(number), frame(1)) for number in range(3)])
    await city.see(dev(0), DUSK, NEAR)
    await city.see(dev(1), DUSK, FAR)

    async def nodes_without(*closed: str) -> set[str]:
        orders = await city.orders.due(at=DUSK, limit=9, closed=closed)  # type: ignore[arg-type] # plain texts
        return {order.dev_eui for order in orders}

    assert await nodes_without() == {dev(0), dev(1), dev(2)}
    assert await nodes_without(NEAR) == {dev(1), dev(2)}
    assert await nodes_without(UNKNOWN_GATEWAY) == {dev(0), dev(1)}
    assert await nodes_without(UNKNOWN_GATEWAY, NEAR, FAR) == set()


async def test_orders_for_a_device_that_is_on_no_lantern_are_not_due(city: City) -> None:
    await city.orders.add([new_order(dev(0), frame(1))])
    assert await due(city) == []
