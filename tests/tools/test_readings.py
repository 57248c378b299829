"""`lamplighter readings` and `lamplighter register`: what add-ons measured, and why it is kept."""

import asyncio
import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lighting.adapters.sql.add_ons import SqlAddOnStore
from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.series import SqlSeriesStore
from lighting.adapters.sql.streams import SqlStreamStore
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.sensing.add_on import AddOn
from lighting.sensing.register import Act, StreamChange
from lighting.sensing.series import Sample, SeriesKey
from lighting.sensing.stream_text import parse_streams
from tests.contracts.sensing_kit import add_samples
from tests.tools.shell import Cli

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
EUI = DevEui("a81758fff0000001")
ROWS = """
[gully-levels]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["asset"]
retention_days = 30
open_data = true
dpia = "not needed"
"""
SAID = ("--by", "dpo", "--why", "agreed")
SPAN = ("--from", "2026-11-22T00:00Z", "--to", "2026-11-23T00:00Z")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "streams.toml"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def on(cli: Cli, file: Path) -> Cli:
    """Return a shell whose data register has one stream, and it is on."""
    cli.run("register", "put", file, *SAID)
    cli.run("register", "on", "gully-levels", *SAID)
    return cli


@pytest.fixture
def measured(on: Cli, url: str) -> Cli:
    """Return a shell whose database has an add-on with three values, a quarter of an hour apart."""

    async def write() -> None:
        database = open_database(url)
        lantern = Lantern(lantern_id=LanternId("leeds:1"), latitude_deg=53.8, longitude_deg=-1.55)
        await SqlLanternStore(database).put([lantern])
        add_on = AddOn(
            dev_eui=EUI,
            model_id="milesight-em500-udl",
            lantern_id=lantern.lantern_id,
            stream_id="gully-levels",
            added_at=AT,
        )
        await SqlAddOnStore(database).put_add_ons([add_on])
        await add_samples(SqlSeriesStore(database), [_sample(place) for place in range(3)])
        await database.close()

    asyncio.run(write())
    return on


def _sample(place: int) -> Sample:
    at = AT + place * timedelta(minutes=15)
    key = SeriesKey(dev_eui=EUI, quantity="distance")
    return Sample(key=key, at=at, value=1.5 - place / 4, received_at=at)


def test_latest_values_are_shown_with_units(measured: Cli) -> None:
    (told,) = measured.json("readings", "latest", "--use", "gully level")
    assert (told["value"], told["unit"], told["at"]) == (1.0, "m", "2026-11-22T10:30:00Z")
    assert "1 m" in measured.text("readings", "latest")
    assert measured.json("readings", "latest", "--ward", "nowhere") == []


def test_history_is_shown_value_by_value_or_by_the_hour(measured: Cli) -> None:
    told = measured.json("readings", "history", EUI, "distance", *SPAN)
    assert [each["value"] for each in told] == [1.5, 1.25, 1.0]
    (hour,) = measured.json("readings", "history", EUI, "distance", *SPAN, "--by", "hour")
    assert (hour["count"], hour["mean"], hour["min"]) == (3, 1.25, 1.0)
    assert "1.25 m" in measured.text("readings", "history", EUI, "distance", *SPAN, "--by", "day")
    assert "good" in measured.text("readings", "history", EUI, "distance", *SPAN)


def test_an_export_is_a_file_whole_or_not_at_all(measured: Cli, tmp_path: Path) -> None:
    path = tmp_path / "levels.csv"
    measured.run("readings", "export", *SPAN, "--output", path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["value"] for row in rows] == ["1.5", "1.25", "1.0"]
    told = measured.json(
        "readings", "export", *SPAN, "--output", path, "--format", "ngsi-ld-keyvalues"
    )
    entities = json.loads(path.read_text(encoding="utf-8"))
    assert told["characters"] == len(path.read_text(encoding="utf-8"))
    assert [each["numValue"] for each in entities] == [1.5, 1.25, 1.0]
    refused = measured.refused("readings", "export", *SPAN, "--output", tmp_path / "no" / "x")
    assert "cannot be written" in refused


