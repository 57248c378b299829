"""Factors, and what is kept of carbon intensity, as JSON values and as text for people."""

from datetime import datetime

from rich.table import Table

from lighting.energy.factors import FactorSet, ScopeLine
from lighting.energy.half_hours import start_of
from lighting.energy.intensity import ATTRIBUTION, MEANING, IntensitySeries
from lighting.operations.grid_carbon import Fetched, Imported, stretches
from tools.output import OUT

_GAPS_SHOWN = 50


def factors_as_plain(factors: FactorSet) -> dict[str, object]:
    """Return the table; a factor that is unknown is null."""
    return {
        "factor_set": factors.identity,
        "version": factors.version,
        "attribution": factors.attribution,
        "unit": "kg CO2e/kWh",
        "years": [
            {
                "year": row.year,
                **{line.name.lower(): factor for line, factor in row.by_line.items()},
                "source": row.source,
            }
            for row in (factors.by_year[year] for year in sorted(factors.by_year))
        ],
    }


def print_factors(factors: FactorSet) -> None:
    """Print a line a year; a factor that is not known is called so."""
    table = Table("year", *ScopeLine, title="kg CO2e/kWh")
    for year in sorted(factors.by_year):
        told = ("unknown" if each is None else f"{each:.5f}" for each in _of(factors, year))
        table.add_row(str(year), *told)
    OUT.print(table)
    OUT.print(factors.identity, markup=False)
    OUT.print(factors.attribution, markup=False)


def _of(factors: FactorSet, year: int) -> list[float | None]:
    by_line = factors.by_year[year].by_line
    return [by_line[line] for line in ScopeLine]


def fetched_as_plain(fetched: Fetched) -> dict[str, object]:
    """Return what came of fetching, in half-hours."""
    return {
        "asked": fetched.asked,
        "answered": fetched.answered,
        "unanswered": fetched.unanswered,
        "attribution": ATTRIBUTION,
    }


def print_fetched(fetched: Fetched) -> None:
    """Print what came of fetching."""
    OUT.print(
        f"{fetched.asked} half-hours asked for, {fetched.answered} answered, "
        f"{fetched.unanswered} not there."
    )
    OUT.print(ATTRIBUTION, markup=False)


def imported_as_plain(imported: Imported) -> dict[str, object]:
    """Return what came of an import, in half-hours; stretches of those kept otherwise."""
    return {
        "new": imported.new,
        "equal": imported.equal,
        "differing": len(imported.differing),
        "differing_ranges": [
            {"from": _iso(first), "to": _iso(end)}
            for first, end in stretches(imported.differing, join=0)
        ],
        "replaced": imported.replaced,
        "equal_duplicates": imported.equal_duplicates,
        "conflicting_duplicates": imported.conflicts,
    }


def print_imported(imported: Imported) -> None:
    """Print what came of an import."""
    OUT.print(f"{imported.new} half-hours are new, {imported.equal} were kept already.")
    if imported.differing:
        done = "replaced" if imported.replaced else "left as they were (see --replace)"
        OUT.print(f"{len(imported.differing)} were kept with other figures: {done}.")
        _print_ranges(stretches(imported.differing, join=0))
    if imported.equal_duplicates:
        OUT.print(f"{imported.equal_duplicates} came more than once, alike.")
    if imported.conflicts:
        OUT.print(f"{imported.conflicts} came with different figures: they have no value.")


def coverage_as_plain(series: IntensitySeries) -> dict[str, object]:
    """Return counts by quality, the mean, and every gap."""
    mean = series.mean_g_per_kwh()
    return {
        "region": series.region.words,
        "from": _iso(series.first),
        "to": _iso(series.end),
        "half_hours": len(series.quality),
        "by_quality": {quality.words: count for quality, count in series.counts().items()},
        "mean_g_co2_per_kwh": None if mean is None else round(mean, 3),
        "gaps": [
            {
                "from": _iso(gap.first),
                "to": _iso(gap.end),
                "half_hours": gap.half_hours,
                "quality": gap.quality.words,
            }
            for gap in series.gaps()
        ],
        "meaning": MEANING,
        "sources": list(series.sources),
        "attribution": ATTRIBUTION,
    }


def print_coverage(series: IntensitySeries) -> None:
    """Print counts by quality, the mean, and the gaps."""
    counts = ", ".join(f"{count} {quality.words}" for quality, count in series.counts().items())
    OUT.print(f"{len(series.quality)} half-hours of {series.region.words}: {counts}")
    mean = series.mean_g_per_kwh()
    OUT.print("There is no value." if mean is None else f"The mean is {mean:.1f} gCO2/kWh.")
    gaps = series.gaps()
    for gap in gaps[:_GAPS_SHOWN]:
        OUT.print(f"  {gap.quality.words}: {_range(gap.first, gap.end)}", markup=False)
    if len(gaps) > _GAPS_SHOWN:
        OUT.print(f"  and {len(gaps) - _GAPS_SHOWN} more gaps; --json has them all")
    OUT.print(MEANING, markup=False)
    OUT.print("; ".join(series.sources) or ATTRIBUTION, markup=False)


def _print_ranges(ranges: list[tuple[int, int]]) -> None:
    for first, end in ranges[:_GAPS_SHOWN]:
        OUT.print(f"  {_range(first, end)}", markup=False)
    if len(ranges) > _GAPS_SHOWN:
        OUT.print(f"  and {len(ranges) - _GAPS_SHOWN} more stretches; --json has them all")


def _range(first: int, end: int) -> str:
    return f"{_iso(first)} to {_iso(end)} ({end - first} half-hours)"


def _iso(half_hour: int) -> str:
    at: datetime = start_of(half_hour)
    return at.isoformat(timespec="minutes").replace("+00:00", "Z")
