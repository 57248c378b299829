"""The tables of a report that come from its sums: by group, by month, factors, doubts."""

from collections.abc import Iterable, Mapping

from lighting.energy.document import Cell, Column, How, Table, count, figure
from lighting.energy.document_parts import ReportParts
from lighting.energy.document_scale import Scale, percent
from lighting.energy.lines import Line
from lighting.energy.report import SavingsReport

TOTAL = "Total"
NO_NAME = "(no name)"
_LISTED_MAX = 25
_FACTOR_DECIMALS = 5
"""As the UK Government publishes them."""


def group_table(report: SavingsReport, by: str, scale: Scale) -> Table:
    """Return the sums by group, the total last."""
    rows = [
        (key or NO_NAME, count(report.lanterns_by_group[key]), *_figures(line, scale))
        for key, line in report.by_group.items()
    ]
    total = (TOTAL, count(report.lanterns), *_figures(report.total, scale))
    return Table(
        key="by_group",
        title=f"Energy and carbon by {by}",
        columns=(Column(name=by.capitalize()), Column(name="Lanterns"), *_columns(scale)),
        rows=(*rows, total),
        note=f"Each figure is rounded by itself, so the last digit of a sum may differ. {_SLANTED}",
    )


def month_table(report: SavingsReport, parts: ReportParts, scale: Scale) -> Table:
    """Return the sums by month of the evening, with the energy of further baselines."""
    others = parts.other_baselines_kwh or {}
    rows = [
        (
            month,
            *_figures(line, scale),
            *(scale.kwh(by_month.get(month)) for by_month in others.values()),
        )
        for month, line in report.by_month.items()
    ]
    sums = (_sum_of(by_month, report.by_month) for by_month in others.values())
    total = (TOTAL, *_figures(report.total, scale), *(scale.kwh(each) for each in sums))
    return Table(
        key="by_month",
        title="Energy and carbon by month",
        columns=(
            Column(name="Month"),
            *_columns(scale),
            *(Column(name=name, unit="kWh", how=How.MODELLED) for name in others),
        ),
        rows=(*rows, total),
        note="A night belongs to the month of its evening.",
    )


def _sum_of(by_month: Mapping[str, float], months: Iterable[str]) -> float | None:
    """Return the sum over ``months``; None where one of them is not known."""
    known = [by_month[month] for month in months if month in by_month]
    return sum(known) if len(known) == len(tuple(months)) else None


def factor_table(report: SavingsReport) -> Table:
    """Return the emission factors applied, with their sources."""
    columns = (
        Column(name="Year"),
        Column(name="Factor of"),
        Column(name="Generation", unit="kg CO2e/kWh", how=How.PUBLISHED),
        Column(name="T&D", unit="kg CO2e/kWh", how=How.PUBLISHED),
        Column(name="Sum", unit="kg CO2e/kWh", how=How.PUBLISHED),
        Column(name="Source"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            str(each.year),
            f"{each.factor_year} ({each.note})" if each.note else str(each.factor_year),
            *(
                figure(value, "kg CO2e/kWh", _FACTOR_DECIMALS)
                for value in (each.kg_co2e_scope2, each.kg_co2e_td, each.factor)
            ),
            each.source,
        )
        for each in report.factors.values()
    )
    return Table(
        key="factors",
        title="Emission factors",
        columns=columns,
        rows=rows,
        note="T&D: transmission and distribution.",
    )


def doubt_tables(report: SavingsReport) -> Iterable[Table]:
    """Yield what was odd: readings of meters, sources of watts, evidence of nodes."""
    told = (
        ("findings", "What was odd in meter readings", "Finding", report.findings),
        ("power_bases", "Where the watts come from", "Source", report.power_bases),
    )
    for key, title, name, counts in told:
        if counts:
            yield _counts(key, title, (name, "Lantern-nights"), counts)
    if report.evidence:
        yield _counts(
            "nodes", "What nodes prove of their programs now", ("Evidence", "Nodes"),
            report.evidence,
        )  # fmt: skip


def unknown_table(report: SavingsReport) -> Table:
    """Return the lanterns without a known wattage: listed, counted, in no figure."""
    return Table(
        key="without_wattage",
        title="Lanterns without a known wattage",
        columns=(Column(name="Lantern"),),
        rows=tuple((each,) for each in report.without_wattage),
        note="They are in no figure of this report; none is taken as zero.",
        printed_max=_LISTED_MAX,
    )


def _counts(key: str, title: str, names: tuple[str, str], counts: Mapping[str, int]) -> Table:
    first, second = names
    return Table(
        key=key,
        title=title,
        columns=(Column(name=first), Column(name=second)),
        rows=tuple((name, count(number)) for name, number in counts.items()),
    )


_SLANTED = "Modelled figures are slanted: no meter counted them."


def _columns(scale: Scale) -> tuple[Column, ...]:
    return (
        Column(name="Metered", unit="kWh", how=How.METERED),
        Column(name="Modelled", unit="kWh", how=How.MODELLED),
        Column(name="Used", unit="kWh", how=How.MIXED),
        Column(name="Baseline", unit="kWh", how=How.MODELLED),
        Column(name="Saved", unit="kWh", how=How.MIXED),
        Column(name="Saved", unit="%", how=How.MIXED),
        Column(name="Emissions", unit=scale.carbon_unit, how=How.MIXED),
    )


def _figures(line: Line, scale: Scale) -> tuple[Cell, ...]:
    return (
        scale.kwh(line.metered_kwh),
        scale.kwh(line.modelled_kwh),
        scale.kwh(line.used_kwh),
        scale.kwh(line.baseline_kwh),
        scale.kwh(line.saved_kwh),
        percent(line.saved_percent),
        scale.carbon(line.kg_co2e),
    )
