"""The database is locked by another process, or its disk is full: messages wait and go in later."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from lighting.adapters.sql.engine import Database
from lighting.testing.broker import EmbeddedBroker
from tests.system.street import APPLICATION, Street, a_plan, dev_eui, link_of, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

STATUS, USAGE = 23, 26
"""Ports of NAS UL20xx."""

CHATTER = 500

IMPATIENT = "PRAGMA busy_timeout = 50"
"""Milliseconds to wait for a lock: not the usual five seconds, for the test's sake."""

FULL = "PRAGMA max_page_count = 1"
"""The file may not grow: SQLite takes its present size where it is larger."""

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Let another process hold the database's write lock."""
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOCK, str(file), stdin=-1, stdout=-1
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        await holder.communicate(b"")  # the end of its input ends it


@asynccontextmanager
async def every_connection_is_told(street: Street, pragma: str) -> AsyncIterator[None]:
    """Let the controller's connections begin with a word of ours, as long as the context lasts."""
    database = street.office.stores.database
    assert isinstance(database, Database)

    def tell(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.cursor().execute(pragma)

    event.listen(database.engine.sync_engine, "connect", tell)
    await renew_connections(database)
    yield
    event.remove(database.engine.sync_engine, "connect", tell)
    await renew_connections(database)


async def renew_connections(database: Database) -> None:
    """Close all connections once none is in use: time stands still, so that comes."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    while pool.checkedout():  # noqa: ASYNC110 - the pool has no event for it
        await asyncio.sleep(0.001)
    await database.engine.dispose()


def recorded(file: Path) -> dict[int, int]:
    """Return how many rows there are of what is said on each port."""
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT (SELECT count(*) FROM status), (SELECT count(*) FROM meter)"
        return dict(zip((STATUS, USAGE), connection.execute(query).fetchone(), strict=True))


async def wait_for(street: Street, log: pytest.LogCaptureFixture, words: str) -> None:
    """Let time pass until the log says ``words``."""
    for _ in range(100):
        if words in log.text:
            return
        await street.time.let_pass(timedelta(minutes=2), settle=False)
    pytest.fail(f"nobody said {words!r}")


async def all_goes_in(street: Street) -> None:
    """Let time pass until all that was said is recorded, once each."""
    lanterns = street.server.witnesses.values()

    async def is_recorded() -> bool:
        rows = recorded(street.file)
        return rows == {port: sum(lan.said[port] for lan in lanterns) for port in rows}

    await street.time.until(is_recorded, look_every=timedelta(seconds=10))
    assert await street.all_proved()


async def test_while_another_process_holds_the_lock_messages_wait_and_then_go_in(
    tmp_path: Path, broker: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_street(tmp_path, broker, a_plan(lanterns=5, spreading=9)) as street:
        await street.time.until(street.all_proved)
        await street.time.let_pass(timedelta(minutes=5))
        before = recorded(street.file)
        async with every_connection_is_told(street, IMPATIENT), locked(street.file):
            await wait_for(street, caplog, "messages wait: the database is locked")
            await street.time.let_pass(timedelta(hours=1), settle=False)
            assert recorded(street.file) == before
        await all_goes_in(street)


async def test_while_the_disk_is_full_messages_wait_and_then_go_in(
    tmp_path: Path, broker: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        open_street(tmp_path, broker, a_plan(lanterns=5, spreading=9)) as street,
        link_of(broker, street.time.clock, "chatty") as chatty,
    ):
        await street.time.until(street.all_proved)
        await chatty.wait_until_connected()
        async with every_connection_is_told(street, FULL):
            await chatty.publish(notes(street))
            await wait_for(street, caplog, "messages wait: the disk or the database file is full")
            before = recorded(street.file)
            await street.time.let_pass(timedelta(hours=1), settle=False)
            assert recorded(street.file) == before
        await street.time.start_over()
        await all_goes_in(street)
        with closing(sqlite3.connect(street.file)) as connection:
            query = "SELECT count(*) FROM note WHERE text LIKE 'CHATTER%'"
            assert connection.execute(query).fetchone() == (CHATTER,)


def notes(street: Street) -> list[tuple[str, bytes]]:
    """Return log events that take more room than a database has left in its pages."""
    at = street.time.clock.now()
    return [
        (
            f"application/{APPLICATION}/device/{dev_eui(0)}/event/log",
            msgspec.json.encode(
                {
                    "time": (at - timedelta(seconds=number)).isoformat(),
                    "code": "CHATTER",
                    "description": "x" * 400,
                }
            ),
        )
        for number in range(CHATTER)
    ]
