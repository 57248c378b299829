"""What a rule of burning hours comes to in one night, by the compiler that lanterns follow too."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import fsum

from lighting.energy.burning import PartNight, Photocell, StatedHours, SunBelow, SunRule
from schedules.compiler import compile_night
from schedules.level import FULL, OFF
from schedules.lux import ELEVATION_DEG_BY_LUX
from schedules.night import Night
from schedules.policy import (
    ElevationAnchor,
    Plan,
    Policy,
    Side,
    Step,
    SunAnchor,
    SunBound,
    SunEvent,
    SwitchOn,
)
from schedules.site import Site
from schedules.timeline import Span

_ONE_DAY = timedelta(days=1)
_SUNSET = SunAnchor(event=SunEvent.SUNSET)
_SUNRISE = SunAnchor(event=SunEvent.SUNRISE)


def lit_spans(rule: SunRule, night: Night) -> tuple[Span, ...]:
    """Return the spans at full power of a lamp that burns by ``rule`` in one night.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
    """
    lit = _full_spans(*_bounds(rule), night)
    if rule.part_night is None:
        return lit
    off, on = _window(rule.part_night, night)
    return tuple(part for span in lit for part in _without(span, off, on))


def lit_hours(rule: StatedHours | SunRule, night: Night) -> float:
    """Return how long [h] a lamp burns by ``rule`` in one night.

    A stated yearly figure is spread over the nights of the evening's year in proportion to the
    time from sunset to sunrise, so that the year adds up to it.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
    """
    if isinstance(rule, StatedHours):
        share = _dark_hours(night) / _dark_year(night.site, night.evening.year)
        return rule.hours_per_year * share
    return fsum(span.hours for span in lit_spans(rule, night))


def _bounds(rule: SunRule) -> tuple[SunBound, SunBound]:
    match rule:
        case SunBelow(altitude_deg=altitude_deg):
            evening_deg = morning_deg = altitude_deg
        case Photocell(on_lux=on_lux, off_lux=off_lux):
            evening_deg, morning_deg = (
                ELEVATION_DEG_BY_LUX[on_lux],
                ELEVATION_DEG_BY_LUX[off_lux],
            )
    return (
        ElevationAnchor(elevation_deg=evening_deg, side=Side.EVENING),
        ElevationAnchor(elevation_deg=morning_deg, side=Side.MORNING),
    )


def _full_spans(on: SunBound, off: SunBound, night: Night) -> tuple[Span, ...]:
    """Return the night's spans at full power between two moments of the sun."""
    policy = Policy(
        name="baseline",
        title="Full power all night",
        switch_on=on,
        switch_off=off,
        plans=(Plan(steps=(Step(at=SwitchOn(), level=FULL),)),),
    )
    return tuple(span for span in compile_night(policy, night).spans() if span.level > OFF)


def _window(part: PartNight, night: Night) -> tuple[datetime, datetime]:
    off, on = ((_gmt(each, night) if part.gmt else night.at(each)) for each in (part.off, part.on))
    return off, on


def _gmt(at: time, night: Night) -> datetime:
    """Return the instant inside noon to noon GMT of the evening at which GMT shows ``at``."""
    day = night.evening if at >= time(12) else night.evening + _ONE_DAY
    return datetime.combine(day, at, tzinfo=UTC)


def _without(span: Span, off: datetime, on: datetime) -> tuple[Span, ...]:
    pieces = ((span.start, min(span.end, off)), (max(span.start, on), span.end))
    return tuple(
        Span(start=start, end=end, level=span.level) for start, end in pieces if start < end
    )


def _dark_hours(night: Night) -> float:
    return fsum(span.hours for span in _full_spans(_SUNSET, _SUNRISE, night))


@lru_cache(maxsize=4096)
def _dark_year(site: Site, year: int) -> float:
    """Return the hours from sunset to sunrise [h] of all nights whose evening is of ``year``."""
    first = date(year, 1, 1)
    nights = (date(year + 1, 1, 1) - first).days
    return fsum(
        _dark_hours(Night(site=site, evening=first + number * _ONE_DAY)) for number in range(nights)
    )
