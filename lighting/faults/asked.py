"""Asked: what many lanterns are asked to do in one night, ready to be looked up for many reports.

The changes of all timelines stand in one sorted array, each timeline in a stretch of its own, so
that one binary search answers for all reports at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lighting.faults.rows import Flags, Floats, Places, Seconds
from schedules.level import OFF
from schedules.timeline import NightTimeline

_STRETCH_S = 1 << 20
"""Longer than any night [s], and than any report's distance from one (12 days)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Daylight:
    """When it is surely day: before ``evening_s`` and from ``morning_s`` on [s since 1970].

    At midnight sun both are such that it is always day, in polar night that it never is.
    """

    evening_s: float
    morning_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What holds at the time of each report.

    ``level`` is asked [percent]; ``near``: a change is so near that it is open; ``inside``: it lies
    between the night's first change and its last; ``day``: it is surely day.
    """

    level: Places
    near: Flags
    inside: Flags
    day: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The levels that timelines ask for, by the timeline's number."""

    base_s: int
    keys: Seconds
    levels: Places
    first: Places
    """Where each timeline's changes begin in ``keys``; one more at the end."""
    near_s: Floats
    """For each timeline how near to a change nothing is decided [s]."""
    evening_s: Floats
    morning_s: Floats

    def look_up(self, timeline: Places, at_s: Seconds) -> Answer:
        """Return what is asked at the time of each report; ``timeline`` must be 0 or more."""
        key = timeline * _STRETCH_S + np.clip(at_s - self.base_s, 1, _STRETCH_S - 1)
        after = np.searchsorted(self.keys, key, side="right")
        before = after - 1  # each timeline begins with a change of its own: never another's
        near_s = self.near_s[timeline]
        near: Flags = (before > self.first[timeline]) & (key - self.keys[before] <= near_s)
        is_last = after >= self.first[timeline + 1]
        upcoming = self.keys[np.minimum(after, len(self.keys) - 1)]
        near |= ~is_last & (upcoming - key <= near_s)
        return Answer(
            level=self.levels[before],
            near=near,
            inside=(before > self.first[timeline]) & ~is_last,
            day=(at_s < self.evening_s[timeline]) | (at_s >= self.morning_s[timeline]),
        )


def asked_of(
    timelines: Sequence[NightTimeline],
    near_min: Sequence[float],
    daylight: Sequence[Daylight],
) -> Asked:
    """Return the table of what ``timelines`` (of one night) ask.

    ``near_min``: for each how near to a change nothing is decided [min].
    """
    base_s = min((seconds(each.night.start) for each in timelines), default=0)
    keys: list[int] = []
    levels: list[int] = []
    first: list[int] = []
    for number, timeline in enumerate(timelines):
        first.append(len(keys))
        keys.append(number * _STRETCH_S)
        levels.append(int(OFF))
        for change in timeline.changes:
            keys.append(number * _STRETCH_S + seconds(change.at) - base_s)
            levels.append(int(change.level))
    return Asked(
        base_s=base_s,
        keys=np.array(keys, dtype=np.int64),
        levels=np.array(levels, dtype=np.int64),
        first=np.array([*first, len(keys)], dtype=np.int64),
        near_s=np.array(near_min, dtype=np.float64) * 60,
        evening_s=np.array([each.evening_s for each in daylight], dtype=np.float64),
        morning_s=np.array([each.morning_s for each in daylight], dtype=np.float64),
    )


def seconds(at: datetime) -> int:
    """Return whole seconds since 1970 of an aware time."""
    return int(at.timestamp())
