"""What is sent and in which order, on a real SQLite book.

The rules are those of the package's README: one order in flight for each node, most urgent first,
a look into the book serves ``LOOK_EVERY``, and nothing goes that the book has ended meanwhile.
"""

from dataclasses import replace

from lighting.downlink.lifecycle import State
from lighting.downlink.lookout import LOOK_EVERY
from lighting.downlink.order import Rank
from lighting.downlink.retry import REPLY_WAIT
from lighting.operations.stores import PROGRAM_BATCH
from lighting.testing.clock import SteppedClock
from tests.contracts.city import DUSK, City, after, dev, frame, new_order
from tests.lighting.downlink.radio import Radio, dispatcher, echo, heard_city, order_for, orders_for


async def test_the_most_urgent_order_goes_first(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 4)
    for number, rank in enumerate((Rank.QUERY, Rank.PROGRAM, Rank.EMERGENCY, Rank.OVERRIDE)):
        await order_for(city, number, rank)
    assert await dispatcher(city.orders, radio, clock).step(DUSK) == 4
    assert radio.to == [dev(2), dev(3), dev(1), dev(0)]


async def test_what_is_sent_is_what_the_order_says(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await city.build(1)
    confirmed = replace(frame(1), confirmed=True, f_port=60)
    soon_over = after(10)  # sooner than the reply wait
    await city.orders.add([replace(new_order(dev(0), confirmed), expires_at=soon_over)])
    (waiting,) = await city.orders.of_node(dev(0))
    await dispatcher(city.orders, radio, clock).step(DUSK)
    (sent,) = radio.sent
    assert (sent.application_id, sent.dev_eui) == ("street", dev(0))
    assert (sent.f_port, sent.payload, sent.confirmed) == (60, frame(1).payload, True)
    assert sent.queue_item_id == waiting.queue_item_id(1)
    assert sent.expires_at == soon_over


async def test_the_orders_of_a_node_go_one_by_one_as_they_are_proved(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    await city.orders.add([new_order(dev(0), frame(number)) for number in (1, 2, 3)])
    sender = dispatcher(city.orders, radio, clock)
    for step in range(3):
        assert await sender.step(after(20 * step)) == 1
        assert await sender.step(after(20 * step + 10)) == 0
        flying = [o for o in await city.orders.of_node(dev(0)) if o.state is State.SENT]
        await echo(city, flying[0], after(20 * step + 11))
    assert [sent.payload for sent in radio.sent] == [frame(n).payload for n in (1, 2, 3)]
    assert (sender.sent, sender.last_sent_at) == (3, after(40))


async def test_an_order_waits_for_its_time(city: City, radio: Radio, clock: SteppedClock) -> None:
    await heard_city(city, 1)
    await city.orders.add([replace(new_order(dev(0), frame(1)), not_before=after(60))])
    sender = dispatcher(city.orders, radio, clock)
    assert [await sender.step(after(s)) for s in (0, 30, 59, 64)] == [0, 0, 0, 1]


async def test_nothing_due_is_nothing_sent(city: City, radio: Radio, clock: SteppedClock) -> None:
    await city.build(1)
    assert await dispatcher(city.orders, radio, clock).step(DUSK) == 0
    assert radio.sent == []


async def test_while_the_broker_is_away_nothing_is_written_as_sent(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    order = await order_for(city, 0)
    sender = dispatcher(city.orders, radio, clock)
    radio.ready = False
    assert await sender.step(DUSK) == 0
    assert await city.state_of(order) is State.WAITING
    assert await city.orders.transmissions_since(DUSK) == []
    radio.ready = True
    assert await sender.step(after(1)) == 1


async def test_the_network_server_is_given_no_more_than_its_pace(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 7)
    await orders_for(city, range(7))
    sender = dispatcher(city.orders, radio, clock, devices_a_second=3.0)
    assert [await sender.step(after(second)) for second in range(4)] == [3, 3, 1, 0]
    assert sorted(radio.to) == [dev(number) for number in range(7)]


async def test_an_order_superseded_between_the_look_and_its_turn_is_not_sent(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 3)
    await orders_for(city, range(3))
    sender = dispatcher(city.orders, radio, clock, devices_a_second=1.0)
    await sender.step(DUSK)
    await city.orders.supersede([dev(1)], batch_prefix=PROGRAM_BATCH)
    assert [await sender.step(after(second)) for second in (1, 2)] == [0, 1]
    assert radio.to == [dev(0), dev(2)]


async def test_an_emergency_overtakes_what_was_seen_before_it_within_one_look(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 21)
    await orders_for(city, range(20))
    sender = dispatcher(city.orders, radio, clock, devices_a_second=1.0)
    await sender.step(DUSK)
    await order_for(city, 20, Rank.EMERGENCY)
    for second in range(1, int(LOOK_EVERY.total_seconds()) + 1):
        await sender.step(after(second))
    assert radio.to[-1] == dev(20)
    assert len(radio.to) == 6  # five went while it waited for the next look


async def test_an_emergency_behind_a_lost_frame_goes_in_the_step_in_which_that_is_lost(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 9)
    await orders_for(city, range(9))
    sender = dispatcher(city.orders, radio, clock, devices_a_second=1.0)
    await sender.step(DUSK)
    emergency = await order_for(city, 0, Rank.EMERGENCY)
    lost_s = int(REPLY_WAIT.total_seconds())
    for second in range(lost_s - 2, lost_s + 2):  # one look, two seconds before the frame is lost
        await sender.step(after(second))
    assert radio.to == [dev(0), dev(1), dev(2), dev(0), dev(3)]  # and the rest stays in hand
    assert radio.sent[3].queue_item_id == emergency.queue_item_id(1)


async def test_an_emergency_overtakes_the_waiting_orders_of_its_own_node(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    await order_for(city, 0)
    emergency = await order_for(city, 0, Rank.EMERGENCY)
    await dispatcher(city.orders, radio, clock).step(DUSK)
    assert radio.sent[0].queue_item_id == emergency.queue_item_id(1)


async def test_an_order_whose_time_has_passed_is_not_sent(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    await city.orders.add([replace(new_order(dev(0), frame(1)), expires_at=after(60))])
    assert await dispatcher(city.orders, radio, clock).step(after(60)) == 0
    (order,) = await city.orders.of_node(dev(0))
    assert order.state is State.EXPIRED


async def test_an_order_that_expires_between_the_look_and_its_turn_is_not_sent(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 2)
    await order_for(city, 0)
    await city.orders.add([replace(new_order(dev(1), frame(1)), expires_at=after(2))])
    sender = dispatcher(city.orders, radio, clock, devices_a_second=0.5)
    assert [await sender.step(after(second)) for second in (0, 2, 4)] == [1, 0, 0]
    assert radio.to == [dev(0)]
