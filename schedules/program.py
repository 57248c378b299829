"""Program: what a node will hold; device-ready steps, still in domain units.

Two layers, as lantern nodes have them: *sun steps* (an astronomical calendar: the sun passing a
zenith angle sets a level) and *day programs* (clock steps on UTC weekdays, laid over the sun steps;
a step with no level gives control back to the sun steps).
"""

from dataclasses import dataclass
from enum import Enum

from schedules.level import FULL, Level

MINUTES_A_DAY = 1440


class SunSide(Enum):
    """Dusk: the sun is going down (zenith angle grows). Dawn: it is coming up."""

    DUSK = "dusk"
    DAWN = "dawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SunStep:
    """When the sun's centre passes ``zenith_deg`` (geometric, no refraction) the level is set."""

    side: SunSide
    zenith_deg: float
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStep:
    """At ``minute`` minutes after 00:00 UTC the level is set; None returns to the sun steps."""

    minute: int
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgram:
    """Clock steps, ascending, for ISO weekdays (1 Monday to 7 Sunday) of the UTC calendar."""

    weekdays: frozenset[int]
    steps: tuple[ClockStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """All that one node holds to follow a policy until its next program.

    ``latitude_deg`` and ``longitude_deg`` are on the target's grid. Sun steps are in the order in
    which the sun reaches them: dusk by growing zenith, dawn by falling zenith.
    """

    latitude_deg: float
    longitude_deg: float
    sun_steps: tuple[SunStep, ...]
    day_programs: tuple[DayProgram, ...]
    fade_s: float = 0.5
    fallback_level: Level = FULL

    def day_program(self, weekday: int) -> DayProgram | None:
        """Return the day program of an ISO weekday (UTC), or None where there is none."""
        return next((p for p in self.day_programs if weekday in p.weekdays), None)
