"""Slots: nights laid on a node's clock grid, so that many nights can share one weekly program.

A slot is one cell of the grid (ten minutes, say) of a UTC weekday. Per slot we keep the highest
level that any of the nights wants in it, and whether it is *firm*: inside the lit hours of all of
them. Taking the highest level makes a dimming step late and a brightening step early where it is
off the grid: never darker than asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from schedules.level import OFF, Level
from schedules.program import MINUTES_A_DAY
from schedules.timeline import Cause, NightTimeline

Grid = NDArray[np.int16]
DAYS_A_WEEK = 7
UNSEEN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """When a night's lighting is on [aware UTC], and its first and last level.

    ``on`` is None if it was lit at noon already, ``off`` if it still is at the next noon. Lighting
    is on from switch-on to switch-off, also where a plan's level is 0.
    """

    lit: bool
    on: datetime | None
    off: datetime | None
    first: Level
    last: Level
    last_since: datetime


@lru_cache(maxsize=4096)
def shape(timeline: NightTimeline) -> Shape:
    """Return the shape of a simplified timeline."""
    spans = list(timeline.spans())
    night = timeline.night
    if not timeline.changes:
        return Shape(lit=False, on=None, off=None, first=OFF, last=OFF, last_since=night.start)
    changes = timeline.changes
    switched_off = changes[-1].cause is Cause.SWITCH_OFF
    lit = [s for s in spans if s.start >= changes[0].at]
    if switched_off:
        lit = [s for s in lit if s.end <= changes[-1].at]
    return Shape(
        lit=True,
        on=changes[0].at if changes[0].at > night.start else None,
        off=changes[-1].at if switched_off else None,
        first=lit[0].level,
        last=lit[-1].level,
        last_since=lit[-1].start,
    )


def highest_in_slot(timeline: NightTimeline, at: datetime, grid_min: int) -> Level:
    """Return the highest level of a night in the slot of the grid that holds an instant."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    start = at - (at - midnight) % timedelta(minutes=grid_min)
    end = start + timedelta(minutes=grid_min)
    return max(span.level for span in timeline.spans() if span.start < end and span.end > start)


@lru_cache(maxsize=4096)
def _night_slots(
    timeline: NightTimeline, grid_min: int, *, whole: bool = True
) -> tuple[int, Grid, NDArray[np.bool_]]:
    """Return the first slot of the UTC week, the levels and the firmness of one night's slots.

    With ``whole`` a slot is firm only if the light is on in all of it, else if it is in any of it.
    """
    night = timeline.night
    midnight = night.start.replace(hour=0, minute=0, second=0, microsecond=0)
    base = midnight + timedelta(
        minutes=(night.start - midnight) // timedelta(minutes=grid_min) * grid_min
    )
    step = timedelta(minutes=grid_min)
    count = -((base - night.end) // step)
    levels = np.zeros(count, dtype=np.int16)
    firm = np.zeros(count, dtype=np.bool_)
    form = shape(timeline)
    for span in timeline.spans():
        first, end = (span.start - base) // step, -((base - span.end) // step)
        np.maximum(levels[first:end], span.level, out=levels[first:end])
    if form.lit:
        on = night.start if form.on is None else form.on
        off = night.end if form.off is None else form.off
        first = -((base - on) // step) if whole and form.on is not None else (on - base) // step
        end = (off - base) // step if whole and form.off is not None else -((base - off) // step)
        firm[first:end] = True
    day_slots = MINUTES_A_DAY // grid_min
    start = (base.isoweekday() - 1) * day_slots + (base - midnight) // step
    return start, levels, firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Levels and firmness by UTC weekday (0 is Monday) and slot; ``UNSEEN`` where no night was."""

    levels: Grid
    firm: NDArray[np.bool_]
    grid_min: int


def _fill_unseen(table: Grid, *others: NDArray[np.bool_]) -> None:
    """Give slots that no night touched the value of the nearest earlier weekday that has one."""
    for slot in range(table.shape[1]):
        seen = np.flatnonzero(table[:, slot] != UNSEEN)
        if len(seen) in (0, DAYS_A_WEEK):
            continue
        for day in np.flatnonzero(table[:, slot] == UNSEEN):
            source = max((d for d in seen if d < day), default=seen[-1])
            for each in (table, *others):
                each[day, slot] = each[source, slot]


def week_of(timelines: Sequence[NightTimeline], grid_min: int, *, whole: bool) -> Week:
    """Lay nights on one week: the highest level wins, a slot is firm only if all nights agree.

    A slot in which a night's light switches on or off is firm for it unless ``whole``.

    Slots that no night touches take the nearest earlier weekday's, so that a node which misses its
    next program keeps a sensible one.
    """
    day_slots = MINUTES_A_DAY // grid_min
    size = DAYS_A_WEEK * day_slots
    levels = np.full(size, UNSEEN, dtype=np.int16)
    firm = np.ones(size, dtype=np.bool_)
    for timeline in timelines:
        start, night_levels, night_firm = _night_slots(timeline, grid_min, whole=whole)
        index = (start + np.arange(len(night_levels))) % size
        levels[index] = np.maximum(levels[index], night_levels)
        firm[index] &= night_firm
    table, firm_table = levels.reshape(DAYS_A_WEEK, -1), firm.reshape(DAYS_A_WEEK, -1)
    _fill_unseen(table, firm_table)
    firm_table[table == UNSEEN] = False
    return Week(levels=table, firm=firm_table, grid_min=grid_min)


Turning = tuple[NightTimeline, datetime | None, Level, Level]


def level_week(nights: Sequence[Turning], grid_min: int) -> Grid:
    """Return the level that sun steps give in each slot of the week for sure, or ``UNSEEN``.

    Each night is (timeline, when its first level gives way to the second or None, first, second).
    Slots that hold the turn, or in which two nights differ, are not sure; the slots of weekdays
    that no night touches are filled like those of ``week_of``.
    """
    day_slots = MINUTES_A_DAY // grid_min
    size = DAYS_A_WEEK * day_slots
    unsure = -2
    base = np.full(size, UNSEEN, dtype=np.int16)
    for timeline, turn, first, second in nights:
        start, levels, _ = _night_slots(timeline, grid_min)
        index = (start + np.arange(len(levels))) % size
        given = np.full(len(levels), first, dtype=np.int16)
        if turn is not None:
            begin = timeline.night.start - timedelta(
                minutes=(timeline.night.start.minute % grid_min)
            )
            slot = (turn - begin) // timedelta(minutes=grid_min)
            given[slot] = unsure
            given[slot + 1 :] = second
        differs = (base[index] != UNSEEN) & (base[index] != given)
        base[index] = np.where(differs, unsure, given)
    table = base.reshape(DAYS_A_WEEK, -1)
    _fill_unseen(table)
    table[table == unsure] = UNSEEN
    return table
