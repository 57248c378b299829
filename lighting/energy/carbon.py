"""CO2e of electricity by the UK Government factor of the reporting year, with its source.

Everywhere in Lamplighter "kg CO2e" is generation (Scope 2, location-based) plus transmission and
distribution (Scope 3) of one year: the "electricity consumption" factor. Well-to-tank figures
stand on lines of their own and never enter it. A year's energy takes that year's factor, never
another's, unless the caller asks to carry the last one forward, or to restate a period at the
factor of one chosen year; then the result says so.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import isfinite

from lighting.energy.errors import EnergyValueError
from lighting.energy.factor_text import parse_factors
from lighting.energy.factors import FactorSet, ScopeLine, YearFactors
from lighting.units import KilogramsCo2e, KilogramsCo2ePerKwh

__all__ = (
    "FACTOR_MEANING",
    "CarbonResult",
    "FactorSet",
    "ScopeLine",
    "YearFactors",
    "kg_co2e",
    "uk_factors",
)

FACTOR_FILE = "uk_electricity_factors.toml"
FACTOR_MEANING = (
    "electricity consumption: generation (Scope 2, location-based) plus "
    "transmission and distribution (Scope 3) of the same year"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonResult:
    """Emissions [kg CO2e] of some energy, the factor used [kg CO2e/kWh] and where it is from.

    A well-to-tank line is None where its factor is unknown. ``factor_year`` differs from ``year``
    only when a factor was carried forward or held constant; ``note`` then says so, else it is
    empty. ``factor_set`` is the identity of the table.
    """

    kg_co2e_scope2: KilogramsCo2e
    kg_co2e_td: KilogramsCo2e
    kg_co2e_wtt_generation: KilogramsCo2e | None
    kg_co2e_wtt_td: KilogramsCo2e | None
    factor: KilogramsCo2ePerKwh
    year: int
    factor_year: int
    source: str
    note: str
    factor_set: str

    @property
    def kg_co2e(self) -> KilogramsCo2e:
        """Generation plus transmission and distribution [kg CO2e]: the figure of summaries."""
        return KilogramsCo2e(self.kg_co2e_scope2 + self.kg_co2e_td)

    @property
    def by_line(self) -> dict[ScopeLine, KilogramsCo2e | None]:
        """Emissions [kg CO2e] on every scope line; None where they are unknown."""
        return {
            ScopeLine.GENERATION: self.kg_co2e_scope2,
            ScopeLine.TRANSMISSION_DISTRIBUTION: self.kg_co2e_td,
            ScopeLine.WTT_GENERATION: self.kg_co2e_wtt_generation,
            ScopeLine.WTT_TRANSMISSION_DISTRIBUTION: self.kg_co2e_wtt_td,
        }


@lru_cache(maxsize=1)
def uk_factors() -> FactorSet:
    """Return the UK Government electricity factors that come with the program, 2013 to 2025."""
    text = files("lighting.energy").joinpath(FACTOR_FILE).read_text(encoding="utf-8")
    return parse_factors(text, document=FACTOR_FILE)


def kg_co2e(
    energy_kwh: float,
    year: int,
    *,
    carry_forward: bool = False,
    constant_year: int | None = None,
    factors: FactorSet | None = None,
) -> CarbonResult:
    """Return the CO2e of ``energy_kwh`` [kWh] used (or, if saved, not used) in calendar ``year``.

    ``factors`` are the UK Government's unless others are given. ``constant_year`` restates at the
    factor of that year, which must be in the table: a comparison over years, not what to report.

    Raises:
        FactorMissingError: no factor of that year, and none may be carried forward to it.
        EnergyValueError: the energy is not a finite number.
    """
    if not isfinite(energy_kwh):
        raise EnergyValueError(energy_kwh)
    table = factors or uk_factors()
    row = (
        table.of_year(year, carry_forward=carry_forward)
        if constant_year is None
        else table.of_year(constant_year)
    )
    return CarbonResult(
        kg_co2e_scope2=KilogramsCo2e(energy_kwh * row.generation),
        kg_co2e_td=KilogramsCo2e(energy_kwh * row.transmission_distribution),
        kg_co2e_wtt_generation=_times(energy_kwh, row.wtt_generation),
        kg_co2e_wtt_td=_times(energy_kwh, row.wtt_transmission_distribution),
        factor=row.consumption,
        year=year,
        factor_year=row.year,
        source=f"{table.title}, {row.source}",
        note=_note(year, row.year, constant=constant_year is not None),
        factor_set=table.identity,
    )


def _times(energy_kwh: float, factor: KilogramsCo2ePerKwh | None) -> KilogramsCo2e | None:
    return None if factor is None else KilogramsCo2e(energy_kwh * factor)


def _note(year: int, factor_year: int, *, constant: bool) -> str:
    if constant:
        return f"{year} restated at the constant factor of {factor_year}: not the figure to report"
    return "" if factor_year == year else f"{factor_year} factor carried forward to {year}"
