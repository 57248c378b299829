"""How long an order in flight waits for proof, as gateways take it or not.

Reference ``lorawan.md``, 2.2: after a positive tx ack ChirpStack deletes an unconfirmed item; a
confirmed one it keeps until its own time is over.
"""

from dataclasses import replace

import pytest

from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order, Rank
from lighting.downlink.retry import REPLY_WAIT
from lighting.operations.records import UplinkBatch
from tests.contracts.city import (
    DUSK,
    City,
    acceptance_of,
    after,
    dev,
    echo_of,
    frame,
    new_order,
)


async def taken(city: City, order: Order, seconds: float) -> None:
    await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, after(seconds))]))


async def test_an_order_that_a_gateway_took_is_lost_ten_seconds_later_and_goes_after_two_minutes(
    city: City,
) -> None:
    order = await city.one_in_flight()
    await taken(city, order, 2)
    assert await city.orders.time_out(after(11.999)) == 0
    assert await city.orders.time_out(after(12)) == 1
    assert await city.orders.due(at=after(131.999), limit=1) == []
    assert len(await city.orders.due(at=after(132), limit=1)) == 1


async def test_an_echo_that_comes_when_its_order_is_lost_still_proves_it(city: City) -> None:
    order = await city.one_in_flight()
    await taken(city, order, 2)
    await city.orders.time_out(after(12))
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(14))]))
    assert await city.state_of(order) is State.ECHOED


async def test_an_emergency_behind_a_frame_that_a_gateway_took_waits_ten_seconds(
    city: City,
) -> None:
    order = await city.one_in_flight()
    await taken(city, order, 1)
    await city.orders.add([replace(new_order(dev(0), frame(2)), rank=Rank.EMERGENCY)])
    await city.orders.time_out(after(11))
    (first,) = await city.orders.due(at=after(11), limit=1)
    assert first.rank is Rank.EMERGENCY


@pytest.mark.parametrize("seconds", [30, 34.9])
async def test_a_tx_ack_does_not_lengthen_the_wait(city: City, seconds: float) -> None:
    order = await city.one_in_flight()
    await taken(city, order, seconds)
    assert await city.orders.time_out(DUSK + REPLY_WAIT) == 1


async def test_a_network_server_whose_clock_is_behind_leaves_an_order_its_ten_seconds(
    city: City,
) -> None:
    order = await city.one_in_flight()
    await taken(city, order, -30)
    assert await city.orders.time_out(after(9.999)) == 0
    assert await city.orders.time_out(after(10)) == 1


async def test_a_frame_to_be_confirmed_waits_as_long_as_the_network_server_may_hold_it(
    city: City,
) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), replace(frame(1), confirmed=True))])
    (order,) = await city.send(DUSK)
    await taken(city, order, 2)
    assert await city.state_of(order) is State.ACCEPTED
    assert await city.orders.time_out(DUSK + REPLY_WAIT * 0.99) == 0
    assert await city.orders.time_out(DUSK + REPLY_WAIT) == 1