def test_add_ons_and_lanterns_are_written_as_entities(measured: Cli, tmp_path: Path) -> None:
    path = tmp_path / "entities.json"
    measured.run("readings", "entities", "devices", "--output", path, "--key-values")
    (device,) = json.loads(path.read_text(encoding="utf-8"))
    assert device["serialNumber"] == EUI
    assert "is written" in measured.text("readings", "entities", "streetlights", "--output", path)
    assert json.loads(path.read_text(encoding="utf-8")) == []  # the one lantern has no node


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("latest", "--quantity", "sadness"), "no quantity 'sadness'; known: "),
        (("history", "x", "distance", *SPAN), "16 hex digits"),
        (("history", EUI, "distance", "--from", "now", "--to", "then"), "--from 'now' is not"),
        (("history", EUI, "distance", *SPAN[2:], "--from", "2027-01-01T00:00Z"), "from before to"),
    ],
)
def test_what_cannot_be_told_is_refused(cli: Cli, words: tuple[str, ...], told: str) -> None:
    assert told in cli.refused("readings", *words)


def test_a_stream_is_put_switched_on_and_off_and_listed(cli: Cli, file: Path) -> None:
    assert "it can be switched on" in cli.text("register", "put", file, *SAID)
    assert "Nothing changed" in cli.text("register", "put", file, *SAID)
    assert cli.json("register", "on", "gully-levels", *SAID) == {
        "stream_id": "gully-levels",
        "on": True,
    }
    assert "30 days" in cli.text("register", "list")
    assert "is off" in cli.text("register", "off", "gully-levels", *SAID)
    (row,) = cli.json("register", "list")["streams"]
    assert (row["on"], row["missing"], row["withheld"]) == (False, [], 0)


def test_a_stream_that_lacks_its_grounds_is_refused_by_name(cli: Cli, file: Path) -> None:
    file.write_text(ROWS.replace('dpia = "not needed"', ""), encoding="utf-8")
    cli.run("register", "put", file, *SAID)
    assert "dpia is not stated" in cli.refused("register", "on", "gully-levels", *SAID)
    assert "no stream of the data register 'x'" in cli.refused("register", "on", "x", *SAID)
    assert "cannot be read" in cli.refused("register", "put", file.with_name("no"), *SAID)
    file.write_text("[X]\n", encoding="utf-8")
    assert "lower-case letters" in cli.refused("register", "put", file, *SAID)


def test_deletions_are_listed(measured: Cli, url: str) -> None:
    assert measured.json("register", "deletions") == []

    async def enforce() -> None:
        database = open_database(url)
        store = SqlStreamStore(database)
        (stream,) = await store.streams()
        await store.delete_before(stream, AT + timedelta(minutes=20), at=AT)
        await database.close()

    asyncio.run(enforce())
    (told,) = measured.json("register", "deletions")
    assert (told["samples"], told["last"]) == (2, "2026-11-22T10:15:00Z")
    assert "retention of 30 days" in told["why"]
    assert "30" in measured.text("register", "deletions")


@pytest.mark.usefixtures("measured")
def test_messages_that_were_withheld_are_shown(cli: Cli, url: str) -> None:
    cli.run("register", "off", "gully-levels", *SAID)

    async def say() -> None:
        database = open_database(url)
        await add_samples(SqlSeriesStore(database), [_sample(9)])
        await database.close()

    asyncio.run(say())
    assert cli.json("register", "list")["streams"][0]["withheld"] == 1


def test_a_row_that_is_on_without_its_grounds_stores_nothing(measured: Cli, url: str) -> None:
    """Whoever writes past the register (another program, a restored backup) gains nothing."""

    async def write() -> int:
        database = open_database(url)
        (row,) = parse_streams(ROWS.replace('dpia = "not needed"', ""))
        change = StreamChange(stream=replace(row, on=True), act=Act.PUT, at=AT, by="x", why="x")
        await SqlStreamStore(database).change_streams([change])
        stored = await add_samples(SqlSeriesStore(database), [_sample(9)])
        await database.close()
        return stored

    assert asyncio.run(write()) == 0
    assert len(measured.json("readings", "history", EUI, "distance", *SPAN)) == 3


def test_the_readings_bench_prints_what_was_stored_and_where_time_goes(cli: Cli) -> None:
    told = json.loads(cli.text("bench", "readings", "--messages", 30, "--devices", 3))
    assert told["values_in_the_database"] == 90
    assert set(told["microseconds_an_uplink"]) == {
        "parse_json",
        "decode_javascript",
        "flag_and_store",
    }


def test_a_gauge_is_stated_once_and_refused_where_it_makes_no_sense(measured: Cli) -> None:
    said = measured.text("readings", "gauge", EUI, "--empty-m", "1.2", "--full-m", "0.2")
    assert "1.2 m is empty" in said
    assert "further away" in measured.refused(
        "readings", "gauge", EUI, "--empty-m", "0.2", "--full-m", "1.2"
    )
    nobody = "70b3d57ed0000001"
    assert nobody in measured.refused(
        "readings", "gauge", nobody, "--empty-m", "1.2", "--full-m", "0.2"
    )
