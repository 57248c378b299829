"""Pass 1: anchors (sunset + 20 min, 23:00) -> UTC instants, for one site and night.

What happens where the sun does not do its part:

* The sun stays up (midnight sun): no light, all night.
* The sun stays down (polar night): light from noon to noon; the steps by the clock apply.
* The sun passes the angle of switch-on but never sinks to that of switch-off (35/18 lux at 62.5° N
  in June): off where it climbs past the angle of switch-on again. Where it only just touches that
  angle: no light.
* A step hangs on an event of the sun that this night lacks: nobody said what is wanted, so the
  lantern keeps the plan's highest level all night.
"""

from datetime import datetime, timedelta

from schedules.errors import PlaceError
from schedules.level import OFF, Level
from schedules.night import Night
from schedules.policy import ClockAnchor, Plan, Policy, Side, Step, SunBound, SwitchOn
from schedules.sun import angle_of, deepest_deg, find_angle, find_pass, is_below
from schedules.timeline import Cause, Change, NightTimeline

SOLAR_OFFSET_H_MAX = 6.0
"""A zone whose noon is further than this from the sun's cannot frame a night noon to noon. The
largest offset that people keep is about three hours (western China)."""


def resolve(policy: Policy, plan: Plan, night: Night) -> NightTimeline:
    """Return the night's changes of level, in order; a change may repeat the level before it.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
    """
    _check_zone(night)
    bounds = _lit(policy, night)
    if bounds is None:
        return NightTimeline(night=night, changes=())
    on, off = bounds
    resolved = [(_instant(step, night), step.level) for step in plan.steps]
    moments = [(at, level) for at, level in resolved if at is not None]
    if len(moments) < len(resolved):
        moments = [(night.start, max(level for _, level in resolved))]
    changes = [Change(at=on, level=_level_at(moments, on), cause=Cause.SWITCH_ON)]
    changes += [
        Change(at=at, level=level, cause=Cause.STEP)
        for at, level in sorted(moments, key=lambda moment: moment[0])
        if on < at < off
    ]
    if off < night.end:
        changes.append(Change(at=off, level=OFF, cause=Cause.SWITCH_OFF))
    return NightTimeline(night=night, changes=tuple(changes))


def _check_zone(night: Night) -> None:
    offset = night.start.astimezone(night.site.tz).utcoffset() or timedelta()
    apart_h = (offset.total_seconds() / 3600 - night.site.longitude_deg / 15 + 12) % 24 - 12
    if abs(apart_h) > SOLAR_OFFSET_H_MAX:
        raise PlaceError(
            f"zone {night.site.zone} is {abs(apart_h):.1f} h away from the sun at longitude"
            f" {night.site.longitude_deg:g}; a night runs from local noon to local noon, so"
            " give the zone that people there keep"
        )


def _lit(policy: Policy, night: Night) -> tuple[datetime, datetime] | None:
    """Return from when to when the night's lighting is on, or None if it is not."""
    angle = angle_of(policy.switch_on)[0]
    dusk, dawn = find_pass(night, policy.switch_on), _dawn(policy, night)
    if not is_below(night, angle, night.end) and _is_light(policy, night, dusk, dawn):
        return None
    on, off = _shifted(dusk, policy.switch_on), _shifted(dawn, policy.switch_off)
    if dusk and is_below(night, angle, night.start) and (dawn is None or dawn < dusk):
        # Down at the start, and up for a while before the end. A day of minutes inside the window
        # (the sun up only around noon) is not worth switching off for.
        on = off = None
    if is_below(night, angle, night.end):
        off = None  # at noon it is still dark enough to switch on: it would come on again at once
    start, end = max(on or night.start, night.start), min(off or night.end, night.end)
    return (start, end) if start < end else None


def _dawn(policy: Policy, night: Night) -> datetime | None:
    """Return when the sun passes switch-off's angle, or switch-on's where it is never so deep."""
    dawn = find_pass(night, policy.switch_off)
    if dawn is None and deepest_deg(night) <= angle_of(policy.switch_off)[0].geometric_deg:
        return find_angle(night, angle_of(policy.switch_on)[0], Side.MORNING)
    return dawn


def _is_light(policy: Policy, night: Night, dusk: datetime | None, dawn: datetime | None) -> bool:
    """Tell whether the sun stays above switch-on's angle, or only grazes it.

    A graze is down and up again, too close together to tell apart: only one of them is found.
    """
    if dusk is None:
        return deepest_deg(night) <= angle_of(policy.switch_on)[0].geometric_deg
    return dawn is None and deepest_deg(night) <= angle_of(policy.switch_off)[0].geometric_deg


def _moment(bound: SunBound, night: Night) -> datetime | None:
    return _shifted(find_pass(night, bound), bound)


def _shifted(at: datetime | None, bound: SunBound) -> datetime | None:
    return None if at is None else _whole_second(at + timedelta(minutes=bound.offset_min))


def _whole_second(at: datetime) -> datetime:
    return (at + timedelta(microseconds=500_000)).replace(microsecond=0)


def _instant(step: Step, night: Night) -> datetime | None:
    """Return when a step comes, or None if it hangs on an event of the sun that is not there.

    The switch-on step counts as there from the beginning of the night: a later step that has come
    before the light switches on (22:00, where dusk is at 22:30) sets the level at switch-on.
    """
    match step.at:
        case SwitchOn():
            return night.start
        case ClockAnchor(at=wall):
            return night.at(wall)
        case bound:
            return _moment(bound, night)


def _level_at(moments: list[tuple[datetime, Level]], on: datetime) -> Level:
    """Return the level at switch-on: the latest step that has come by then, later in list wins."""
    came = [(at, index) for index, (at, _) in enumerate(moments) if at <= on]
    return moments[max(came)[1]][1]
