"""A small report, worked out by hand, and every part that may stand beside it."""

from datetime import UTC, date, datetime, timedelta

from lighting.energy.baseline import Baseline
from lighting.energy.consumption import NO_WATTAGE, NightEnergy, UnknownEnergy
from lighting.energy.document import ReportDocument
from lighting.energy.document_build import document_of
from lighting.energy.document_parts import (
    NO_PARTS,
    Adjustment,
    BaselineTold,
    Cost,
    Decomposition,
    Interval,
    LoadCurve,
    ReportParts,
    TimeMatchedCarbon,
)
from lighting.energy.metering import Finding, FindingKind
from lighting.energy.report import LanternNight, SavingsReport, savings_report
from lighting.identifiers import LanternId
from lighting.units import KilowattHours

FIRST, LAST = date(2025, 11, 30), date(2025, 12, 1)
DUSK = datetime(2025, 11, 30, 16, tzinfo=UTC)


def night(
    lantern: str, evening: date, *, metered: float, modelled: float, group: str = "Headingley"
) -> LanternNight:
    """Return a lantern-night whose baseline is 1 kWh."""
    energy = NightEnergy(
        metered_kwh=KilowattHours(metered),
        metered_hours=10.0,
        modelled_kwh=KilowattHours(modelled),
        modelled_hours=4.0,
        baseline_kwh=KilowattHours(1.0),
        baseline=Baseline.ALL_NIGHT,
        power_basis="two points (unverified)",
        findings=(Finding(kind=FindingKind.RESET, start=DUSK, end=DUSK),) if metered else (),
    )
    return LanternNight(lantern_id=LanternId(lantern), group=group, evening=evening, energy=energy)


def unknown(lantern: str, group: str = "Armley") -> LanternNight:
    """Return a lantern-night without a known wattage."""
    energy: UnknownEnergy = NO_WATTAGE
    return LanternNight(lantern_id=LanternId(lantern), group=group, evening=FIRST, energy=energy)


def small_report(group: str = "Headingley", lost: str = "leeds:9") -> SavingsReport:
    """Return four known lantern-nights: 4 kWh of baseline, 2.5 kWh used (1.5 metered)."""
    nights = (
        night("leeds:1", FIRST, metered=0.5, modelled=0.125, group=group),
        night("leeds:2", FIRST, metered=0.25, modelled=0.375, group="Armley"),
        night("leeds:1", LAST, metered=0.75, modelled=0.0, group=group),
        night("leeds:2", LAST, metered=0.0, modelled=0.5, group="Armley"),
        unknown(lost),
    )
    return savings_report(nights, baseline=Baseline.ALL_NIGHT, evidence={"seen in power": 2})


PARTS = ReportParts(
    baseline=BaselineTold(
        name="LED at full power all night",
        version="snapshot 3",
        words="the same LED lights at full power all night",
    ),
    saved_kwh=Interval(low=1.32, high=1.68, method="by hand"),
    causes=Decomposition(
        baseline="the lamps before",
        baseline_kwh=6.0,
        used_kwh=2.5,
        by_cause_kwh={"lamp change": 2.0, "dimming": 1.75, "node's own load": -0.25},
        by_cause_kg={"lamp change": 0.4, "dimming": 0.3, "grid factor": 0.2},
    ),
    evidence_kwh={"E1": 1.0, "E3": 1.5},
    cost=Cost(used_gbp=1234.4, saved_gbp=740.6, tariff="tariff of April 2025"),
    time_matched=TimeMatchedCarbon(used_kg=0.31, saved_kg=0.2, covered_percent=97.5, source="NESO"),
    load_curve=LoadCurve(
        starts=tuple(DUSK + timedelta(minutes=30 * place) for place in range(4)),
        used_kwh=(0.2, 0.2, 0.1, 0.0),
        baseline_kwh=(0.2, 0.2, 0.2, 0.2),
        why_this_night="The longest night.",
    ),
    adjustments=(
        Adjustment(what="Lanterns added", why="new estate", lanterns=2, baseline_kwh=0.7),
        Adjustment(what="Flood", why="out", lanterns=1, baseline_kwh=-0.1, routine=False),
    ),
    other_baselines_kwh={"Lamps of 2018": {"2025-11": 3.0, "2025-12": 3.0}},
)


def small_document(
    *, parts: ReportParts = NO_PARTS, group: str = "Headingley", lost: str = "leeds:9"
) -> ReportDocument:
    """Return the small report's document."""
    return document_of(small_report(group, lost), FIRST, LAST, by="ward", parts=parts)
