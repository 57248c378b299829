"""Policy, Plan, Step, Anchor: what the city asked for, as a tree. No times resolved yet.

A policy switches on and off by the sun and holds one or more *plans*: step lists with a condition
that says on which nights they apply. The first plan whose condition holds is the night's plan; the
last plan has no condition. ``policy_text`` reads and writes this tree as TOML or JSON.
"""

from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum

from schedules.level import Level

TOLERANCE_MIN_DEFAULT = 12.0
"""Minutes: one step of the coarsest node clock that we know (NAS UL20xx, ten) and the rounding of
its sun (about two where the sun sets slowly)."""


class SunEvent(Enum):
    """The named moments of the sun that an anchor can hang on."""

    SUNSET = "sunset"
    SUNRISE = "sunrise"
    CIVIL_DUSK = "civil dusk"
    CIVIL_DAWN = "civil dawn"


class Side(Enum):
    """Which way the sun is going: down in the evening, up in the morning."""

    EVENING = "evening"
    MORNING = "morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SunAnchor:
    """A moment given by the sun: a named event, plus an offset [minutes, may be negative]."""

    event: SunEvent
    offset_min: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ElevationAnchor:
    """The sun's centre passing an elevation [degrees above the horizon, geometric] on one side.

    ``lux`` keeps the switching illuminance that the elevation was derived from, where it was.
    """

    elevation_deg: float
    side: Side
    offset_min: int = 0
    lux: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAnchor:
    """A local wall-clock time; before noon it means the morning that ends the night."""

    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOn:
    """The moment at which the night's lighting switches on (``at = "on"``)."""


Anchor = SunAnchor | ElevationAnchor | ClockAnchor | SwitchOn
SunBound = SunAnchor | ElevationAnchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From this moment on the lantern is at this level, until the next step or switch-off."""

    at: Anchor
    level: Level


class Nation(Enum):
    """Whose bank holidays: the four nations of the United Kingdom."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern ireland"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """Nights from ``first`` to ``last``, both included (dates of the evening).

    With ``yearly`` the year of both is ignored; a range that ends before it begins wraps over
    the new year.
    """

    first: date
    last: date
    yearly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NthWeekday:
    """The nth (1 to 5, or -1 for the last) ISO weekday (1 Monday to 7 Sunday) of a month.

    ``month`` is 1 to 12, or None for every month.
    """

    nth: int
    weekday: int
    month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """On which nights a plan applies. Every part that is given must hold; parts are "any of".

    All dates and weekdays are those of the night's evening. ``weekdays`` are ISO (1 Monday).
    """

    weekdays: frozenset[int] = frozenset()
    dates: tuple[DateRange, ...] = ()
    nth_weekdays: tuple[NthWeekday, ...] = ()
    bank_holidays: frozenset[Nation] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of the nights for which ``when`` holds; None means every night."""

    steps: tuple[Step, ...]
    when: Condition | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A level that no step may go below, and why: the lighting class and the reason."""

    level: Level
    lighting_class: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the city asks of a set of lanterns.

    ``switch_on`` and ``switch_off`` bound the night's lighting (trimming is their offset).
    ``fade_s`` is the time of a change of level [s]. ``tolerance_min`` is the longest time
    [minutes] for which a node may show another level than asked, in any night of a year, before
    the policy is refused for that node.
    """

    name: str
    title: str
    switch_on: SunBound
    switch_off: SunBound
    plans: tuple[Plan, ...]
    floor: Floor | None = None
    source: str = ""
    fade_s: float = 0.0
    tolerance_min: float = TOLERANCE_MIN_DEFAULT
    notes: tuple[str, ...] = field(default_factory=tuple)
