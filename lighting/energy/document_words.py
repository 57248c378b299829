"""The sentences of a report: its headline, its method in plain English, what is missing and why."""

from collections.abc import Iterator

from lighting.energy.baseline import Baseline
from lighting.energy.carbon import FACTOR_MEANING
from lighting.energy.document import Absent
from lighting.energy.document_parts import BaselineTold, ReportParts
from lighting.energy.document_scale import percent, spoken
from lighting.energy.report import SavingsReport

_SPOKEN_BASELINES = {
    Baseline.SAME_HOURS: "the same lanterns at full power over the same burning hours",
    Baseline.ALL_NIGHT: "the same lanterns at full power all night",
}
BOUNDARY = (
    "lanterns that have a node and a policy, at their supply; the node's own draw only where its"
    " meter includes it; gateways, back-haul and servers not"
)


def baseline_told(report: SavingsReport, parts: ReportParts) -> BaselineTold:
    """Return the baseline in words: the part's, or that of the report's own sums."""
    if parts.baseline is not None:
        return parts.baseline
    return BaselineTold(
        name=report.baseline.value,
        version="computed night by night from the inventory's watts",
        words=_SPOKEN_BASELINES[report.baseline],
    )


def headline(report: SavingsReport, parts: ReportParts) -> str:
    """Return what happened, in one sentence."""
    total = report.total
    if total.saved_percent is None:
        return "Nothing can be reported: no night of this period has known energy yet."
    told = percent(abs(total.saved_percent), 0)
    compared = "less" if total.saved_kwh >= 0 else "more"
    interval = _interval(report, parts)
    return (
        f"Street lighting used {spoken(total.used_kwh).with_unit}, {told.with_unit} {compared} than"
        f" {baseline_told(report, parts).words}{f' ({interval})' if interval else ''}."
    )


def _interval(report: SavingsReport, parts: ReportParts) -> str:
    """Return the 90 % interval of the share, in the direction that the sentence tells."""
    if parts.saved_kwh is None:
        return ""
    sign = 1 if report.total.saved_kwh >= 0 else -1
    whole = report.total.baseline_kwh
    ends = sorted(sign * 100 * each / whole for each in (parts.saved_kwh.low, parts.saved_kwh.high))
    low, high = (percent(each, 0) for each in ends)
    joint = "–" if ends[0] >= 0 else " to "
    return f"{low.text}{joint}{high.with_unit}"


def statement(report: SavingsReport, parts: ReportParts) -> Iterator[tuple[str, str]]:
    """Yield what a savings statement must carry (IPMVP; reference energy.md 6.1), by name."""
    baseline = baseline_told(report, parts)
    yield "Baseline", baseline.name
    yield "Baseline version", baseline.version
    yield "Boundary", parts.boundary or BOUNDARY
    yield "Adjustments", _adjustments(parts)
    years = ", ".join(
        f"{each.year} by {each.source}{f' ({each.note})' if each.note else ''}"
        for each in report.factors.values()
    )
    yield "Factors", years or "none was needed"
    yield (
        "Uncertainty",
        f"90 % interval: {parts.saved_kwh.method}" if parts.saved_kwh else "not stated",
    )
    yield "Evidence", _evidence(report, parts)


def _adjustments(parts: ReportParts) -> str:
    if parts.adjustments is None:
        return "none was given: a lantern counts in the nights in which it had a node and a policy"
    return f"{len(parts.adjustments)}, each listed" if parts.adjustments else "none"


def _evidence(report: SavingsReport, parts: ReportParts) -> str:
    if parts.evidence_kwh:
        return f"levels {', '.join(parts.evidence_kwh)}, each with its share of the energy"
    share = percent(report.total.metered_percent)
    if share.value is None:
        return "nothing was used"
    return f"{share.with_unit} of the used energy was measured at the node (E3), the rest modelled"


_MEANS = """\
Used energy is what the nodes' meters counted; where no meter counted, it is the lantern's power \
at the level that its program asked for, times the hours. The two are kept apart in every table: \
metered figures stand upright, modelled ones are slanted.
The baseline is what would have been used by {baseline}. The saving is the baseline less what was \
used, so a figure below zero means that more was used.
Carbon is energy times a published factor of the calendar year ({factor}).
A lantern without a known wattage is in no figure. It is listed and counted.
A night runs from noon to noon and has the date of its evening. Late readings count until a week \
has passed, so a report over the last seven nights may still change.\
"""
_UNVERIFIED = (
    "Some power models rest on general knowledge that is unverified; the table “Where the watts"
    " come from” counts their lantern-nights."
)


def method(report: SavingsReport) -> tuple[str, ...]:
    """Return how the figures came about, in plain English."""
    means = _MEANS.format(baseline=report.baseline.value, factor=FACTOR_MEANING).splitlines()
    doubtful = any("unverified" in basis for basis in report.power_bases)
    return (*means, _UNVERIFIED) if doubtful else tuple(means)


def absent(report: SavingsReport, parts: ReportParts) -> Iterator[Absent]:
    """Yield the parts that this report does not have, and why."""
    missing = (
        (parts.saved_kwh, "90 % interval", "no uncertainty was computed for these figures"),
        (parts.causes, "Saving by cause", "the saving was not split by cause"),
        (parts.cost, "Cost", "no tariff was given"),
        (parts.time_matched, "Time-matched carbon", "no half-hourly carbon intensity was given"),
        (parts.load_curve, "Load of one night", "no half-hourly figures were given"),
        (parts.evidence_kwh, "Energy by evidence level", "the energy was not split by evidence"),
        (parts.adjustments, "Adjustments of the baseline", "no change of the inventory was given"),
        (report.evidence or None, "What nodes prove", "no evidence of nodes was given"),
    )  # fmt: skip
    for part, what, why in missing:
        if part is None:
            yield Absent(what=what, why=why)
