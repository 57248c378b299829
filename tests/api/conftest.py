"""An API over a real SQLite database; the clock stands still and the broker is a promise."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from lighting.adapters.chirpstack import ChirpStack
from lighting.adapters.sql.migrate import upgrade
from lighting.config import Settings
from lighting.downlink.airtime import Band
from lighting.downlink.dispatcher import Dispatcher, RadioPlan
from lighting.operations.controller import Controller, Office
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.testing.device_server import FakeDeviceServer
from lighting.wiring import open_office
from tests.api.city import LANTERNS, MORNING, Link, SentBox, StillClock, client_of, fit, import_csv
from tests.api.gully import build
from tests.api.partner_kit import AIR, PartnerClient, agree, prepare
from tests.contracts.device_desk import Desk, fake_server
from tests.lighting.operations.sensors import ICE, Street


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("api") / "ready.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def clock() -> StillClock:
    """Return the clock of the controller."""
    return StillClock()


@pytest.fixture
def link() -> Link:
    """Return the broker's connection, which is there."""
    return Link()


@pytest.fixture
async def office(ready_database: Path, tmp_path: Path, clock: StillClock) -> AsyncIterator[Office]:
    """Return an office over an empty database."""
    path = tmp_path / "city.db"
    shutil.copy(ready_database, path)
    async with open_office(Settings(database_url=f"sqlite:///{path}"), clock=clock) as office:
        yield office


@pytest.fixture
def controller(office: Office, link: Link) -> Controller:
    """Return a controller whose loops do not run: tests take its steps."""
    transport = SentBox()
    plan = RadioPlan(spreading=12, band=Band(), devices_a_second=100.0)
    stores = office.stores
    return Controller(
        office=office,
        link=link,
        transport=transport,
        dispatcher=Dispatcher(stores.book, transport, plan, office.clock),
        recorder=UplinkRecorder(stores.nodes, ChirpStack()),
    )


@pytest.fixture
async def client(controller: Controller) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API whose city is empty."""
    async with client_of(controller) as client:
        yield client


@pytest.fixture
async def city(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a client of an API whose city has three lanterns (``LANTERNS``), two with nodes."""
    imported = await import_csv(client, LANTERNS)
    assert imported.status_code == 200, imported.text
    fitted = await client.put("/api/v1/nodes", json={"nodes": [fit(1), fit(2)]})
    assert fitted.status_code == 200, fitted.text
    return client


@pytest.fixture
async def gully(city: httpx.AsyncClient, office: Office) -> httpx.AsyncClient:
    """Return a client of a city with one gully sensor, its stream on, and four values of it."""
    await build(city, office)
    return city


@pytest.fixture
async def air(office: Office, city: httpx.AsyncClient) -> PartnerClient:
    """Return a partner who may fit two devices on lanterns 1 and 2 until the end of November."""
    await prepare(office)
    return await agree(office, city, AIR)


@pytest.fixture
def server() -> FakeDeviceServer:
    """Return a network server in memory."""
    return fake_server()


@pytest.fixture
async def phone(
    office: Office, controller: Controller, server: FakeDeviceServer
) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a city with three lanterns and a network server in memory."""
    desk = Desk(office.stores.database, server=server)  # type: ignore[arg-type]  # the adapter's
    await desk.hang(3)
    with_server = replace(controller, office=replace(office, devices=desk.office))
    async with client_of(with_server) as client:
        yield client


@pytest.fixture
async def street(office: Office, clock: StillClock) -> Street:
    """Return a street where the road freezes at 10:05 and is warm again from 10:40."""
    street = Street(office)
    await street.build()
    await street.rules(ICE)
    await street.measure((5, 0), (25, -0.5), (40, 2.5), (50, 3))
    clock.at = MORNING + timedelta(minutes=30)
    await office.alerts.watch.tend(clock.at)
    return street


@pytest.fixture
def ruined(office: Office, tmp_path: Path) -> Office:
    """Return an office whose database file was overwritten with rubbish."""
    for path in tmp_path.glob("city.db*"):
        path.write_bytes(b"this is not a database, whatever it was before. " * 200)
    return office


@pytest.fixture
async def broken(ruined: Office, controller: Controller) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API whose database is gone."""
    assert controller.office is ruined
    async with client_of(controller) as client:
        yield client
