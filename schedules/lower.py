"""Pass 3: fit nights to a Target; returns the Program that gives their light, and what was lost.

The form of a program. Sun steps switch on at dusk and off at dawn; a day program of clock steps
lies over them only where *every* night it serves is lit, and gives control back to the sun steps
before the first dawn. So no clock step can light a lantern in daylight, and switch-on and
switch-off never meet a clock step in force. What a node's manual leaves open is not relied on:
every day program has a step at 00:00, weekdays are disjoint, no holidays are used, and a sun step
inside clock steps sets the level that the clock step has anyway.

Nothing is ever darker than asked: angles are rounded to an earlier dusk and a later dawn, times to
a later dimming and an earlier brightening, and where steps must be merged the brighter stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

import numpy as np
from numpy.typing import NDArray

from schedules.clock_steps import day_programs
from schedules.errors import LoweringError
from schedules.level import OFF, Level
from schedules.policy import Policy, Side
from schedules.program import Program, SunSide, SunStep
from schedules.rounding import rounded_steps
from schedules.slots import Shape, highest_in_slot, level_week, shape, week_of
from schedules.sun import Angle, angle_of, deepest_deg, highest_deg, passes, zenith_deg
from schedules.target import Target
from schedules.timeline import NightTimeline

ROUNDING_DEG = 0.01
"""Taken off an angle before it is rounded down: astral's angle at a moment and its moment of an
angle differ by less than this, and switch-on must not slip past the asked moment."""

SHALLOW_DEG = 1.0
"""Nights whose sun sinks less than this below dawn's angle may have neighbours in which it does not
reach it: the sun's declination moves by up to 0.4 degrees a day."""

SOLSTICE_DEEPEST_DEG = 180 - 23.45
"""The sun's zenith angle at midnight of midsummer [degrees], less the latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """A program and, in plain words, what it gives up of the policy.

    ``sun_alone`` tells whether its sun steps alone would light every night from switch-on to
    switch-off. Where they would not, clock steps do, and a sun step can come while one is in force.
    """

    program: Program
    losses: tuple[str, ...]
    sun_alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calendar:
    """Sun steps, and the levels they give after dusk and before dawn.

    ``turns`` tells for each night when the first level gives way to the second.
    """

    steps: tuple[SunStep, ...]
    evening: Level
    morning: Level
    turns: tuple[datetime | None, ...]


def lower(timelines: Sequence[NightTimeline], policy: Policy, target: Target) -> Lowered:
    """Return the program that serves all of ``timelines`` (simplified; of one site and policy).

    Raises:
        LoweringError: a night has more steps than the target can hold, even merged.
    """
    site = timelines[0].night.site
    calendar = _calendar(timelines, policy, target)
    sure = _is_sure(calendar, timelines)
    week = week_of(timelines, target.clock_grid_min, whole=sure)
    base = _base(calendar, timelines if sure else (), target)
    programs, merged = day_programs(week, base, target.clock_steps_max)
    if len(programs) > target.profiles_max:
        raise LoweringError(
            f"the week needs {len(programs)} day programs, the node holds {target.profiles_max}"
        )
    losses = (*rounded_steps(timelines, target.clock_grid_min), *merged)
    fade_s = min(target.fades_s, key=lambda known: abs(known - policy.fade_s))
    if policy.fade_s and fade_s != policy.fade_s:
        losses = (*losses, f"fade of {policy.fade_s:g} s becomes {fade_s:g} s")
    return Lowered(
        program=Program(
            latitude_deg=_on_grid(site.latitude_deg, target),
            longitude_deg=_on_grid(site.longitude_deg, target),
            sun_steps=calendar.steps,
            day_programs=programs,
            fade_s=fade_s,
        ),
        losses=losses,
        sun_alone=sure,
    )


def _on_grid(value_deg: float, target: Target) -> float:
    return round(round(value_deg / target.position_grid_deg) * target.position_grid_deg, 9)


def _angle(zenith: float, target: Target) -> float:
    """Return the node's angle for a zenith [degrees]: rounded to an earlier dusk, a later dawn."""
    steps = floor((zenith - ROUNDING_DEG - 90) / target.zenith_grid_deg)
    rounded = 90 + steps * target.zenith_grid_deg
    return min(max(rounded, target.zenith_deg_min), target.zenith_deg_max)


