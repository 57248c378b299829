"""`lamplighter faults`: list, export, acknowledge, thresholds; and what is refused."""

import asyncio
import csv
import json
from pathlib import Path

import pytest

from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.lantern_faults import SqlFaultStore
from lighting.faults.kinds import FaultKind, Severity
from lighting.faults.rules import DEFAULT_RULES
from lighting.faults.rules_text import parse_rules
from lighting.faults.settle import Changes
from tests.lighting.faults.made import found
from tests.tools.shell import Cli

BURNER = found("leeds:3", kind=FaultKind.DAY_BURNER, severity=Severity.SAVING)
CROSSING = found("leeds:2", severity=Severity.SAFETY)


@pytest.fixture
def broken_lights(url: str) -> None:
    """Write two faults."""

    async def write() -> None:
        database = open_database(url)
        await SqlFaultStore(database).write(Changes(opened=(BURNER, CROSSING)))
        await database.close()

    asyncio.run(write())


@pytest.mark.usefixtures("broken_lights")
def test_faults_are_listed_the_most_urgent_first(cli: Cli) -> None:
    told = cli.json("faults")
    assert [fault["subject"] for fault in told["faults"]] == ["leeds:2", "leeds:3"]
    assert told["more"] is False
    assert cli.json("faults", "--limit", 1)["more"] is True
    (burner,) = cli.json("faults", "--kind", "day burner")["faults"]
    assert burner["severity"] == "saving"
    text = cli.text("faults", "--open")
    assert text.index("leeds:2") < text.index("leeds:3")
    assert "more than 1" in cli.text("faults", "--limit", 1)


@pytest.mark.usefixtures("broken_lights")
def test_faults_are_exported_whole_in_both_formats(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "faults.csv"
    path.write_text("what was there before")
    assert "2 faults written" in cli.text("faults", "export", "--format", "csv", "--output", path)
    with path.open(newline="") as file:
        assert [row["subject"] for row in csv.DictReader(file)] == ["leeds:2", "leeds:3"]
    path = tmp_path / "faults.geojson"
    words = ("--format", "geojson", "--output", path, "--kind", "lamp failure")
    assert cli.json("faults", "export", *words)["faults"] == 1
    told = json.loads(path.read_text())
    assert [each["properties"]["subject"] for each in told["features"]] == ["leeds:2"]
    assert [each.name for each in tmp_path.glob("*.new")] == []


@pytest.mark.usefixtures("broken_lights")
def test_an_acknowledged_fault_says_who_knows_of_it(cli: Cli) -> None:
    (fault, _) = cli.json("faults")["faults"]
    words = ("--by", "Jo", "--reason", "crew on Monday")
    assert "acknowledged by Jo" in cli.text("faults", "acknowledge", fault["fault_id"], *words)
    told = cli.json("faults", "acknowledge", fault["fault_id"], *words)
    assert (told["acknowledged_by"], told["state"]) == ("Jo", "open")
    assert "known to Jo" in cli.text("faults")


def test_what_cannot_be_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert "is not one of: lamp failure" in cli.refused("faults", "--kind", "gremlin")
    words = ("--by", "Jo", "--reason", "x")
    assert "no open fault '9'" in cli.refused("faults", "acknowledge", 9, *words)
    assert "say who" in cli.refused("faults", "acknowledge", 9, "--by", " ", "--reason", "x")
    nowhere = tmp_path / "nosuch" / "faults.csv"
    told = cli.refused("faults", "export", "--format", "csv", "--output", nowhere)
    assert "cannot be written" in told
    cli.misused("faults", "export", "--format", "xls", "--output", nowhere)


def test_the_thresholds_in_force_are_printed_and_can_be_set_by_a_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = cli.text("faults", "rules")
    assert parse_rules(text) == DEFAULT_RULES
    path = tmp_path / "rules.toml"
    path.write_text(text.replace("silent_h = 6.0", "silent_h = 12.0"))
    monkeypatch.setenv("LAMPLIGHTER_FAULT_RULES", str(path))
    assert "silent_h = 12.0" in cli.json("faults", "rules")["rules"]
    path.write_text("lamplighter_fault_rules = 1\nsilent_h = -1\n")
    assert "silent_h = -1" in cli.refused("faults", "rules")
    path.unlink()
    assert "cannot be read" in cli.refused("faults", "rules")


def test_the_bench_prints_both_sides_and_finds_no_difference(cli: Cli) -> None:
    printed = cli.text("bench", "faults", "--lanterns", 200, "--sample", 50)
    assert printed.count("\n") == 1
    told = json.loads(printed)
    for part in ("look", "judge"):
        assert told[f"{part}_s"] > 0
        assert told[f"{part}_reference"]["lanterns_judged_differently"] == 0
    assert told["judge_false_alarms_in_a_healthy_night"] == 0
    assert sum(told["look_found"].values()) == told["look_lanterns_made_sick"]
