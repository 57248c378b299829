"""The tables of a report's optional parts: causes, carbon by scope, a night, evidence, changes."""

from collections.abc import Iterable, Mapping

from lighting.energy.document import Cell, Column, How, Table, count
from lighting.energy.document_parts import (
    Adjustment,
    Decomposition,
    LoadCurve,
    ReportParts,
    TimeMatchedCarbon,
)
from lighting.energy.document_scale import Scale, percent
from lighting.energy.factors import ScopeLine
from lighting.energy.report import SavingsReport

NOT_ENERGY = "no energy"
"""In a kWh cell of a cause that only emissions have."""


def cause_table(causes: Decomposition, scale: Scale) -> Table:
    """Return the saving by cause: from the baseline, cause by cause, to what was used."""
    masses = causes.by_cause_kg
    names = dict.fromkeys((*causes.by_cause_kwh, *(masses or ())))
    columns: tuple[Column, ...] = (
        Column(name="Cause"),
        Column(name="Saved", unit="kWh", how=How.MIXED),
    )
    if masses is not None:
        columns += (Column(name="Avoided", unit=scale.carbon_unit, how=How.MIXED),)

    def row(name: str) -> Iterable[Cell]:
        yield name
        known = name in causes.by_cause_kwh
        yield scale.kwh(causes.by_cause_kwh[name]) if known else NOT_ENERGY
        if masses is not None:
            yield scale.carbon(masses.get(name))

    total: tuple[Cell, ...] = ("Total", scale.kwh(causes.baseline_kwh - causes.used_kwh))
    if masses is not None:
        total += (scale.carbon(sum(masses.values())),)
    return Table(
        key="causes",
        title="Saving by cause",
        columns=columns,
        rows=(*(tuple(row(name)) for name in names), total),
        note=f"From {causes.baseline} ({scale.kwh(causes.baseline_kwh).with_unit}) to what was"
        f" used ({scale.kwh(causes.used_kwh).with_unit}). A negative figure used more.",
    )


def scope_table(report: SavingsReport, scale: Scale) -> Table:
    """Return emissions by scope line; nothing here is summed, since scopes are reported apart.

    A line is unknown where the factor of any year that has energy is.
    """
    used, saved = _by_year(report)
    return Table(
        key="scopes",
        title="Carbon by scope",
        columns=(
            Column(name="Line"),
            Column(name="Emitted", unit=scale.carbon_unit, how=How.MIXED),
            Column(name="Avoided", unit=scale.carbon_unit, how=How.MIXED),
        ),
        rows=tuple(
            (line.value, *(scale.carbon(_mass_kg(report, line, each)) for each in (used, saved)))
            for line in ScopeLine
        ),
        note="Location-based, by the published factor of each night's calendar year. Well-to-tank"
        " lines are in no other figure; unknown: a year has no published factor.",
    )


def _by_year(report: SavingsReport) -> tuple[dict[int, float], dict[int, float]]:
    """Return the used and the saved energy [kWh] of each year that has a factor."""
    used, saved = dict.fromkeys(report.factors, 0.0), dict.fromkeys(report.factors, 0.0)
    for evening, line in report.by_night.items():
        year = int(evening[: len("2026")])
        if year in saved:
            used[year] += line.used_kwh
            saved[year] += line.saved_kwh
    return used, saved


def _mass_kg(
    report: SavingsReport, line: ScopeLine, energy_kwh: Mapping[int, float]
) -> float | None:
    total_kg = 0.0
    for year, factor in report.factors.items():  # each of 1 kWh
        kilograms = factor.by_line[line]
        if kilograms is None:
            return None
        total_kg += energy_kwh[year] * kilograms
    return total_kg


def time_matched_table(carbon: TimeMatchedCarbon, scale: Scale) -> Table:
    """Return the time-matched figures, which stand beside the reported ones and in no sum."""
    return Table(
        key="time_matched",
        title="Carbon by the grid's intensity at the time",
        columns=(
            Column(name="Source"),
            Column(name="Emitted", unit=scale.carbon_unit, how=How.MIXED),
            Column(name="Avoided", unit=scale.carbon_unit, how=How.MIXED),
            Column(name="Energy with an intensity", unit="%"),
        ),
        rows=(
            (
                carbon.source,
                scale.carbon(carbon.used_kg),
                scale.carbon(carbon.saved_kg),
                percent(carbon.covered_percent),
            ),
        ),
        note="Another method than carbon by scope, never added to it.",
    )


def load_table(curve: LoadCurve, scale: Scale) -> Table:
    """Return a night by half-hour; times are local with their offset from UTC."""
    return Table(
        key="load_curve",
        title="Load of one night",
        columns=(
            Column(name="Half-hour from"),
            Column(name="Used", unit="kWh", how=How.MIXED),
            Column(name="Baseline", unit="kWh", how=How.MODELLED),
        ),
        rows=tuple(
            (start.isoformat(timespec="minutes"), scale.kwh(used), scale.kwh(baseline))
            for start, used, baseline in zip(
                curve.starts, curve.used_kwh, curve.baseline_kwh, strict=True
            )
        ),
        note=curve.why_this_night,
    )


def evidence_table(parts: ReportParts, used_kwh: float, scale: Scale) -> Table:
    """Return the used energy by evidence level, with shares."""
    levels = parts.evidence_kwh or {}
    return Table(
        key="evidence",
        title="Used energy by evidence",
        columns=(
            Column(name="Level"),
            Column(name="Used", unit="kWh", how=How.MIXED),
            Column(name="Share", unit="%"),
        ),
        rows=tuple(
            (
                f"{level}: {LADDER[level]}" if level in LADDER else level,
                scale.kwh(energy),
                percent(100 * energy / used_kwh if used_kwh else None),
            )
            for level, energy in levels.items()
        ),
    )


LADDER = {
    "E0": "design model",
    "E1": "schedule commanded",
    "E2": "state confirmed by the node",
    "E3": "power measured at the node",
    "E4": "half-hourly data of the meter administrator",
    "E5": "supplier's invoice",
}
"""The evidence ladder (reference energy.md 6.2)."""


def adjustment_table(adjustments: Iterable[Adjustment], scale: Scale) -> Table:
    """Return what changed the baseline within the period."""
    return Table(
        key="adjustments",
        title="Adjustments of the baseline",
        columns=(
            Column(name="What"),
            Column(name="Kind"),
            Column(name="Lanterns"),
            Column(name="Baseline", unit="kWh", how=How.MODELLED),
            Column(name="Why"),
        ),
        rows=tuple(
            (
                each.what,
                "routine" if each.routine else "non-routine",
                count(each.lanterns),
                scale.kwh(each.baseline_kwh),
                each.why,
            )
            for each in adjustments
        ),
    )
