"""`lamplighter report savings` as files: formats, endings, what stood there before, refusals."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest

from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.nights import SqlNightStore
from tests.api.test_savings import night
from tests.tools.shell import Cli

WORDS = ("report", "savings", "--from", "2025-11-21", "--to", "2025-11-21")


@pytest.fixture
def closed_night(url: str) -> None:
    """Close one night of one lantern."""

    async def write() -> None:
        database = open_database(url)
        await SqlNightStore(database).put_nights([night(1, date(2025, 11, 21))])
        await database.close()

    asyncio.run(write())


@pytest.mark.usefixtures("closed_night")
@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "pdf", "html"])
def test_a_report_is_written_in_the_format_of_its_ending(
    cli: Cli, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"savings.{ending}"
    told = cli.json(*WORDS, "--by", "lantern", "--output", path)
    assert told == {"output": str(path), "format": ending, "bytes": path.stat().st_size}
    first = path.read_bytes()
    assert "is written" in cli.text(*WORDS, "--by", "lantern", "--output", path)
    assert path.read_bytes() == first
    assert [each.name for each in tmp_path.glob("*.new")] == []


@pytest.mark.usefixtures("closed_night")
def test_a_format_that_is_named_goes_before_the_ending(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "savings.txt"
    cli.text(*WORDS, "--format", "json", "--output", path)
    assert json.loads(path.read_text())["first_night"] == "2025-11-21"
    assert cli.json(*WORDS)["total"]["used_kwh"] == pytest.approx(0.375)


def test_what_cannot_be_written_is_refused_in_one_line(cli: Cli, tmp_path: Path) -> None:
    assert "is a folder" in cli.refused(*WORDS, "--format", "pdf", "--output", tmp_path)
    nowhere = tmp_path / "nosuch" / "savings.pdf"
    assert "cannot be written" in cli.refused(*WORDS, "--output", nowhere)
    assert "say --format" in cli.refused(*WORDS, "--output", tmp_path / "savings.doc")
    assert "needs --output" in cli.refused(*WORDS, "--format", "pdf")
    cli.misused(*WORDS, "--format", "docx", "--output", nowhere)
    assert list(tmp_path.glob("savings*")) == []
