"""Overrides: kept, found, and ended together with what their nodes are told, or not at all."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lighting.adapters.sql.overrides import SqlOverrideStore
from lighting.downlink.lifecycle import State
from lighting.downlink.order import NewOrder
from lighting.errors import NotFoundError, StoreError
from lighting.identifiers import DevEui
from lighting.operations.records import Override, Rejection, UplinkBatch
from lighting.operations.stores import RESUME_BATCH, override_batch
from tests.contracts.city import DUSK, City, after, dev, echo_of, frame, new_order

EVENT = Override(
    override_id=0,
    selection="road The Headrow",
    level=100,
    starts_at=after(60),
    ends_at=after(3660),
    reason="Christmas lights switch-on",
)

A, B = 1, 2
"""The ids that the first two overrides get."""


@pytest.fixture
def overrides(city: City) -> SqlOverrideStore:
    """Return the overrides of the city."""
    return SqlOverrideStore(city.database)


def timed(number: int, until: datetime, *, of: int = A) -> NewOrder:
    """Return an override's order for a node; its level ends at ``until``."""
    batch = f"{override_batch(of)}{int(until.timestamp())}"
    return new_order(dev(number), frame(of), batch=batch)


def resume(number: int, *, of: int = A) -> NewOrder:
    """Return the order that tells a node to resume."""
    return new_order(dev(number), frame(9), batch=f"{RESUME_BATCH}{of}")


async def states(city: City, number: int) -> list[tuple[str, State]]:
    """Return batch and state of a node's orders, oldest first."""
    return [(o.batch, o.state) for o in reversed(await city.orders.of_node(dev(number)))]


async def to_renew(overrides: SqlOverrideStore, until: datetime, *besides: int) -> list[DevEui]:
    return await overrides.nodes_to_renew(A, until=until, besides=besides)


async def test_an_override_gets_an_id_and_keeps_its_nodes(city: City) -> None:
    overrides = SqlOverrideStore(city.database)
    added = await overrides.add_override(EVENT, [dev(2), dev(1), dev(2)])
    assert added == replace(EVENT, override_id=1, nodes=2)
    assert await overrides.open_overrides(DUSK) == [added]
    assert await overrides.override_nodes(1) == [dev(1), dev(2)]
    assert await overrides.override_nodes(2) == []


async def test_open_overrides_are_told_earliest_first_until_they_are_ended(city: City) -> None:
    overrides = SqlOverrideStore(city.database)
    for starts in (120, 60, 120):
        await overrides.add_override(replace(EVENT, starts_at=after(starts)), [])
    late = EVENT.ends_at + timedelta(hours=1)  # over, but nobody has ended them
    assert [each.override_id for each in await overrides.open_overrides(late)] == [2, 1, 3]
    ended = await overrides.end_override(2, at=after(600))
    assert ended.ended_at == after(600)
    assert [each.override_id for each in await overrides.open_overrides(after(600))] == [1, 3]


async def test_ending_an_override_again_keeps_the_time_when_it_ended(city: City) -> None:
    overrides = SqlOverrideStore(city.database)
    await overrides.add_override(replace(EVENT, emergency=True), [dev(1)])
    await overrides.end_override(1, at=after(600))
    ended = await overrides.end_override(1, at=after(900))
    assert (ended.ended_at, ended.emergency) == (after(600), True)


async def test_an_override_that_does_not_exist_cannot_be_ended(city: City) -> None:
    with pytest.raises(NotFoundError, match="override '7'"):
        await SqlOverrideStore(city.database).end_override(7, at=DUSK)


