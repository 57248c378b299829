"""The sun over one place: when it passes an angle, inside a given stretch of time.

The only module that imports astral. Four traps of astral 3.2 are closed here, each known from
running it: its default zone gives Honolulu the evening before; ``dusk`` of a civil date can be
twenty-two hours before that date's ``sunset`` (Helsinki in June), so events are taken by instant
and not by date; a sunset can fall after local midnight (Reykjavik); and "always above" and "always
below" are told apart only by the words of a ``ValueError``, so here they are values.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from astral import Observer, SunDirection, refraction_at_zenith
from astral.sun import SUN_APPARENT_RADIUS, noon, time_of_transit, zenith

from schedules.night import Night
from schedules.policy import ElevationAnchor, Side, SunAnchor, SunBound, SunEvent

HORIZON_DEG = 90.0
CIVIL_DEPRESSION_DEG = 6.0
ONE_DAY = timedelta(days=1)

_DIRECTION = {Side.EVENING: SunDirection.SETTING, Side.MORNING: SunDirection.RISING}


class SunState(Enum):
    """What the sun does in one night with regard to one angle."""

    NORMAL = "normal"
    """It passes the angle at least once."""
    MIDNIGHT_SUN = "midnight_sun"
    """It stays above all night and day."""
    POLAR_NIGHT = "polar_night"
    """It stays below all night and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """A zenith angle [degrees] as astral takes it, and whether astral adds refraction to it."""

    zenith_deg: float
    refracted: bool = True

    @property
    def geometric_deg(self) -> float:
        """The true zenith angle [degrees] of the sun's centre at that moment."""
        if not self.refracted:
            return self.zenith_deg
        return self.zenith_deg + float(refraction_at_zenith(self.zenith_deg))


SUNSET = Angle(zenith_deg=HORIZON_DEG + SUN_APPARENT_RADIUS)
CIVIL = Angle(zenith_deg=HORIZON_DEG + CIVIL_DEPRESSION_DEG)

_NAMED = {
    SunEvent.SUNSET: (SUNSET, Side.EVENING),
    SunEvent.SUNRISE: (SUNSET, Side.MORNING),
    SunEvent.CIVIL_DUSK: (CIVIL, Side.EVENING),
    SunEvent.CIVIL_DAWN: (CIVIL, Side.MORNING),
}


def angle_of(bound: SunBound) -> tuple[Angle, Side]:
    """Return the angle that a sun-bound anchor waits for, and on which side of the night."""
    match bound:
        case SunAnchor(event=event):
            return _NAMED[event]
        case ElevationAnchor(elevation_deg=elevation_deg, side=side):
            return Angle(zenith_deg=HORIZON_DEG - elevation_deg, refracted=False), side


def culminations(latitude_deg: float, longitude_deg: float, day: date) -> tuple[datetime, datetime]:
    """Return the sun's highest moment of a date and its lowest after it [aware UTC]."""
    highest = noon(Observer(latitude_deg, longitude_deg), day)
    return highest, highest + ONE_DAY / 2


@lru_cache(maxsize=200_000)
def _pass_of_day(
    latitude_deg: float, longitude_deg: float, day: date, angle: Angle, side: Side
) -> datetime | None:
    """Return the pass between a day's highest moment and the lowest after (or before) it.

    astral works by UTC dates and finds at most one event in each; where events drift over 00:00
    UTC a date can hold two or none, so the neighbours are asked too. Near the polar circles the
    sun can graze an angle that astral's formula, which starts from the declination at 00:00 UTC,
    says it misses; there the pass is found by halving.
    """
    highest, lowest = culminations(latitude_deg, longitude_deg, day)
    if side is Side.MORNING:
        lowest = highest - ONE_DAY / 2
    first, last = min(highest, lowest), max(highest, lowest)
    observer = Observer(latitude_deg, longitude_deg)
    for shift in (0, 1, -1):
        with suppress(ValueError):  # acos of more than 1: not reached, says astral
            at = time_of_transit(
                observer,
                day + shift * ONE_DAY,
                angle.zenith_deg,
                _DIRECTION[side],
                angle.refracted,
            )
            if first <= at < last:
                return at
    return _search((latitude_deg, longitude_deg), angle.geometric_deg, highest, lowest)


