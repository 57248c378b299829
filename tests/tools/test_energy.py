"""`lamplighter energy`: calibration by meters, samples to measure; and what is refused."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from lighting.config import Settings
from lighting.energy.catalogue_text import parse_models
from lighting.operations.controller import Office
from lighting.testing.clock import SteppedClock
from lighting.wiring import open_office
from schedules.level import Level
from tests.lighting.operations.fault_street import HOUR, FaultStreet
from tests.lighting.operations.town import MORNING, Town, lantern, lantern_id
from tests.tools.shell import Cli

NIGHTS = ("--from", "2026-11-22", "--to", "2026-11-23")
MODEL = ("--model", "road-40")


async def burn(office: Office) -> None:
    """Let twelve lanterns of one model burn for two nights, and hang three more without a node."""
    street = FaultStreet(Town(office))
    await street.build(12, tags=dict.fromkeys(range(1, 13), ("model:road-40",)))
    await street.run(MORNING + 52 * HOUR)
    others = [replace(lantern(number), lamp="SON 70W") for number in (21, 22, 23)]
    await office.stores.lanterns.put(others)


@pytest.fixture
def street(url: str) -> None:
    """Fill the shell's database."""

    async def fill() -> None:
        async with open_office(Settings(database_url=url), clock=SteppedClock(MORNING)) as office:
            await burn(office)

    asyncio.run(fill())


@pytest.mark.usefixtures("street")
def test_a_model_is_calibrated_and_written_as_a_catalogue_that_can_be_used(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "models.toml"
    told = cli.json("energy", "calibrate", *MODEL, *NIGHTS, "--output", output)
    assert (told["lanterns"], told["lanterns_used"], told["outliers"]) == (12, 12, [])
    by_level = {fit["level"]: fit["power_w"] for fit in told["levels"]}
    # 4 + 36 x 49/99 W and 40 W, by the line of the virtual lantern; counters of whole Wh
    assert by_level[50] == pytest.approx(21.82, abs=0.2)
    (model,) = parse_models(output.read_text(), document="models.toml").models
    assert (model.name, model.source) == ("road-40", told["basis"])
    assert model.power_model().power_w(Level(50)) == by_level[50]
    monkeypatch.setenv("LAMPLIGHTER_LANTERN_MODELS", str(output))
    text = cli.text("energy", "calibrate", *MODEL, *NIGHTS)
    assert told["basis"] in text
    assert "The class of their meters is not in it." in text
    # 2 nights of a standby that hourly reports see for some 3 hours before and after the night
    assert "Not fitted: 0 %" in text


@pytest.mark.usefixtures("street")
def test_a_sample_lists_lanterns_by_model_and_is_the_same_each_time(cli: Cli) -> None:
    told = cli.json("energy", "sample", "--error", 0.1, "--confidence", 0.9)
    sizes = {s["name"]: (s["population"], len(s["chosen"])) for s in told["strata"]}
    # by hand: 67.65 x 12 / 79.65 = 10.2, rounded up; and all of three
    assert sizes == {"road-40": (12, 11), "SON 70W": (3, 3)}
    assert told["lanterns"] == 14
    assert "unverified as a standard" in told["method"]
    assert cli.json("energy", "sample", "--error", 0.1)["strata"] == told["strata"]
    text = cli.text("energy", "sample", "--error", 0.1, "--by", "ward", "--name", "spring")
    assert "Headingley: 13 of 15" in text  # by hand: 67.65 x 15 / 82.65 = 12.3
    assert lantern_id(21) in cli.text("energy", "sample", "--error", 0.1)


def test_what_cannot_be_is_refused(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no lantern of model 'x'" in cli.refused("energy", "calibrate", "--model", "x", *NIGHTS)
    backwards = ("--from", "2026-11-23", "--to", "2026-11-22")
    assert "turn them round" in cli.refused("energy", "calibrate", *MODEL, *backwards)
    assert "no lanterns to sample" in cli.refused("energy", "sample", "--error", 0.1)
    assert "not one of model, ward" in cli.refused("energy", "sample", "--error", 1, "--by", "x")
    assert "error is -1.0" in cli.refused("energy", "sample", "--error=-1")
    models = tmp_path / "models.toml"
    monkeypatch.setenv("LAMPLIGHTER_LANTERN_MODELS", str(models))
    assert "cannot be read" in cli.refused("energy", "sample", "--error", 0.1)
    models.write_text("lamplighter_lantern_models = 1\n[[models]]\nname = 'x'\nfull_w = 5\n")
    result = cli.run("energy", "sample", "--error", 0.1, code=1)
    assert "line 2: models[0].source: is missing" in result.stderr


@pytest.mark.usefixtures("street")
def test_too_little_metered_and_a_file_that_cannot_be_written_are_refused(
    cli: Cli, tmp_path: Path
) -> None:
    one = ("--from", "2026-11-22", "--to", "2026-11-22")
    assert "cannot be calibrated" in cli.refused("energy", "calibrate", *MODEL, *one)
    nowhere = tmp_path / "nosuch" / "models.toml"
    told = cli.refused("energy", "calibrate", *MODEL, *NIGHTS, "--output", nowhere)
    assert "cannot be written" in told
