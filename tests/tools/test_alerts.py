"""Alerts on the command line: rules checked, saved and tried; alerts, deliveries and reports."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lighting.config import Settings
from lighting.operations.controller import Office
from lighting.testing.clock import SteppedClock
from lighting.wiring import open_office
from tests.lighting.operations.sensors import ICE, Street
from tests.lighting.operations.town import MORNING
from tests.tools.shell import Cli

FILE = """
[channels.log]
kind = "file"
path = "{path}"

[reports.winter]
title = "Winter service"
uses = ["road surface temperature"]
rules = ["winter"]
tell = ["log"]
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> Path:
    """Return the file that the channel ``log`` writes to."""
    assert isinstance(cli, Cli)
    path, settings = tmp_path / "alerts.jsonl", tmp_path / "alerts.toml"
    settings.write_text(FILE.format(path=path))
    monkeypatch.setenv("LAMPLIGHTER_ALERTS_FILE", str(settings))
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a file of rules that tell ``log``."""
    path = tmp_path / "winter.toml"
    path.write_text(ICE)
    return path


def in_street(url: str, act: Callable[[Street], Awaitable[object]]) -> None:
    """Do something with a street of sensors on the database of a shell."""

    async def run() -> None:
        clock = SteppedClock(MORNING)
        async with open_office(Settings(database_url=url), clock=clock) as office:
            await act(Street(office))

    asyncio.run(run())


async def freeze(street: Street) -> None:
    """Let a road freeze and be judged."""
    await street.build()
    await street.rules(ICE)
    await street.measure((5, 0.5), (25, -0.5))
    await judge(street.office)


async def judge(office: Office) -> None:
    """Judge rules half an hour after the morning."""
    await office.alerts.watch.tend(MORNING + timedelta(minutes=30))


def test_rules_are_checked_with_what_they_were_understood_to_say(
    cli: Cli, log: Path, rules: Path
) -> None:
    assert not log.exists()
    text = cli.text("alerts", "rules", "check", rules)
    assert "1 rules, well formed." in text
    assert "winter/ice (warning), at 0 places now" in text
    assert "until surface temperature above 2 °C for 10 min" in text
    (rule,) = cli.json("alerts", "rules", "check", rules)["rules"]
    assert (rule["when"], rule["tell"]) == ("surface temperature below 1 °C for 20 min", ["log"])


def test_rules_that_are_wrong_are_told_with_file_line_and_column(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "winter.toml"
    path.write_text('[ice]\nwhen = "road surface below 1 m/s"\n')
    result = cli.run("alerts", "rules", "check", path, code=1)
    assert str(path) in result.stderr
    assert "line 2: ice.when: column 30: 'm/s' is of another dimension" in result.stderr


def test_rules_that_tell_a_channel_that_is_not_there_are_refused(cli: Cli, rules: Path) -> None:
    assert "tells 'log', which is no channel" in cli.refused("alerts", "rules", "save", rules)
    assert "cannot be read" in cli.refused("alerts", "rules", "save", rules.with_name("none"))
    assert "no name for rules" in cli.refused("alerts", "rules", "save", rules, "--name", "A B")


@pytest.mark.usefixtures("log")
def test_rules_are_saved_listed_and_shown(cli: Cli, rules: Path) -> None:
    assert cli.json("alerts", "rules", "save", rules, "--by", "eva")["revision"] == 1
    assert "Saved winter revision 1." in cli.text("alerts", "rules", "save", rules)
    (listed,) = cli.json("alerts", "rules", "list")
    assert (listed["name"], listed["saved_by"]) == ("winter", "eva")
    assert cli.text("alerts", "rules", "show", "winter") == ICE
    assert "no alert rules 'summer'" in cli.refused("alerts", "rules", "show", "summer")


@pytest.mark.usefixtures("log")
def test_rules_are_tried_on_what_was_measured(cli: Cli, url: str, rules: Path) -> None:
    in_street(url, freeze)
    span = ("--from", "2026-11-22T10:00Z", "--to", "2026-11-22T12:00Z")
    text = cli.text("alerts", "rules", "try", rules, *span)
    assert "winter/ice at Otley Road, Headingley (leeds:0), still open" in text
    assert "1 alerts would have been raised." in text
    (tried,) = cli.json("alerts", "rules", "try", rules, *span)
    assert (tried["raised_at"][:16], tried["cleared_at"]) == ("2026-11-22T10:25", None)
    turned = ("--from", "2026-11-22T12:00Z", "--to", "2026-11-22T10:00Z")
    assert "turn it round" in cli.refused("alerts", "rules", "try", rules, *turned)


def test_alerts_are_listed_shown_and_acknowledged(cli: Cli, url: str) -> None:
    in_street(url, freeze)
    assert "winter/ice" in cli.text("alerts", "list", "--open", "--unknown")
    assert cli.json("alerts", "list", "--over") == []
    known = cli.json("alerts", "acknowledge", 1, "--by", "eva", "--why", "gritters are out")
    assert known["acknowledged_by"] == "eva"
    assert cli.json("alerts", "list", "--unknown") == []
    text = cli.text("alerts", "show", 1)
    assert "\n  raised, log: waiting\n" in text
    assert "eva knows: gritters are out" in text
    assert "surface_temperature [°C]: " in text
    assert cli.json("alerts", "show", 1)["deliveries"][0]["channel"] == "log"
    assert "no alert '9'" in cli.refused("alerts", "show", 9)
    assert "say something" in cli.refused("alerts", "acknowledge", 1, "--by", " ", "--why", "x")
    assert "9223372036854775807" in cli.misused("alerts", "show", 10**30)


def test_deliveries_that_were_given_up_are_shown_and_go_again(cli: Cli, url: str) -> None:
    async def give_up(street: Street) -> None:
        await freeze(street)
        await street.office.alerts.outbox.failed(1, "gone", next_try_at=None)

    in_street(url, give_up)
    assert "gone" in cli.text("alerts", "deliveries", "--state", "dead")
    assert cli.json("alerts", "deliver-again", 1)["state"] == "waiting"
    assert "no dead delivery '1'" in cli.refused("alerts", "deliver-again", 1)


def test_a_channel_is_tested(cli: Cli, log: Path) -> None:
    assert cli.text("alerts", "test-channel", "log") == "log took it.\n"
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["type"] == "test"
    assert "(there are: log)" in cli.refused("alerts", "test-channel", "desk")


@pytest.mark.usefixtures("log")
def test_a_day_of_a_service_area_is_reported(cli: Cli, url: str, tmp_path: Path) -> None:
    in_street(url, freeze)
    path = tmp_path / "day.csv"
    words = ("report", "daily", "--area", "winter", "--date", "2026-11-22")
    text = cli.text(*words, "--csv", path)
    assert text.startswith("Winter service: Sunday 22 November 2026\n")
    assert "lowest -0.5, mean 0, highest 0.5 (2 values)" in text
    assert path.read_bytes().count(b"\r\n") == 2
    assert cli.json(*words)["raised"] == [1]
    refused = cli.refused("report", "daily", "--area", "air", "--date", "2026-11-22")
    assert "(there are: winter)" in refused


def test_an_alerts_file_that_others_may_read_is_refused(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(
        '[channels.c]\nkind = "webhook"\nurl = "https://a.example/"\n'
        'secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"\n'
    )
    path.chmod(0o644)
    monkeypatch.setenv("LAMPLIGHTER_ALERTS_FILE", str(path))
    assert "chmod 600" in cli.refused("alerts", "list")