def _search(
    place: tuple[float, float], geometric_deg: float, highest: datetime, lowest: datetime
) -> datetime | None:
    """Return the pass between two culminations by halving, or None if the angle lies outside."""
    if not zenith_deg(*place, highest) < geometric_deg < zenith_deg(*place, lowest):
        return None
    up, down = highest, lowest
    while abs(down - up) > timedelta(seconds=1):
        middle = up + (down - up) / 2
        if zenith_deg(*place, middle) < geometric_deg:
            up = middle
        else:
            down = middle
    return down.replace(microsecond=0)


def passes(
    latitude_deg: float,
    longitude_deg: float,
    span: tuple[datetime, datetime],
    angle: Angle,
    side: Side,
) -> list[datetime]:
    """Return when the sun passes ``angle`` on one side, for start <= t < end (aware UTC)."""
    start, end = span
    days = (end.date() - start.date()).days + 3
    moments = (
        _pass_of_day(
            latitude_deg, longitude_deg, start.date() + (number - 1) * ONE_DAY, angle, side
        )
        for number in range(days)
    )
    return [at for at in moments if at is not None and start <= at < end]


def zenith_deg(latitude_deg: float, longitude_deg: float, at: datetime) -> float:
    """Return the geometric zenith angle [degrees] of the sun's centre at ``at`` (aware)."""
    return float(zenith(Observer(latitude_deg, longitude_deg), at, with_refraction=False))


def deepest_deg(night: Night) -> float:
    """Return the greatest zenith angle [degrees, geometric] of the sun in a night."""
    site = night.site
    place = site.latitude_deg, site.longitude_deg
    moments = [
        lowest
        for day in (night.start.date() - ONE_DAY, night.start.date(), night.end.date())
        if night.start <= (lowest := culminations(*place, day)[1]) < night.end
    ]
    return max(zenith_deg(*place, at) for at in (*moments, night.start, night.end))


def highest_deg(night: Night, since: datetime) -> float:
    """Return the sun's least zenith angle [degrees, geometric] in a night from ``since`` on."""
    site = night.site
    place = site.latitude_deg, site.longitude_deg
    moments = [
        highest
        for day in (night.start.date(), night.end.date())
        if since <= (highest := culminations(*place, day)[0]) < night.end
    ]
    return min(zenith_deg(*place, at) for at in (*moments, since, night.end))


def is_below(night: Night, angle: Angle, at: datetime) -> bool:
    """Tell whether the sun is below ``angle`` at an instant over the night's site."""
    site = night.site
    return zenith_deg(site.latitude_deg, site.longitude_deg, at) > angle.geometric_deg


def find_pass(night: Night, bound: SunBound) -> datetime | None:
    """Return when in this night the sun passes the bound's angle (offset not applied), or None."""
    return find_angle(night, *angle_of(bound))


def find_angle(night: Night, angle: Angle, side: Side) -> datetime | None:
    """Return when in this night the sun passes ``angle`` on one side, or None."""
    site = night.site
    found = passes(site.latitude_deg, site.longitude_deg, (night.start, night.end), angle, side)
    if not found:
        return None
    return found[0] if side is Side.EVENING else found[-1]


def state(night: Night, angle: Angle, events: tuple[datetime | None, datetime | None]) -> SunState:
    """Return what the sun does in a night with regard to an angle, given its passes."""
    if any(event is not None for event in events):
        return SunState.NORMAL
    reached = deepest_deg(night) > angle.geometric_deg
    return SunState.POLAR_NIGHT if reached else SunState.MIDNIGHT_SUN


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSun:
    """The sun's moments in one night [aware UTC], None where there is none, and why."""

    sunset: datetime | None
    sunrise: datetime | None
    civil_dusk: datetime | None
    civil_dawn: datetime | None
    sun: SunState
    twilight: SunState


def night_sun(night: Night) -> NightSun:
    """Return sunset, sunrise, civil dusk and civil dawn of one noon-to-noon night."""
    sunset, sunrise, dusk, dawn = (
        find_pass(night, SunAnchor(event=event))
        for event in (SunEvent.SUNSET, SunEvent.SUNRISE, SunEvent.CIVIL_DUSK, SunEvent.CIVIL_DAWN)
    )
    return NightSun(
        sunset=sunset,
        sunrise=sunrise,
        civil_dusk=dusk,
        civil_dawn=dawn,
        sun=state(night, SUNSET, (sunset, sunrise)),
        twilight=state(night, CIVIL, (dusk, dawn)),
    )
