"""From switching events to stretches of one level, for all units at once, in arrays.

Rules (reference energy.md 1.7, general knowledge where it says so there):

* A level holds until the unit's next event.
* A UTC day in which a unit has no event is not known. From the end of the last day with an event
  on, until the next event, the level is that of the default, marked ``Quality.DEFAULT``: never zero
  by silence, and never the last level for ever.
* What a unit was logged off for (an event of source ``fault``) holds until the next event, however
  long that takes. Without such an event a failed lamp is billed as if it burned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lighting.settlement.codes import UnitRef
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.events import BEST_FIRST, FULL_PCT, Quality, Source, SwitchingEvent
from lighting.settlement.half_hours import HALF_HOUR_S, start_of, utc_day

MS_PER_S = 1000
HALF_HOUR_MS = HALF_HOUR_S * MS_PER_S
DAY_MS = 48 * HALF_HOUR_MS

Whole = NDArray[np.int64]

_RANK = {quality: rank for rank, quality in enumerate(BEST_FIRST)}
_DEFAULT = _RANK[Quality.DEFAULT]
_EPOCH = start_of(0)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whole UTC days, from the half-hour ``first`` on, ``count`` half-hours."""

    first: int
    count: int

    @property
    def start_ms(self) -> int:
        """Its first instant [ms since 1970]."""
        return self.first * HALF_HOUR_MS

    @property
    def end_ms(self) -> int:
        """The first instant [ms since 1970] that is no longer in it."""
        return (self.first + self.count) * HALF_HOUR_MS


def window_of(first: date, last: date) -> Window:
    """Return the UTC days ``first`` to ``last``, both included.

    Raises:
        SettlementValueError: ``first`` is after ``last``.
    """
    if first > last:
        raise SettlementValueError("first day", first, f"{last} or a day before it")
    start, end = utc_day(first).start, utc_day(last).stop
    return Window(first=start, count=end - start)


@dataclass(frozen=True, slots=True)
class DefaultSwitching:
    """What units are taken to do where nothing is known: from each time [ms] on, a level [percent].

    How an operator or an administrator fills a missing day is a gap of the source: this is given by
    whoever asks for the figures, and all that rests on it is marked.

    Raises:
        SettlementValueError: no times, times that do not rise, or a level out of range.
    """

    at_ms: Whole
    level: Whole

    def __post_init__(self) -> None:
        rising = len(self.at_ms) == len(self.level) > 0 and bool((np.diff(self.at_ms) > 0).all())
        if not rising:
            raise SettlementValueError("default switching", "its times", "one or more, rising")
        if ((self.level < 0) | (self.level > FULL_PCT)).any():
            raise SettlementValueError("level of the default", self.level.tolist(), "0 to 100")


def always_full(window: Window) -> DefaultSwitching:
    """Return full power day and night: nobody is billed less for what we do not know."""
    return DefaultSwitching(np.array([window.start_ms]), np.array([FULL_PCT]))


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches start <= t < end [ms since 1970] of one level of one unit, in no order.

    ``unit`` is a place in the caller's units; ``quality`` a place in ``BEST_FIRST``.
    """

    unit: Whole
    start_ms: Whole
    end_ms: Whole
    level: Whole
    quality: Whole


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Standing events by unit and time; ``holds`` where silence afterwards changes nothing."""

    unit: Whole
    at_ms: Whole
    level: Whole
    quality: Whole
    holds: NDArray[np.bool_]


