"""Every state and every event, done to a real order: the book moves as the table says, or not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from lighting.downlink.lifecycle import MOVES, Event, State
from lighting.downlink.order import Order
from lighting.operations.records import NetworkRefusal, Rejection, UplinkBatch
from tests.contracts.city import (
    DUSK,
    City,
    acceptance_of,
    after,
    dev,
    echo_of,
    frame,
    new_order,
    sending,
)

AT = after(10)


async def send(city: City, order: Order) -> None:
    await city.orders.sending([sending(order, AT)])


async def accept(city: City, order: Order) -> None:
    await city.nodes.record(UplinkBatch(acceptances=[acceptance_of(order, AT)]))


async def echo(city: City, order: Order) -> None:
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, AT)]))


async def lose(city: City, order: Order) -> None:
    await city.nodes.record(
        UplinkBatch(refusals=[NetworkRefusal(order.dev_eui, AT, None, "TOO_LATE")])
    )


async def reject(city: City, order: Order) -> None:
    await city.nodes.record(UplinkBatch(rejections=[Rejection(order.dev_eui, AT, 50, "range")]))


async def expire(city: City, order: Order) -> None:
    await city.orders.expire(order.expires_at)


async def supersede(city: City, order: Order) -> None:
    await city.orders.supersede([order.dev_eui])


ACTS: dict[Event, Callable[[City, Order], Awaitable[None]]] = {
    Event.SEND: send,
    Event.ACCEPT: accept,
    Event.ECHO: echo,
    Event.COMPLETE: accept,
    Event.LOSE: lose,
    Event.REJECT: reject,
    Event.EXPIRE: expire,
    Event.SUPERSEDE: supersede,
}

WAYS: dict[State, tuple[Event, ...]] = {
    State.WAITING: (Event.SEND, Event.LOSE),  # tried once: else nothing can be rejected
    State.SENT: (Event.SEND,),
    State.ACCEPTED: (Event.SEND, Event.ACCEPT),
    State.ECHOED: (Event.SEND, Event.ECHO),
    State.DELIVERED: (Event.SEND, Event.COMPLETE),
    State.REJECTED: (Event.SEND, Event.REJECT),
    State.EXPIRED: (Event.SEND, Event.EXPIRE),
    State.SUPERSEDED: (Event.SEND, Event.SUPERSEDE),
}
"""How an order gets into each state."""

IMPOSSIBLE = {
    (State.ACCEPTED, Event.COMPLETE),  # a frame without echo is delivered as soon as accepted
    (State.DELIVERED, Event.ECHO),  # and no node could echo it
}
CASES = [(state, event) for state in State for event in Event if (state, event) not in IMPOSSIBLE]


def is_echoed(state: State, event: Event) -> bool:
    """Tell whether the frame of a case has an echo: where it does not matter, it has."""
    return Event.COMPLETE not in WAYS[state] and (state, event) != (State.SENT, Event.COMPLETE)


async def bring(city: City, state: State, *, echoed: bool) -> Order:
    await city.build(1)
    new = new_order(dev(0), frame(1, echoed=echoed))
    await city.orders.add([replace(new, expires_at=DUSK + timedelta(hours=1))])
    for event in WAYS[state]:
        await ACTS[event](city, await city.orders.get(1))
    order = await city.orders.get(1)
    assert order.state is state
    return order


@pytest.mark.parametrize(("state", "event"), CASES)
async def test_the_book_moves_as_the_table_says(city: City, state: State, event: Event) -> None:
    order = await bring(city, state, echoed=is_echoed(state, event))
    await ACTS[event](city, order)
    assert (await city.orders.get(1)).state is MOVES.get((state, event), state)
