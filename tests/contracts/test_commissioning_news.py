"""What is asked of the database about devices: who was heard, who is near, which are alike."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.sensing_tables import ADD_ON
from lighting.adapters.sql.tables import NOTE
from lighting.adapters.sql.times import to_ms
from lighting.inventory.needs import Place
from lighting.registration.commissioning import State
from lighting.sensing.register import Act, StreamChange
from lighting.sensing.stream_text import parse_streams
from tests.contracts.device_desk import ADD_ON_MODEL, GULLIES, NOON, Desk, dev, lantern_id

LATER = NOON + timedelta(hours=1)


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(database)
    await desk.hang(5)
    (stream,) = parse_streams(GULLIES)
    change = StreamChange(stream=stream, act=Act.PUT, at=NOON, by="ann", why="trial")
    await desk.streams.change_streams([change])
    return desk


async def hear(desk: Desk, number: int, at: datetime) -> None:
    async with desk.database.writing() as connection:
        heard = update(ADD_ON).where(ADD_ON.c.dev_eui == dev(number))
        await connection.execute(heard.values(last_seen_at=to_ms(at)))


async def state_of(desk: Desk, number: int) -> State:
    there = await desk.store.find(dev(number))
    assert there is not None
    return there.state


async def test_an_add_on_that_was_heard_well_is_confirmed(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(7, on=1, device_id=ADD_ON_MODEL))
    await desk.office.commissioner.tend(LATER)
    assert await state_of(desk, 7) is State.REGISTERED
    await hear(desk, 7, LATER)
    await desk.office.commissioner.tend(LATER)
    assert await state_of(desk, 7) is State.CONFIRMED


async def test_an_add_on_that_was_not_understood_is_joined_until_it_is(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(7, on=1, device_id=ADD_ON_MODEL))
    note = {"dev_eui": dev(7), "at": to_ms(LATER), "kind": "not understood", "text": "3 bytes"}
    await hear(desk, 7, LATER)
    async with desk.database.writing() as connection:
        await connection.execute(insert(NOTE).values(note))
    for _ in range(2):
        await desk.office.commissioner.tend(LATER)
        assert await state_of(desk, 7) is State.JOINED
    await hear(desk, 7, LATER + timedelta(minutes=20))
    await desk.office.commissioner.tend(LATER + timedelta(minutes=20))
    assert await state_of(desk, 7) is State.CONFIRMED


async def test_models_alike_are_counted_by_label_and_by_block(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=0, label="00fac0de"))
    await desk.office.registration.register(desk.node(2, on=1, label="00fac0de"))
    await desk.office.registration.register(desk.node(3, on=2, device_id="nas-ul2021"))
    assert await desk.store.models_like("00fac0de", dev(9)) == {"nas-ul2020": 20, "nas-ul2021": 1}
    assert await desk.store.models_like("", dev(9)) == {"nas-ul2020": 2, "nas-ul2021": 1}


async def test_lanterns_around_a_place_are_those_of_its_box(desk: Desk) -> None:
    here = Place(latitude_deg=53.8, longitude_deg=-1.55)
    found = await desk.office.surroundings.lanterns_within(here, 65.0)
    assert {each.lantern_id for each in found} == {lantern_id(n) for n in range(3)}
    far = Place(latitude_deg=54.8, longitude_deg=-1.55)
    assert await desk.office.surroundings.lanterns_within(far, 65.0) == []


async def test_what_waits_comes_in_pages_and_what_is_due_in_order(desk: Desk) -> None:
    desk.server.down = True
    for number in (1, 2, 3):
        await desk.office.registration.register(desk.node(number, on=number))
        desk.clock.at += timedelta(minutes=1)
    first = await desk.store.waiting(limit=2)
    rest = await desk.store.waiting(after=first[-1].commissioning_id, limit=2)
    assert [each.dev_eui for each in (*first, *rest)] == [dev(1), dev(2), dev(3)]
    due = await desk.store.due(NOON + timedelta(hours=1))
    assert [each.dev_eui for each in due] == [dev(1), dev(2), dev(3)]
    assert await desk.store.hurry(None, NOON) == 3
    assert len(await desk.store.due(NOON)) == 3
