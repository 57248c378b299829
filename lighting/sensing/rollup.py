"""Roll-ups: what the samples of a series come to over an hour or a local civil day.

They are worked out from the samples when they are asked for and never stored: a late sample
restates its hour by being there, and what retention deletes is in no roll-up either. A civil day
runs from local midnight to the next, so the days on which clocks change have 23 and 25 hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from math import fsum
from zoneinfo import ZoneInfo

from firmware_profiles.quantities import Quantity, RollUp
from lighting.sensing.series import UNTRUSTED, Quality

Point = tuple[datetime, float, Quality]
"""A sample without its series: when, what, flags."""


class Period(StrEnum):
    """How long a roll-up is."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """One hour or day of a series; start <= at < end (aware UTC).

    ``value`` is the one that stands for it: mean, sum, last value or rise, as the quantity adds up.
    ``count`` are the values in it, ``flagged`` those that are not trusted and in none of them.
    Without a trusted value all figures are None.
    """

    start: datetime
    end: datetime
    count: int
    flagged: int
    value: float | None
    mean: float | None
    low: float | None
    high: float | None
    total: float | None


def span_of(at: datetime, period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the hour or civil day that ``at`` is in, start <= at < end (aware UTC)."""
    local = at.astimezone(zone)
    if period is Period.HOUR:
        start = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        return start, start + timedelta(hours=1)
    midnight = datetime.combine(local.date(), time(), zone)
    following = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    return midnight.astimezone(UTC), following.astimezone(UTC)


def rolled(
    points: Iterable[Point],
    quantity: Quantity,
    period: Period,
    zone: ZoneInfo,
    *,
    before: float | None = None,
) -> list[Rolled]:
    """Return the roll-ups of a series' points, which come in order of time.

    ``before`` is the last trusted value before the first: what a counter rises from. Stretches
    without any point are left out.
    """
    found: list[Rolled] = []
    for (start, end), group in groupby(points, _spans(period, zone)):
        inside = list(group)
        values = [value for _, value, quality in inside if not quality & UNTRUSTED]
        flagged = len(inside) - len(values)
        found.append(_one((start, end), values, flagged, quantity=quantity, before=before))
        before = values[-1] if values else before
    return found


class _spans:  # noqa: N801 - a function that remembers the last answer
    def __init__(self, period: Period, zone: ZoneInfo) -> None:
        self._period, self._zone = period, zone
        self._last = (datetime.min.replace(tzinfo=UTC),) * 2

    def __call__(self, point: Point) -> tuple[datetime, datetime]:
        if not self._last[0] <= point[0] < self._last[1]:
            self._last = span_of(point[0], self._period, self._zone)
        return self._last


def _one(
    span: tuple[datetime, datetime],
    values: list[float],
    flagged: int,
    *,
    quantity: Quantity,
    before: float | None,
) -> Rolled:
    start, end = span
    if not values:
        nothing = dict.fromkeys(("value", "mean", "low", "high", "total"))
        return Rolled(start=start, end=end, count=0, flagged=flagged, **nothing)
    total = fsum(values)
    mean = total / len(values)
    return Rolled(
        start=start,
        end=end,
        count=len(values),
        flagged=flagged,
        value=_value(quantity.roll_up, values, (mean, total), before),
        mean=mean,
        low=min(values),
        high=max(values),
        total=total,
    )


def _value(
    roll_up: RollUp, values: list[float], mean_total: tuple[float, float], before: float | None
) -> float:
    mean, total = mean_total
    match roll_up:
        case RollUp.MEAN:
            return mean
        case RollUp.SUM:
            return total
        case RollUp.LAST:
            return values[-1]
        case RollUp.COUNTER:
            return _rise(values, before)


def _rise(values: list[float], before: float | None) -> float:
    """Return how far a counter rose; after a restart the new value alone is what is certain."""
    steps = zip([values[0] if before is None else before, *values], values, strict=False)
    return fsum(new - old if new >= old else new for old, new in steps)
