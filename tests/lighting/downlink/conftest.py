"""A city on a real SQLite file, and a dispatcher that sends into a box."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.migrate import upgrade
from lighting.testing.clock import SteppedClock
from tests.contracts.city import DUSK, City
from tests.lighting.downlink.radio import Radio


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("downlink") / "ready.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def city(ready_database: Path, tmp_path: Path) -> AsyncIterator[City]:
    """Return a city without lanterns."""
    path = tmp_path / "city.db"
    shutil.copy(ready_database, path)
    database = open_database(f"sqlite:///{path}")
    yield City(database)
    await database.close()


@pytest.fixture
def clock() -> SteppedClock:
    """Return a clock that stands at dusk until it is moved."""
    return SteppedClock(DUSK)


@pytest.fixture
def radio() -> Radio:
    """Return a way to the network that keeps what it is given."""
    return Radio()
