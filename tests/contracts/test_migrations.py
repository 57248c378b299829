"""Migrations make exactly the tables that the program expects, from nothing, once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.migrate import upgrade
from lighting.adapters.sql.tables import METADATA
from lighting.errors import StoreError
from tests.contracts.city import City, dev

INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
"""How each database tells its indexes whole, with their conditions, which Alembic passes over."""


async def ask(url: str, question: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever is asked
    database = open_database(url)
    async with database.writing() as connection:
        answer = await connection.run_sync(question)
    await database.close()
    return answer


def indexes(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text(INDEXES[connection.dialect.name]))
    return {name: " ".join(sql.split()) for name, sql in rows if "alembic" not in name}


def made_anew(connection: Connection) -> dict[str, str]:
    """Throw the migrated tables away, make them from the program's metadata, tell the indexes."""
    METADATA.drop_all(connection)
    METADATA.create_all(connection)
    return indexes(connection)


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def test_migrations_make_what_the_program_expects_and_nothing_else(bare_url: str) -> None:
    await upgrade(bare_url)
    assert await ask(bare_url, differences) == []
    migrated = await ask(bare_url, indexes)
    assert migrated == await ask(bare_url, made_anew)
    assert "uq_order_in_flight" in migrated


async def test_migrating_again_changes_nothing(bare_url: str) -> None:
    await upgrade(bare_url)
    database = open_database(bare_url)
    await City(database).build(1)
    await upgrade(bare_url)
    assert (await City(database).node(dev(0))).dev_eui == dev(0)
    await database.close()


async def test_processes_that_migrate_at_once_do_not_get_in_each_others_way(bare_url: str) -> None:
    await asyncio.gather(*(upgrade(bare_url) for _ in range(6)))
    assert await ask(bare_url, differences) == []


async def test_a_migration_that_fails_leaves_the_database_as_it_was(bare_url: str) -> None:
    database = open_database(bare_url)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE night_energy (mine INTEGER)"))
    with pytest.raises(StoreError, match="night_energy"):
        await upgrade(bare_url)
    async with database.reading() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert names == ["night_energy"]
    await database.close()