def _zenith_at(timeline: NightTimeline, at: datetime) -> float:
    site = timeline.night.site
    return zenith_deg(site.latitude_deg, site.longitude_deg, at)


def _middle(timeline: NightTimeline) -> datetime:
    return timeline.night.start + (timeline.night.end - timeline.night.start) / 2


def _calendar(timelines: Sequence[NightTimeline], policy: Policy, target: Target) -> _Calendar:
    pairs = [(timeline, shape(timeline)) for timeline in timelines]
    evening = max((_first(t, f, target) for t, f in pairs if f.lit), default=_highest(policy))
    morning = max((_last(t, f, target) for t, f in pairs if f.lit), default=evening)
    dusk_deg = _dusk_deg(pairs, policy, target)
    dawn_deg = _dawn_deg(pairs, policy)
    off = _off_steps(timelines, policy, target, dawn_deg)
    between = _morning_step(pairs, morning, target) if evening != morning else None
    turns: tuple[datetime | None, ...] = (None,) * len(timelines)
    if between is None:
        evening = morning = max(evening, morning)
    else:
        turns = _turns(timelines, between)
    on = SunStep(side=SunSide.DUSK, zenith_deg=_angle(dusk_deg, target), level=evening)
    steps = (on, between, *off) if between else (on, *off)
    return _Calendar(steps=steps, evening=evening, morning=morning, turns=turns)


def _first(timeline: NightTimeline, form: Shape, target: Target) -> Level:
    """Return the highest level from switch-on to where clock steps can take over."""
    if form.on is None:
        return form.first
    return highest_in_slot(timeline, form.on, target.clock_grid_min)


def _last(timeline: NightTimeline, form: Shape, target: Target) -> Level:
    """Return the highest level from where clock steps end to switch-off."""
    if form.off is None:
        return form.last
    return max(form.last, highest_in_slot(timeline, form.off, target.clock_grid_min))


def _highest(policy: Policy) -> Level:
    return max(step.level for plan in policy.plans for step in plan.steps)


def _dusk_deg(
    pairs: Sequence[tuple[NightTimeline, Shape]], policy: Policy, target: Target
) -> float:
    """Return the zenith [degrees] of dusk: the earliest asked for, or one that is not passed."""
    asked = [_zenith_at(timeline, form.on) for timeline, form in pairs if form.on]
    if asked:
        return min(asked)
    angle_deg = angle_of(policy.switch_on)[0].geometric_deg
    if any(form.lit for _, form in pairs):  # polar night: the sun stays below it
        return angle_deg
    deepest = max(deepest_deg(timeline.night) for timeline, _ in pairs)
    return max(angle_deg, deepest + 2 * target.zenith_grid_deg)


def _dawn_deg(pairs: Sequence[tuple[NightTimeline, Shape]], policy: Policy) -> float:
    """Return the zenith [degrees] of dawn: the latest asked for, or one that does no harm.

    Where no night asks for it, nights that are lit end at noon with the light on: the sun must not
    pass it in any of them, or a node in which the latest event wins would be dark until its next
    clock step. Where no night is lit, no deeper than switch-on's: a node that is lit from the
    nights before must be switched off, and 18 lux in the morning is not reached in a night that
    only just was 35 lux dark.
    """
    asked = [_zenith_at(timeline, form.off) for timeline, form in pairs if form.off]
    if asked:
        return min(asked)
    harmless = [highest_deg(t.night, form.on or t.night.start) for t, form in pairs if form.lit]
    bounds = (policy.switch_on, policy.switch_off)
    return min(*(angle_of(bound)[0].geometric_deg for bound in bounds), *harmless)