def event_columns(
    events: Iterable[SwitchingEvent], places: Mapping[UnitRef, int]
) -> tuple[EventColumns, Whole]:
    """Return the events that stand of the units in ``places``, and the units that contradict.

    Which of several at one instant stands is the rule of ``events.standing``. Events of other units
    are left out.
    """
    rows = [
        (
            places[event.unit_ref],
            (event.at - _EPOCH) // _MILLISECOND,
            _RANK[event.quality],
            -event.power_pct,
            event.source is Source.FAULT,
        )
        for event in events
        if event.unit_ref in places
    ]
    told = np.array(rows, dtype=np.int64).reshape(-1, 5)
    told = told[np.lexsort(told.T[::-1])]
    again = np.zeros(len(told), dtype=bool)
    again[1:] = (told[1:, :2] == told[:-1, :2]).all(axis=1)
    stands = told[~again]
    beside = stands[np.cumsum(~again) - 1]  # for each row the one that stands at its instant
    torn = again & (told[:, 2] == beside[:, 2]) & (told[:, 3] != beside[:, 3])
    unit, at_ms, quality, level, holds = stands.T
    columns = EventColumns(unit, at_ms, -level, quality, holds > 0)
    return columns, np.unique(told[torn, 0])


def stretches(
    events: EventColumns, default: DefaultSwitching, window: Window, units: int
) -> Stretches:
    """Return what ``units`` units do in ``window``: each of its instants once for each unit."""
    known, gaps = _known_and_gaps(events, window, units)
    filled = _filled(gaps, default, window)
    parts = (_clipped(known, window), filled)
    columns = zip(*((s.unit, s.start_ms, s.end_ms, s.level, s.quality) for s in parts), strict=True)
    return Stretches(*(np.concatenate(column) for column in columns))


def _known_and_gaps(
    events: EventColumns, window: Window, units: int
) -> tuple[Stretches, Stretches]:
    """Return stretches of a known level, and those of which nothing is known (their level is 0)."""
    unit, at_ms = events.unit, events.at_ms
    ends = np.append(unit[1:] != unit[:-1], True) if len(unit) else np.zeros(0, dtype=bool)
    next_ms = np.where(ends, window.end_ms, np.append(at_ms[1:], window.end_ms)[: len(unit)])
    day = at_ms // DAY_MS
    carries = events.holds | (next_ms // DAY_MS - day <= 1)
    known_ms = np.where(carries, next_ms, (day + 1) * DAY_MS)
    known = Stretches(unit, at_ms, known_ms, events.level, events.quality)
    first_ms = np.full(units, window.end_ms)
    np.minimum.at(first_ms, unit, at_ms)
    before = np.full(units, window.start_ms)
    gaps = _default(
        np.concatenate((unit, np.arange(units))),
        np.concatenate((known_ms, before)),
        np.concatenate((next_ms, first_ms)),
        np.zeros(len(unit) + units, dtype=np.int64),
    )
    return known, _clipped(gaps, window)


def _default(unit: Whole, start_ms: Whole, end_ms: Whole, level: Whole) -> Stretches:
    return Stretches(unit, start_ms, end_ms, level, np.full(len(unit), _DEFAULT))


def _clipped(these: Stretches, window: Window) -> Stretches:
    start_ms = np.maximum(these.start_ms, window.start_ms)
    end_ms = np.minimum(these.end_ms, window.end_ms)
    some = start_ms < end_ms
    return Stretches(
        these.unit[some], start_ms[some], end_ms[some], these.level[some], these.quality[some]
    )


def _filled(gaps: Stretches, default: DefaultSwitching, window: Window) -> Stretches:
    """Return gaps cut at the default's changes, each piece with the default's level."""
    if default.at_ms[0] > window.start_ms:
        at = start_of(window.first).isoformat()
        raise SettlementValueError("default switching", "a later start", f"a level from {at} on")
    first = np.searchsorted(default.at_ms, gaps.start_ms, side="right") - 1
    last = np.searchsorted(default.at_ms, gaps.end_ms, side="left") - 1
    pieces = last - first + 1
    gap = np.repeat(np.arange(len(first)), pieces)
    ordinal = np.arange(len(gap)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    piece = first[gap] + ordinal
    until = np.append(default.at_ms[1:], window.end_ms)
    start_ms = np.maximum(gaps.start_ms[gap], default.at_ms[piece])
    end_ms = np.minimum(gaps.end_ms[gap], np.maximum(until[piece], start_ms))
    return _default(gaps.unit[gap], start_ms, end_ms, default.level[piece])
