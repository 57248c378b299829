"""`lamplighter sun`: the form that is promised, and spot checks against an ephemeris."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.tools.shell import Cli

HEADER = "night,sunset_utc,sunrise_utc,civil_dusk_utc,civil_dawn_utc,sun,twilight"
LEEDS = ("--place", "53.80,-1.55", "--zone", "Europe/London")

# As in the notes of the golden file (positions rounded to 0.01 degrees or better).
PLACES = {
    "Lerwick": ("60.155,-1.145", "Europe/London"),
    "Tromso": ("69.6492,18.9553", "Europe/Oslo"),
    "Suva": ("-18.1416,178.4419", "Pacific/Fiji"),
    "Auckland": ("-36.8485,174.7633", "Pacific/Auckland"),
}
ALLOWED_S = 210
"""astral's angles differ from an almanac's by up to 0.06 degrees: half a minute in most places,
three minutes where the sun sinks as slowly as at Lerwick's midsummer dusk."""


def almanac() -> list[list[str]]:
    """Return the rows of PyEphem's golden file for these places (its head says how it is made)."""
    path = Path(__file__).parents[1] / "golden" / "sun_pyephem.txt"
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if row[0] in PLACES and row[1].startswith("2026")]


def table(cli: Cli, place: str, zone: str, year: int) -> list[dict[str, str]]:
    printed = cli.text("sun", "--place", place, "--zone", zone, "--year", year, "--csv")
    assert printed.splitlines()[0] == HEADER
    return list(csv.DictReader(io.StringIO(printed)))


@pytest.mark.parametrize(("year", "nights"), [(2026, 365), (2028, 366)])
def test_a_year_has_one_row_for_each_night(cli: Cli, year: int, nights: int) -> None:
    rows = table(cli, "53.80,-1.55", "Europe/London", year)
    first = date(year, 1, 1)
    assert [row["night"] for row in rows] == [
        (first + timedelta(days=number)).isoformat() for number in range(nights)
    ]


def test_times_are_utc_to_the_second_and_in_the_order_of_a_night(cli: Cli) -> None:
    for row in table(cli, "53.80,-1.55", "Europe/London", 2026):
        moments = [row[f"{name}_utc"] for name in ("sunset", "civil_dusk", "civil_dawn", "sunrise")]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in moments)
        assert moments == sorted(moments)
        assert (row["sun"], row["twilight"]) == ("normal", "normal")


def test_places_agree_with_an_independent_ephemeris(cli: Cli) -> None:
    """Lerwick (dusk after midnight), Tromsø (none), the southern hemisphere, the date line."""
    years = {name: table(cli, *where, 2026) for name, where in PLACES.items()}
    compared = 0
    for name, evening, *published in almanac():
        (row,) = [row for row in years[name] if row["night"] == evening]
        for theirs, ours in zip(published, list(row.values())[1:5], strict=True):
            assert (theirs == "-") == (ours == "")
            if ours:
                apart = datetime.fromisoformat(ours) - datetime.fromisoformat(theirs)
                assert abs(apart.total_seconds()) <= ALLOWED_S, (name, evening)
            compared += 1
    assert compared == 4 * 6 * 4


@pytest.mark.parametrize(
    ("night", "expected"),
    # The golden file has no sunset for either night, and civil twilight in December only.
    [
        ("2026-06-20", ["", "", "", "", "midnight_sun", "midnight_sun"]),
        ("2026-12-21", ["", "", "dusk", "dawn", "polar_night", "normal"]),
    ],
)
def test_where_the_sun_does_not_pass_the_cell_is_empty_and_says_why(
    cli: Cli, night: str, expected: list[str]
) -> None:
    (row,) = [r for r in table(cli, *PLACES["Tromso"], 2026) if r["night"] == night]
    cells = list(row.values())[1:]
    assert [bool(cell) for cell in cells] == [bool(cell) for cell in expected]
    assert cells[4:] == expected[4:]


def test_json_holds_the_same_as_csv(cli: Cli) -> None:
    where = ("sun", *LEEDS, "--year", 2026)
    assert cli.json(*where) == table(cli, "53.80,-1.55", "Europe/London", 2026)
    assert "2026-12-31" in cli.text(*where)


@pytest.mark.parametrize(
    "place",
    ["", "53.8", "53.8,-1.55,10", "nan,0", "0,nan", "inf,0", "0,-inf", "91,0", "0,180.1", "a,b"],
)
def test_a_place_that_is_none_is_refused(cli: Cli, place: str) -> None:
    told = cli.refused("sun", f"--place={place}", "--zone", "Europe/London", "--year", 2026)
    assert "degrees" in told


@pytest.mark.parametrize("zone", ["", "Nowhere/Else", "Europe", "../../etc/passwd", "GMT+99"])
def test_a_zone_that_is_unknown_is_refused_with_an_example(cli: Cli, zone: str) -> None:
    told = cli.refused("sun", "--place", "53.8,-1.55", "--zone", zone, "--year", 2026)
    assert "Europe/London" in told
