"""Sums of ladders by year, and what they come to: kWh by cause, and carbon in two forms.

Carbon of a saving at each year's own factor falls as the grid gets cleaner, with nothing changed in
the street. So it is stated twice: at each year's factor, and at one constant year's factor by
cause; the difference is the cause *grid factor*. All sums are whole numbers, so they add up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lighting.energy.carbon import YearFactors
from lighting.energy.causes import CAUSES, MICRO_WH_PER_KWH, NO_ENERGY, Cause, Ladder
from lighting.units import KilogramsCo2e, KilowattHours

GRID_FACTOR = "grid factor"

_NANO = 10**9
"""Factors in whole millionths of a milligram a kWh: more digits than any has that was published."""


@dataclass(slots=True)
class CauseTally:
    """The sums of some lantern-nights by calendar year."""

    by_year: dict[int, Ladder] = field(default_factory=dict)
    lantern_nights: int = 0

    def add(self, year: int, ladder: Ladder, *, nights: int = 1) -> None:
        """Add the ladder of ``nights`` lantern-nights of ``year``."""
        self.by_year[year] = self.by_year.get(year, NO_ENERGY) + ladder
        self.lantern_nights += nights


def sum_of(tallies: Iterable[CauseTally]) -> CauseTally:
    """Return all that ``tallies`` hold in one."""
    whole = CauseTally()
    for tally in tallies:
        for year, ladder in tally.by_year.items():
            whole.add(year, ladder, nights=0)
        whole.lantern_nights += tally.lantern_nights
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonParts:
    """A carbon saving, in whole numbers of 10^-18 kg CO2e.

    ``by_cause`` at the factor of the constant year, and ``grid``, add up to ``own_years``: the
    saving at each year's own factor.
    """

    constant_year: int
    by_cause: Mapping[Cause, int]
    grid: int

    @property
    def constant(self) -> int:
        """The saving at the constant year's factor."""
        return sum(self.by_cause.values())

    @property
    def own_years(self) -> int:
        """The saving at each year's own factor."""
        return self.constant + self.grid


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseLine:
    """The saving of some lantern-nights by cause, in whole millionths of a watt-hour."""

    baseline_uwh: int
    used_uwh: int
    parts_uwh: Mapping[Cause, int]
    carbon: CarbonParts
    lantern_nights: int

    @property
    def saved_uwh(self) -> int:
        """The saving: the sum of the parts."""
        return self.baseline_uwh - self.used_uwh

    @property
    def saved_percent(self) -> float | None:
        """The saving in percent of the baseline; None without a baseline."""
        return 100.0 * self.saved_uwh / self.baseline_uwh if self.baseline_uwh else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """The factors of the years of a report, those of the constant year, and the order of causes."""

    by_year: Mapping[int, YearFactors]
    constant: YearFactors
    order_free: bool = False

    def line(self, tally: CauseTally) -> CauseLine:
        """Return what ``tally`` comes to; every year of it has factors."""
        parts: dict[Cause, int] = dict.fromkeys(CAUSES, 0)
        carbon: dict[Cause, int] = dict.fromkeys(CAUSES, 0)
        whole, grid = NO_ENERGY, 0
        constant = _nano(self.constant)
        for year, ladder in tally.by_year.items():
            whole += ladder
            grid += ladder.saved_uwh * (_nano(self.by_year[year]) - constant)
            for cause, energy in ladder.parts_uwh(order_free=self.order_free).items():
                parts[cause] += energy
                carbon[cause] += energy * constant
        return CauseLine(
            baseline_uwh=whole.baseline_uwh,
            used_uwh=whole.used_uwh,
            parts_uwh=parts,
            carbon=CarbonParts(constant_year=self.constant.year, by_cause=carbon, grid=grid),
            lantern_nights=tally.lantern_nights,
        )


def kwh_of(energy_uwh: int) -> KilowattHours:
    """Return whole millionths of a watt-hour in kWh."""
    return KilowattHours(energy_uwh / MICRO_WH_PER_KWH)


def kg_of(carbon: int) -> KilogramsCo2e:
    """Return whole numbers of 10^-18 kg CO2e in kg CO2e."""
    return KilogramsCo2e(carbon / (MICRO_WH_PER_KWH * _NANO))


def _nano(factors: YearFactors) -> int:
    """Return generation plus transmission and distribution [10^-9 kg CO2e/kWh]."""
    return round(factors.consumption * _NANO)
