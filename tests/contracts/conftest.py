"""Every contract runs on both databases: SQLite in a file, PostgreSQL where a server is given."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.migrate import upgrade
from lighting.adapters.sql.order_tables import BOOK
from lighting.adapters.sql.tables import METADATA
from lighting.operations.sockets import Sockets
from tests.contracts.city import City, lantern
from tests.contracts.socket_city import register_of, socket

SERVER = "LAMPLIGHTER_TEST_POSTGRES"

BOTH = [
    "sqlite",
    pytest.param("postgresql", marks=[pytest.mark.external, pytest.mark.enable_socket]),
]


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "ready.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="module")
def ready_postgresql() -> Iterator[str]:
    """Return the URL of a database of this module's own, with all tables."""
    with _own_database() as url:
        asyncio.run(upgrade(url))
        yield url


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database that has all tables and nothing in them."""
    if request.param == "sqlite":
        path = tmp_path / "city.db"
        shutil.copy(request.getfixturevalue("ready_sqlite"), path)
        return f"sqlite:///{path}"
    ready: str = request.getfixturevalue("ready_postgresql")
    return ready


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Return an empty database."""
    database = open_database(url)
    if database.kind == "postgresql":
        async with database.writing() as connection:
            for table in reversed(METADATA.sorted_tables):  # TRUNCATE takes ten times as long
                if table is not BOOK:  # what names the database is no content of it
                    await connection.execute(table.delete())
            for sequence in ("downlink_order_order_id_seq", "override_override_id_seq"):
                await connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))
    yield database
    await database.close()


@pytest.fixture
def city(database: Database) -> City:
    """Return a city without lanterns."""
    return City(database)


@pytest.fixture(params=BOTH)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    with _own_database() as url:
        yield url


@contextmanager
def _own_database() -> Iterator[str]:
    server = os.environ.get(SERVER)
    if not server:
        cure = f"set {SERVER} to the URL of a user who may create databases"
        pytest.skip(f"no PostgreSQL: {cure}")  # allowed: not everyone has it; CI forbids it
    name = f"lamplighter_{uuid4().hex}"
    asyncio.run(_on_server(server, f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_on_server(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _on_server(server: str, command: str) -> None:
    database = open_database(server)
    outside_transactions = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with outside_transactions.connect() as connection:
        await connection.execute(text(command))
    await database.close()


@pytest.fixture
async def register(city: City) -> Sockets:
    """Return the register of a city of three lanterns with a bottom and a top socket each."""
    await city.lanterns.put([lantern(number) for number in range(3)])
    register = register_of(city)
    places = [(number, where) for number in range(3) for where in ("bottom", "top")]
    await register.store.put_sockets([socket(number, where) for number, where in places])
    return register


@pytest.fixture
async def other(url: str) -> AsyncIterator[Sockets]:
    """Return the same register, as a second process sees it."""
    database = open_database(url)
    yield register_of(City(database))
    await database.close()