def _off_steps(
    timelines: Sequence[NightTimeline], policy: Policy, target: Target, dawn_deg: float
) -> tuple[SunStep, ...]:
    """Return what switches off: the step of dawn, and one that catches who has missed it.

    In the light nights the sun can sink past switch-on (35 lux) one night, but to switch-off
    (18 lux) only the next: a node that had the program a day early would burn through the day. The
    second step switches it off where the sun climbs past the angle of switch-on, as ``resolve``.
    """
    off = SunStep(side=SunSide.DAWN, zenith_deg=_angle(dawn_deg, target), level=OFF)
    catch_deg = _angle(angle_of(policy.switch_on)[0].geometric_deg, target)
    shallow_deg = off.zenith_deg + SHALLOW_DEG
    latitude_deg = timelines[0].night.site.latitude_deg
    if catch_deg >= off.zenith_deg or SOLSTICE_DEEPEST_DEG - abs(latitude_deg) > shallow_deg:
        return (off,)
    if min(deepest_deg(timeline.night) for timeline in timelines) > shallow_deg:
        return (off,)
    return (off, SunStep(side=SunSide.DAWN, zenith_deg=catch_deg, level=OFF))


def _morning_step(
    pairs: Sequence[tuple[NightTimeline, Shape]], level: Level, target: Target
) -> SunStep | None:
    """Return a dawn-side sun step that sets the nights' last level, or None if they share none.

    It must come inside the last stretch of every night, where the clock steps show that level
    anyway, and leave two slots before switch-off.
    """
    slot = timedelta(minutes=target.clock_grid_min)
    lowest, highest = target.zenith_deg_min, target.zenith_deg_max
    for timeline, form in pairs:
        if form.off is None or form.last != level:
            return None
        begins, ends = max(form.last_since + slot, _middle(timeline) + slot), form.off - 2 * slot
        if begins >= ends:
            return None
        highest = min(highest, _zenith_at(timeline, begins))
        lowest = max(lowest, _zenith_at(timeline, ends))
    angle = _angle((lowest + highest) / 2, target)
    if not lowest < angle < highest:
        return None
    return SunStep(side=SunSide.DAWN, zenith_deg=angle, level=level)


def _turns(timelines: Sequence[NightTimeline], step: SunStep) -> tuple[datetime | None, ...]:
    """Return when each night passes a dawn-side sun step."""
    angle = Angle(zenith_deg=step.zenith_deg, refracted=False)
    turns = []
    for timeline in timelines:
        site, night = timeline.night.site, timeline.night
        found = passes(
            site.latitude_deg, site.longitude_deg, (night.start, night.end), angle, Side.MORNING
        )
        turns.append(found[-1] if found else None)
    return tuple(turns)


def _is_sure(calendar: _Calendar, timelines: Sequence[NightTimeline]) -> bool:
    """Tell whether the sun steps alone would light every night from switch-on to switch-off.

    They do not where the sun stays down at noon, or where it grazes an angle so closely that the
    node's rounded one is missed: a lantern that waits for it would stay dark all night.
    """
    on = calendar.steps[0]
    angle = Angle(zenith_deg=on.zenith_deg, refracted=False)
    for timeline, turn in zip(timelines, calendar.turns, strict=True):
        form, night = shape(timeline), timeline.night
        if not form.lit:
            continue
        if form.on is None or form.off is None:
            return False
        if calendar.evening != calendar.morning and turn is None:
            return False
        place = night.site.latitude_deg, night.site.longitude_deg
        until = form.on + timedelta(minutes=1)
        if not passes(*place, (form.on - timedelta(hours=12), until), angle, Side.EVENING):
            return False
    return True


def _base(
    calendar: _Calendar, timelines: Sequence[NightTimeline], target: Target
) -> NDArray[np.int16]:
    """Return what the sun steps give in each slot of the week for sure, or ``UNSEEN``."""
    nights = [
        (timeline, turn, calendar.evening, calendar.morning)
        for timeline, turn in zip(timelines, calendar.turns, strict=False)
        if shape(timeline).lit
    ]
    return level_week(nights, target.clock_grid_min)
