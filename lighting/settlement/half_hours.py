"""Half-hours: whole numbers since 1970-01-01T00:00Z, and the settlement periods of a local day.

48 a UTC day. A local civil day has 48 periods, or 46 and 50 when its clocks change (reference
energy.md 1.7). ``lighting.energy`` counts half-hours by the same rule; features do not share code.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HALF_HOUR_S = 1800
PERIODS_IN_A_UTC_DAY = 48

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_HOUR = timedelta(seconds=HALF_HOUR_S)
_DAY = timedelta(days=1)


def half_hour_of(at: datetime) -> int:
    """Return the half-hour that ``at`` (aware) lies in."""
    return (at - _EPOCH) // _HALF_HOUR


def start_of(half_hour: int) -> datetime:
    """Return the first instant [aware UTC] of a half-hour."""
    return _EPOCH + half_hour * _HALF_HOUR


def utc_day(day: date) -> range:
    """Return the 48 half-hours of a UTC day."""
    first = half_hour_of(datetime.combine(day, time(), tzinfo=UTC))
    return range(first, first + PERIODS_IN_A_UTC_DAY)


def civil_day(day: date, zone: ZoneInfo) -> range:
    """Return the half-hours from local midnight to the next: 46, 48 or 50 in the UK."""
    start, end = (datetime.combine(each, time(), tzinfo=zone) for each in (day, day + _DAY))
    return range(half_hour_of(start.astimezone(UTC)), half_hour_of(end.astimezone(UTC)))


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from ``first`` to ``last``, both included."""
    for number in range((last - first).days + 1):
        yield first + number * _DAY
