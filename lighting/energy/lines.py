"""Line: one row of a savings report; Tally: the exact sum of lantern-nights that a line shows.

A tally counts whole millionths of a watt-hour, so that its sum is the same in whatever order the
lantern-nights come, and the lines of a report add up to its total.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lighting.energy.carbon import YearFactors
from lighting.energy.consumption import NightEnergy
from lighting.units import KilogramsCo2e, KilowattHours

_MICRO_WH_PER_KWH = 10**9
_MILLISECONDS_PER_HOUR = 3_600_000
_PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Energy [kWh] and emissions [kg CO2e] of some lantern-nights, against the baseline.

    Metered and modelled energy stand apart; ``used_kwh`` is their sum. Lantern-nights without a
    known wattage are in no figure but their own count.
    """

    metered_kwh: KilowattHours
    metered_hours: float
    modelled_kwh: KilowattHours
    modelled_hours: float
    baseline_kwh: KilowattHours
    kg_co2e_scope2: KilogramsCo2e
    kg_co2e_td: KilogramsCo2e
    kg_co2e_saved: KilogramsCo2e
    lantern_nights: int
    unknown_lantern_nights: int

    @property
    def used_kwh(self) -> KilowattHours:
        """Metered plus modelled energy [kWh]."""
        return KilowattHours(self.metered_kwh + self.modelled_kwh)

    @property
    def saved_kwh(self) -> KilowattHours:
        """Baseline less used energy [kWh]; negative when more was used."""
        return KilowattHours(self.baseline_kwh - self.used_kwh)

    @property
    def saved_percent(self) -> float | None:
        """Saved energy in percent of the baseline; None without a baseline."""
        return _PERCENT * self.saved_kwh / self.baseline_kwh if self.baseline_kwh else None

    @property
    def metered_percent(self) -> float | None:
        """The metered part of the used energy in percent; None when nothing was used."""
        return _PERCENT * self.metered_kwh / self.used_kwh if self.used_kwh else None

    @property
    def kg_co2e(self) -> KilogramsCo2e:
        """Emissions of the used energy [kg CO2e]: generation plus transmission, distribution."""
        return KilogramsCo2e(self.kg_co2e_scope2 + self.kg_co2e_td)


@dataclass(slots=True)
class Tally:
    """Sums of lantern-nights by calendar year [millionths of a Wh], and of their hours [ms]."""

    metered: Counter[int] = field(default_factory=Counter)
    modelled: Counter[int] = field(default_factory=Counter)
    baseline: Counter[int] = field(default_factory=Counter)
    metered_ms: int = 0
    modelled_ms: int = 0
    known: int = 0
    unknown: int = 0

    def add(self, year: int, energy: NightEnergy) -> None:
        """Add one lantern-night of ``year``."""
        self.metered[year] += round(energy.metered_kwh * _MICRO_WH_PER_KWH)
        self.modelled[year] += round(energy.modelled_kwh * _MICRO_WH_PER_KWH)
        self.baseline[year] += round(energy.baseline_kwh * _MICRO_WH_PER_KWH)
        self.metered_ms += round(energy.metered_hours * _MILLISECONDS_PER_HOUR)
        self.modelled_ms += round(energy.modelled_hours * _MILLISECONDS_PER_HOUR)
        self.known += 1

    def add_unknown(self) -> None:
        """Count one lantern-night whose energy is unknown."""
        self.unknown += 1

    def merge(self, other: "Tally") -> None:
        """Add all that ``other`` holds."""
        self.metered.update(other.metered)
        self.modelled.update(other.modelled)
        self.baseline.update(other.baseline)
        self.metered_ms += other.metered_ms
        self.modelled_ms += other.modelled_ms
        self.known += other.known
        self.unknown += other.unknown

    def line(self, factors: Mapping[int, YearFactors]) -> Line:
        """Return the sums as a line, each year's energy with that year's ``factors``."""
        used = {year: self.metered[year] + self.modelled[year] for year in sorted(self.baseline)}
        saved = {year: self.baseline[year] - used[year] for year in used}
        return Line(
            metered_kwh=_kwh(self.metered.total()),
            metered_hours=self.metered_ms / _MILLISECONDS_PER_HOUR,
            modelled_kwh=_kwh(self.modelled.total()),
            modelled_hours=self.modelled_ms / _MILLISECONDS_PER_HOUR,
            baseline_kwh=_kwh(self.baseline.total()),
            kg_co2e_scope2=_kg({y: (used[y], factors[y].generation) for y in used}),
            kg_co2e_td=_kg({y: (used[y], factors[y].transmission_distribution) for y in used}),
            kg_co2e_saved=_kg({y: (saved[y], factors[y].consumption) for y in used}),
            lantern_nights=self.known + self.unknown,
            unknown_lantern_nights=self.unknown,
        )


def _kwh(micro_wh: int) -> KilowattHours:
    return KilowattHours(micro_wh / _MICRO_WH_PER_KWH)


def _kg(energy_and_factor: Mapping[int, tuple[int, float]]) -> KilogramsCo2e:
    return KilogramsCo2e(sum(_kwh(wh) * factor for wh, factor in energy_and_factor.values()))
