"""What is found around a point without reading the city is what the arrays of all of it find."""

from dataclasses import replace
from random import Random

import pytest

from lighting.adapters.sql.nearby import SqlSurroundings
from lighting.inventory.candidates import SocketIndex
from lighting.inventory.needs import Place, parse_need
from lighting.operations.find_sockets import SocketFinder
from lighting.operations.sockets import Sockets
from tests.contracts.city import City, lantern
from tests.contracts.socket_city import asked, register_of, socket

COLUMNS = 240
SIDE_DEG = 0.02
"""Columns stand in a square of some 2.2 km by 1.3 km: about 20 within 150 m of its middle."""

NEEDS = (
    "zhaga, 2 W, near 53.80,-1.55",
    "zhaga, top, near 53.80,-1.55",
    "zhaga, 2.5 W, near 53.805,-1.555, within 120 m",
    "zhaga, 1 W, near 53.80,-1.55, within 0 m",
    "zhaga, near 53.80,-1.55, within 5 km",
    "zhaga, ward north, near 53.80,-1.55",
    "nema, near 53.80,-1.55",
    "zhaga, near 53.70,-1.55",
)


@pytest.fixture
async def street(city: City) -> Sockets:
    """Return the register of a town where every fifth column has a device of 1 W."""
    rng = Random(7)
    places = [
        replace(
            lantern(number),
            latitude_deg=53.80 + rng.uniform(-SIDE_DEG, SIDE_DEG) / 2,
            longitude_deg=-1.55 + rng.uniform(-SIDE_DEG, SIDE_DEG) / 2,
            ward=rng.choice(("North", "South")),
        )
        for number in range(COLUMNS)
    ]
    await city.lanterns.put(places)
    register = register_of(city)
    sockets = [socket(number, "bottom") for number in range(COLUMNS)]
    sockets += [socket(number, "top") for number in range(0, COLUMNS, 3)]
    await register.store.put_sockets(sockets)
    for number in range(1, COLUMNS, 15):
        await register.fit(asked(number, f"S{number}"))
    return register


async def arrays_of(register: Sockets) -> SocketIndex:
    index = SocketIndex(register.table, register.catalogue)
    async for chunk in register.store.changed_since(0):
        index.put(chunk)
    return index


async def test_what_is_near_is_found_as_among_all(street: Sockets, city: City) -> None:
    finder = SocketFinder(street, SqlSurroundings(city.database))
    everything = await arrays_of(street)
    near = 0
    for text in NEEDS:
        for limit, unproved in ((1, False), (4, True), (10, False), (1000, False)):
            found = await finder.find(text, limit=limit, unproved=unproved)
            need = parse_need(text)
            same = everything.search(need, limit=limit, unproved=unproved)
            ours = [(each.socket.socket_id, each.distance_m) for each in found.sockets]
            assert ours == [(each.socket_id, each.distance_m) for each in same.found], text
            counted = everything.search(replace(need, within_m=found.counted_within_m), limit=1)
            assert (found.provable, found.not_provable) == (counted.provable, counted.not_provable)
            near += found.counted_within_m != need.within_m
    assert near > 3, "some must have been found without the arrays, or the test says little"


async def test_surroundings_reach_over_the_line_where_longitudes_begin_anew(city: City) -> None:
    """A thousandth of a degree at the equator is 111 m, on either side of 180 degrees."""
    sides = (179.9995, -179.9995, -179.99, 0.0)
    await city.lanterns.put(
        [
            replace(lantern(number), latitude_deg=0.0, longitude_deg=longitude_deg)
            for number, longitude_deg in enumerate(sides)
        ]
    )
    here = Place(latitude_deg=0.0, longitude_deg=180.0)
    found = await SqlSurroundings(city.database).lanterns_within(here, 100.0)
    assert sorted(each.longitude_deg for each in found) == [-179.9995, 179.9995]
