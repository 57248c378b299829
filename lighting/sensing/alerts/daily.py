"""Daily: the facts of one civil day of a service area, and the report that tells them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from firmware_profiles.quantities import RollUp, quantity_for
from lighting.errors import NotFoundError
from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.areas import ServiceArea
from lighting.sensing.rules.rule import GAP
from lighting.sensing.series import UNTRUSTED, Place, Sample, SeriesKey

_COUNTED = frozenset({RollUp.SUM, RollUp.COUNTER})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDay:
    """What one series said in a day. Figures are None where no value can be trusted.

    ``total`` is what happened, of quantities that count; ``doubtful`` values are in no figure.
    ``longest_gap`` is the longest time in the day without any value.
    """

    place: Place
    key: SeriesKey
    values: int
    doubtful: int
    lowest: float | None
    mean: float | None
    highest: float | None
    total: float | None
    longest_gap: timedelta

    @property
    def has_gap(self) -> bool:
        """Whether so much is missing that an alert may have been missed."""
        return self.longest_gap > GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultOfDay:
    """A lantern's fault that was open in the day."""

    words: str
    place: str
    first_seen: datetime
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """All that a report tells. ``silent`` are add-ons that brought nothing at all."""

    area: ServiceArea
    day: date
    start: datetime
    end: datetime
    series: tuple[SeriesDay, ...] = ()
    silent: tuple[Place, ...] = ()
    alerts: tuple[Alert, ...] = ()
    faults: tuple[FaultOfDay, ...] | None = None
    """None: the area is not about lanterns."""

    def within(self, at: datetime | None) -> bool:
        """Return whether ``at`` lies in the day."""
        return at is not None and self.start <= at < self.end

    @property
    def raised(self) -> list[Alert]:
        """Alerts that were raised in the day."""
        return [alert for alert in self.alerts if self.within(alert.raised_at)]

    @property
    def cleared(self) -> list[Alert]:
        """Alerts that were over in the day."""
        return [alert for alert in self.alerts if self.within(alert.cleared_at)]

    @property
    def acknowledged(self) -> list[Alert]:
        """Alerts that somebody said they know of in the day."""
        return [alert for alert in self.alerts if self.within(alert.acknowledged_at)]

    @property
    def still_open(self) -> list[Alert]:
        """Alerts that were open at the end of the day."""
        return [
            alert
            for alert in self.alerts
            if alert.raised_at < self.end
            and (alert.cleared_at is None or alert.cleared_at >= self.end)
        ]


@dataclass(slots=True)
class _Figures:
    values: list[float] = field(default_factory=list)
    doubtful: int = 0
    times: list[datetime] = field(default_factory=list)


def series_day(
    place: Place, key: SeriesKey, samples: Sequence[Sample], *, start: datetime, end: datetime
) -> SeriesDay:
    """Return what ``samples``, those of a day in order of time, come to."""
    figures = _Figures()
    for sample in samples:
        if sample.quality & UNTRUSTED:
            figures.doubtful += 1
        else:
            figures.values.append(sample.value)
            figures.times.append(sample.at)
    values = figures.values
    return SeriesDay(
        place=place,
        key=key,
        values=len(values),
        doubtful=figures.doubtful,
        lowest=min(values, default=None),
        mean=sum(values) / len(values) if values else None,
        highest=max(values, default=None),
        total=_total(key, values),
        longest_gap=_longest_gap(figures.times, start, end),
    )


def area_named(areas: Sequence[ServiceArea], area_id: str) -> ServiceArea:
    """Return the service area of an id.

    Raises:
        NotFoundError: there is none; names those there are.
    """
    for area in areas:
        if area.area_id == area_id:
            return area
    known = ", ".join(area.area_id for area in areas) or "none; the alerts file names none"
    raise NotFoundError("service area", f"{area_id} (there are: {known})")


def _total(key: SeriesKey, values: Sequence[float]) -> float | None:
    roll_up = quantity_for(key.quantity).roll_up
    if roll_up not in _COUNTED or not values:
        return None
    if roll_up is RollUp.SUM:
        return sum(values)
    return sum(new - old if new >= old else new for old, new in pairwise(values))


def _longest_gap(times: Sequence[datetime], start: datetime, end: datetime) -> timedelta:
    edges = [start, *times, end]
    return max(later - earlier for earlier, later in pairwise(edges))
