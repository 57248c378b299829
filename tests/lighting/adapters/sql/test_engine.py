"""Which database a URL opens, and how it is set up."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from lighting.adapters.sql.engine import Database, check_file, make_folder, open_database
from lighting.errors import RefusedError, StoreError


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


@contextmanager
def nobody_in(folder: Path) -> Iterator[None]:
    """Be a user without rights of its own: root, as who containers run tests, may do all."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65_534)  # nobody, by the Linux Standard Base
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody may enter (pytest's own are for its user only)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("rights", [0o000, 0o444], ids=oct)
def test_a_file_that_may_not_be_written_is_told_with_the_cure(
    open_folder: Path, rights: int
) -> None:
    path = open_folder / "lamplighter.db"
    path.write_bytes(b"SQLite format 3\0")
    path.chmod(rights)
    says = r"lamplighter\.db: .* cannot be opened \(Permission denied\); check its folder and its"
    with nobody_in(open_folder), pytest.raises(StoreError, match=says):
        check_file(f"sqlite:///{path}")


@pytest.mark.parametrize("rights", [0o000, 0o555], ids=oct)
def test_a_folder_in_which_nothing_may_be_made_is_told_with_the_cure(
    open_folder: Path, rights: int
) -> None:
    open_folder.chmod(rights)
    with nobody_in(open_folder):
        with pytest.raises(StoreError, match=r"cannot be opened \(Permission denied\)"):
            check_file(f"sqlite:///{open_folder / 'lamplighter.db'}")
        with pytest.raises(
            StoreError, match=r"cannot be made \(Permission denied\); check the path"
        ):
            make_folder(f"sqlite:///{open_folder / 'below' / 'lamplighter.db'}")


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    pipe, circle = tmp_path / "pipe", tmp_path / "circle"
    os.mkfifo(pipe)
    circle.symlink_to(circle)
    for path, why in ((pipe, "not a file"), (circle, "symbolic links"), (tmp_path, "not a file")):
        with pytest.raises(StoreError, match=rf"cannot be opened \(.*{why}\)"):
            check_file(f"sqlite:///{path}")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:////dev/null/lamplighter.db", "File exists"),
        ("sqlite:////dev/null/below/lamplighter.db", "Not a directory"),
        ("sqlite+aiosqlite:///" + "long" * 100 + "/lamplighter.db", "File name too long"),
        ("sqlite:///a\0b/lamplighter.db", "embedded null byte"),
    ],
)
def test_a_folder_that_cannot_be_made_is_told_with_why(url: str, why: str) -> None:
    with pytest.raises(StoreError, match=rf"cannot be made \({why}\); check the path"):
        make_folder(url)
    with pytest.raises(StoreError, match="cannot be opened"):
        check_file(url)


def test_the_folder_is_made_whichever_way_sqlite_is_named(tmp_path: Path) -> None:
    for scheme in ("sqlite", "sqlite+aiosqlite"):
        url = f"{scheme}:///{tmp_path / scheme / 'below' / 'lamplighter.db'}"
        make_folder(url)
        make_folder(url)
        check_file(url)
        assert (tmp_path / scheme / "below").is_dir()


def test_a_database_elsewhere_has_no_folder_and_no_file_to_check() -> None:
    for url in ("postgresql://u@h/n", "sqlite:///file:nowhere/lamplighter.db?uri=true"):
        make_folder(url)
        check_file(url)
