"""Which database a URL opens, and how it is set up."""

from pathlib import Path

import pytest
from sqlalchemy import text

from lighting.adapters.sql.engine import Database, open_database
from lighting.errors import RefusedError


@pytest.mark.parametrize(
    ("url", "opened", "kind"),
    [
        ("sqlite:///a/b.db", "sqlite+aiosqlite:///a/b.db", "sqlite"),
        ("sqlite:////a/b.db", "sqlite+aiosqlite:////a/b.db", "sqlite"),
        ("sqlite+aiosqlite:///b.db", "sqlite+aiosqlite:///b.db", "sqlite"),
        ("postgresql://u@h/n", "postgresql+asyncpg://u@h/n", "postgresql"),
        ("postgresql+asyncpg://u:p@h:5/n", "postgresql+asyncpg://u:p@h:5/n", "postgresql"),
        ("postgres://u@h/n", "postgresql+asyncpg://u@h/n", "postgresql"),
    ],
)
async def test_a_url_opens_the_driver_that_we_have(url: str, opened: str, kind: str) -> None:
    database = open_database(url)
    assert database.engine.url.render_as_string(hide_password=False) == opened
    assert database.kind == kind
    await database.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u@h/n", r"no database 'mysql'; allowed: sqlite:///PATH or postgresql://"),
        ("postgresql+psycopg://u@h/n", r"no database 'postgresql\+psycopg'"),
        ("/var/lib/lamplighter.db", r"cannot be read; allowed: sqlite:///PATH"),
        ("", r"cannot be read; allowed"),
        ("sqlite://", r"in memory forgets all at the end; give a file"),
        ("sqlite:///:memory:", r"in memory forgets all at the end; give a file"),
    ],
)
def test_another_url_is_refused_with_what_is_allowed(url: str, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        open_database(url)


def test_a_password_never_shows_in_what_is_said_about_a_url() -> None:
    with pytest.raises(RefusedError) as caught:
        open_database("mysql://user:secret@host/name")
    assert "secret" not in str(caught.value)


def test_opening_connects_to_nothing(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 50)],
)
async def test_sqlite_is_set_up_as_the_readme_says(
    database: Database, pragma: str, value: object
) -> None:
    # sqlite.org/pragma.html: synchronous 1 is NORMAL
    async with database.reading() as connection:
        assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value
