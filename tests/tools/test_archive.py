"""`lamplighter archive`: what is old enough moves, is listed, and is verified."""

from pathlib import Path

import pytest

from lighting.config import Settings
from lighting.wiring import open_office
from tests.tools.shell import Cli

OLD = "2020-02-28"


@pytest.fixture
def folder(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - first, it clears the settings
    """Return the archive's folder, which the settings of ``cli`` name."""
    folder = tmp_path / "archive"
    monkeypatch.setenv("LAMPLIGHTER_ARCHIVE", str(folder))
    return folder


@pytest.fixture
async def old_nights(url: str) -> None:
    """Put two nights of February 2020 into the database."""
    rows: list[dict[str, object]] = [
        {"night": OLD, "lantern_id": "leeds:1", "metered_kwh": 0.5, "policy": "dim-late"},
        {"night": OLD, "lantern_id": "leeds:2", "unknown": "no wattage"},
    ]
    async with open_office(Settings(database_url=url)) as office:
        await office.stores.nights.put_nights(rows)


@pytest.mark.usefixtures("old_nights")
def test_what_is_old_enough_is_archived_listed_and_verified(cli: Cli, folder: Path) -> None:
    (month,) = cli.json("archive", "run")
    assert (month["month"], month["rows"], month["unknown"]) == ("2020-02", 2, 1)
    assert month["metered_uwh"] == 500_000_000
    assert cli.json("archive", "list") == [month]
    assert (folder / month["file"]).is_file()
    assert cli.json("archive", "verify") == {"months": 1, "faults": []}
    assert "0.500" in cli.text("archive", "list")
    assert "No month is old enough" in cli.text("archive", "run")


@pytest.mark.usefixtures("old_nights")
def test_a_file_that_was_changed_is_found(cli: Cli, folder: Path) -> None:
    (month,) = cli.json("archive", "run")
    (folder / month["file"]).write_bytes(b"")
    told = cli.text("archive", "verify", code=1)
    assert "another SHA-256 than the manifest says" in told
    (folder / month["file"]).unlink()
    assert "No such file" in cli.text("archive", "verify", code=1)


@pytest.mark.parametrize("command", ["run", "list", "verify"])
def test_without_an_archive_each_command_says_which_setting_to_make(cli: Cli, command: str) -> None:
    assert "LAMPLIGHTER_ARCHIVE" in cli.refused("archive", command)


@pytest.mark.usefixtures("folder")
def test_an_empty_archive_is_said_to_be_empty(cli: Cli) -> None:
    assert "Nothing is archived." in cli.text("archive", "list")
    assert cli.json("archive", "verify") == {"months": 0, "faults": []}
