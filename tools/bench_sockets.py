"""The sockets bench: does it fit, and where would it, in a city of 100,000 columns."""

import asyncio
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from firmware_profiles.devices.device import DeviceModel, PowerNeed, SocketStandard, Supply, Use
from lighting.adapters.sql.bulk import insert_rows
from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.socket_rows import fitting_row
from lighting.adapters.sql.socket_tables import OCCUPANCY
from lighting.clock import SystemClock
from lighting.inventory.candidates import sought
from lighting.inventory.fit import check_fit
from lighting.inventory.lantern import Lantern
from lighting.inventory.limits import shipped_limits
from lighting.inventory.needs import Need, parse_need
from lighting.inventory.occupancy import Fitting, Occupancy
from lighting.inventory.seats import StoredSockets, seated
from lighting.inventory.sockets import Position, Socket, Wire
from lighting.operations.controller import Office
from lighting.operations.find_sockets import SocketFinder
from lighting.operations.sockets import Sockets
from lighting.testing.leeds import leeds_district
from lighting.wiring import open_office
from tools.bench_city import settings_in

NEED = "zhaga, 2 W"
NEEDS = ("zhaga, 2 W", "zhaga-2, bottom, 0.5 W, 150 g", "zhaga, 20 mA, ward Ward 7", "zhaga")
"""Needs without a point, which the arrays of the whole city answer."""

OCCUPIED = 0.3
"""Part of the sockets that are taken."""

EARTH_M = 6_371_000.0
RUNS = 30


def bench_sockets(*, columns: int) -> dict[str, object]:
    """Return how long a fit check and a search take, beside asking every socket one by one."""
    city = _city(leeds_district(columns, seed=1))
    catalogue = {device.device_id: device for device in DEVICES}
    here = _near(city[0])
    began = time.perf_counter()
    expected = _one_by_one(city, parse_need(here), catalogue)
    reference_ms = (time.perf_counter() - began) * 1000
    stored, ours = asyncio.run(_stored(city, catalogue))
    return {
        "bench": "sockets",
        "columns": columns,
        "sockets": sum(len(each.sockets) for each in city),
        "fit_check_ms": _fit_checks(city, catalogue),
        "aim_fit_check_ms": 1,
        "stored": stored,
        "aim_search_ms": 50,
        "reference": {
            "what": f"every socket asked one by one for {here!r}, great-circle distances",
            "milliseconds": round(reference_ms, 1),
            "same_ten": ours == expected,
        },
        "ratio": round(reference_ms / stored["near_ms"]["worst"], 1),
    }


def _near(there: StoredSockets) -> str:
    return f"{NEED}, near {there.latitude_deg:.6f},{there.longitude_deg:.6f}"


def _device(number: int, *, average_w: float, bus_ma: float) -> DeviceModel:
    return DeviceModel(
        device_id=f"bench-{number}",
        title="made up for the bench",
        vendor="",
        uses=(Use.AIR_QUALITY,),
        power=PowerNeed(
            supply=Supply.AUX_24V, average_w=average_w, peak_w=2 * average_w, bus_ma=bus_ma
        ),
        fits=(SocketStandard.ZHAGA_2,),
        mass_g=120.0,
    )


DEVICES = (
    _device(0, average_w=0.6, bus_ma=5.0),
    _device(1, average_w=1.4, bus_ma=0.0),
    _device(2, average_w=2.0, bus_ma=40.0),
)


def _city(district: Sequence[Lantern]) -> list[StoredSockets]:
    """Return the district with one or two sockets a lantern, some of them taken."""
    rng = Random(1)  # noqa: S311 - a made-up city
    return [_lantern(lantern, rng) for lantern in district]


def _lantern(lantern: Lantern, rng: Random) -> StoredSockets:
    places = (Position.BOTTOM, Position.TOP)[: 1 + (rng.random() < OCCUPIED)]
    sockets = tuple(
        Socket(
            lantern_id=lantern.lantern_id,
            position=place,
            standard=SocketStandard.ZHAGA_2,
            wiring=frozenset({Wire.AUX_24V, Wire.DALI}),
        )
        for place in places
    )
    made = Fitting(
        lantern_id=lantern.lantern_id,
        socket_id=sockets[0].socket_id,
        device_id=rng.choice(DEVICES).device_id,
        at=SystemClock().now(),
        by="bench",
        serial=lantern.lantern_id,
    )
    taken = rng.random() < OCCUPIED
    return StoredSockets(
        lantern_id=lantern.lantern_id,
        latitude_deg=lantern.latitude_deg,
        longitude_deg=lantern.longitude_deg,
        ward=lantern.ward,
        sockets=sockets,
        open=(Occupancy(occupancy_id=1, fitting=made),) if taken else (),
    )


