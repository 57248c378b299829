"""A shell with an empty database of its own."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from lighting.adapters.sql.migrate import upgrade
from tests.tools.shell import Cli


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("cli") / "ready.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def url(ready_database: Path, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    path = tmp_path / "lamplighter.db"
    shutil.copy(ready_database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def cli(url: str, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return a shell whose only setting is its database; the terminal is wide."""
    for name in os.environ:
        if name.startswith("LAMPLIGHTER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LAMPLIGHTER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    return Cli()
