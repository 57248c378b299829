"""Frames that were on the air more than once: known by a tx ack that comes behind the echo.

ChirpStack leaves a node alone for 5 s after any of its frames (reference ``lorawan.md``, 2.1).
"""

import pytest

from lighting.downlink.lifecycle import State
from lighting.downlink.pacing import Transmission
from lighting.operations.records import Recorded, UplinkBatch
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
)


@pytest.mark.parametrize("batches", [1, 2])
async def test_an_acceptance_that_comes_after_the_echo_is_of_a_frame_that_was_aired_again(
    city: City, batches: int
) -> None:
    """Its first tx ack was lost: the network server sent it anew, five seconds after the echo."""
    order = await city.one_in_flight()
    echo, taken = echo_of(order, after(3)), acceptance_of(order, after(8), gateway_id=FAR)
    if batches == 1:
        recorded = await city.nodes.record(UplinkBatch(echoes=[echo], acceptances=[taken]))
    else:
        assert (await city.nodes.record(UplinkBatch(echoes=[echo]))).aired_again == ()
        recorded = await city.nodes.record(UplinkBatch(acceptances=[taken]))
    assert recorded.aired_again == (Transmission(FAR, DUSK, 246.0),)
    assert await city.state_of(order) is State.ECHOED
    assert await city.orders.transmissions_since(DUSK) == [Transmission(FAR, DUSK, 492.0)]


async def test_only_what_was_not_told_before_is_told(city: City) -> None:
    order = await city.one_in_flight()
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(3))]))
    told = [
        (await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, at)]))).aired_again
        for at in (after(8), after(8), after(18), after(13))
    ]
    twice_more = Transmission(NEAR, DUSK, 2 * 246.0)
    assert told == [(Transmission(NEAR, DUSK, 246.0),), (), (twice_more,), ()]
    assert await city.orders.transmissions_since(DUSK) == [Transmission(NEAR, DUSK, 4 * 246.0)]


async def test_the_frames_of_two_nodes_that_were_aired_again_in_one_millisecond_count_both(
    city: City,
) -> None:
    await city.build(2)
    await city.orders.add([new_order(dev(number), frame(1)) for number in range(2)])
    orders = await city.send(DUSK)
    batch = UplinkBatch(
        echoes=[echo_of(order, after(3)) for order in orders],
        acceptances=[acceptance_of(order, after(8)) for order in orders],
    )
    recorded = await city.nodes.record(batch)
    assert recorded.aired_again == (Transmission(NEAR, DUSK, 246.0),) * 2
    assert await city.nodes.record(batch) == Recorded()
    assert await city.orders.transmissions_since(DUSK) == [Transmission(NEAR, DUSK, 492.0)] * 2
