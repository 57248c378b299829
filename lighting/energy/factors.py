"""FactorSet: factors of electricity by reporting year and scope line, with an identity of its own.

A factor that no workbook at hand gives is None. It is unknown, and shows as unknown; never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from lighting.energy.errors import FactorMissingError
from lighting.units import KilogramsCo2ePerKwh

_VERSION_CHARS = 12
"""Hexadecimal digits of a table's version: 48 bits tell any two tables of a city apart."""


class ScopeLine(StrEnum):
    """The lines on which emissions of electricity are reported; the value is what they are called.

    Source: the rules printed in the 2025 workbook (reference energy.md 2).
    """

    GENERATION = "generation (Scope 2, location-based)"
    TRANSMISSION_DISTRIBUTION = "transmission and distribution (Scope 3)"
    WTT_GENERATION = "well-to-tank of generation (Scope 3)"
    WTT_TRANSMISSION_DISTRIBUTION = "well-to-tank of transmission and distribution (Scope 3)"


HEADLINE = (ScopeLine.GENERATION, ScopeLine.TRANSMISSION_DISTRIBUTION)
"""The lines of the "electricity consumption" factor; no other is ever in a sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFactors:
    """Factors of one reporting year [kg CO2e/kWh]; a well-to-tank figure not at hand is None.

    ``workbook`` names file and sheet.
    """

    year: int
    generation: KilogramsCo2ePerKwh
    transmission_distribution: KilogramsCo2ePerKwh
    wtt_generation: KilogramsCo2ePerKwh | None
    wtt_transmission_distribution: KilogramsCo2ePerKwh | None
    publisher: str
    workbook: str

    @property
    def source(self) -> str:
        """Where the figures are from: year, publisher, workbook and sheet."""
        return f"{self.year} ({self.publisher}): {self.workbook}"

    @property
    def consumption(self) -> KilogramsCo2ePerKwh:
        """Generation plus transmission and distribution [kg CO2e/kWh]."""
        return KilogramsCo2ePerKwh(self.generation + self.transmission_distribution)

    @property
    def by_line(self) -> dict[ScopeLine, KilogramsCo2ePerKwh | None]:
        """The factor of every scope line [kg CO2e/kWh]; None where it is unknown."""
        return {
            ScopeLine.GENERATION: self.generation,
            ScopeLine.TRANSMISSION_DISTRIBUTION: self.transmission_distribution,
            ScopeLine.WTT_GENERATION: self.wtt_generation,
            ScopeLine.WTT_TRANSMISSION_DISTRIBUTION: self.wtt_transmission_distribution,
        }


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

    @property
    def version(self) -> str:
        """The first digits of the SHA-256 of all figures: it changes when any of them does."""
        rows = (self.by_year[year] for year in sorted(self.by_year))
        figures = "\n".join(f"{row.year} {list(row.by_line.values())}" for row in rows)
        return sha256(figures.encode()).hexdigest()[:_VERSION_CHARS]

    @property
    def identity(self) -> str:
        """What a report names: title, years and version."""
        known = sorted(self.by_year)
        years = f"{known[0]} to {known[-1]}" if known else "no year"
        return f"{self.title}, {years}, version {self.version}"
