"""`lamplighter publish`: a folder that Frictionless finds valid; refusals."""

import asyncio
import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import frictionless
import pytest

from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.nights import SqlNightStore
from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from tests.api.test_savings import night
from tests.tools.shell import Cli

SPAN = ("--from", "2025-11-21", "--to", "2025-11-22")
SAVINGS = ("emission-factors.csv", "savings-by-month.csv", "savings-by-ward.csv")


@pytest.fixture
def city(url: str) -> None:
    """Hang 15 lanterns in three wards, two of them small, and close two nights of each."""

    async def write() -> None:
        database = open_database(url)
        wards = ["Headingley"] * 11 + ["City"] * 3 + [""]
        lanterns = [
            Lantern(
                lantern_id=LanternId(f"leeds:{number}"),
                latitude_deg=53.8 + number / 1000,
                longitude_deg=-1.55,
                ward=ward,
                power_w=28.0 if number % 2 else None,
            )
            for number, ward in enumerate(wards)
        ]
        await SqlLanternStore(database).put(lanterns)
        await SqlNightStore(database).put_nights(
            [night(number, date(2025, 11, day)) for number in range(15) for day in (21, 22)]
        )
        await database.close()

    asyncio.run(write())


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.mark.usefixtures("city")
def test_what_is_published_is_a_valid_data_package(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "open-data"
    told = cli.json("publish", "--output", folder, *SPAN, "--publisher", "The city")
    assert set(told["files"]) == set(files(folder)) == {
        "inventory.csv", "dcat.jsonld", "datapackage.json", *SAVINGS,
    }  # fmt: skip
    report = frictionless.Package(folder / "datapackage.json").validate()
    assert report.flatten(["message"]) == []
    assert (report.valid, report.stats["tasks"]) == (True, 4)
    described = json.loads((folder / "datapackage.json").read_text())
    assert [each["name"] for each in described["licenses"]] == ["OGL-UK-3.0"]


@pytest.mark.usefixtures("city")
def test_a_changed_file_is_found_by_its_checksum(cli: Cli, tmp_path: Path) -> None:
    cli.text("publish", "--output", tmp_path, *SPAN)
    path = tmp_path / "savings-by-month.csv"
    path.write_text(path.read_text().replace("0.", "1.", 1))
    report = frictionless.Package(tmp_path / "datapackage.json").validate()
    assert "hash-count" in {error for (error,) in report.flatten(["type"])}


@pytest.mark.usefixtures("city")
def test_publishing_twice_gives_the_same_bytes(cli: Cli, tmp_path: Path) -> None:
    cli.text("publish", "--output", tmp_path / "a", *SPAN)
    cli.text("publish", "--output", tmp_path / "b", *SPAN)
    assert files(tmp_path / "a") == files(tmp_path / "b")


@pytest.mark.usefixtures("city")
def test_wards_of_few_lanterns_are_published_together(cli: Cli, tmp_path: Path) -> None:
    cli.text("publish", "--output", tmp_path, *SPAN)
    text = (tmp_path / "savings-by-ward.csv").read_text()
    # 3 in City and 1 in no ward are fewer than 10, so the next smallest joins them
    assert [(row["ward"], row["lanterns"]) for row in csv.DictReader(StringIO(text))] == [
        ("(wards of few lanterns)", "15"),
    ]  # fmt: skip


def test_the_inventory_alone_is_published_without_nights(cli: Cli, tmp_path: Path) -> None:
    told = cli.json("publish", "--output", tmp_path)
    assert told["files"] == ["inventory.csv", "dcat.jsonld", "datapackage.json"]
    assert frictionless.Package(tmp_path / "datapackage.json").validate().valid


def test_what_cannot_be_published_is_refused(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "cannot be made a folder" in cli.refused("publish", "--output", file)
    words = ("publish", "--output", tmp_path / "out")
    assert "both --from and --to" in cli.refused(*words, "--from", "2025-11-21")
    assert "turn them round" in cli.refused(*words, "--from", "2025-11-22", "--to", "2025-11-21")
    assert "--name" in cli.refused(*words, "--name", "Street Lights!")
    assert "no catalogue is set" in cli.refused(*words, "--upload")
