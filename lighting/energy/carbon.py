"""CO2e of electricity by the UK Government factor of the reporting year, with its source.

Everywhere in Lamplighter "kg CO2e" is generation (Scope 2, location-based) plus transmission and
distribution (Scope 3) of one year: the "electricity consumption" factor. Well-to-tank figures are
held for separate lines and never enter it. A year's energy takes that year's factor, never
another's, unless the caller asks to carry the last one forward; then the result says so.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import isfinite
from typing import Any

from lighting.energy.errors import EnergyValueError, FactorMissingError
from lighting.units import KilogramsCo2e, KilogramsCo2ePerKwh

FACTOR_FILE = "uk_electricity_factors.toml"
FACTOR_MEANING = (
    "electricity consumption: generation (Scope 2, location-based) plus "
    "transmission and distribution (Scope 3) of the same year"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFactors:
    """Factors of one reporting year [kg CO2e/kWh]; a well-to-tank figure not at hand is None."""

    year: int
    generation: KilogramsCo2ePerKwh
    transmission_distribution: KilogramsCo2ePerKwh
    wtt_generation: KilogramsCo2ePerKwh | None
    wtt_transmission_distribution: KilogramsCo2ePerKwh | None
    source: str

    @property
    def consumption(self) -> KilogramsCo2ePerKwh:
        """Generation plus transmission and distribution [kg CO2e/kWh]."""
        return KilogramsCo2ePerKwh(self.generation + self.transmission_distribution)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSet:
    """A publisher's factors by reporting year, and the attribution that their licence asks for."""

    title: str
    attribution: str
    by_year: Mapping[int, YearFactors]

    def of_year(self, year: int, *, carry_forward: bool = False) -> YearFactors:
        """Return the factors to apply to ``year``: its own, or the last one if so asked.

        Only a year after the last one can be served by carrying forward.

        Raises:
            FactorMissingError: the table has no such year.
        """
        if year in self.by_year:
            return self.by_year[year]
        known = tuple(sorted(self.by_year))
        if carry_forward and known and year > known[-1]:
            return self.by_year[known[-1]]
        raise FactorMissingError(year, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonResult:
    """Emissions [kg CO2e] of some energy, the factor used [kg CO2e/kWh] and where it is from.

    ``factor_year`` differs from ``year`` only when a factor was carried forward; ``note`` then
    says so, else it is empty.
    """

    kg_co2e_scope2: KilogramsCo2e
    kg_co2e_td: KilogramsCo2e
    factor: KilogramsCo2ePerKwh
    year: int
    factor_year: int
    source: str
    note: str

    @property
    def kg_co2e(self) -> KilogramsCo2e:
        """Generation plus transmission and distribution [kg CO2e]: the figure of summaries."""
        return KilogramsCo2e(self.kg_co2e_scope2 + self.kg_co2e_td)


@lru_cache(maxsize=1)
def uk_factors() -> FactorSet:
    """Return the UK Government electricity factors that come with the program, 2013 to 2025."""
    text = files("lighting.energy").joinpath(FACTOR_FILE).read_text(encoding="utf-8")
    document = tomllib.loads(text)
    rows = [_year_factors(row, document["title"]) for row in document["factors"]]
    return FactorSet(
        title=document["title"],
        attribution=document["attribution"],
        by_year={row.year: row for row in rows},
    )


def kg_co2e(
    energy_kwh: float, year: int, *, carry_forward: bool = False, factors: FactorSet | None = None
) -> CarbonResult:
    """Return the CO2e of ``energy_kwh`` [kWh] used (or, if saved, not used) in calendar ``year``.

    ``factors`` are the UK Government's unless others are given.

    Raises:
        FactorMissingError: no factor of that year, and none may be carried forward to it.
        EnergyValueError: the energy is not a finite number.
    """
    if not isfinite(energy_kwh):
        raise EnergyValueError(energy_kwh)
    row = (factors or uk_factors()).of_year(year, carry_forward=carry_forward)
    return CarbonResult(
        kg_co2e_scope2=KilogramsCo2e(energy_kwh * row.generation),
        kg_co2e_td=KilogramsCo2e(energy_kwh * row.transmission_distribution),
        factor=row.consumption,
        year=year,
        factor_year=row.year,
        source=row.source,
        note="" if row.year == year else f"{row.year} factor carried forward to {year}",
    )


def _year_factors(row: Mapping[str, Any], title: str) -> YearFactors:
    return YearFactors(
        year=row["year"],
        generation=row["generation"],
        transmission_distribution=row["transmission_distribution"],
        wtt_generation=row.get("wtt_generation"),
        wtt_transmission_distribution=row.get("wtt_transmission_distribution"),
        source=f"{title}, {row['year']} ({row['publisher']}): {row['workbook']}",
    )
