"""Read and write a table of factors as TOML; every error names its line and what is allowed.

title = "UK Government GHG Conversion Factors for Company Reporting, electricity"
attribution = "Contains public sector information licensed under ..."

[[factors]]
year = 2026
generation = 0.17700
transmission_distribution = 0.01853
wtt_generation = 0.04590
wtt_transmission_distribution = 0.00397
publisher = "DESNZ"
workbook = "conversion factors 2026, flat file"

A well-to-tank figure that is left out is unknown.
"""

from lighting.energy.factors import FactorSet, ScopeLine, YearFactors
from lighting.units import KilogramsCo2ePerKwh
from schedules.document import read_document
from schedules.fields import BadValueError, Kind, Table, shown
from schedules.toml_text import toml_text
from schedules.values import LINE

YEAR_MIN, YEAR_MAX = 1990, 2100
YEARS_MAX = YEAR_MAX - YEAR_MIN + 1
FACTOR_MAX = 2.0
"""kg CO2e/kWh. Coal alone is 0.937 kg CO2/kWh (reference energy.md 3): twice that is no grid."""

_ROWS = "[[factors]] tables, one a year"


def _year(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not YEAR_MIN <= raw <= YEAR_MAX:
        raise BadValueError(f"is {shown(raw)}")
    return raw


def _factor(raw: object) -> KilogramsCo2ePerKwh:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise BadValueError(f"is {shown(raw)}, not a number")
    if not 0 < raw <= FACTOR_MAX:  # also refuses NaN
        raise BadValueError(f"{shown(raw)} is out of range")
    return KilogramsCo2ePerKwh(float(raw))


_YEAR = Kind(f"a whole year, {YEAR_MIN} to {YEAR_MAX}", _year)
_FACTOR = Kind(
    f"kg CO2e/kWh, above 0, up to {FACTOR_MAX:g}; leave out what is unknown, 0 is no factor",
    _factor,
)
_NO_YEAR, _NO_FACTOR = YEAR_MIN - 1, KilogramsCo2ePerKwh(0.0)  # until the problem is raised


def parse_factors(text: str, *, document: str) -> FactorSet:
    """Return the table written in ``text``; ``document`` names it in errors.

    Raises:
        PolicyError: not TOML, or not a table of factors; carries every problem with its line.
    """
    root = read_document(text, document=document)
    title = root.required("title", LINE, "")
    attribution = root.required("attribution", LINE, "")
    by_year: dict[int, YearFactors] = {}
    for table in root.tables("factors", most=YEARS_MAX, allowed=_ROWS):
        row = _row(table)
        if row.year in by_year and row.year != _NO_YEAR:
            table.problem("year", f"{row.year} is given twice", "each year once")
        by_year[row.year] = row
    root.close()
    root.report.raise_problems()
    return FactorSet(title=title, attribution=attribution, by_year=by_year)


def _row(table: Table) -> YearFactors:
    row = YearFactors(
        year=table.required("year", _YEAR, _NO_YEAR),
        generation=table.required("generation", _FACTOR, _NO_FACTOR),
        transmission_distribution=table.required("transmission_distribution", _FACTOR, _NO_FACTOR),
        wtt_generation=table.optional("wtt_generation", _FACTOR, None),
        wtt_transmission_distribution=table.optional(
            "wtt_transmission_distribution", _FACTOR, None
        ),
        publisher=table.required("publisher", LINE, ""),
        workbook=table.required("workbook", LINE, ""),
    )
    table.close()
    return row


def factors_text(factors: FactorSet) -> str:
    """Return the table as TOML, years in order: ``parse_factors`` reads it back as it was."""
    rows = [_plain_row(factors.by_year[year]) for year in sorted(factors.by_year)]
    return toml_text({"title": factors.title, "attribution": factors.attribution, "factors": rows})


def _plain_row(row: YearFactors) -> dict[str, object]:
    figures = {line.name.lower(): row.by_line[line] for line in ScopeLine}
    known = {name: factor for name, factor in figures.items() if factor is not None}
    return {"year": row.year, **known, "publisher": row.publisher, "workbook": row.workbook}
