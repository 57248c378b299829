"""Judged: which reports of a night may decide anything, and what was asked when they were made."""

from dataclasses import dataclass

import numpy as np

from lighting.faults.asked import Answer
from lighting.faults.night import NO_TIMELINE, NightSeen
from lighting.faults.rows import UNKNOWN_LEVEL, Flags, Floats, Places, Seconds
from lighting.faults.rules import FaultRules
from schedules.level import FULL, OFF

_STRETCH_S = 1 << 36
"""Longer than seconds since 1970 will be for 2,000 years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStatuses:
    """For each status: what was asked, and whether it may be held against that."""

    asked: Answer
    decided: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMeters:
    """For each meter row: what was asked, whether it decides, and powers [W] of the model.

    ``shape_w`` is what the model's line has at the level; ``expected_w`` the same where the wattage
    is known, else NaN; ``at_least_w`` the least that any lantern would draw there; ``dark_w`` the
    most that is no light; ``off_w`` the most that is off.
    """

    asked: Answer
    decided: Flags
    shape_w: Floats
    expected_w: Floats
    at_least_w: Floats
    dark_w: Floats
    off_w: Floats

    @property
    def lit_asked(self) -> Flags:
        """Where light is asked."""
        return np.asarray(self.decided & (self.asked.level > OFF))

    @property
    def off_asked(self) -> Flags:
        """Where none is."""
        return np.asarray(self.decided & (self.asked.level == OFF))


def judge_statuses(seen: NightSeen, rules: FaultRules) -> JudgedStatuses:
    """Judge the statuses: near a change, before the proof or under an override none decides."""
    rows = seen.statuses
    asked, decided = _asked(seen, rows.lantern, rows.at_s, rules)
    decided &= (rows.level != UNKNOWN_LEVEL) & ~rows.manual
    return JudgedStatuses(asked=asked, decided=decided)


def judge_meters(seen: NightSeen, statuses: JudgedStatuses, rules: FaultRules) -> JudgedMeters:
    """Judge the meter rows: as statuses, and none beside a status of another level than asked.

    Power that follows the node where the node does not follow its program is no fault of the lamp.
    """
    rows = seen.meters
    asked, decided = _asked(seen, rows.lantern, rows.at_s, rules)
    decided &= ~np.isnan(rows.power_w) & ~_beside_stray(seen, statuses)
    model = seen.model[rows.lantern]
    shape_w = seen.powers_w[model, asked.level]
    standby_w = seen.powers_w[model, OFF]
    known = ~np.isnan(seen.full_w[rows.lantern])
    expected_w = np.where(known, shape_w, np.nan)
    least_w = rules.unknown_full_w * shape_w / seen.powers_w[model, FULL]
    return JudgedMeters(
        asked=asked,
        decided=decided,
        shape_w=shape_w,
        expected_w=expected_w,
        at_least_w=np.where(known, shape_w, least_w),
        dark_w=standby_w + rules.dark_w,
        off_w=standby_w + rules.power_w,
    )


def _asked(
    seen: NightSeen, lantern: Places, at_s: Seconds, rules: FaultRules
) -> tuple[Answer, Flags]:
    timeline = seen.timeline[lantern]
    if not len(seen.asked.near_s):
        nothing = np.zeros(len(lantern), dtype=np.bool_)
        level = np.zeros(len(lantern), dtype=np.int64)
        return Answer(level=level, near=nothing, inside=nothing, day=nothing), nothing.copy()
    asked = seen.asked.look_up(np.maximum(timeline, 0), at_s)
    decided: Flags = (timeline != NO_TIMELINE) & (at_s >= seen.proved_s[lantern]) & ~asked.near
    margin_s = rules.override_margin_min * 60
    for held in seen.overridden:
        among = np.zeros(seen.lanterns, dtype=np.bool_)
        among[held.lanterns] = True
        decided &= ~(among[lantern] & (at_s >= held.start_s) & (at_s <= held.end_s + margin_s))
    return asked, decided


def _beside_stray(seen: NightSeen, statuses: JudgedStatuses) -> Flags:
    """Tell for each meter row whether the status before or after it shows another level."""
    rows, meters = seen.statuses, seen.meters
    stray = rows.manual | (statuses.decided & (rows.level != statuses.asked.level))
    if not len(rows.lantern):
        return np.zeros(len(meters.lantern), dtype=np.bool_)
    said = rows.lantern * _STRETCH_S + rows.at_s
    after = np.searchsorted(said, meters.lantern * _STRETCH_S + meters.at_s, side="right")
    beside = np.zeros(len(meters.lantern), dtype=np.bool_)
    for place in (after - 1, after):
        there = np.clip(place, 0, len(said) - 1)
        same = (place == there) & (rows.lantern[there] == meters.lantern)
        beside |= same & stray[there]
    return beside
