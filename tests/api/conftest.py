"""An API over a real SQLite database; the clock stands still and the broker is a promise."""

import asyncio
import shutil
from collections.abc import AsyncIterator
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
from lighting.wiring import open_office
from tests.api.city import LANTERNS, Link, SentBox, StillClock, client_of, fit, import_csv
from tests.api.gully import build


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
