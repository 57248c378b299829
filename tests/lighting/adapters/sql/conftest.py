"""A SQLite file with all tables, and another process's view of it."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.migrate import upgrade


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """Return the path of a SQLite database that has all tables."""
    path = tmp_path / "lamplighter.db"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    """Return that database, opened so that it does not wait long for a lock."""
    database = open_database(f"sqlite:///{file}", busy_timeout_ms=50)
    yield database
    await database.close()


@pytest.fixture
def elsewhere(file: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection to the same file that another process might have."""
    connection = sqlite3.connect(file, isolation_level=None)
    yield connection
    connection.close()
