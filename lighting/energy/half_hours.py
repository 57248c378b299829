"""Half-hours: whole numbers, counted from 1970-01-01T00:00Z, and the periods made of them.

A half-hour begins at :00 or :30 UTC, whatever local clocks show (settlement periods do: reference
energy.md 1.7). Every period here is a ``range`` of half-hours. Periods that follow one another
share no half-hour and leave none out, so their sums add up.

A period begins with the first half-hour that starts at or after its first local instant. Where
local midnight falls inside a half-hour (Nepal is 5:45 h ahead of UTC) that half-hour counts whole
for the day in which it starts. A wall time that the clocks skip means the instant of the change,
and one that they show twice the first of the two: the rules of ``schedules.night``.

A civil day has 48 half-hours, 46 or 50 where clocks change by an hour, 47 or 49 where they change
by half of one (Lord Howe Island), and none where a date was skipped (Samoa, 30 December 2011).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from lighting.energy.half_hour_errors import NaiveTimeError, PeriodOutsideError
from schedules.night import Night
from schedules.site import Site

HALF_HOUR_S = 1800
HALF_HOUR = timedelta(seconds=HALF_HOUR_S)

FINANCIAL_YEAR_MONTH = 4
"""The month on whose first day a council's financial year begins (United Kingdom: 1 April)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MIDNIGHT = time()
_ONE_DAY = timedelta(days=1)
_MONTHS = 12

Floats = NDArray[np.float64]


def half_hour_of(at: datetime) -> int:
    """Return the half-hour that ``at`` [aware] falls in.

    Raises:
        NaiveTimeError: the time has no UTC offset.
    """
    if at.tzinfo is None:
        raise NaiveTimeError(at)
    return (at - _EPOCH) // HALF_HOUR


def start_of(half_hour: int) -> datetime:
    """Return the first instant [aware UTC] of a half-hour."""
    return _EPOCH + half_hour * HALF_HOUR


def civil_day(day: date, zone: str) -> range:
    """Return the half-hours of a local date, midnight to midnight.

    Raises:
        PlaceError: there is no such zone.
    """
    return _between(_midnight(day, zone), _midnight(day + _ONE_DAY, zone))


def night_half_hours(evening: date, zone: str) -> range:
    """Return the half-hours of the night of ``evening``: local noon to local noon.

    Raises:
        PlaceError: there is no such zone.
    """
    night = _night(evening, zone)
    return _between(night.start, night.end)


def month(year: int, number: int, zone: str) -> range:
    """Return the half-hours of a local calendar month, ``number`` 1 to 12.

    Raises:
        PlaceError: there is no such zone.
        ValueError: there is no such month.
    """
    after = date(year + number // _MONTHS, number % _MONTHS + 1, 1)
    return _between(_midnight(date(year, number, 1), zone), _midnight(after, zone))


def financial_year(year: int, zone: str) -> range:
    """Return the half-hours of the financial year that begins in ``year``: 1 April to 31 March.

    Raises:
        PlaceError: there is no such zone.
    """
    first, after = (date(y, FINANCIAL_YEAR_MONTH, 1) for y in (year, year + 1))
    return _between(_midnight(first, zone), _midnight(after, zone))


def civil_days(first: date, last: date, zone: str) -> list[range]:
    """Return the half-hours of each local date from ``first`` to ``last``, both included."""
    return [civil_day(day, zone) for day in _dates(first, last)]


def nights(first: date, last: date, zone: str) -> list[range]:
    """Return the half-hours of each night from ``first`` to ``last`` (evenings, both included)."""
    return [night_half_hours(evening, zone) for evening in _dates(first, last)]


def months(year: int, number: int, count: int, zone: str) -> list[range]:
    """Return the half-hours of ``count`` months, the first of them month ``number`` of ``year``."""
    ordinals = (year * _MONTHS + number - 1 + step for step in range(count))
    return [month(each // _MONTHS, each % _MONTHS + 1, zone) for each in ordinals]


def sums(values: Floats, window: range, periods: Sequence[range]) -> Floats:
    """Return the sum of ``values`` over each period.

    ``values`` has one value for each half-hour of ``window`` along its last axis; so has the
    result for each period, in the same unit.

    Raises:
        PeriodOutsideError: a period has half-hours that are not in ``window``.
    """
    out = np.zeros((*values.shape[:-1], len(periods)))
    for place, period in enumerate(periods):
        if period and not (window.start <= period.start and period.stop <= window.stop):
            raise PeriodOutsideError(period, window)
        inside = values[..., period.start - window.start : period.stop - window.start]
        out[..., place] = inside.sum(axis=-1) if period else 0.0
    return out


def _night(evening: date, zone: str) -> Night:
    return Night(site=Site(latitude_deg=0.0, longitude_deg=0.0, zone=zone), evening=evening)


def _midnight(day: date, zone: str) -> datetime:
    return _night(day - _ONE_DAY, zone).at(_MIDNIGHT)


def _between(start: datetime, end: datetime) -> range:
    """Return the half-hours that start at or after ``start`` and before ``end``."""
    return range(-((_EPOCH - start) // HALF_HOUR), -((_EPOCH - end) // HALF_HOUR))


def _dates(first: date, last: date) -> list[date]:
    return [first + days * _ONE_DAY for days in range((last - first).days + 1)]
