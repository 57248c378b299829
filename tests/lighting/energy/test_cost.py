"""Cost by half-hour: bills by hand, clock changes, gaps, and sums that are exact."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.cost import Charge, Cost, Prices
from lighting.energy.errors import EnergyValueError
from lighting.energy.half_hours import half_hour_of
from lighting.energy.tariff_text import parse_tariff
from tests.lighting.energy.test_tariff_text import EXAMPLE

ZONE = "Europe/London"
TARIFF = parse_tariff(EXAMPLE, document="example")


def _prices(start: datetime, half_hours: int) -> Prices:
    return Prices(TARIFF, first=half_hour_of(start), half_hours=half_hours, zone=ZONE)


def _gbp(cost: Cost) -> dict[tuple[str, str], Decimal]:
    return {(line.charge.value, line.band): line.gbp for line in cost.lines}


def test_a_winter_monday_by_hand() -> None:
    # 1 December 2025 is a Monday; UTC is local time. 1 kWh in every half-hour. By hand:
    # night 14 x 0.18 = 2.52, day 34 x 0.27 = 9.18; black 16:00-19:30 7 x 0.12 = 0.84,
    # yellow 17 x 0.02 = 0.34, green 24 x 0.001 = 0.024; levy 48 x 0.008 = 0.384; standing 1.5;
    # VAT 20 % of 14.788 = 2.9576; in all 17.7456.
    cost = _prices(datetime(2025, 12, 1, tzinfo=UTC), 48).cost(np.full(48, 1000.0))
    assert _gbp(cost) == {
        ("unit rate", "night"): Decimal("2.52"),
        ("unit rate", "day"): Decimal("9.18"),
        ("distribution (DUoS)", "black"): Decimal("0.84"),
        ("distribution (DUoS)", "yellow, winter"): Decimal("0.34"),
        ("distribution (DUoS)", "green"): Decimal("0.024"),
        ("climate change levy", ""): Decimal("0.384"),
        ("standing charge", ""): Decimal("1.5"),
        ("VAT", ""): Decimal("2.9576"),
    }
    assert cost.total_gbp == Decimal("17.7456")
    assert (cost.priced_kwh, cost.no_tariff_half_hours) == (Decimal(48), 0)
    assert (cost.notes, cost.sources) == ((), ("made up for tests",))
    assert cost.of_charge(Charge.DUOS) == Decimal("1.204")


@pytest.mark.parametrize(
    ("first", "half_hours", "night", "day"),
    # Clocks change on the last Sundays of March and October at 01:00 UTC. 29 March 2026 has 46
    # half-hours from 00:00 UTC, its night 00:00-07:00 an hour less; 26 October 2025 has 50 from
    # 23:00 UTC of the day before, its night an hour more.
    [
        (datetime(2026, 3, 29, tzinfo=UTC), 46, 12, 34),
        (datetime(2025, 10, 25, 23, tzinfo=UTC), 50, 16, 34),
        (datetime(2025, 6, 1, 23, tzinfo=UTC), 48, 14, 34),
    ],
)
def test_a_civil_day_has_its_half_hours_and_one_standing_charge(
    first: datetime, half_hours: int, night: int, day: int
) -> None:
    cost = _prices(first, half_hours).cost(np.full(half_hours, 1000.0))
    by_band = {line.band: line.quantity for line in cost.lines if line.charge is Charge.UNIT}
    assert by_band == {"night": night, "day": day}
    (standing,) = (line for line in cost.lines if line.charge is Charge.STANDING)
    assert (standing.quantity, standing.gbp) == (Decimal(1), Decimal("1.5"))


def test_bands_follow_the_wall_clock_in_summer() -> None:
    # Monday 2 June 2025, 07:00 local is 06:00 UTC: that half-hour is day, the one before night
    cost = _prices(datetime(2025, 6, 2, 5, 30, tzinfo=UTC), 2).cost(np.array([1000.0, 10.0]))
    gbp = _gbp(cost)
    assert gbp["unit rate", "night"] == Decimal("0.18")
    assert gbp["unit rate", "day"] == Decimal("0.0027")
    assert gbp["standing charge", ""] == 0  # no day begins here


def test_at_the_change_of_period_each_half_hour_takes_its_own() -> None:
    # local midnight of 1 April 2026 is 23:00 UTC on 31 March
    cost = _prices(datetime(2026, 3, 31, 22, 30, tzinfo=UTC), 2).cost(np.array([1000.0, 1000.0]))
    gbp = {(line.first, line.charge, line.band): line.gbp for line in cost.lines}
    assert gbp[date(2025, 4, 1), Charge.UNIT, "day"] == Decimal("0.27")
    assert gbp[date(2026, 4, 1), Charge.UNIT, "flat"] == Decimal("0.25")
    assert gbp[date(2026, 4, 1), Charge.STANDING, ""] == 2
    assert cost.notes == (
        "from 2026-04-01: no VAT is stated",
        "from 2026-04-01: no climate change levy is stated",
        "from 2026-04-01: no DUoS of its own is stated",
    )


def test_half_hours_outside_the_validity_are_counted_and_never_priced() -> None:
    start = datetime(2027, 3, 31, 22, tzinfo=UTC)  # two hours, the last one after local midnight
    cost = _prices(start, 4).cost(np.array([100.0, 200.0, 400.0, 800.0]))
    assert (cost.priced_kwh, cost.no_tariff_kwh) == (Decimal("0.3"), Decimal("1.2"))
    first = half_hour_of(start)
    assert (cost.no_tariff_half_hours, cost.no_tariff) == (2, ((first + 2, first + 4),))
    assert cost.total_gbp == Decimal("0.075")
    nothing = _prices(datetime(2030, 1, 1, tzinfo=UTC), 3).cost(np.full(3, 1000.0))
    assert nothing.total_gbp is None
    assert (len(nothing.lines), nothing.no_tariff_kwh) == (0, Decimal(3))


def test_a_year_has_the_half_hours_and_days_of_a_year() -> None:
    # 1 April 2025 to 31 March 2026, local: 365 days, 17,520 half-hours, 365 standing charges
    start = datetime(2025, 3, 31, 23, tzinfo=UTC)
    prices = _prices(start, 17_520)
    ((_, unit, duos), (_, after, _none)) = prices.half_hours_by_band()
    assert unit == {"night": 14 * 365, "day": 34 * 365}
    assert sum(duos.values()) == 17_520
    assert after == {"flat": 0}
    # by hand: 85 weekdays lie in November 2025 to February 2026 (20 + 23 + 22 + 20)
    assert duos["black"] == 7 * 85
    cost = prices.cost(np.full(17_520, 2000.0))
    (standing,) = (line for line in cost.lines if line.charge is Charge.STANDING)
    assert (standing.quantity, cost.priced_kwh) == (Decimal(365), Decimal(35_040))


def test_what_is_no_energy_is_refused() -> None:
    prices = _prices(datetime(2025, 12, 1, tzinfo=UTC), 2)
    with pytest.raises(EnergyValueError, match="finite"):
        prices.cost(np.array([1.0, np.inf]))
    with pytest.raises(ValueError, match="1 values for 2 half-hours"):
        prices.cost(np.array([1.0]))


WH = st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=100)


@given(WH, st.integers(1, 99), st.integers(0, 40_000))
def test_the_parts_of_a_period_add_up_to_the_whole_exactly(
    energy: list[float], cut: int, offset: int
) -> None:
    start, cut = half_hour_of(datetime(2025, 3, 1, tzinfo=UTC)) + offset, min(cut, len(energy) - 1)
    wh = np.array(energy)
    parts = []
    for first, part in ((start, wh), (start, wh[:cut]), (start + cut, wh[cut:])):
        prices = Prices(TARIFF, first=first, half_hours=len(part), zone=ZONE)
        parts.append(prices.cost(part))
    whole, one, two = ((each.total_gbp or 0, each.no_tariff_kwh, each.priced_kwh) for each in parts)
    assert whole == tuple(a + b for a, b in zip(one, two, strict=True))


@given(WH)
def test_the_lines_add_up_to_the_total_exactly(energy: list[float]) -> None:
    cost = _prices(datetime(2026, 3, 31, tzinfo=UTC), len(energy)).cost(np.array(energy))
    assert sum(line.gbp for line in cost.lines) == cost.total_gbp
    assert sum(cost.of_charge(charge) for charge in Charge) == cost.total_gbp
