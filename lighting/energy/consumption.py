"""Energy of one lantern in one night: metered where a counter proves it, modelled where none does.

The two are kept apart all the way to the report. Every instant of a night is either metered or
modelled, never both and never neither, so their hours add up to the night's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum

from lighting.energy.baseline import Baseline, baseline_spans
from lighting.energy.errors import SpanError
from lighting.energy.metering import NO_METER, Finding, FindingKind, MeterInterval, MeterRecord
from lighting.energy.power_model import PowerModel
from lighting.units import WATT_HOURS_PER_KWH, KilowattHours, kwh
from schedules.timeline import Span

LONGEST_BORDER_INTERVAL = timedelta(hours=2)
"""A metered interval across a night's border is divided by time only if it is no longer than
this. Our choice: hourly reports, of which one was lost. A night's border is local noon, when
lanterns are off, so a short interval there divides truly and a long one may hold hours of light."""

_HOUR = timedelta(hours=1)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class NightEnergy:
    """What one lantern used in one night, and what its ``baseline`` would have used.

    ``metered_hours`` + ``modelled_hours`` is the length of the night [h]. ``power_basis`` says
    where the watts of the modelled part and of the baseline come from; ``findings`` tell what was
    odd about the counter in this night.
    """

    metered_kwh: KilowattHours
    metered_hours: float
    modelled_kwh: KilowattHours
    modelled_hours: float
    baseline_kwh: KilowattHours
    baseline: Baseline
    power_basis: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEnergy:
    """A lantern-night whose energy nobody can tell: it is counted and named, never taken as zero.

    Without watts there is no baseline, no model and no measure of what a counter may show.
    """

    reason: str


NO_WATTAGE = UnknownEnergy(reason="the inventory states no wattage")


def modelled_kwh(spans: Iterable[Span], model: PowerModel) -> KilowattHours:
    """Return the energy [kWh] of ``spans`` under ``model``; spans at 0 % draw standby power."""
    return KilowattHours(fsum(kwh(model.power_w(span.level), span.hours) for span in spans))


def baseline_kwh(
    spans: Iterable[Span], model: PowerModel, baseline: Baseline = Baseline.SAME_HOURS
) -> KilowattHours:
    """Return the energy [kWh] that ``baseline`` stands for, given the ``spans`` of one night."""
    return modelled_kwh(baseline_spans(spans, baseline), model)


def clipped(spans: Iterable[Span], stretches: Sequence[Stretch]) -> Iterator[Span]:
    """Yield the parts of ``spans`` that lie inside ``stretches`` (start, end), in order."""
    for span in spans:
        for start, end in stretches:
            low, high = max(span.start, start), min(span.end, end)
            if low < high:
                yield Span(start=low, end=high, level=span.level)


def night_energy(
    spans: Iterable[Span],
    *,
    model: PowerModel | None,
    record: MeterRecord = NO_METER,
    baseline: Baseline = Baseline.SAME_HOURS,
) -> NightEnergy | UnknownEnergy:
    """Return the energy of one lantern over the night that ``spans`` fill.

    ``spans`` come from ``NightTimeline.spans()``; ``record`` from ``read_meter``, over this night
    or any longer time (give it a sample before and after the night: they carry its borders).
    ``model`` is None where no wattage is known.

    A metered interval inside the night counts whole, however long. One that crosses the night's
    border counts by its share of time if it is at most two hours long; else its part of the night
    is modelled, and a finding says so.

    Raises:
        SpanError: the spans are none, leave a gap or overlap.
    """
    if model is None:
        return NO_WATTAGE
    night = _checked_spans(spans)
    start, end = night[0].start, night[-1].end
    metered, findings = _metered_part(record, start, end)
    uncovered = _between(start, end, metered)
    return NightEnergy(
        metered_kwh=KilowattHours(fsum(map(_energy_kwh, metered))),
        metered_hours=_hours((part.start, part.end) for part in metered),
        modelled_kwh=modelled_kwh(clipped(night, uncovered) if metered else night, model),
        modelled_hours=_hours(uncovered),
        baseline_kwh=baseline_kwh(night, model, baseline),
        baseline=baseline,
        power_basis=model.basis,
        findings=findings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _MeteredPart:
    """The part of a metered interval that lies in the night, and its share of the energy [Wh]."""

    start: datetime
    end: datetime
    energy_wh: float


def _checked_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    night = tuple(spans)
    if not night:
        raise SpanError(None, None)
    for before, after in pairwise(night):
        if before.end != after.start:
            raise SpanError(before.end, after.start)
    return night


def _metered_part(
    record: MeterRecord, start: datetime, end: datetime
) -> tuple[list[_MeteredPart], tuple[Finding, ...]]:
    parts: list[_MeteredPart] = []
    long: list[Finding] = []
    for interval in record.intervals_between(start, end):
        part = _part_inside(interval, start, end)
        if part is None:
            kind = FindingKind.BORDER
            long.append(Finding(kind=kind, start=interval.start, end=interval.end))
        else:
            parts.append(part)
    return parts, (*record.findings_between(start, end), *long)


def _part_inside(interval: MeterInterval, start: datetime, end: datetime) -> _MeteredPart | None:
    """Return the part inside [start, end), or None if the interval is too long to divide."""
    low, high = max(interval.start, start), min(interval.end, end)
    length = interval.end - interval.start
    if high - low == length:
        return _MeteredPart(start=low, end=high, energy_wh=float(interval.energy_wh))
    if length > LONGEST_BORDER_INTERVAL:
        return None
    share = (high - low) / length
    return _MeteredPart(start=low, end=high, energy_wh=interval.energy_wh * share)


def _between(start: datetime, end: datetime, covered: Sequence[_MeteredPart]) -> list[Stretch]:
    """Return the stretches of [start, end) that the covered parts leave over, in order."""
    edges = [start, *(edge for part in covered for edge in (part.start, part.end)), end]
    return [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < high]


def _hours(stretches: Iterable[Stretch]) -> float:
    return sum((high - low for low, high in stretches), timedelta()) / _HOUR


def _energy_kwh(part: _MeteredPart) -> float:
    return part.energy_wh / WATT_HOURS_PER_KWH
