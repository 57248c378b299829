"""StreetNight: what is true outside through a day and a night, for add-ons to measure.

One clear, cold night with one shower, the same whatever the season: roads freeze towards morning,
gullies fill and run dry, people and vehicles grow few after midnight. Every figure is made up to
look like a city (general knowledge, unverified). Nothing is drawn here: the same instant at the
same place is always the same, and counts of two stretches add up to that of both.
"""

from dataclasses import dataclass
from math import cos, exp, pi, sin
from random import Random
from typing import Final

HOUR_S: Final = 3600.0
_DAY_H: Final = 24.0
_TURN: Final = 2 * pi / _DAY_H

_AIR_C, _AIR_SWING_C, _AIR_WARMEST_H = 4.0, 4.5, 15.0
_SURFACE_SWING_C, _SURFACE_WARMEST_H = 3.0, 13.0
"""Roads are warmer than the air by day and colder under a clear night sky."""

_PEOPLE_AN_HOUR, _VEHICLES_AN_HOUR = 24.0, 150.0
_BUSIEST_H, _FEWER = 15.5, 0.95
_FASTEST_KM_H, _SLOWED_KM_H = 46, 12
_DAYLIGHT_H: Final = (7.5, 16.5)

_GULLY_REST: Final = 0.12
"""How full a gully is that nothing runs into."""

_FILLS_S, _DRAINS_S = 0.5 * HOUR_S, 1.5 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """How a place differs: colder than the city [K], how busy, how far the shower fills its gully.

    ``catches`` is the share of the gully's depth that the shower adds.
    """

    colder_c: float = 0.0
    busy: float = 1.0
    catches: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is true at a place; two numbers are of two directions.

    ``people`` and ``vehicles`` are since the report before, ``people_total`` since the device was
    switched on; ``full`` is a share of the gully's depth; ``hour`` is of the local day.
    """

    hour: float
    air_c: float
    humidity: float
    surface_c: float
    full: float
    pm2_5: float
    people: tuple[int, int]
    people_total: tuple[int, int]
    vehicles: tuple[int, int]
    speed_km_h: int
    tilt_deg: float
    battery: int = 98
    battery_v: float = 3.1

    @property
    def is_light(self) -> bool:
        """Whether it is day."""
        return _DAYLIGHT_H[0] <= self.hour < _DAYLIGHT_H[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetNight:
    """A day and a night around ``midnight_s``, with a shower from one instant to another.

    Instants are seconds since 1970.
    """

    midnight_s: float
    shower_s: tuple[float, float]

    def moment(self, corner: Corner, at_s: float, *, since_s: float, start_s: float) -> Moment:
        """Return what is true at ``at_s`` for a device that reported at ``since_s`` before."""
        hour = self._hours(at_s) % _DAY_H
        air_c = _AIR_C - corner.colder_c + _AIR_SWING_C * _swing(hour, _AIR_WARMEST_H)
        walked = self._passed(corner, _PEOPLE_AN_HOUR, since_s, at_s)
        driven = self._passed(corner, _VEHICLES_AN_HOUR, since_s, at_s)
        return Moment(
            hour=hour,
            air_c=air_c,
            humidity=82.0 - 9.0 * _swing(hour, _AIR_WARMEST_H),
            surface_c=air_c + _SURFACE_SWING_C * _swing(hour, _SURFACE_WARMEST_H),
            full=self._full(corner, at_s),
            pm2_5=9.0 + 5.0 * _swing(hour, 20.0),
            people=walked,
            people_total=self._passed(corner, _PEOPLE_AN_HOUR, start_s, at_s),
            vehicles=driven,
            speed_km_h=_FASTEST_KM_H - round(_SLOWED_KM_H * max(_swing(hour, _BUSIEST_H), 0.0)),
            tilt_deg=0.3 + 0.05 * _swing(hour, _AIR_WARMEST_H),
        )

    def _hours(self, at_s: float) -> float:
        return (at_s - self.midnight_s) / HOUR_S

    def _full(self, corner: Corner, at_s: float) -> float:
        begins_s, ends_s = self.shower_s
        if at_s <= begins_s:
            return _GULLY_REST
        filled = corner.catches * (1 - exp((begins_s - min(at_s, ends_s)) / _FILLS_S))
        return _GULLY_REST + filled * exp(min(ends_s - at_s, 0.0) / _DRAINS_S)

    def _passed(
        self, corner: Corner, an_hour: float, from_s: float, to_s: float
    ) -> tuple[int, int]:
        """Return who passed either way between two instants."""
        mean = corner.busy * an_hour
        before, after = (mean * _so_far(self._hours(at_s)) for at_s in (from_s, to_s))
        return int(after * 0.55) - int(before * 0.55), int(after * 0.45) - int(before * 0.45)


def a_corner(rng: Random) -> Corner:
    """Return a place that differs from others by chance."""
    return Corner(
        colder_c=rng.uniform(-1.0, 1.0), busy=rng.uniform(0.4, 1.6), catches=rng.uniform(0.2, 0.6)
    )


def _swing(hour: float, most_h: float) -> float:
    """Return a wave over the day: 1 at ``most_h``, -1 half a day from it."""
    return cos(_TURN * (hour - most_h))


def _so_far(hours: float) -> float:
    """Return the hours' worth of average traffic since a long time ago: the integral of a wave."""
    return 1_000_000 + hours + _FEWER / _TURN * sin(_TURN * (hours - _BUSIEST_H))
