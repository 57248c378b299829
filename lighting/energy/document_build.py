"""document_of: a savings report, and what else is known, as a document."""

from collections.abc import Iterator
from datetime import date

from lighting.energy.document import (
    Chart,
    Figure,
    How,
    KeyFigure,
    ReportDocument,
    Section,
    Table,
    count,
)
from lighting.energy.document_charts import load_chart, month_chart, scope_chart, waterfall_chart
from lighting.energy.document_part_tables import (
    adjustment_table,
    cause_table,
    evidence_table,
    load_table,
    scope_table,
    time_matched_table,
)
from lighting.energy.document_parts import NO_PARTS, ReportParts
from lighting.energy.document_plain import with_edition
from lighting.energy.document_scale import Scale, gbp, percent, scale_of
from lighting.energy.document_tables import (
    doubt_tables,
    factor_table,
    group_table,
    month_table,
    unknown_table,
)
from lighting.energy.document_words import absent, headline, method, statement
from lighting.energy.errors import ReportPartsError
from lighting.energy.report import SavingsReport

TITLE = "Street lighting: energy, carbon and savings"


def document_of(
    report: SavingsReport, first: date, last: date, *, by: str, parts: ReportParts = NO_PARTS
) -> ReportDocument:
    """Return the document of ``report`` over the nights ``first`` to ``last``, summed ``by``.

    The same report and parts give the same document, edition included.

    Raises:
        ReportPartsError: a part contradicts the report.
    """
    _check(report, parts)
    scale = scale_of(report.total)
    document = ReportDocument(
        title=TITLE,
        first=first,
        last=last,
        headline=headline(report, parts),
        key_figures=tuple(_key_figures(report, parts, scale)),
        sections=tuple(_sections(report, by, parts, scale)),
        absent=tuple(absent(report, parts)),
        statement=tuple(statement(report, parts)),
        method=method(report),
        attribution=report.attribution,
    )
    return with_edition(document)


def _check(report: SavingsReport, parts: ReportParts) -> None:
    interval, saved = parts.saved_kwh, report.total.saved_kwh
    if interval is not None and not interval.holds(saved):
        raise ReportPartsError(
            f"the interval {interval.low:.3f} to {interval.high:.3f} kWh does not hold the saving"
            f" of {saved:.3f} kWh",
            "compute both from the same nights",
        )


def _key_figures(report: SavingsReport, parts: ReportParts, scale: Scale) -> Iterator[KeyFigure]:
    total = report.total
    share = _share(report)
    yield _key("Energy used", scale.kwh(total.used_kwh), How.MIXED, share)
    yield _key("of which metered", scale.kwh(total.metered_kwh), How.METERED, "E3")
    yield _key("of which modelled", scale.kwh(total.modelled_kwh), How.MODELLED)
    yield _key("Baseline", scale.kwh(total.baseline_kwh), How.MODELLED, "watts of the inventory")
    interval = parts.saved_kwh
    yield KeyFigure(
        name="Energy saved",
        figure=scale.kwh(total.saved_kwh),
        how=How.MIXED,
        evidence=share,
        low=scale.kwh(interval.low) if interval else None,
        high=scale.kwh(interval.high) if interval else None,
    )
    yield _key("Saved of the baseline", percent(total.saved_percent), How.MIXED, share)
    yield _key("Carbon emitted", scale.carbon(total.kg_co2e), How.MIXED, "published factors")
    yield _key("Carbon avoided", scale.carbon(total.kg_co2e_saved), How.MIXED, "published factors")
    if parts.cost is not None:
        yield _key("Cost of the energy", gbp(parts.cost.used_gbp), How.MIXED, parts.cost.tariff)
        yield _key("Worth of the saving", gbp(parts.cost.saved_gbp), How.MIXED, parts.cost.tariff)
    yield _key("Lanterns in the period", count(report.lanterns), How.COUNTED)
    yield _key(
        "of which without a known wattage", count(len(report.without_wattage)), How.COUNTED,
        "in no figure",
    )  # fmt: skip


def _key(name: str, told: Figure, how: How, evidence: str = "") -> KeyFigure:
    return KeyFigure(name=name, figure=told, how=how, evidence=evidence)


def _share(report: SavingsReport) -> str:
    share = percent(report.total.metered_percent)
    return "" if share.value is None else f"{share.with_unit} metered"


def _sections(
    report: SavingsReport, by: str, parts: ReportParts, scale: Scale
) -> Iterator[Section]:
    months = month_table(report, parts, scale)
    drawn = month_chart(months, tuple(parts.other_baselines_kwh or ()))
    yield _section("Months", months, drawn if report.by_month else None)
    if parts.causes is not None:
        table = cause_table(parts.causes, scale)
        yield _section("Causes of the saving", table, waterfall_chart(parts.causes, table, scale))
    if parts.load_curve is not None:
        table = load_table(parts.load_curve, scale)
        yield _section("A night", table, load_chart(parts.load_curve, table))
    yield _carbon(report, parts, scale)
    yield _section(f"By {by}", group_table(report, by, scale))
    yield Section(title="How we know", tables=tuple(_knowledge(report, parts, scale)))


def _section(title: str, table: Table, chart: Chart | None = None) -> Section:
    return Section(title=title, tables=(table,), charts=(chart,) if chart else ())


def _carbon(report: SavingsReport, parts: ReportParts, scale: Scale) -> Section:
    scopes = scope_table(report, scale)
    tables = [scopes, factor_table(report)]
    if parts.time_matched is not None:
        tables.insert(1, time_matched_table(parts.time_matched, scale))
    return Section(title="Carbon", charts=(scope_chart(scopes),), tables=tuple(tables))


def _knowledge(report: SavingsReport, parts: ReportParts, scale: Scale) -> Iterator[Table]:
    if parts.evidence_kwh is not None:
        yield evidence_table(parts, report.total.used_kwh, scale)
    if parts.adjustments:
        yield adjustment_table(parts.adjustments, scale)
    yield from doubt_tables(report)
    if report.without_wattage:
        yield unknown_table(report)
