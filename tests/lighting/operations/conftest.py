"""An office over a real SQLite file, in a town whose clock moves when it is told to."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lighting.adapters.archive.store import ParquetArchive
from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.migrate import upgrade
from lighting.adapters.sql.nights import SqlNightStore
from lighting.config import Settings
from lighting.operations.controller import Office
from lighting.testing.clock import SteppedClock
from lighting.wiring import open_office
from tests.contracts.device_desk import Desk
from tests.lighting.operations.past import ROWS
from tests.lighting.operations.town import MORNING, Town


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("operations") / "ready.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def clock() -> SteppedClock:
    """Return the clock of the office."""
    return SteppedClock(MORNING)


@pytest.fixture
async def office(
    ready_database: Path, tmp_path: Path, clock: SteppedClock
) -> AsyncIterator[Office]:
    """Return an office over an empty database."""
    path = tmp_path / "town.db"
    shutil.copy(ready_database, path)
    async with open_office(Settings(database_url=f"sqlite:///{path}"), clock=clock) as office:
        yield office


@pytest.fixture
def town(office: Office) -> Town:
    """Return a town without lanterns."""
    return Town(office)


@pytest.fixture
async def desk(office: Office) -> Desk:
    """Return a desk where devices are registered, over a street of four lanterns."""
    desk = Desk(office.stores.database)  # type: ignore[arg-type]  # it is the one of the adapter
    await desk.hang(4)
    return desk


@pytest.fixture
async def database(ready_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Return a database that holds nights of the past."""
    path = tmp_path / "city.db"
    shutil.copy(ready_database, path)
    database = open_database(f"sqlite:///{path}")
    await SqlNightStore(database).put_nights(ROWS)
    yield database
    await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the archive is."""
    folder = tmp_path / "it's the archive"
    folder.mkdir()
    return folder


@pytest.fixture
def archive(folder: Path) -> ParquetArchive:
    """Return an empty archive of nights."""
    return ParquetArchive(folder)
