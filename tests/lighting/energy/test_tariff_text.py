"""Tariffs as TOML: every gap, overlap and slip is refused with its place."""

from decimal import Decimal
from pathlib import Path

import pytest

from lighting.energy.tariff_text import parse_tariff
from schedules.errors import PolicyError

EXAMPLE = (Path(__file__).parent / "example_tariff.toml").read_text(encoding="utf-8")


def test_rates_are_the_digits_that_were_typed() -> None:
    first, second = parse_tariff(EXAMPLE, document="t").periods
    assert first.unit_rates.bands[0].gbp_per_kwh == Decimal("0.18")
    assert first.duos is not None
    assert [str(band.gbp_per_kwh) for band in first.duos.bands[:2]] == ["0.12", "0.02"]
    assert (first.vat_percent, second.vat_percent) == (Decimal(20), None)
    assert (second.duos, second.climate_levy_gbp_per_kwh) == (None, None)


def test_periods_may_come_in_any_order_and_dates_without_quotes() -> None:
    head, first, second = EXAMPLE.split("[[periods]]\n")
    turned = "[[periods]]\n".join([head, second + "\n", first])
    turned = turned.replace('"2026-04-01"', "2026-04-01")
    tariff = parse_tariff(turned, document="t")
    assert [period.source for period in tariff.periods] == [
        "made up for tests",
        "made up for tests, second year",
    ]


JOIN = '"2026-04-01"\nto = "2027'
BLACK = "months = [11, 12, 1, 2]\nat = "


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "07:00-24:00",
            "06:30-24:00",
            "line 12: .*unit_rates: 'night' and 'day' both hold in jan, mon, 06:30-07:00 .and 83 m",
        ),
        ("07:00-24:00", "07:30-24:00", "no band holds in jan, mon, 07:00-07:30 .and 83 more half"),
        ('days = ["sat", "sun"]', 'days = ["sun"]', "duos: no band holds in jan, sat, 00:00-00:30"),
        (BLACK, BLACK.replace("11, ", ""), "no band holds in nov, mon, 16:00-16:30"),
        (JOIN, JOIN.replace("04", "03"), "from: 2026-03-01 overlaps with .* 2025-04-01 to 2026-04"),
        (JOIN, JOIN.replace("04", "05"), "from: 2026-05-01 leaves a gap after the period 2025"),
        ('"2027-04-01"', '"2026-04-01"', "line 56: .*to: 2026-04-01 is not after 2026-04-01"),
        ('to = "2027-04-01"', 'to = "soon"', 'to: "soon" is not a date'),
        ('to = "2027-04-01"', "to = 2027-04-01T00:00:00Z", "to: is .* not a text in quotes"),
        ("0.18", "18.0", "gbp_per_kwh: 18.0 is out of range. Allowed: 0 to 10 GBP/kWh"),
        ("0.18", "-0.18", "is out of range"),
        ("0.18", "nan", "is out of range"),
        ("0.18", '"0.18"', 'is "0.18", not a number'),
        ("gbp_per_kwh = 0.18\n", "", "gbp_per_kwh: is missing"),
        ("00:00-07:00", "22:00-07:00", "does not end after it starts, by 24:00"),
        ("00:00-07:00", "00:00-07:15", "is not a span of half-hours"),
        ("07:00-24:00", "07:00-24:30", "does not end after it starts"),
        ('"sat", "sun"', '"sat", "sunday"', '"sunday" is not a weekday. Allowed: mon, tue'),
        ("[11, 12, 1, 2]", "[11, 12, 13, 2]", "13 is not a month"),
        ("[11, 12, 1, 2]", "[11, 12, 11, 2]", "11 is given twice"),
        ("standing_gbp_per_day = 1.5\n", "", "standing_gbp_per_day: is missing"),
        ("vat_percent = 20", "vat_per_cent = 20", "line 10: .*not a known key; .*vat_percent"),
        ("vat_percent = 20", "vat_percent = 120", "0 to 100 percent"),
        ('source = "made up for tests"\n', "", "source: is missing"),
        ('name = "day"', 'name = "night"', 'unit_rates: "night" names 2 bands'),
        ("title = ", "title ", "is not valid TOML"),
        ("title = ", "name = ", "title: is missing"),
    ],
)
def test_what_cannot_be_priced_with_is_refused_with_its_place(
    old: str, new: str, told: str
) -> None:
    assert old in EXAMPLE
    with pytest.raises(PolicyError, match=told):
        parse_tariff(EXAMPLE.replace(old, new, 1), document="t")
