"""The arrays find what ``check_fit`` finds, one by one; distances are those of the geodesic."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from pyproj import Geod

from firmware_profiles.devices.device import DeviceModel
from lighting.identifiers import LanternId
from lighting.inventory.candidates import SocketIndex, sought
from lighting.inventory.fit import check_fit
from lighting.inventory.geodesy import distances_m
from lighting.inventory.lantern import NodeLink
from lighting.inventory.needs import Need, parse_need
from lighting.inventory.seats import StoredSockets, seated
from lighting.inventory.sockets import Figure, Limit, Socket, SocketId, Wire
from tests.lighting.inventory.socket_kit import (
    AIR,
    CATALOGUE,
    CLAMPED,
    COUNTER,
    D4I,
    NODE,
    TABLE,
    dev,
    drawing,
    fitting,
    recorded,
    socket,
    stored,
)

VAGUE = replace(drawing(AIR, average_w=None, bus_ma=None), device_id="vague-z", orientation="")
MODELS = CATALOGUE | {VAGUE.device_id: VAGUE}
SHEETS: tuple[dict[Figure, Limit], ...] = (
    {},
    {Figure.AUX_AVERAGE: Limit(value=1.5, source="sheet")},
    {figure: Limit(value=value, source="sheet") for figure, value in (
        (Figure.AUX_AVERAGE, 5.0), (Figure.MASS, 90.0)
    )},
)  # fmt: skip
NEEDS = (
    "zhaga, 2 W, near 53.80,-1.55",
    "zhaga-2, bottom, 0.5 W, 1 W peak, 10 mA, near 53.80,-1.55, within 4 km",
    "zhaga",
    "nema, 6 W",
    "nema7, permanent mains, 6 W, 700 g",
    "c136.58, 1 W",
    "24 V auxiliary, 1 W, 150 g, ward Ward 3",
    "20 mA, top",
    "150 g, near 53.81,-1.50",
    "device air-z, near 53.80,-1.55",
    "device node-z",
    "device counter-n",
    "device vague-z, near 53.80,-1.55",
    "permanent mains",
    "ward Nowhere",
)


def a_socket(rng: Random, position: str) -> Socket:
    standard = rng.choice(("zhaga-1", "zhaga-2", "zhaga-2", "zhaga-3", "c136.58", "nema7", "nema3"))
    if standard.startswith("nema"):
        wires = frozenset({rng.choice((Wire.PERMANENT_MAINS, Wire.SWITCHED_MAINS))})
    else:
        more = frozenset({Wire.SWITCHED_MAINS}) if rng.random() < 0.2 else frozenset[Wire]()
        wires = rng.choice((D4I, D4I, frozenset({Wire.DALI}), frozenset({Wire.AUX_24V}))) | more
    return socket(position, standard, wiring=wires, limits=rng.choice(SHEETS))


def a_lantern(rng: Random, number: int) -> StoredSockets:
    """Return a lantern with up to two sockets, and people who did not always check."""
    sockets = [a_socket(rng, position) for position in ("bottom", "top") if rng.random() < 0.8]
    there = stored(
        number,
        *sockets,
        latitude_deg=rng.uniform(53.7, 53.9),
        longitude_deg=rng.uniform(-1.7, -1.4),
        ward=f"Ward {rng.randrange(5)}",
    )
    models = (AIR, NODE, VAGUE, COUNTER)
    full = [each for each in there.sockets if rng.random() < 0.3]
    occupied = [
        recorded(n, fitting(rng.choice(models), each.socket_id, lantern_id=there.lantern_id))
        for n, each in enumerate(full)
    ]
    if rng.random() < 0.2:
        occupied.append(recorded(99, fitting(CLAMPED, lantern_id=there.lantern_id)))
    link = NodeLink(
        lantern_id=there.lantern_id,
        dev_eui=dev(number),
        profile_id="nas_ul20xx_1_1",
        application_id="lights",
    )
    return replace(there, open=tuple(occupied), node=link if rng.random() < 0.3 else None)


def lies_where_asked(there: StoredSockets, need: Need) -> bool:
    if need.ward is not None and there.ward.casefold() != need.ward.casefold():
        return False
    if need.near is None or need.within_m is None:
        return True
    line = (there.longitude_deg, there.latitude_deg)
    here = (need.near.longitude_deg, need.near.latitude_deg)
    distance_m: float = Geod(ellps="WGS84").inv(*line, *here)[2]
    return distance_m <= need.within_m


def one_by_one(city: list[StoredSockets], need: Need) -> tuple[set[SocketId], set[SocketId]]:
    """Return the sockets that provably meet a need and those that may, asked of ``check_fit``."""
    device: DeviceModel = sought(need)
    provable, perhaps = set[SocketId](), set[SocketId]()
    for there in city:
        if not lies_where_asked(there, need):
            continue
        view = seated(there, MODELS)
        for each in there.sockets:
            if need.position not in {None, each.position}:
                continue
            fit = check_fit(device, each, view, table=TABLE)
            if fit.fits:
                provable.add(each.socket_id)
            elif not fit.obstacles:
                perhaps.add(each.socket_id)
    return provable, perhaps


@pytest.mark.parametrize("text", NEEDS)
def test_a_search_finds_what_asking_each_socket_finds(text: str) -> None:
    rng = Random(22)
    city = [a_lantern(rng, number) for number in range(400)]
    index = SocketIndex(TABLE, MODELS)
    index.put(city)
    need = parse_need(text, catalogue=MODELS)
    provable, perhaps = one_by_one(city, need)
    found = index.search(need, limit=10_000)
    assert {each.socket_id for each in found.found} == provable
    assert (found.provable, found.not_provable) == (len(provable), len(perhaps))
    more = index.search(need, limit=10_000, unproved=True)
    assert {each.socket_id for each in more.found if not each.provable} == perhaps
    if need.ward is None:
        assert provable or perhaps, "the need must find something, or the test says little"


def test_the_nearest_come_first_and_no_more_than_asked() -> None:
    rng = Random(3)
    city = [a_lantern(rng, number) for number in range(300)]
    index = SocketIndex(TABLE, MODELS)
    index.put(city)
    need = parse_need("zhaga, near 53.80,-1.55")
    everything = index.search(need, limit=10_000).found
    few = index.search(need, limit=7).found
    assert few == everything[:7]
    distances = [each.distance_m for each in everything]
    assert distances == sorted(distances, key=lambda d: d or 0.0)


def test_without_a_point_they_come_by_id() -> None:
    index = SocketIndex(TABLE, MODELS)
    index.put(stored(number, socket()) for number in (12, 3, 7))
    found = index.search(parse_need("zhaga"), limit=2).found
    assert [each.lantern_id for each in found] == ["leeds:12", "leeds:3"]


def test_a_lantern_that_is_put_again_replaces_what_was_known_of_it() -> None:
    index = SocketIndex(TABLE, MODELS)
    need = parse_need("zhaga, 2 W")
    index.put([stored(1, socket(), socket("top")), stored(2, socket())])
    assert (len(index), index.search(need, limit=9).provable) == (3, 3)
    taken = recorded(1, fitting(AIR, socket().socket_id))
    index.put([stored(1, socket(), open=(taken,))])
    assert [each.lantern_id for each in index.search(need, limit=9).found] == [LanternId("leeds:2")]
    index.put([stored(1, socket(), socket("top"), socket("side"))])
    assert (len(index), index.search(need, limit=9).provable) == (4, 4)


def test_an_empty_city_finds_nothing() -> None:
    found = SocketIndex(TABLE, MODELS).search(parse_need("zhaga, near 0,0"), limit=5)
    assert (found.found, found.provable, found.not_provable) == ((), 0, 0)


@pytest.mark.parametrize(
    ("reach_deg", "allowed_m"), [(0.01, 0.001), (0.2, 1.0)], ids=["1 km", "20 km"]
)
def test_distances_are_those_of_the_geodesic_to_what_the_docstring_states(
    reach_deg: float, allowed_m: float
) -> None:
    """The reference is PROJ's geodesic on the WGS 84 ellipsoid."""
    rng = np.random.default_rng(5)
    for latitude in (-60.0, -33.9, 0.0, 53.8, 60.0):
        latitudes = latitude + rng.uniform(-0.9, 0.9, 500) * reach_deg
        longitudes = -1.55 + rng.uniform(-0.9, 0.9, 500) * reach_deg
        ours = distances_m(latitudes, longitudes, latitude, -1.55)
        here = np.full(500, -1.55), np.full(500, latitude)
        _, _, geodesic = Geod(ellps="WGS84").inv(longitudes, latitudes, *here)
        assert np.max(np.abs(ours - geodesic)) < allowed_m


def test_the_date_line_is_no_wall() -> None:
    (distance,) = distances_m(np.array([0.0]), np.array([179.999]), 0.0, -179.999)
    _, _, geodesic = Geod(ellps="WGS84").inv(179.999, 0.0, -179.999, 0.0)
    assert distance == pytest.approx(geodesic, abs=0.01)
