"""CarbonStatement: the CO2e of some years' energy on every scope line, each year by its factor."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from lighting.energy.carbon import CarbonResult, kg_co2e, uk_factors
from lighting.energy.factors import HEADLINE, FactorSet, ScopeLine
from lighting.units import KilogramsCo2e


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFigure:
    """One scope line [kg CO2e]: None where the factor of any year that has energy is unknown.

    ``unknown_years`` names those; what the other years have is in their own results.
    """

    line: ScopeLine
    kg_co2e: KilogramsCo2e | None
    unknown_years: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonStatement:
    """Emissions by scope line and by year; ``notes`` are what must stand beside the figures.

    ``factor_set`` is the identity of the table; ``constant_year`` is the year whose factor was
    held constant, or None for the figure to report.
    """

    lines: tuple[ScopeFigure, ...]
    by_year: Mapping[int, CarbonResult]
    factor_set: str
    attribution: str
    constant_year: int | None
    notes: tuple[str, ...]

    @property
    def kg_co2e(self) -> KilogramsCo2e:
        """The headline [kg CO2e]: generation plus transmission and distribution, nothing else."""
        parts = (each.kg_co2e or 0.0 for each in self.lines if each.line in HEADLINE)
        return KilogramsCo2e(fsum(parts))


def carbon_statement(
    energy_kwh: Mapping[int, float],
    *,
    carry_forward: bool = False,
    constant_year: int | None = None,
    factors: FactorSet | None = None,
) -> CarbonStatement:
    """Return the CO2e of energy [kWh] by calendar year, used or (where it is a saving) not used.

    ``carry_forward`` and ``constant_year`` are those of ``kg_co2e``.

    Raises:
        FactorMissingError: no factor of a year, and none may stand in.
        EnergyValueError: an energy is not a finite number.
    """
    table = factors or uk_factors()
    by_year = {
        year: kg_co2e(
            energy_kwh[year],
            year,
            carry_forward=carry_forward,
            constant_year=constant_year,
            factors=table,
        )
        for year in sorted(energy_kwh)
    }
    return CarbonStatement(
        lines=tuple(_figure(line, by_year) for line in ScopeLine),
        by_year=by_year,
        factor_set=table.identity,
        attribution=table.attribution,
        constant_year=constant_year,
        notes=tuple(result.note for result in by_year.values() if result.note),
    )


def _figure(line: ScopeLine, by_year: Mapping[int, CarbonResult]) -> ScopeFigure:
    kilograms = {year: result.by_line[line] for year, result in by_year.items()}
    unknown = tuple(year for year, kg in kilograms.items() if kg is None)
    known = fsum(kg for kg in kilograms.values() if kg is not None)
    return ScopeFigure(
        line=line, kg_co2e=None if unknown else KilogramsCo2e(known), unknown_years=unknown
    )