def _fit_checks(city: list[StoredSockets], catalogue: dict[str, DeviceModel]) -> dict[str, float]:
    rng = Random(2)  # noqa: S311 - a sample
    asked = [(rng.choice(DEVICES), there) for there in rng.choices(city, k=1000)]

    def check(device: DeviceModel, there: StoredSockets) -> Callable[[], object]:
        return lambda: check_fit(
            device, there.sockets[-1], seated(there, catalogue), table=shipped_limits()
        )

    return _milliseconds([check(device, there) for device, there in asked])


def _one_by_one(
    city: list[StoredSockets], need: Need, catalogue: dict[str, DeviceModel]
) -> list[str]:
    """Return the ten nearest sockets that fit, the plain way."""
    device, here = sought(need), need.near
    if here is None:
        return []
    found = []
    for there in city:
        view = seated(there, catalogue)
        for socket in there.sockets:
            if check_fit(device, socket, view, table=shipped_limits()).fits:
                place = (there.latitude_deg, there.longitude_deg)
                away = _great_circle_m(place, (here.latitude_deg, here.longitude_deg))
                found.append((away, socket.socket_id))
    return [socket_id for _, socket_id in sorted(found)[:10]]


def _great_circle_m(one: tuple[float, float], two: tuple[float, float]) -> float:
    north, south = math.radians(one[0]), math.radians(two[0])
    half = (
        math.sin((north - south) / 2) ** 2
        + math.cos(north) * math.cos(south) * math.sin(math.radians(one[1] - two[1]) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(half))


async def _stored(
    city: Sequence[StoredSockets], catalogue: dict[str, DeviceModel]
) -> tuple[dict[str, Any], list[str]]:
    """Return what questions to a database take, and the ten nearest to the first lantern."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        async with open_office(settings_in(Path(folder)), clock=SystemClock()) as office:
            put_s = await _put(office, city, settings_in(Path(folder)).database_url)
            sockets = Sockets(
                office.stores.sockets, office.clock, table=shipped_limits(), catalogue=catalogue
            )
            finder = SocketFinder(sockets, office.stores.surroundings)
            places = Random(3).sample(list(city), min(RUNS, len(city)))  # noqa: S311 - where to ask
            near = await _asked(finder, [_near(each) for each in places])
            ten = await finder.find(_near(city[0]))
            began = time.perf_counter()
            await finder.refresh()
            read_s = time.perf_counter() - began
            told = {
                "what": "SQLite; near: ten sockets around a lantern, nothing read before",
                "sockets_put_s": round(put_s, 3),
                "near_ms": near,
                "arrays_read_once_s": round(read_s, 3),
                "from_arrays_ms": {need: await _asked(finder, [need] * RUNS) for need in NEEDS},
            }
            return told, [each.socket.socket_id for each in ten.sockets]


async def _put(office: Office, city: Sequence[StoredSockets], url: str) -> float:
    """Write the city with all that sits there; return how long its sockets took [s]."""
    await office.stores.lanterns.put(leeds_district(len(city), seed=1))
    began = time.perf_counter()
    await office.stores.sockets.put_sockets([s for each in city for s in each.sockets])
    put_s = time.perf_counter() - began
    rows = [fitting_row(made.fitting) for each in city for made in each.open]
    database = open_database(url)
    async with database.writing() as connection:
        await insert_rows(connection, OCCUPANCY, list(rows[0]), (tuple(r.values()) for r in rows))
    await database.close()
    return put_s


async def _asked(finder: SocketFinder, needs: Sequence[str]) -> dict[str, float]:
    took = []
    for need in needs:
        began = time.perf_counter()
        await finder.find(need)
        took.append((time.perf_counter() - began) * 1000)
    return _summary(took)


def _milliseconds(acts: Sequence[Callable[[], object]]) -> dict[str, float]:
    return _summary([_once(act) * 1000 for act in acts])


def _once(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _summary(took_ms: Sequence[float]) -> dict[str, float]:
    return {"median": round(statistics.median(took_ms), 4), "worst": round(max(took_ms), 4)}
