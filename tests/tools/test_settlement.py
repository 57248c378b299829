"""`lamplighter settlement`: from an inventory to half-hours beside the meter administrator's."""

import csv
from pathlib import Path

import pytest

from tests.tools.shell import Cli

INVENTORY = """\
lantern_id,latitude_deg,longitude_deg,lamp,power_w
leeds:1,53.80,-1.55,LED,105
leeds:2,53.80,-1.55,LED,20
leeds:3,53.80,-1.55,LED,
leeds:4,53.80,-1.55,High Pressure Sodium,70
"""
EVENTS = """\
unit_ref,ts_utc,power_pct,source,quality
LCC000000001,2026-11-30T08:00:00Z,0,schedule,actual
LCC000000001,2026-12-01T15:50:00Z,100,schedule,actual
LCC000000001,2026-12-01T20:10:00Z,70,schedule,inferred
LCC000000001,2026-12-02T07:45:00Z,0,schedule,actual
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an inventory and events."""
    (tmp_path / "lanterns.csv").write_text(INVENTORY, encoding="utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def city(cli: Cli, folder: Path) -> Cli:
    """Return a shell over a city of four lanterns, two of them with a unit."""
    cli.run("import", "lanterns", folder / "lanterns.csv", "--mapping", "lamplighter")
    proposed = folder / "units.csv"
    words = ("--sub-meter", "leeds01", "--output", proposed)
    cli.run("settlement", "propose", *words)
    assert cli.json("settlement", "units", proposed) == {"imported": 2}
    return cli


def test_a_charge_code_is_built_and_checked(cli: Cli, tmp_path: Path) -> None:
    """Examples of reference energy.md 1.2."""
    assert cli.text("settlement", "code", "--watts", 105) == "4201050000100\n"
    assert "generic LED, 20 W" in cli.text("settlement", "code", "4200200000100")
    assert "not known without the table" in cli.text("settlement", "code", "4112345678100")
    table = tmp_path / "codes.csv"
    table.write_text("code,description,circuit_w\n4112345678100,made up,33.5\n", encoding="utf-8")
    assert "made up, 33.5 W" in cli.text("settlement", "code", "4112345678100", "--codes", table)
    known = cli.json("settlement", "code", "4112345678100", "--codes", table)
    assert (known["circuit_w"], known["generic_led"]) == (33.5, False)


def test_what_is_no_charge_code_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert "whole watts from 1 to 500" in cli.refused("settlement", "code", "--watts", 0)
    assert "13 digits" in cli.refused("settlement", "code", "42")
    assert "not both" in cli.refused("settlement", "code")
    told = cli.refused("settlement", "code", "42", "--codes", tmp_path / "nosuch.csv")
    assert "cannot be read" in told


def test_a_proposal_leaves_lanterns_out_by_name(cli: Cli, folder: Path) -> None:
    cli.run("import", "lanterns", folder / "lanterns.csv", "--mapping", "lamplighter")
    words = ("settlement", "propose", "--sub-meter", "leeds01", "--output", folder / "p.csv")
    told = cli.json(*words)
    assert told["units"] == 2
    assert told["left_out"] == {
        "leeds:3": "the inventory states no wattage",
        "leeds:4": "the inventory does not call it LED: its charge code is in Elexon's table",
    }
    assert "left out: leeds:3" in cli.text(*words)
    assert "lower-case" in cli.refused(*words[:3], "Leeds01", *words[4:])


def test_units_go_in_and_out_unchanged(city: Cli, folder: Path) -> None:
    out = folder / "again.csv"
    assert city.json("settlement", "units", "--output", out) == {"written": 2}
    assert out.read_bytes() == (folder / "units.csv").read_bytes()
    assert "not both" in city.refused("settlement", "units")


def test_a_control_file_is_written_read_and_compared(city: Cli, folder: Path) -> None:
    words = ("--sub-meter", "leeds01", "--from", "2026-12-01", "--inventory-date", "2026-11-30")
    told = city.json("settlement", "control-write", *words, "--folder", folder)
    path = folder / "controlleeds0120261130.log"
    assert told == {"units": 2, "output": str(path)}
    assert path.read_bytes() == (
        b"Hleeds0120261201001\n"
        b"LCC0000000010000019994201050000100\n"
        b"LCC0000000020000019994200200000100\n"
        b"T000004\n"
    )
    read = city.json("settlement", "control-read", path, "--compare")
    assert (read["units"], read["items"], read["line_end"]) == (2, 2, "LF")
    assert read["only_in_file"] == read["only_ours"] == read["different"] == []
    path.write_bytes(path.read_bytes().replace(b"200000100", b"210000100").replace(b"C01", b"C02"))
    assert city.json("settlement", "control-read", path, "--compare")["different"] == [
        "LCC000000002"
    ]
    city.run("settlement", "control-write", *words, "--folder", folder, "--line-end", "crlf")
    assert "CRLF" in city.text("settlement", "control-read", path)


def test_a_control_file_that_is_wrong_is_told_by_line_and_column(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(b"Hleeds0120261201001\nT000003\n")
    assert "all lower case" in cli.refused("settlement", "control-read", path)
    told = cli.refused("settlement", "control-read", path, "--any-name")
    assert "line 2, column 2: number of lines is 000003; allowed: 000002" in told
    words = ("--sub-meter", "leeds01", "--from", "2026-12-01", "--inventory-date", "2026-11-30")
    assert "has no units" in cli.refused("settlement", "control-write", *words)


def test_a_summary_says_what_is_unknown(city: Cli, folder: Path) -> None:
    found = city.json("settlement", "summary")
    assert (found["items"], found["known_w"], found["known_annual_kwh"]) == (2, 125.0, 0)
    assert found["items_without_annual_kwh"] == 2
    assert "unknown" in city.text("settlement", "summary", "--sub-meter", "leeds01")
    regimes = folder / "regimes.csv"
    regimes.write_text("code,description,annual_hours\n999,made up,4000\n", encoding="utf-8")
    assert city.json("settlement", "summary", "--regimes", regimes)["known_annual_kwh"] == 500.0


def figures(city: Cli, folder: Path, *more: object) -> dict[str, object]:
    ours = folder / "ours.csv"
    words = ("--from", "2026-12-01", "--to", "2026-12-02", "--output", ours)
    told: dict[str, object] = city.json("settlement", "half-hours", *words, *more)
    return told


def test_events_become_half_hours_and_stand_beside_the_administrators(
    city: Cli, folder: Path
) -> None:
    events = folder / "events.csv"
    assert city.json("settlement", "events", "import", events) == {"read": 4, "added": 4}
    assert city.json("settlement", "events", "import", events) == {"read": 4, "added": 0}
    told = figures(city, folder, "--default", "always-on")
    # 105 W: 260 min at full, 695 min at 70 %; the 20 W unit has no event: 48 h by default.
    assert told["actual_kwh"] == pytest.approx(105 * 260 / 60 / 1000)
    assert told["inferred_kwh"] == pytest.approx(105 * 0.7 * 695 / 60 / 1000)
    assert told["default_kwh"] == pytest.approx(20 * 48 / 1000)
    assert told["engineering_kwh"] is None
    with (folder / "ours.csv").open(newline="") as file:
        ours = {row["half_hour_utc"]: float(row["billing_kwh"]) for row in csv.DictReader(file)}
    assert len(ours) == 96
    # 10 min at 105 W, and 20 W by default for 30 min (by hand).
    assert ours["2026-12-01T15:30Z"] == pytest.approx(0.0175 + 0.01)
    theirs = folder / "theirs.csv"
    rows = [f"2026-12-01,{n},{list(ours.values())[n - 1] + (n == 33)}" for n in range(1, 48)]
    theirs.write_text("\n".join(["settlement_date,period,kwh", *rows, rows[0], ""]))
    words = ("settlement", "reconcile", folder / "ours.csv", theirs, "--shape", "long")
    found = city.json(*words)
    assert found["total"]["difference_kwh"] == pytest.approx(1.0)
    assert found["worst"][0]["half_hour_utc"] == "2026-12-01T16:00Z"
    assert found["missing"] == ["2026-12-01 period 48"]
    assert found["only_ours"] == ["2026-12-01T23:30Z"]
    assert len(found["duplicate"]) == 1
    text = city.text(*words, "--clock", "utc")
    assert "missing (1): 2026-12-01 period 48" in text
    assert "duplicate (1): line 49" in text


def test_the_engineering_view_stands_beside_the_billing_view_of_the_same_units(
    city: Cli, folder: Path
) -> None:
    city.run("settlement", "events", "import", folder / "events.csv")
    curves = folder / "curves.csv"
    curves.write_text("charge_code,power_pct,power_w\n4201050000100,0,0\n4201050000100,100,99\n")
    place = ("--default", "dusk-to-dawn", "--place", "53.80,-1.55")
    told = figures(city, folder, *place, "--curves", curves)
    assert told["engineering_units"] == 1
    share = 99 / 105
    assert told["engineering_kwh"] == pytest.approx(
        share * float(str(told["billing_kwh_of_engineering_units"]))
    )
    assert 0.5 < float(str(told["default_kwh"])) < 0.96
    ours = folder / "ours.csv"
    words = ("--from", "2026-12-01", "--to", "2026-12-02", "--output", ours)
    text = city.text("settlement", "half-hours", *words, "--default", "always-on")
    assert "not settled kWh" in text


def test_half_hours_that_cannot_be_worked_out_are_refused(city: Cli, folder: Path) -> None:
    words = ("settlement", "half-hours", "--from", "2026-12-01", "--output", folder / "ours.csv")
    on = ("--default", "always-on")
    assert "first day" in city.refused(*words, "--to", "2026-11-30", *on)
    assert "--place goes with" in city.refused(
        *words, "--to", "2026-12-01", "--default", "dusk-to-dawn"
    )
    assert "--default" in city.misused(*words, "--to", "2026-12-01")
    units = folder / "units.csv"
    units.write_text(units.read_text().replace("4200200000100", "4112345678100"))
    city.run("settlement", "units", units)
    told = city.refused(*words, "--to", "2026-12-01", *on)
    assert "no circuit watts are known for charge code 4112345678100" in told


def test_an_event_log_is_marked_unverified(city: Cli, folder: Path) -> None:
    city.run("settlement", "events", "import", folder / "events.csv")
    words = ("event-log", "--sub-meter", "leeds01", "--day", "2026-12-01", "--folder", folder)
    told = city.json("settlement", *words)
    path = folder / "unverified-layout_plain-v1_leeds01_2026-12-01.txt"
    assert (told["output"], told["layout"]) == (str(path), "UNVERIFIED LAYOUT")
    assert path.read_text().startswith("# UNVERIFIED LAYOUT: ")
    assert path.read_text().count("LCC000000001") == 2
    assert "UNVERIFIED LAYOUT" in city.text("settlement", *words)
    template = folder / "own.toml"
    template.write_text("lamplighter_event_log = 2\n")
    refused = city.refused("settlement", *words, "--template", template)
    assert "event log template 'own.toml'" in refused


def test_events_are_listed_as_they_were_recorded(city: Cli, folder: Path) -> None:
    city.run("settlement", "events", "import", folder / "events.csv")
    span = ("--from", "2026-12-01T00:00Z", "--to", "2026-12-02T00:00Z")
    listed = city.text("settlement", "events", "list", *span, "--sub-meter", "leeds01")
    assert listed.splitlines() == EVENTS.splitlines()[:-1]
    rows = city.json("settlement", "events", "list", *span, "--unit", "LCC000000001")
    assert [row["power_pct"] for row in rows] == ["0", "100", "70"]
    assert "12 letters" in city.refused("settlement", "events", "list", *span, "--unit", "LCC1")


def test_a_night_is_inferred_once_it_is_over(city: Cli) -> None:
    told = city.json("settlement", "events", "infer", "--night", "2026-11-01")
    assert (told["units"], told["not_asked"]) == (2, ["leeds:1", "leeds:2"])
    assert "is not over yet" in city.refused(
        "settlement", "events", "infer", "--night", "2099-01-01"
    )
