"""Database: one engine for SQLite or PostgreSQL, and the transactions that stores run in."""

import asyncio
import errno
import logging
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from lighting.adapters.sql.faults import faults_told
from lighting.errors import RefusedError, StoreError

Kind = Literal["sqlite", "postgresql"]

BUSY_TIMEOUT_MS = 5_000
"""How long a statement waits for another process's lock: longer than any of our own transactions,
short enough that a stuck one is told soon."""

_PATIENCE_MS = 20
_CONNECT_TIMEOUT_S = 10.0
_POOL_SIZE = 5
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_ALLOWED = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME"


class Database:
    """An engine and how to run transactions on it. Make one with ``open_database``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.kind: Kind = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Run statements that only read.

        Raises:
            StoreError: the database cannot be read.
        """
        with faults_told():
            async with self.engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Run statements as one transaction: all of it is kept at the end, or nothing.

        SQLite takes one writer at a time: tasks of this process wait in line here, which is fair
        and costs nothing, where its own lock would poll. Other processes meet its lock.

        Raises:
            StoreError: the database cannot be written; nothing is kept.
        """
        with faults_told():
            if self.kind == "postgresql":
                async with self.engine.begin() as connection:
                    yield connection
                return
            async with self._turn, self.engine.connect() as connection:
                await connection.execution_options(lamplighter_writes=True)
                async with connection.begin():
                    yield connection

    async def check(self) -> None:
        """Ask the database for one row, for health checks.

        Raises:
            StoreError: it does not answer.
        """
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def open_database(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Database:
    """Return the database at ``url``; nothing is connected yet.

    ``url`` is ``sqlite:///path`` or ``postgresql://user:password@host:port/name``; naming the
    driver as well (``sqlite+aiosqlite``, ``postgresql+asyncpg``) is allowed.

    Raises:
        RefusedError: the URL is of another database, or of a SQLite database without a file.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return Database(_sqlite(address, busy_timeout_ms))
    return Database(_postgresql(address, busy_timeout_ms))


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as exc:
        raise RefusedError(f"the database URL cannot be read; allowed: {_ALLOWED}") from exc
    driver = _DRIVERS.get(address.drivername)
    if driver is None:
        raise RefusedError(f"no database {address.drivername!r}; allowed: {_ALLOWED}")
    if driver.startswith("sqlite") and address.database in {None, "", ":memory:"}:
        raise RefusedError("SQLite in memory forgets all at the end; give a file: sqlite:///PATH")
    return address.set(drivername=driver)


def make_folder(url: str) -> None:
    """Make the folder of a SQLite database's file, where it is not there.

    Raises:
        RefusedError: the URL is of no database that we know.
        StoreError: it cannot be made.
    """
    path = _file(url)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        raise StoreError(
            f"{path.parent}: this folder for the database cannot be made ({_why(exc)});"
            " check the path in LAMPLIGHTER_DATABASE_URL and the rights of the folder above it"
        ) from exc


def check_file(url: str) -> None:
    """Refuse what cannot be a SQLite database before the driver opens it.

    A connection that fails to open leaves the driver's thread behind, which may outlive the loop.

    Raises:
        RefusedError: the URL is of no database that we know.
        StoreError: the file is something else or may not be opened, or its folder is not there.
    """
    path = _file(url)
    if path is None:
        return
    try:
        _look_at(path)
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        raise StoreError(
            f"{path}: the database file cannot be opened ({_why(exc)}); check its folder and its"
            " rights, or the path in LAMPLIGHTER_DATABASE_URL"
        ) from exc


def _file(url: str) -> Path | None:
    """Return the file of a SQLite database, or None where there is none for us to look at."""
    address = _address(url)
    if address.get_backend_name() != "sqlite" or address.database is None:
        return None
    if address.database.startswith("file:"):
        return None  # SQLite's own form of address, for its driver to read
    return Path(address.database)


def _look_at(path: Path) -> None:
    if not stat.S_ISDIR(path.parent.stat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:  # still to be made
        _demand(path.parent, os.W_OK | os.X_OK)
        return
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a file")  # a pipe would be waited for, for ever
    _demand(path, os.R_OK | os.W_OK)
    # By SQLite and not by hand: to close a file drops all locks that this process has on it.
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as exc:
        if exc.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise StoreError(
                f"{path}: the file is not a database; check the path, or restore a backup"
            ) from exc


def _demand(path: Path, rights: int) -> None:
    if not os.access(path, rights, effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _why(exc: Exception) -> str:
    return exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)


def _sqlite(address: URL, busy_timeout_ms: int) -> AsyncEngine:
    # The driver would log every row of every statement as soon as someone asks for debug logs.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    engine = create_async_engine(
        address,
        pool_size=_POOL_SIZE,
        # The driver's own transactions would begin late and deferred; ours begin below.
        connect_args={"isolation_level": None, "timeout": busy_timeout_ms / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "synchronous=NORMAL",  # safe against kill -9; a power cut may lose the last commits
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16000",  # 16 MB for each connection
            "journal_size_limit=67108864",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor, busy_timeout_ms)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: one that began as a reader could not wait for it.
        writes = connection.get_execution_options().get("lamplighter_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(cursor: DBAPICursor, busy_timeout_ms: int) -> None:
    """Have readers and the writer not wait for each other; the file keeps this for good.

    While several make the same new file at once, SQLite refuses this at once instead of waiting.
    """
    for _ in range(busy_timeout_ms // _PATIENCE_MS):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await_only(asyncio.sleep(_PATIENCE_MS / 1000))
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _postgresql(address: URL, busy_timeout_ms: int) -> AsyncEngine:
    return create_async_engine(
        address,
        pool_size=_POOL_SIZE,
        pool_pre_ping=True,  # the server may have been restarted
        connect_args={
            "timeout": _CONNECT_TIMEOUT_S,
            "server_settings": {
                "application_name": "lamplighter",
                "lock_timeout": str(busy_timeout_ms),
                "jit": "off",  # costs 10 to 100 ms where a query takes 3
            },
        },
    )
