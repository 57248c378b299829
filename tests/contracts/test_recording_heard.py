"""Recording who was heard and what was read; and that a batch counts once."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from lighting.downlink.lifecycle import State
from lighting.operations.records import (
    BOOT,
    Echo,
    GatewayAcceptance,
    MeterRow,
    NetworkRefusal,
    Note,
    Recorded,
    Rejection,
    Seen,
    StatusRow,
    UplinkBatch,
)
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
    program,
)

NODE = dev(0)
P1 = program("p1", frame(1), frame(2))


async def test_the_latest_message_says_when_and_by_which_gateway_a_node_was_heard(
    city: City,
) -> None:
    await city.build(1)
    heard = [Seen(NODE, after(5), FAR, -80), Seen(NODE, after(9), NEAR, -110)]
    await city.nodes.record(UplinkBatch(seen=[heard[1], heard[0]]))
    await city.see(NODE, after(7), FAR)
    node = await city.node(NODE)
    assert (node.last_seen_at, node.gateway_id) == (after(9), NEAR)


async def test_a_message_without_gateway_leaves_the_known_one(city: City) -> None:
    await city.build(1)
    await city.see(NODE, after(1), FAR)
    await city.see(NODE, after(2), None)
    node = await city.node(NODE)
    assert (node.last_seen_at, node.gateway_id) == (after(2), FAR)


async def test_a_node_in_back_off_that_is_heard_is_tried_at_once(city: City) -> None:
    order = await city.one_in_flight()
    await city.orders.time_out(after(90))
    await city.see(NODE, after(100))
    assert await city.orders.due(at=after(99.999), limit=1) == []
    (due,) = await city.orders.due(at=after(100), limit=1)
    assert due.order_id == order.order_id


async def test_an_order_that_was_never_sent_waits_for_its_time_however_often_its_node_speaks(
    city: City,
) -> None:
    await city.build(1)
    await city.orders.add([replace(new_order(NODE, frame(1)), not_before=after(60))])
    await city.see(NODE, after(10))
    assert await city.orders.due(at=after(59), limit=1) == []


async def test_an_order_for_later_waits_for_its_time_also_when_its_node_echoes_another(
    city: City,
) -> None:
    order = await city.one_in_flight()
    await city.orders.add([replace(new_order(NODE, frame(2)), not_before=after(60))])
    said = UplinkBatch(seen=[Seen(NODE, after(1), NEAR, -90)], echoes=[echo_of(order, after(1))])
    await city.nodes.record(said)
    assert await city.orders.due(at=after(59), limit=1) == []


async def test_a_message_that_comes_late_does_not_shorten_the_back_off(city: City) -> None:
    await city.one_in_flight()
    await city.see(NODE, after(80))
    await city.orders.time_out(after(90))
    await city.see(NODE, after(70))
    assert await city.orders.due(at=after(99), limit=1) == []  # retry.UNTAKEN_BACK_OFF: ten seconds


async def test_devices_that_are_on_no_lantern_are_named_and_nothing_of_them_is_kept(
    city: City,
) -> None:
    await city.build(1)
    strange = [dev(number) for number in range(100, 109)]
    s = iter(strange)
    recorded = await city.nodes.record(
        UplinkBatch(
            seen=[Seen(next(s), DUSK, NEAR, -90), Seen(NODE, DUSK, NEAR, -90)],
            joined=[(next(s), DUSK)],
            echoes=[Echo(next(s), DUSK, 50, b"\x01")],
            rejections=[Rejection(next(s), DUSK, 50, "range")],
            acceptances=[GatewayAcceptance(next(s), DUSK, uuid4(), NEAR)],
            refusals=[NetworkRefusal(next(s), DUSK, None, "TOO_LATE")],
            statuses=[StatusRow(next(s), DUSK, 80, "profile 0", "", 21)],
            meters=[MeterRow(next(s), DUSK, 1, 2, 3, 4)],
            notes=[Note(next(s), DUSK, "boot", "x")],
        )
    )
    assert recorded == Recorded(unknown=tuple(strange))
    assert (await city.node(NODE)).last_seen_at == DUSK
    for rows in (
        await city.readings.statuses_of(strange, start=DUSK, end=after(1)),
        await city.readings.meters_of(strange, start=DUSK, end=after(1)),
        await city.readings.notes_of(strange, start=DUSK, end=after(1)),
    ):
        assert rows == {}


async def test_an_empty_batch_is_fine(city: City) -> None:
    assert await city.nodes.record(UplinkBatch()) == Recorded()


async def test_readings_are_kept_once_however_often_they_come(city: City) -> None:
    await city.build(1)
    status = StatusRow(NODE, after(1), 80, "profile 0", "lamp failure", -5)
    unknown = StatusRow(NODE, after(2), None, "", "", None)
    meter = MeterRow(NODE, after(1), 2**40, 24, 3600, 230)
    notes = [Note(NODE, after(1), "boot", "power on"), Note(NODE, after(1), "alert", "tilt")]
    batch = UplinkBatch(statuses=[status, unknown, status], meters=[meter, meter], notes=notes)
    for _ in range(2):
        assert await city.nodes.record(batch) == Recorded()
    end = DUSK + timedelta(hours=16)
    said = city.readings
    assert await said.statuses_of([NODE], start=DUSK, end=end) == {NODE: [status, unknown]}
    assert await said.meters_of([NODE], start=DUSK, end=end) == {NODE: [meter]}
    assert await said.notes_of([NODE], start=DUSK, end=end) == {NODE: [notes[1], notes[0]]}


async def test_the_same_batch_again_changes_nothing_at_all(city: City) -> None:
    await city.build(4)
    for number in range(4):
        await city.roll_out(dev(number), P1)
    zero, one, two, three = await city.send(DUSK)
    batch = UplinkBatch(
        seen=[Seen(dev(n), after(5), FAR, -100) for n in range(4)],
        joined=[(dev(3), after(2))],
        echoes=[echo_of(zero, after(4))],
        rejections=[Rejection(dev(1), after(4), 50, "range")],
        acceptances=[acceptance_of(two, after(3), gateway_id=FAR)],
        refusals=[NetworkRefusal(dev(3), after(4), three.queue_item_id(1), "TOO_LATE")],
    )

    async def everything() -> list[object]:
        orders = [await city.orders.of_node(dev(number)) for number in range(4)]
        due = await city.orders.due(at=after(300), limit=9)
        charged = await city.orders.transmissions_since(DUSK)
        return [await city.nodes.nodes(), orders, due, charged]

    first = await city.nodes.record(batch)
    assert first.moved == ((NEAR, DUSK, 246.0, FAR),)
    assert [await city.state_of(o) for o in (zero, one, two, three)] == [
        State.ECHOED,
        State.REJECTED,
        State.ACCEPTED,
        State.WAITING,
    ]
    before = await everything()
    assert await city.nodes.record(batch) == Recorded()
    assert await everything() == before


async def test_notes_of_one_kind_are_told_without_the_others(city: City) -> None:
    await city.build(1)
    notes = [Note(NODE, after(1), kind, "x") for kind in (BOOT, "alert", "boots")]
    await city.nodes.record(UplinkBatch(notes=notes))
    for kind, told in ((BOOT, {NODE: [notes[0]]}), ("none", {})):
        found = await city.readings.notes_of([NODE], start=DUSK, end=after(2), kind=kind)
        assert found == told
