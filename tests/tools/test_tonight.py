"""`lamplighter tonight` and `prove`: what is asked, the bytes, and the proof."""

from pathlib import Path
from typing import Any

import pytest

from tests.tools.shell import Cli

LEEDS = ("--place", "53.80,-1.55", "--zone", "Europe/London")
TROMSO = ("--place", "69.6492,18.9553", "--zone", "Europe/Oslo")
WINTER = ("--policy", "hampshire", *LEEDS, "--date", "2026-11-22")

# Nodes step every ten minutes: 22:05 cannot be held, and half a minute forgives nothing.
IMPOSSIBLE = """\
lamplighter_policy = 1
name = "impossible"
title = "A step between two steps of the node's clock"
tolerance_min = 0.5
[switching]
on = "sunset"
off = "sunrise"
[[nights]]
steps = [{ at = "on", level = 100 }, { at = "22:05", level = 50 }]
"""


@pytest.fixture
def impossible(tmp_path: Path) -> Path:
    """Return the file of a policy that no ten-minute clock can follow as closely as it asks."""
    path = tmp_path / "impossible.toml"
    path.write_text(IMPOSSIBLE, encoding="utf-8")
    return path


def decoded(cli: Cli, frame: dict[str, Any]) -> dict[str, Any]:
    where = ("--port", frame["f_port"], "--hex", frame["payload_hex"])
    found: dict[str, Any] = cli.json("profiles", "decode", "nas_ul20xx_1_1", *where, "--downlink")
    return found


def test_tonight_has_timeline_program_frames_and_proof(cli: Cli) -> None:
    plain = cli.json("tonight", *WINTER, "--profile", "nas_ul20xx_1_1")
    assert {"timeline", "program", "frames", "proof"} <= plain.keys()
    assert plain["proof"]["holds"] is True
    # Hampshire's own levels: 75 % in the evening and morning, 50 % from midnight to 05:00.
    assert [change["level"] for change in plain["timeline"]] == [75, 50, 75, 0]
    assert [change["at"] for change in plain["timeline"][1:3]] == [
        "2026-11-23T00:00:00Z",
        "2026-11-23T05:00:00Z",
    ]


def test_every_frame_of_tonight_can_be_decoded_and_is_echoed_alike(cli: Cli) -> None:
    frames = cli.json("tonight", *WINTER)["frames"]
    packets = [decoded(cli, frame)["packet"] for frame in frames]
    assert len(packets) == len(frames) >= 4
    assert "calendar" in " ".join(packets)
    for frame in frames:
        where = ("--port", frame["f_port"], "--hex", frame["payload_hex"])
        echo = cli.json("profiles", "decode", "nas_ul20xx_1_1", *where)
        assert (echo["kind"], echo["payload"]) == ("EchoReading", frame["payload_hex"])


def test_a_person_reads_the_night_in_local_and_utc_time(cli: Cli) -> None:
    told = cli.text(
        "tonight", "--policy", "hampshire", *LEEDS, "--date", "2026-06-21"
    )  # summer time is an hour ahead
    assert "Mon 00:00:00" in told
    assert "2026-06-21T23:00:00Z" in told
    assert "holds" in told


def test_prove_exits_with_1_and_shows_the_worst_night(cli: Cli, impossible: Path) -> None:
    where = ("prove", "--policy", impossible, *LEEDS, "--from", "2026-11-22", "--nights", 30)
    proof = cli.json(*where, code=1)["proof"]
    worst = proof["worst_nights"][0]
    assert proof["holds"] is False
    assert worst["minutes_wrong"] == pytest.approx(5.0, abs=0.1)  # 22:05 to the nearest ten
    told = cli.text(*where, code=1)
    assert "does not hold (tolerance 0.5 min)" in told
    assert f"(night of {proof['minutes_wrong_night']})" in told


def test_tonight_exits_with_1_where_the_proof_does_not_hold(cli: Cli, impossible: Path) -> None:
    where = ("tonight", "--policy", impossible, *LEEDS, "--date", "2026-11-22")
    assert cli.json(*where, code=1)["proof"]["holds"] is False


def test_prove_lists_the_programs_of_the_nights_without_a_gap(cli: Cli) -> None:
    where = ("--policy", "hampshire", *LEEDS, "--from", "2026-03-01", "--nights", 60)
    plain = cli.json("prove", *where)
    spans = [(each["serves_from"], each["serves_until"]) for each in plain["programs"]]
    assert (spans[0][0], spans[-1][1]) == ("2026-03-01", "2026-04-29")
    assert len(spans) > 1  # the node keeps UTC: clocks change on 29 March
    assert plain["proof"]["nights"] == 60


def test_what_a_policy_loses_is_said(cli: Cli, impossible: Path) -> None:
    where = ("prove", "--policy", impossible, *LEEDS, "--from", "2026-11-22", "--nights", 3)
    (loss,) = cli.json(*where, code=1)["programs"][0]["losses"]
    assert "22:05" in loss
    assert f"Given up: {loss}" in cli.text(*where, code=1)


@pytest.mark.parametrize("command", ["tonight", "prove"])
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"--policy": "nosuch"}, "neither a file nor a library policy"),
        ({"--policy": ""}, "neither a file nor a library policy"),
        ({"--policy": "x" * 5000}, "cannot be read"),
        ({"--place": "nan,0"}, "latitude_deg nan"),
        ({"--place": "53.8,inf"}, "longitude_deg inf"),
        ({"--place": ""}, "--place ''"),
        ({"--zone": "Nowhere"}, "not a known time zone"),
        ({"--zone": "Pacific/Auckland"}, "away from the sun"),
        ({"date": "2026-02-30"}, "'2026-02-30' is not a date"),
        ({"date": ""}, "'' is not a date"),
        ({"date": "tonight"}, "'tonight' is not a date"),
        ({"date": "0001-01-01"}, "1901 to 2099"),
        ({"date": "9999-12-31"}, "1901 to 2099"),
        ({"--profile": "nosuch"}, "known: nas_ul20xx_1_1"),
    ],
    ids=str,
)
def test_bad_arguments_are_refused_in_one_line(
    cli: Cli, command: str, changed: dict[str, str], told: str
) -> None:
    on = "--date" if command == "tonight" else "--from"
    options = {
        "--policy": "hampshire",
        "--place": "53.8,-1.55",
        "--zone": "Europe/London",
        on: "2026-11-22",
    } | {(on if name == "date" else name): value for name, value in changed.items()}
    line = cli.refused(command, *(f"{name}={value}" for name, value in options.items()))
    assert told in line
    if "date" in changed:
        assert line.startswith(f"error: {on} ")


def test_in_midnight_sun_nothing_is_lit(cli: Cli) -> None:
    night = cli.json("tonight", "--policy", "dusk-to-dawn", *TROMSO, "--date", "2026-06-21")
    assert (night["timeline"], night["proof"]["holds"]) == ([], True)
