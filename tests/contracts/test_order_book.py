"""The order book: what is written, what goes, and what becomes of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from lighting.adapters.sql.order_tables import ORDER
from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order, Purpose, Rank
from lighting.downlink.pacing import Transmission
from lighting.downlink.retry import REPLY_WAIT
from lighting.errors import NotFoundError, StoreError
from lighting.operations.records import UplinkBatch
from tests.contracts.city import (
    DUSK,
    NEAR,
    City,
    after,
    dev,
    echo_of,
    frame,
    new_order,
    sending,
)


async def due(city: City, at: datetime = DUSK, limit: int = 100) -> list[int]:
    return [order.order_id for order in await city.orders.due(at=at, limit=limit)]


async def test_an_order_comes_back_as_it_was_added_and_waits(city: City) -> None:
    await city.build(1)
    new = replace(
        new_order(dev(0), replace(frame(7), confirmed=True), batch="override:3:1795363200"),
        rank=Rank.EMERGENCY,
        purpose=Purpose.OVERRIDE,
        created_at=after(-0.001),
        not_before=after(1.25),
    )
    await city.orders.add([new])
    found = await city.orders.get(1)
    assert found == Order(
        order_id=1,
        book_id=found.book_id,
        dev_eui=new.dev_eui,
        rank=new.rank,
        purpose=new.purpose,
        batch=new.batch,
        frame=new.frame,
        state=State.WAITING,
        attempts=0,
        created_at=new.created_at,
        not_before=new.not_before,
        expires_at=new.expires_at,
        application_id="street",
    )


async def test_a_frame_without_echo_or_payload_is_kept_as_it_is(city: City) -> None:
    bare = replace(frame(1, echoed=False), payload=b"")
    await city.orders.add([new_order(dev(0), bare)])
    assert (await city.orders.get(1)).frame == bare


async def test_an_order_that_is_not_in_the_book_is_not_found(city: City) -> None:
    with pytest.raises(NotFoundError, match="order '4'"):
        await city.orders.get(4)


async def test_ids_follow_the_order_in_which_orders_were_added(city: City) -> None:
    await city.orders.add([new_order(dev(n % 7), frame(n)) for n in range(50)])
    found = [(await city.orders.get(n + 1)).frame for n in range(50)]
    assert found == [frame(n) for n in range(50)]


async def test_sending_writes_the_try_and_its_air_time(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    (sent,) = await city.send(after(3))
    assert (sent.state, sent.attempts, sent.sent_at) == (State.SENT, 1, after(3))
    charged = Transmission(NEAR, after(3), 246.0)
    assert await city.orders.transmissions_since(after(3)) == [charged]
    assert await city.orders.transmissions_since(after(3.001)) == []


async def test_transmissions_are_told_oldest_first(city: City) -> None:
    await city.build(3)
    await city.orders.add([new_order(dev(number), frame(1)) for number in range(3)])
    orders = await city.orders.due(at=DUSK, limit=3)
    times = [after(20), after(0), after(10)]
    tries = [sending(order, at) for order, at in zip(orders, times, strict=True)]
    await city.orders.sending(tries)
    told = await city.orders.transmissions_since(DUSK)
    assert [each.at for each in told] == sorted(times)


async def test_an_order_that_is_sent_already_is_not_sent_again(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    (order,) = await city.orders.due(at=DUSK, limit=1)
    assert await city.orders.sending([sending(order, DUSK)]) == [1]
    assert await city.orders.sending([sending(order, DUSK)]) == []
    assert len(await city.orders.transmissions_since(DUSK)) == 1


async def test_a_try_that_was_planned_before_another_try_does_not_go(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    (order,) = await city.orders.due(at=DUSK, limit=1)
    await city.orders.sending([sending(order, DUSK)])
    await city.orders.time_out(after(90))
    assert await city.orders.sending([sending(order, after(91))]) == []
    assert (await city.orders.get(1)).state is State.WAITING


async def test_of_two_orders_for_one_node_only_the_first_goes(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1)), new_order(dev(0), frame(2))])
    tries = [sending(await city.orders.get(number), DUSK) for number in (2, 1)]
    assert await city.orders.sending(tries) == [1]
    assert await city.orders.sending([tries[0]]) == []


async def test_sending_nothing_or_what_is_not_in_the_book_moves_nothing(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    (order,) = await city.orders.due(at=DUSK, limit=1)
    assert await city.orders.sending([]) == []
    assert await city.orders.sending([sending(replace(order, order_id=99), DUSK)]) == []


async def test_the_database_itself_refuses_a_second_order_in_flight(city: City) -> None:
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1)), new_order(dev(0), frame(2))])
    await city.send(DUSK)
    with pytest.raises(StoreError):
        async with city.database.writing() as connection:
            await connection.execute(
                update(ORDER).where(ORDER.c.order_id == 2).values(state=State.ACCEPTED.value)
            )


async def test_an_order_that_no_gateway_took_goes_again_after_ten_seconds_then_four_minutes(
    city: City,
) -> None:
    # retry.UNTAKEN_BACK_OFF, then retry.back_off: doubles from two minutes
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    await city.send(DUSK)
    assert await city.orders.time_out(DUSK + REPLY_WAIT - timedelta(milliseconds=1)) == 0
    assert await city.orders.time_out(after(90)) == 1
    order = await city.orders.get(1)
    assert (order.state, order.attempts, order.note) == (State.WAITING, 1, "no reply in time")
    assert await due(city, after(99.999)) == []
    assert await due(city, after(100)) == [1]
    await city.send(after(100))
    assert await city.orders.time_out(after(300)) == 1
    assert await due(city, after(300 + 239)) == []
    assert await due(city, after(300 + 240)) == [1]


async def test_an_emergency_is_tried_every_two_minutes(city: City) -> None:
    # retry.EMERGENCY_BACK_OFF_MAX
    await city.build(1)
    await city.orders.add([replace(new_order(dev(0), frame(1)), rank=Rank.EMERGENCY)])
    at = DUSK
    for _ in range(4):
        assert len(await city.send(at)) == 1
        await city.orders.time_out(at + timedelta(seconds=90))
        at += timedelta(seconds=90 + 120)
    assert (await city.orders.get(1)).attempts == 4


async def test_open_orders_expire_at_their_deadline_in_flight_or_not(city: City) -> None:
    await city.build(3)
    await city.orders.add(
        [replace(new_order(dev(n), frame(1)), expires_at=after(60 + n)) for n in range(3)]
    )
    (order,) = await city.orders.due(at=DUSK, limit=1)
    await city.orders.sending([sending(order, DUSK)])
    assert await city.orders.expire(after(59)) == 0
    assert await city.orders.expire(after(61)) == 2
    assert await city.orders.expire(after(61)) == 0
    counts = await city.orders.counts()
    assert (counts[State.EXPIRED], counts[State.WAITING]) == (2, 1)


async def test_an_expired_order_lets_the_next_one_go(city: City) -> None:
    await city.build(1)
    short = replace(new_order(dev(0), frame(1)), expires_at=after(60))
    await city.orders.add([short, new_order(dev(0), frame(2))])
    await city.send(DUSK)
    await city.orders.expire(after(60))
    assert await due(city, after(60)) == [2]


async def test_superseding_ends_the_open_orders_of_a_batch_and_of_no_other(city: City) -> None:
    await city.build(3)
    batches = ["program:p1", "program:p2", "override:1:9", "PROGRAM:p1"]
    await city.orders.add([new_order(dev(0), frame(n), batch=b) for n, b in enumerate(batches)])
    await city.orders.add([new_order(dev(1), frame(1)), new_order(dev(2), frame(1))])
    await city.send(DUSK)
    assert await city.orders.supersede([dev(0), dev(1)], batch_prefix="program:") == 3
    orders = [(await city.orders.get(number)).state for number in range(1, 7)]
    ended, waiting, sent = State.SUPERSEDED, State.WAITING, State.SENT
    assert orders == [ended, ended, waiting, waiting, ended, sent]
    assert await city.orders.supersede([dev(0)]) == 2
    assert await city.orders.supersede([]) == 0


async def test_the_orders_of_a_node_are_told_newest_first(city: City) -> None:
    await city.build(2)
    await city.orders.add([new_order(dev(n % 2), frame(n)) for n in range(8)])
    assert [o.order_id for o in await city.orders.of_node(dev(1))] == [8, 6, 4, 2]
    assert [o.order_id for o in await city.orders.of_node(dev(1), limit=2)] == [8, 6]


async def test_counts_name_every_state_and_can_be_of_one_batch(city: City) -> None:
    await city.build(3)
    assert await city.orders.counts() == dict.fromkeys(State, 0)
    await city.orders.add([new_order(dev(n), frame(1), batch=f"program:{n}") for n in range(3)])
    (order, *_) = await city.send(DUSK)
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, after(1))]))
    nothing = dict.fromkeys(State, 0)
    assert await city.orders.counts() == nothing | {State.ECHOED: 1, State.SENT: 2}
    assert await city.orders.counts(batch="program:0") == nothing | {State.ECHOED: 1}
    assert await city.orders.counts(batch="program:") == nothing


async def test_the_oldest_waiting_order_is_the_one_that_was_created_first(city: City) -> None:
    await city.build(2)
    assert await city.orders.oldest_waiting() is None
    old = replace(new_order(dev(1), frame(1)), created_at=after(-3600))
    await city.orders.add([new_order(dev(0), frame(1)), old])
    assert await city.orders.oldest_waiting() == after(-3600)
    await city.send(DUSK)
    assert await city.orders.oldest_waiting() is None
