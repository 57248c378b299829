"""Several controllers on one database: rows decide who sends, nothing is done twice or half."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.tables import NODE
from lighting.downlink.lifecycle import IN_FLIGHT, State
from lighting.errors import StoreError
from lighting.identifiers import ProgramId
from lighting.operations.records import Seen, UplinkBatch
from tests.contracts.city import (
    DUSK,
    NEAR,
    City,
    after,
    dev,
    echo_of,
    frame,
    new_order,
    program,
    sending,
)

NODES = 40


@pytest.fixture
async def other(url: str) -> AsyncIterator[City]:
    """Return the same city, as a second process sees it."""
    database = open_database(url)
    yield City(database)
    await database.close()


async def test_what_another_process_holds_locked_is_told_and_done_when_it_lets_go(
    city: City, url: str
) -> None:
    await city.build(1)
    impatient = open_database(url, busy_timeout_ms=50)
    async with city.database.writing() as connection:
        await connection.execute(update(NODE).values(held="p0"))
        with pytest.raises(StoreError, match=r"locked.*kept: end .* or try again"):
            await City(impatient).nodes.want({dev(0): ProgramId("p1")}, at=DUSK)
    await City(impatient).nodes.want({dev(0): ProgramId("p1")}, at=DUSK)
    assert (await city.node(dev(0))).wanted == "p1"
    await impatient.close()


async def test_an_order_that_two_controllers_want_to_send_is_sent_by_one(
    city: City, other: City
) -> None:
    await city.build(NODES)
    await city.orders.add([new_order(dev(n % NODES), frame(n)) for n in range(3 * NODES)])
    sent: Counter[int] = Counter()
    for number in range(5):
        at = after(number * 10)
        due = await city.orders.due(at=at, limit=NODES)
        tries = [sending(order, at) for order in due]
        moved = await asyncio.gather(
            *(each.orders.sending(tries) for each in (city, other, city, other))
        )
        sent.update(order_id for ids in moved for order_id in ids)
        echoes = [echo_of(order, after(number * 10 + 1)) for order in due]
        await city.nodes.record(UplinkBatch(echoes=echoes))
    assert sent == Counter(range(1, 3 * NODES + 1))
    assert len(await city.orders.transmissions_since(DUSK)) == 3 * NODES


async def test_two_controllers_with_different_orders_for_one_node_send_one_of_them(
    city: City, other: City
) -> None:
    await city.build(NODES)
    await city.orders.add([new_order(dev(n % NODES), frame(n)) for n in range(2 * NODES)])
    orders = [await city.orders.get(number) for number in range(1, 2 * NODES + 1)]
    first = [sending(order, DUSK) for order in orders[:NODES]]
    second = [sending(order, DUSK) for order in reversed(orders[NODES:])]
    moved = await asyncio.gather(city.orders.sending(first), other.orders.sending(second))
    assert sum(map(len, moved)) == NODES
    flying = [
        o.dev_eui
        for n in range(NODES)
        for o in await city.orders.of_node(dev(n))
        if o.state in IN_FLIGHT
    ]
    assert sorted(flying) == [dev(number) for number in range(NODES)]


async def test_two_controllers_that_repair_at_once_write_one_set_of_orders(
    city: City, other: City
) -> None:
    await city.build(NODES)
    wanted = program("p1", frame(1), frame(2))
    await city.nodes.put_programs([wanted])
    await city.nodes.want({dev(n): wanted.program_id for n in range(NODES)}, at=DUSK)
    ordered = await asyncio.gather(
        *(
            each.nodes.order_programs(
                wanted.program_id, None, wanted.frames, created_at=DUSK, expires_at=after(9999)
            )
            for each in (city, other)
        )
    )
    assert sorted(ordered) == [0, NODES]
    assert (await city.orders.counts())[State.WAITING] == 2 * NODES


async def test_everything_at_once_neither_fails_nor_loses_anything(city: City, other: City) -> None:
    """Each kind of writer locks rows of the same nodes; none may lock another out for good."""
    await city.build(NODES)
    everyone = [dev(number) for number in range(NODES)]
    wanted = program("p1", frame(1), frame(2), frame(3))
    await city.nodes.put_programs([wanted])
    await city.nodes.want(dict.fromkeys(everyone, wanted.program_id), at=DUSK)
    await city.nodes.order_programs(
        wanted.program_id, None, wanted.frames, created_at=DUSK, expires_at=after(99_999)
    )

    async def control(at_s: float, each: City) -> None:
        at = after(at_s)
        await each.orders.time_out(at)
        await each.orders.expire(at)
        due = await each.orders.due(at=at, limit=NODES)
        await each.orders.sending([sending(order, at) for order in due])

    async def listen(at_s: float, each: City, direction: int) -> None:
        seen = [Seen(eui, after(at_s), NEAR, -90) for eui in everyone[::direction]]
        flying = [
            o
            for eui in everyone[::direction]
            for o in await each.orders.of_node(eui)
            if o.state in IN_FLIGHT
        ]
        echoes = [echo_of(order, after(at_s)) for order in flying]
        await each.nodes.record(UplinkBatch(seen=seen, echoes=echoes))
        await each.nodes.refresh_evidence(everyone[::direction], at=after(at_s))

    for number in range(6):
        at_s = number * 10.0
        await asyncio.gather(
            control(at_s, city),
            control(at_s, other),
            listen(at_s + 1, city, 1),
            listen(at_s + 1, other, -1),
            other.orders.supersede(everyone, batch_prefix="override:"),
        )
    counts = await city.orders.counts()
    assert counts[State.ECHOED] == 3 * NODES
    assert {node.held for node in await city.nodes.nodes()} == {wanted.program_id}
