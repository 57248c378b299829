"""Migrations, run by the program itself: no alembic.ini, no second command to know."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from lighting.adapters.sql.engine import Database, check_file, open_database

_SCRIPTS = Path(__file__).parent / "migrations"

_ONE_AT_A_TIME = 5_702_341
"""Key of the PostgreSQL advisory lock (any number does) under which the schema is changed."""


async def upgrade(url: str) -> None:
    """Bring the database at ``url`` to the newest schema; it may be empty, or up to date.

    All of it is one transaction. Several processes may do it at once: one does it, the others
    wait and find it done.

    Raises:
        RefusedError: the URL is of no database that we know.
        StoreError: the database cannot be changed; it is as it was.
    """
    check_file(url)
    database = open_database(url)
    try:
        await upgrade_database(database)
    finally:
        await database.close()


async def upgrade_database(database: Database) -> None:
    """Bring ``database`` to the newest schema, as ``upgrade`` does.

    Raises:
        StoreError: the database cannot be changed; it is as it was.
    """
    async with database.writing() as connection:
        if database.kind == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        await connection.run_sync(_to_newest)


def _to_newest(connection: Connection) -> None:
    config = Config()
    # Alembic reads its settings with %-interpolation: a path may contain a percent sign.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
