"""Brokers that fail, databases that fail, processes that are killed: nothing is lost or doubled."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from lighting.adapters.sql.orders import SqlOrderBook
from lighting.downlink.dispatcher import TICK_S
from lighting.downlink.lifecycle import State
from lighting.downlink.retry import REPLY_WAIT, UNTAKEN_BACK_OFF
from lighting.downlink.store import Sending
from lighting.downlink.transport import Downlink
from lighting.errors import StoreError, TransportError
from lighting.testing.clock import SteppedClock
from tests.contracts.city import DUSK, NEAR, City, dev, frame
from tests.lighting.downlink.radio import Radio, dispatcher, heard_city, order_for, orders_for

LOST = DUSK + REPLY_WAIT
"""When an order that was sent at dusk has waited long enough for its proof."""

AGAIN = LOST + UNTAKEN_BACK_OFF


class Killed(BaseException):
    """The process was killed: nothing catches it."""


class Witness(Radio):
    """A transport that looks up in the book what it is asked to send."""

    def __init__(self, city: City) -> None:
        super().__init__()
        self._city = city
        self.found: list[tuple[State, int]] = []

    def is_ready(self) -> bool:
        """Tell that it takes downlinks."""
        return True

    async def send(self, downlinks: Sequence[Downlink]) -> None:
        """Look up every downlink, then take it."""
        for downlink in downlinks:
            (order,) = await self._city.orders.of_node(downlink.dev_eui)
            self.found.append((order.state, len(await self._city.orders.transmissions_since(DUSK))))
        await super().send(downlinks)


class FailingBook(SqlOrderBook):
    """A book whose database fails while a step is written, as often as it is told."""

    failures = 1

    async def sending(self, tries: Sequence[Sending]) -> list[int]:
        """Fail, or write."""
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full")
        return await super().sending(tries)


async def test_an_order_and_its_air_time_are_written_before_it_is_sent(
    city: City, clock: SteppedClock
) -> None:
    await heard_city(city, 2)
    await orders_for(city, range(2))
    witness = Witness(city)
    assert await dispatcher(city.orders, witness, clock).step(DUSK) == 2
    assert witness.found == [(State.SENT, 2), (State.SENT, 2)]


@pytest.mark.parametrize("failure", [TransportError("the broker is away"), Killed()])
async def test_what_was_written_and_not_sent_goes_again_with_the_same_bytes(
    city: City, radio: Radio, clock: SteppedClock, failure: BaseException
) -> None:
    await heard_city(city, 1)
    order = await order_for(city, 0)
    radio.failure = failure
    with pytest.raises(type(failure)):
        await dispatcher(city.orders, radio, clock).step(DUSK)
    assert await city.state_of(order) is State.SENT

    radio.failure = None
    restarted = dispatcher(city.orders, radio, clock)
    await restarted.recover()
    assert restarted.ledger.used_ms(NEAR, DUSK) > 0  # it may have been on the air
    assert await restarted.step(LOST) == 0
    assert await city.state_of(order) is State.WAITING
    assert await restarted.step(AGAIN) == 1
    (sent,) = radio.sent
    assert sent.payload == frame(0).payload
    assert sent.queue_item_id == order.queue_item_id(2)
    assert sent.queue_item_id != order.queue_item_id(1)


async def test_a_try_without_proof_is_made_again_and_again_with_the_same_bytes(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    order = await order_for(city, 0)
    sender, at = dispatcher(city.orders, radio, clock), DUSK
    while at < DUSK + timedelta(hours=1):
        await sender.step(at)
        at += timedelta(seconds=30)
    # Half a minute of waiting each and 1/6, 4, 8, 16, 32 minutes: the sixth try is an hour later.
    assert len(radio.sent) == 5
    assert {sent.payload for sent in radio.sent} == {frame(0).payload}
    assert [sent.queue_item_id for sent in radio.sent] == [
        order.queue_item_id(attempt) for attempt in range(1, 6)
    ]


async def test_nothing_is_sent_that_the_database_did_not_take(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    order = await order_for(city, 0)
    sender = dispatcher(FailingBook(city.database), radio, clock)
    with pytest.raises(StoreError):
        await sender.step(DUSK)
    assert radio.sent == []
    assert sender.ledger.used_ms(NEAR, DUSK) == 0
    assert await city.state_of(order) is State.WAITING
    assert await sender.step(DUSK + timedelta(seconds=5)) == 1


async def test_two_dispatchers_on_one_book_send_an_order_once(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 20)
    await orders_for(city, range(20))
    one, other = (dispatcher(city.orders, radio, clock) for _ in range(2))
    assert sum(await asyncio.gather(one.step(DUSK), other.step(DUSK))) == 20
    assert sorted(radio.to) == [dev(number) for number in range(20)]


async def test_the_loop_waits_out_failures_and_goes_on(
    city: City, radio: Radio, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await heard_city(city, 2)
    await orders_for(city, range(2))
    book = FailingBook(city.database)
    sender = dispatcher(book, radio, clock, devices_a_second=1.0)
    with caplog.at_level(logging.WARNING, "lighting.downlink.dispatcher"):
        await _run_for(sender.run(), clock, seconds=12)
    assert [record.getMessage() for record in caplog.records] == [
        "nothing sent: the disk is full",
    ]
    assert sorted(radio.to) == [dev(0), dev(1)]


async def _run_for(loop: Coroutine[Any, Any, None], clock: SteppedClock, *, seconds: int) -> None:
    """Run a loop while the clock moves on, a tick whenever the loop waits for it."""
    task = asyncio.create_task(loop)
    for _ in range(int(seconds / TICK_S)):
        for _ in range(10_000):
            if clock.asleep:
                break
            await asyncio.sleep(0.001)
        clock.advance(timedelta(seconds=TICK_S))
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