async def test_a_node_is_to_be_renewed_unless_an_order_is_open_rejected_or_lasts(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(6)
    await overrides.add_override(EVENT, [dev(number) for number in range(6)])
    assert await to_renew(overrides, after(600)) == [dev(number) for number in range(6)]
    await city.orders.add([timed(number, after(1200)) for number in range(1, 5)])
    _, rejected, proved, _ = await city.send(DUSK)  # to 1, 2, 3, 4
    at = after(1)
    await city.nodes.record(
        UplinkBatch(
            echoes=[echo_of(proved, at)],
            rejections=[Rejection(rejected.dev_eui, at, rejected.frame.f_port, "range")],
        )
    )
    await city.orders.supersede([dev(4)])
    await city.orders.add([timed(5, after(1200), of=B)])  # of another override
    assert await to_renew(overrides, after(1200)) == [dev(0), dev(4), dev(5)]
    assert await to_renew(overrides, after(1201)) == [dev(0), dev(3), dev(4), dev(5)]


async def test_the_latest_order_of_an_override_tells_whether_a_node_is_to_be_renewed(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(1)
    await overrides.add_override(EVENT, [dev(0)])
    await city.orders.add([timed(0, after(1200))])
    (first,) = await city.send(DUSK)
    await city.nodes.record(UplinkBatch(echoes=[echo_of(first, after(1))]))
    # Another override took the lantern meanwhile; what gave it back was not heard.
    await city.orders.add([replace(timed(0, after(1200)), expires_at=after(60))])
    assert await to_renew(overrides, after(600)) == []
    await city.orders.expire(after(60))
    assert await to_renew(overrides, after(600)) == [dev(0)]


async def test_what_a_stronger_override_holds_is_not_to_be_renewed(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(3)
    await overrides.add_override(EVENT, [dev(0), dev(1)])
    await overrides.add_override(EVENT, [dev(1), dev(2)])
    assert await to_renew(overrides, after(600), B) == [dev(0)]
    assert await to_renew(overrides, after(600), B, 7) == [dev(0)]


async def test_nodes_that_may_have_been_told_too_late_are_to_be_released(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(4)
    await overrides.add_override(EVENT, [dev(number) for number in range(4)])
    await city.orders.add([new_order(dev(3), frame(1))])  # a program's order is none of it
    await city.orders.add([timed(number, after(600)) for number in (0, 1)])
    sent = await city.send(after(30))
    await city.orders.add([timed(2, after(600))])  # never sent
    assert await overrides.nodes_to_release(A, beyond=after(630)) == []
    assert await overrides.nodes_to_release(A, beyond=after(629)) == [dev(0), dev(1)]
    one = next(order for order in sent if order.dev_eui == dev(1))
    rejection = Rejection(dev(1), after(31), one.frame.f_port, "range")
    await city.nodes.record(UplinkBatch(rejections=[rejection]))
    await city.orders.expire(DUSK + timedelta(days=1))  # heard, perhaps, without an echo
    assert await overrides.nodes_to_release(A, beyond=after(629)) == [dev(0)]


async def test_nodes_that_another_override_takes_back_are_to_be_released_if_they_were_told(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(2)
    await overrides.add_override(EVENT, [dev(0), dev(1)])
    await overrides.add_override(EVENT, [dev(0), dev(1)])
    await city.orders.add([timed(0, after(600))])
    await city.send(DUSK)
    assert await overrides.nodes_to_release(A, beyond=after(900), besides=[B]) == [dev(0)]
    assert await overrides.nodes_to_release(A, beyond=after(900)) == []


async def test_renewing_replaces_what_is_on_its_way_from_any_override_or_its_end(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(2)
    await overrides.add_override(EVENT, [dev(0), dev(1)])
    await city.orders.add([new_order(dev(0), frame(1)), resume(0, of=B), timed(0, after(60), of=B)])
    await city.orders.add([timed(1, after(60), of=B)])
    assert await overrides.renew_override(A, [timed(0, after(600))]) == 1
    assert [state for _, state in await states(city, 0)] == [
        State.WAITING,  # the program's
        State.SUPERSEDED,
        State.SUPERSEDED,
        State.WAITING,
    ]
    assert [state for _, state in await states(city, 1)] == [State.WAITING]


async def test_an_override_that_was_ended_meanwhile_is_not_renewed(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(1)
    await overrides.add_override(EVENT, [dev(0)])
    await overrides.end_override(A, at=after(10), orders=[resume(0)])
    assert await overrides.renew_override(A, [timed(0, after(600))]) == 0
    assert await states(city, 0) == [("resume:1", State.WAITING)]


async def test_ending_drops_what_could_still_go_and_writes_what_nodes_are_told(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(3)
    await overrides.add_override(EVENT, [dev(number) for number in range(3)])
    await city.orders.add([timed(0, after(600)), timed(1, after(600))])
    await city.orders.add([replace(timed(2, after(600)), expires_at=after(10))])
    await city.orders.add([timed(1, after(600), of=B)])
    await overrides.end_override(A, at=after(10), orders=[resume(0)])
    assert await states(city, 0) == [
        (timed(0, after(600)).batch, State.SUPERSEDED),
        ("resume:1", State.WAITING),
    ]
    # Node 1 keeps what another override tells it; what is past its deadline will expire.
    assert [state for _, state in await states(city, 1)] == [State.SUPERSEDED, State.WAITING]
    assert [state for _, state in await states(city, 2)] == [State.WAITING]


async def test_an_end_that_cannot_be_written_whole_is_no_end(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(1)
    await overrides.add_override(EVENT, [dev(0)])
    await city.orders.add([timed(0, after(600))])
    unwritable = replace(resume(0), batch="resume:\udcff")  # no database takes half a character
    with pytest.raises((StoreError, UnicodeEncodeError)):
        await overrides.end_override(A, at=after(10), orders=[resume(0), unwritable])
    assert [each.ended_at for each in await overrides.open_overrides(after(20))] == [None]
    assert [state for _, state in await states(city, 0)] == [State.WAITING]


async def test_ending_again_tells_the_nodes_nothing_again(
    city: City, overrides: SqlOverrideStore
) -> None:
    await city.build(1)
    await overrides.add_override(EVENT, [dev(0)])
    for seconds in (10, 20):
        await overrides.end_override(A, at=after(seconds), orders=[resume(0)])
    assert len(await states(city, 0)) == 1
