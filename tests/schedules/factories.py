"""What the tests of the compiler are made of: places, policies in words, a target, and checks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from schedules.anchors import ANCHOR, EVENING_BOUND, MORNING_BOUND
from schedules.compiler import compile_nights
from schedules.level import Level
from schedules.night import Night
from schedules.policy import Condition, Plan, Policy, Step
from schedules.program import Program
from schedules.seasons import Season
from schedules.site import Site
from schedules.target import Target
from schedules.timeline import NightTimeline

Steps = Sequence[tuple[str, int]]

MONDAY = "2026-01-12"


def a_site(
    latitude_deg: float = 53.8, longitude_deg: float = -1.55, zone: str = "Europe/London"
) -> Site:
    """Return a place, Leeds if nothing else is said."""
    return Site(latitude_deg=latitude_deg, longitude_deg=longitude_deg, zone=zone)


# Positions in degrees, rounded to 0.01 or better (general knowledge; no test hangs on more).
PLACES: Final = {
    "Greenwich": a_site(51.4773, 0.0),
    "Leeds": a_site(),
    "Lerwick": a_site(60.155, -1.145),
    "Alesund": a_site(62.47, 6.15, "Europe/Oslo"),
    "Tromso": a_site(69.6492, 18.9553, "Europe/Oslo"),
    "Hammerfest": a_site(70.66, 23.68, "Europe/Oslo"),
    "Longyearbyen": a_site(78.22, 15.65, "Europe/Oslo"),
    "Reykjavik": a_site(64.1466, -21.9426, "Atlantic/Reykjavik"),
    "Helsinki": a_site(60.1699, 24.9384, "Europe/Helsinki"),
    "Sydney": a_site(-33.8688, 151.2093, "Australia/Sydney"),
    "Honolulu": a_site(21.3069, -157.8583, "Pacific/Honolulu"),
    "Suva": a_site(-18.1416, 178.4419, "Pacific/Fiji"),
    "Kiritimati": a_site(1.8721, -157.4278, "Pacific/Kiritimati"),
    "Lord Howe": a_site(-31.5553, 159.0821, "Australia/Lord_Howe"),
    "Kathmandu": a_site(27.7172, 85.324, "Asia/Kathmandu"),
    "Auckland": a_site(-36.8485, 174.7633, "Pacific/Auckland"),
    "Ushuaia": a_site(-54.8019, -68.303, "America/Argentina/Ushuaia"),
    "Quito": a_site(-0.1807, -78.4678, "America/Guayaquil"),
    "Urumqi": a_site(43.8256, 87.6168, "Asia/Shanghai"),
    "Anadyr": a_site(64.7337, 177.4968, "Asia/Anadyr"),
    "Adak": a_site(51.88, -176.6581, "America/Adak"),
}


def a_night(place: str = "Leeds", evening: str = "2026-01-14") -> Night:
    """Return a night of one of ``PLACES``; a plain winter Wednesday in Leeds if nothing is said."""
    return Night(site=PLACES[place], evening=date.fromisoformat(evening))


def a_plan(*steps: tuple[str, int], when: Condition | None = None) -> Plan:
    """Return a plan from steps in the words of a policy document."""
    return Plan(
        steps=tuple(Step(at=ANCHOR.parse(at), level=Level(level)) for at, level in steps),
        when=when,
    )


def on_weekdays(weekdays: Sequence[int], *steps: tuple[str, int]) -> Plan:
    """Return a plan for the nights whose evening is one of some ISO weekdays (1 Monday)."""
    return a_plan(*steps, when=Condition(weekdays=frozenset(weekdays)))


def a_policy(
    *steps: tuple[str, int],
    plans: Sequence[Plan] = (),
    on: str = "sunset",
    off: str = "sunrise",
    tolerance_min: float = 12.0,
    fade_s: float = 0.0,
) -> Policy:
    """Return a policy; ``steps`` are for the nights that none of ``plans`` is for."""
    return Policy(
        name="a-policy",
        title="A policy",
        switch_on=EVENING_BOUND.parse(on),
        switch_off=MORNING_BOUND.parse(off),
        plans=(*plans, a_plan(*(steps or (("on", 100),)))),
        tolerance_min=tolerance_min,
        fade_s=fade_s,
    )


def a_target(*, clock_steps_max: int = 9) -> Target:
    """Return the limits of the NAS UL20xx, as sections 2.1.1, 2.1.8, 2.1.9 of devices.md say."""
    return Target(
        profiles_max=8,
        clock_steps_max=clock_steps_max,
        clock_grid_min=10,
        sun_steps_max=15,
        zenith_grid_deg=1 / 6,
        zenith_deg_min=90 - 128 / 6,
        zenith_deg_max=90 + 127 / 6,
        position_grid_deg=0.01,
        level_on_min=2,
        fades_s=(0.5, 0.71, 1, 1.41, 2, 2.83, 4, 5.66, 8, 11.31, 16, 22.63, 32, 45.25, 64, 90.51),
        override_min_max=255,
    )


def utc(text: str) -> datetime:
    """Return an instant from ISO text without a zone, meant as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> time:
    """Return a wall time from ``HH:MM``."""
    return time.fromisoformat(text)


def in_words(timeline: NightTimeline) -> list[str]:
    """Return the changes of a night as local wall time and level: ``15:47:02 100``."""
    tz = timeline.night.site.tz
    return [f"{change.at.astimezone(tz):%H:%M:%S} {change.level}" for change in timeline.changes]


def program_for(seasons: Sequence[Season], evening: date) -> Program:
    """Return the program in force on a night; fail if there is not exactly one."""
    (season,) = (one for one in seasons if one.first <= evening <= one.last)
    return season.program


def nights(
    policy: Policy, first: str = MONDAY, count: int = 7, place: str = "Leeds"
) -> list[NightTimeline]:
    """Return what a policy asks of consecutive nights."""
    return list(compile_nights(policy, PLACES[place], date.fromisoformat(first), count))


def sun_in_words(program: Program) -> str:
    """Return a program's sun steps as ``dusk@90.67=100 dawn@90.67=0``."""
    return " ".join(
        f"{step.side.value}@{step.zenith_deg:.2f}={step.level}" for step in program.sun_steps
    )
