"""Devices on their way into service, on both databases: one place, one winner, no half states."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from lighting.adapters.sql.commissioning_tables import COMMISSIONING
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import NODE
from lighting.errors import LightingError, NotFoundError, RefusedError
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.socket_store import HistoryFilter
from lighting.operations.commissionings import AlreadyRegisteredError, Begun, Errand
from lighting.operations.records import Note, Seen, StatusRow, UplinkBatch
from lighting.operations.register_asked import prepare
from lighting.registration.commissioning import Event, State
from tests.contracts.device_desk import NOON, STREET, Desk, dev, lantern_id

LATER = NOON + timedelta(hours=1)
SEEN = Acceptance(by="ann", reason="weighed it: 160 g")


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(database)
    await desk.hang(3)
    return desk


async def test_a_node_is_fitted_registered_and_waited_for(desk: Desk) -> None:
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert made.state is State.REGISTERED
    assert [(step.event, step.by) for step in made.steps] == [
        (Event.FIT, "ann"),
        (Event.REGISTER, "ann"),
    ]
    (node,) = await desk.nodes.find_nodes([dev(1)])
    assert (node.lantern_id, node.application_id) == (lantern_id(0), STREET)
    assert desk.server.devices[dev(1)].name == lantern_id(0)
    assert dev(1) in desk.server.keys


async def test_keys_are_gone_from_the_database_once_the_server_has_them(desk: Desk) -> None:
    desk.server.down = True
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert made.keys_held
    desk.server.down = False
    await desk.office.registration.retry(dev(1))
    async with desk.database.reading() as connection:
        sealed = (await connection.execute(select(COMMISSIONING.c.sealed))).scalar_one()
    assert sealed is None


async def test_of_two_who_register_one_device_at_once_one_wins_and_the_other_is_told_where(
    desk: Desk,
) -> None:
    asks = [desk.office.registration.register(desk.node(1, on=on, by=f"p{on}")) for on in (0, 1)]
    came = await asyncio.gather(*asks, return_exceptions=True)
    (won,) = [each for each in came if not isinstance(each, BaseException)]
    (lost,) = [each for each in came if isinstance(each, BaseException)]
    assert isinstance(lost, AlreadyRegisteredError)
    assert str(won.lantern_id) in str(lost)
    assert won.begun_by in str(lost)
    (node,) = await desk.nodes.find_nodes([dev(1)])
    assert node.lantern_id == won.lantern_id


async def test_of_two_who_take_one_socket_at_once_one_wins(database: Database) -> None:
    desk = Desk(database)
    await desk.hang(1, sockets=True)
    wanted = [desk.node(number, on=0, acceptance=SEEN) for number in (1, 2)]
    asks = [desk.office.registration.register(each) for each in wanted]
    came = await asyncio.gather(*asks, return_exceptions=True)
    (lost,) = [each for each in came if isinstance(each, BaseException)]
    assert isinstance(lost, RefusedError)
    history = await desk.sockets.history(HistoryFilter(lantern_id=lantern_id(0)))
    assert len(history) == 1
    assert len(await desk.store.waiting()) == 1


async def test_asking_again_for_the_same_place_changes_nothing(desk: Desk) -> None:
    first = await desk.office.registration.register(desk.node(1, on=0))
    again = await desk.office.registration.register(desk.node(1, on=0, by="bob"))
    assert again == first


async def test_a_device_in_use_elsewhere_is_told_with_where(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    with pytest.raises(AlreadyRegisteredError, match="on lantern leeds:0, registered since"):
        await desk.office.registration.register(desk.node(1, on=1))
    with pytest.raises(AlreadyRegisteredError, match="another model than nas-ul2021"):
        await desk.office.registration.register(desk.node(1, on=0, device_id="nas-ul2021"))


async def test_a_refused_registration_keeps_nothing(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    with pytest.raises(RefusedError, match=f"answers to node {dev(1)}; swap"):
        await desk.office.registration.register(desk.node(2, on=0))
    with pytest.raises(NotFoundError, match="leeds:9"):
        await desk.office.registration.register(desk.node(2, on=9))
    assert await desk.store.find(dev(2)) is None
    assert dev(2) not in desk.server.devices


async def test_a_prepared_device_is_seated_later(desk: Desk) -> None:
    prepared = await desk.office.registration.register(desk.node(1, on=None))
    assert prepared.state is State.PREPARED
    fitted = await desk.office.registration.register(desk.node(1, on=0, keys=None))
    assert fitted.state is State.REGISTERED
    assert [step.event for step in fitted.steps] == [Event.REGISTER, Event.FIT]
    assert desk.server.devices[dev(1)].name == lantern_id(0)


async def test_a_rehearsal_tells_what_would_come_and_keeps_nothing(desk: Desk) -> None:
    rules = await desk.office.registration.rules()
    asks = [desk.node(1, on=0), desk.node(2, on=0), desk.node(3, on=1)]
    came = await desk.store.rehearse([prepare(each, rules, at=NOON) for each in asks])
    assert [isinstance(each, LightingError) for each in came] == [False, True, False]
    assert isinstance(came[0], Begun)
    assert await desk.store.waiting() == []
    assert await desk.nodes.nodes() == []


async def test_the_first_decoded_message_confirms(desk: Desk) -> None:
    made = await desk.office.registration.register(desk.node(1, on=0))
    status = StatusRow(dev(1), LATER, 50, "", "", None)
    early = StatusRow(dev(1), made.since - timedelta(seconds=1), 50, "", "", None)
    await desk.nodes.record(UplinkBatch(statuses=[early]))
    assert await desk.store.news() == []
    await desk.nodes.record(UplinkBatch(statuses=[status]))
    await desk.office.commissioner.tend(LATER)
    there = await desk.store.find(dev(1))
    assert there is not None
    assert (there.state, there.since) == (State.CONFIRMED, LATER)
    assert await desk.store.news() == []


async def test_what_was_heard_and_not_understood_is_joined_and_no_more(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    note = Note(dev(1), LATER, "not understood", "port 9")
    await desk.nodes.record(UplinkBatch(seen=[Seen(dev(1), LATER, None, None)], notes=[note]))
    await desk.office.commissioner.tend(LATER)
    await desk.office.commissioner.tend(LATER)
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.JOINED
    assert len(there.steps) == 3


async def test_a_device_that_stays_silent_fails_and_a_late_word_lifts_it(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    day = NOON + timedelta(hours=24)
    await desk.office.commissioner.tend(day - timedelta(minutes=1))
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.REGISTERED
    await desk.office.commissioner.tend(day)
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.FAILED
    assert "did not join within 24 hours" in there.steps[-1].note
    late = StatusRow(dev(1), day + timedelta(hours=3), 50, "", "", None)
    await desk.nodes.record(UplinkBatch(statuses=[late]))
    await desk.office.commissioner.tend(day + timedelta(hours=3))
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.CONFIRMED


async def test_a_swap_is_one_act_and_keeps_the_history_of_both(database: Database) -> None:
    desk = Desk(database)
    await desk.hang(1, sockets=True)
    await desk.office.registration.register(desk.node(1, on=0, acceptance=SEEN))
    desk.clock.at = LATER
    asked = desk.node(2, on=None, acceptance=SEEN)
    new = await desk.office.registration.swap(dev(1), asked, reason="dead")
    assert (new.lantern_id, new.socket_id) == (lantern_id(0), "leeds:0/top")
    old = await desk.store.find(dev(1))
    assert old is not None
    assert (old.state, old.ended_at, old.steps[-1].note) == (State.SWAPPED, LATER, "dead")
    assert not desk.server.devices[dev(1)].enabled
    assert desk.server.devices[dev(2)].enabled
    first, second = await desk.sockets.history(HistoryFilter(lantern_id=lantern_id(0)))
    assert first.removal is not None
    assert (first.removal.at, second.fitting.at) == (LATER, LATER)
    async with database.reading() as connection:
        nodes = (await connection.execute(select(NODE.c.dev_eui))).scalars().all()
    assert nodes == [dev(2)]


async def test_a_swap_whose_answer_was_lost_may_be_asked_again(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    desk.clock.at = LATER
    first = await desk.office.registration.swap(dev(1), desk.node(2, on=None), reason="dead")
    again = await desk.office.registration.swap(dev(1), desk.node(2, on=None), reason="dead")
    assert again == first


async def test_a_swap_that_is_refused_leaves_the_old_one_where_it_is(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    await desk.office.registration.register(desk.node(2, on=1))
    with pytest.raises(AlreadyRegisteredError, match="cannot take another's place"):
        await desk.office.registration.swap(dev(1), desk.node(2, on=None), reason="dead")
    old = await desk.store.find(dev(1))
    assert old is not None
    assert old.state is State.REGISTERED
    assert {node.dev_eui for node in await desk.nodes.nodes()} == {dev(1), dev(2)}


async def test_a_device_that_was_fitted_before_registrations_were_kept_can_be_removed(
    database: Database,
) -> None:
    desk = Desk(database)
    await desk.hang(1)
    made = await desk.office.registration.register(desk.node(1, on=0))
    async with database.writing() as connection:  # as PUT /nodes alone would have left it
        for table in reversed(COMMISSIONING.metadata.sorted_tables):
            if table.name.startswith("commissioning"):
                await connection.execute(table.delete())
    gone = await desk.office.registration.remove(dev(1), by="bob", reason="column down")
    assert gone.commissioning_id != made.commissioning_id or gone.ended_at is not None
    assert [(step.event, step.by) for step in gone.steps][-1] == (Event.REMOVE, "bob")
    assert await desk.nodes.nodes() == []
    assert not desk.server.devices[dev(1)].enabled


async def test_a_removed_device_is_disabled_and_can_come_back_without_its_keys(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    gone = await desk.office.registration.remove(dev(1), by="bob", reason="moved")
    assert (gone.state, gone.pending.errand) == (State.REMOVED, Errand.NONE)
    assert not desk.server.devices[dev(1)].enabled
    back = await desk.office.registration.register(desk.node(1, on=2, keys=None))
    assert back.state is State.REGISTERED
    assert desk.server.devices[dev(1)].enabled
    assert desk.server.devices[dev(1)].name == lantern_id(2)
    assert len(await desk.store.history(dev(1))) == 2


async def test_removing_again_changes_nothing_and_forgetting_deletes(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    first = await desk.office.registration.remove(dev(1), by="bob", reason="scrapped", forget=True)
    assert dev(1) not in desk.server.devices
    assert await desk.office.registration.remove(dev(1), by="bob", reason="scrapped") == first
    with pytest.raises(NotFoundError, match=dev(5)):
        await desk.office.registration.remove(dev(5), by="bob", reason="?")
    with pytest.raises(RefusedError, match="who takes the device off, and why"):
        await desk.office.registration.remove(dev(1), by="bob", reason=" ")


async def test_an_old_order_to_disable_does_not_meet_a_device_that_is_back(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0))
    desk.server.down = True
    await desk.office.registration.remove(dev(1), by="bob", reason="moved")
    await desk.office.registration.register(desk.node(1, on=1, keys=None))
    desk.server.down = False
    desk.clock.at = LATER
    await desk.office.commissioner.tend(LATER)
    assert desk.server.devices[dev(1)].enabled
    assert await desk.store.due(LATER + timedelta(days=1)) == []
