"""Which gateway may send: every try is charged, full and booked gateways wait, others go on."""

from datetime import timedelta

import pytest

from lighting.downlink import lookout
from lighting.downlink.airtime import downlink_airtime_ms
from lighting.downlink.lookout import LOOK_AHEAD, LOOK_EVERY
from lighting.downlink.order import Rank
from lighting.downlink.pacing import UNKNOWN_GATEWAY, Transmission
from lighting.identifiers import GatewayId
from lighting.operations.records import UplinkBatch
from lighting.testing.airtime_probe import downlink_s
from lighting.testing.clock import SteppedClock
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
from tests.lighting.downlink.radio import Radio, dispatcher, heard_city, order_for, orders_for

BUDGET_MS = 360_000.0
"""Air time of an hour in EU868 band P (reference ``lorawan.md``, 4.2)."""

EARLIER = DUSK - timedelta(minutes=30)


async def test_a_try_is_charged_to_the_gateway_that_heard_the_node_best(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await city.build(2)
    await city.see(dev(0), DUSK, NEAR)
    await orders_for(city, range(2))
    sender = dispatcher(city.orders, radio, clock, spreading=9)
    await sender.step(DUSK)
    airtime_ms = pytest.approx(downlink_s(3, 9) * 1000)  # the emulator's formula
    assert sender.ledger.used_ms(NEAR, DUSK) == airtime_ms
    assert sender.ledger.used_ms(UNKNOWN_GATEWAY, DUSK) == airtime_ms
    recorded = await city.orders.transmissions_since(DUSK)
    assert {each.gateway_id: each.airtime_ms for each in recorded} == {
        NEAR: airtime_ms,
        UNKNOWN_GATEWAY: airtime_ms,
    }


async def test_a_gateway_at_its_limit_is_passed_over_while_others_go(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await city.build(3)
    for number, gateway_id in enumerate((NEAR, FAR, None)):
        await city.see(dev(number), DUSK, gateway_id)
        await order_for(city, number)
    sender = dispatcher(city.orders, radio, clock)
    sender.ledger.charge(Transmission(NEAR, EARLIER, 0.8 * BUDGET_MS))
    assert await sender.step(DUSK) == 2
    assert radio.to == [dev(1), dev(2)]
    assert await sender.step(EARLIER + sender.ledger.window) == 1  # the window has slid on
    assert radio.to[-1] == dev(0)


async def test_an_emergency_still_goes_where_the_share_of_programs_is_used_up(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 2)
    await order_for(city, 0)
    await order_for(city, 1, Rank.EMERGENCY)
    sender = dispatcher(city.orders, radio, clock)
    sender.ledger.charge(Transmission(NEAR, EARLIER, 0.97 * BUDGET_MS))
    await sender.step(DUSK)
    assert radio.to == [dev(1)]


async def test_nothing_at_all_goes_where_the_budget_is_used_up(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    await order_for(city, 0, Rank.EMERGENCY)
    sender = dispatcher(city.orders, radio, clock)
    sender.ledger.charge(Transmission(NEAR, EARLIER, BUDGET_MS))
    assert await sender.step(DUSK) == 0


async def test_a_slow_gateway_is_not_booked_further_ahead_than_two_seconds(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 5)
    await orders_for(city, range(5))
    sender = dispatcher(city.orders, radio, clock, spreading=12)  # 1.155 s to 1.319 s each
    assert [await sender.step(after(second)) for second in (0, 1, 2, 3)] == [2, 1, 1, 1]


async def test_the_used_air_time_survives_a_restart(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    await heard_city(city, 1)
    await order_for(city, 0)
    before = dispatcher(city.orders, radio, clock)
    await before.step(DUSK)
    after_restart = dispatcher(city.orders, radio, clock)
    assert after_restart.ledger.used_ms(NEAR, DUSK) == 0
    await after_restart.recover()
    assert after_restart.ledger.used_ms(NEAR, DUSK) == before.ledger.used_ms(NEAR, DUSK) > 0


async def test_what_was_on_the_air_again_is_charged_for_each_node_and_survives_a_restart(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    """Both first tx acks were lost; the second ones come in the same millisecond."""
    await heard_city(city, 2)
    orders = [await order_for(city, number) for number in range(2)]
    before = dispatcher(city.orders, radio, clock)
    await before.step(DUSK)
    once_ms = before.ledger.used_ms(NEAR, DUSK)
    taken = [acceptance_of(await city.orders.get(o.order_id), after(8)) for o in orders]
    echoes = [echo_of(order, after(3)) for order in orders]
    batch = UplinkBatch(echoes=echoes, acceptances=taken)
    for _ in range(2):  # brokers deliver at least once
        before.aired_again((await city.nodes.record(batch)).aired_again)
    assert before.ledger.used_ms(NEAR, after(8)) == pytest.approx(2 * once_ms)
    after_restart = dispatcher(city.orders, radio, clock)
    await after_restart.recover()
    assert after_restart.ledger.used_ms(NEAR, after(8)) == pytest.approx(2 * once_ms)


async def test_air_time_moves_to_the_gateway_that_the_tx_ack_names(
    city: City, radio: Radio
) -> None:
    # A real clock shows microseconds, and the database keeps milliseconds.
    at = DUSK.replace(microsecond=123_456)
    await heard_city(city, 1)
    order = await order_for(city, 0)
    sender = dispatcher(city.orders, radio, SteppedClock(at))
    await sender.step(at)
    taken = acceptance_of(await city.orders.get(order.order_id), after(1), gateway_id=FAR)
    recorded = await city.nodes.record(UplinkBatch(acceptances=[taken]))
    sender.gateway_moved(recorded.moved)
    assert sender.ledger.used_ms(NEAR, at) == 0
    assert sender.ledger.used_ms(FAR, at) == pytest.approx(downlink_airtime_ms(3, 7))


async def test_a_crowd_behind_a_full_gateway_does_not_hide_the_orders_of_others(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    crowd = LOOK_AHEAD + 10
    await heard_city(city, crowd + 1)
    await city.see(dev(crowd), after(1), FAR)
    await city.orders.add([new_order(dev(number), frame(1)) for number in range(crowd + 1)])
    sender = dispatcher(city.orders, radio, clock)
    sender.ledger.charge(Transmission(NEAR, EARLIER, 0.8 * BUDGET_MS))
    for look in range(3):
        await sender.step(DUSK + look * LOOK_EVERY)
    assert dev(crowd) in radio.to


async def test_a_crowd_behind_a_busy_gateway_does_not_keep_an_idle_one_waiting(
    city: City, radio: Radio, clock: SteppedClock
) -> None:
    crowd = LOOK_AHEAD + 10
    await heard_city(city, crowd + 2)
    for number in (crowd, crowd + 1):
        await city.see(dev(number), after(1), FAR)
    await city.orders.add([new_order(dev(number), frame(1)) for number in range(crowd + 2)])
    sender = dispatcher(city.orders, radio, clock, spreading=12)
    await sender.step(DUSK)
    assert {dev(crowd), dev(crowd + 1)} < set(radio.to)
    assert len(radio.to) == 4  # two each: a gateway is booked two seconds ahead


async def test_crowds_behind_more_gateways_than_looks_all_get_work_within_a_minute(
    city: City, radio: Radio, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateways, crowd = 12, 20
    monkeypatch.setattr(lookout, "LOOK_AHEAD", crowd)  # each look shows one gateway's crowd
    await city.build(gateways * crowd)
    for number in range(gateways * crowd):
        await city.see(dev(number), DUSK, GatewayId(f"{number // crowd:016x}"))
    await city.orders.add([new_order(dev(n), frame(1)) for n in range(gateways * crowd)])
    sender = dispatcher(city.orders, radio, clock, spreading=12)
    for second in range(15):
        await sender.step(after(second))
    busy = {gateway_id for gateway_id, share in sender.ledger.usage(after(15)).items() if share}
    assert len(busy) == gateways
    assert len(set(radio.to)) == len(radio.to)
