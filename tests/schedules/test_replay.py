"""What a node does with a program, under each reading of its manual.

``SlowNode`` is a second replay that shares nothing with the first but the sun's zenith
angle: it walks through time and looks at the sun and at a table of weekdays each minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from schedules.level import FULL, OFF, Level
from schedules.program import ClockStep, DayProgram, Program, SunSide, SunStep
from schedules.replay import INTERPRETATIONS, FirstStep, Interpretation, Layering, levels
from schedules.site import Site
from schedules.sun import zenith_deg
from tests.schedules.factories import PLACES, utc

MINUTE = timedelta(minutes=1)
EVERY_DAY = frozenset(range(1, 8))
DUSK = SunStep(side=SunSide.DUSK, zenith_deg=90 + 5 / 6, level=FULL)
DAWN = SunStep(side=SunSide.DAWN, zenith_deg=90 + 5 / 6, level=OFF)


def steps(*moments: tuple[str, int | None]) -> tuple[ClockStep, ...]:
    return tuple(
        ClockStep(
            minute=int(at[:2]) * 60 + int(at[3:]), level=None if level is None else Level(level)
        )
        for at, level in moments
    )


def a_program(
    *days: DayProgram, sun_steps: tuple[SunStep, ...] = (DUSK, DAWN), site: Site = PLACES["Leeds"]
) -> Program:
    return Program(
        latitude_deg=round(site.latitude_deg, 2),
        longitude_deg=round(site.longitude_deg, 2),
        sun_steps=sun_steps,
        day_programs=days,
    )


def on_all_days(*moments: tuple[str, int | None]) -> DayProgram:
    return DayProgram(weekdays=EVERY_DAY, steps=steps(*moments))


def reading(first_step: FirstStep, layering: Layering) -> Interpretation:
    return Interpretation(first_step=first_step, layering=layering)


def night_in_words(
    program: Program, how: Interpretation = INTERPRETATIONS[0], evening: str = "2026-01-14"
) -> str:
    """Return a winter night's levels from noon on, with UTC times to the ten minutes below."""
    start = utc(f"{evening}T12:00")
    return " ".join(
        f"{at.replace(minute=at.minute // 10 * 10):%H:%M}={level}"
        for at, level in levels(program, start, start + timedelta(days=1), how)
    )


# In Leeds the sun sets at 16:14 on 14 January 2026 and rises at 08:16 on the 15th (PyEphem 4.2.1).
def test_without_clock_steps_the_sun_switches() -> None:
    assert night_in_words(a_program()) == "12:00=0 16:10=100 08:10=0"


def test_a_clock_step_lies_over_the_sun_steps_until_one_without_a_level() -> None:
    program = a_program(on_all_days(("00:00", 50), ("05:00", None), ("22:00", 70)))
    assert night_in_words(program) == "12:00=0 16:10=100 22:00=70 00:00=50 05:00=100 08:10=0"


def test_before_the_first_step_of_a_day_the_readings_differ() -> None:
    program = a_program(on_all_days(("05:00", None), ("22:00", 70)))
    nothing = reading(FirstStep.NOTHING, Layering.CLOCK_ABOVE)
    carried = reading(FirstStep.CARRIED, Layering.CLOCK_ABOVE)
    assert night_in_words(program, nothing) == "12:00=0 16:10=100 22:00=70 00:00=100 08:10=0"
    assert night_in_words(program, carried) == "12:00=0 16:10=100 22:00=70 05:00=100 08:10=0"


def test_when_the_sun_passes_during_a_clock_step_the_readings_differ() -> None:
    program = a_program(on_all_days(("00:00", None), ("15:00", 30), ("18:00", None)))
    above = reading(FirstStep.NOTHING, Layering.CLOCK_ABOVE)
    latest = reading(FirstStep.NOTHING, Layering.LATEST_WINS)
    assert night_in_words(program, above) == "12:00=0 15:00=30 18:00=100 08:10=0"
    assert night_in_words(program, latest) == "12:00=0 15:00=30 16:10=100 08:10=0"


def test_a_step_at_midnight_leaves_no_gap_in_any_reading() -> None:
    program = a_program(on_all_days(("00:00", 60), ("05:00", None), ("22:00", 60)))
    for how in INTERPRETATIONS:
        assert night_in_words(program, how) == "12:00=0 16:10=100 22:00=60 05:00=100 08:10=0"


def test_weekdays_are_those_of_utc() -> None:
    friday = DayProgram(weekdays=frozenset({5}), steps=steps(("00:00", None), ("22:00", 40)))
    saturday = DayProgram(weekdays=frozenset({6}), steps=steps(("00:00", 20), ("05:00", None)))
    program = a_program(friday, saturday)
    assert night_in_words(program, evening="2026-01-16") == (  # a Friday
        "12:00=0 16:10=100 22:00=40 00:00=20 05:00=100 08:10=0"
    )
    assert night_in_words(program, evening="2026-01-15") == "12:00=0 16:10=100 08:10=0"


def test_a_node_without_sun_steps_holds_its_fallback_level() -> None:
    assert night_in_words(a_program(sun_steps=())) == "12:00=100"


@pytest.mark.parametrize(("evening", "level"), [("2026-12-20", FULL), ("2026-06-20", OFF)])
def test_where_the_sun_passes_no_angle_its_position_decides(evening: str, level: Level) -> None:
    program = a_program(site=PLACES["Tromso"])
    assert night_in_words(program, evening=evening) == f"12:00={level}"


def test_of_two_dusk_steps_the_deeper_one_holds_in_polar_night() -> None:
    deeper = SunStep(side=SunSide.DUSK, zenith_deg=91.5, level=Level(60))
    program = a_program(sun_steps=(DUSK, deeper, DAWN), site=PLACES["Tromso"])
    start = utc("2026-12-20T12:00")
    assert levels(program, start, start + timedelta(hours=6))[0] == (start, 60)


def test_a_replay_that_begins_in_the_night_knows_what_came_before() -> None:
    later = SunStep(side=SunSide.DAWN, zenith_deg=120.0, level=Level(80))
    program = a_program(sun_steps=(DUSK, later, DAWN))
    whole = levels(program, utc("2026-01-14T12:00"), utc("2026-01-15T12:00"))
    assert [level for _, level in whole] == [OFF, FULL, 80, OFF]
    start = utc("2026-01-15T07:30")
    assert levels(program, start, start + timedelta(hours=4)) == [(start, 80), whole[-1]]


def test_more_than_a_week_at_a_time_is_refused() -> None:
    start = utc("2026-01-14T12:00")
    with pytest.raises(ValueError, match="replay at most 7 days at a time, not 8 days"):
        levels(a_program(), start, start + timedelta(days=8))


@dataclass
class SlowNode:
    """A node under one reading, as it stands at some minute."""

    program: Program
    how: Interpretation
    sun: Level = OFF
    clock: Level | None = None
    shown: Level = OFF

    def look_at_the_sun(self, before: float, now: float) -> None:
        """Take the sun steps whose angle lies between two zenith angles a minute apart."""
        for step in self.program.sun_steps:
            down = step.side is SunSide.DUSK and before < step.zenith_deg <= now
            up = step.side is SunSide.DAWN and before > step.zenith_deg >= now
            if down or up:
                self.sun = step.level
                if self.clock is None or self.how.layering is Layering.LATEST_WINS:
                    self.shown = step.level

    def look_at_the_clock(self, at: datetime) -> None:
        """Take the clock steps of this minute."""
        today = self.program.day_program(at.isoweekday())
        minute = at.hour * 60 + at.minute
        if minute == 0 and (self.how.first_step is FirstStep.NOTHING or today is None):
            self.clock, self.shown = None, self.sun
        for step in today.steps if today else ():
            if step.minute == minute:
                self.clock = step.level
                self.shown = self.sun if step.level is None else step.level


def minute_by_minute(
    program: Program, start: datetime, how: Interpretation, zeniths: list[float]
) -> list[Level]:
    """Return the level of each minute; ``zeniths`` has one value a minute from ``start`` on."""
    node, seen = SlowNode(program, how), []
    for number, (before, now) in enumerate(pairwise(zeniths), start=1):
        node.look_at_the_sun(before, now)
        node.look_at_the_clock(start + number * MINUTE)
        seen.append(node.shown)
    return seen


def a_random_program(random: Random, site: Site) -> Program:
    """Return any program, also one that no policy is lowered to."""
    owner = {day: random.randrange(3) for day in EVERY_DAY}
    days = []
    for number in set(owner.values()) - {2}:  # days of number 2 have no program
        times = sorted(random.sample(range(144), random.randint(1, 6)))
        days.append(
            DayProgram(
                weekdays=frozenset(day for day in EVERY_DAY if owner[day] == number),
                steps=tuple(
                    ClockStep(minute=10 * time, level=random.choice([None, OFF, Level(40), FULL]))
                    for time in times
                ),
            )
        )
    dusk, late = sorted(random.sample(range(1, 70), 2))
    sun_steps = (
        SunStep(side=SunSide.DUSK, zenith_deg=90 + dusk / 6, level=Level(90)),
        SunStep(side=SunSide.DUSK, zenith_deg=90 + late / 6, level=Level(70)),
        SunStep(side=SunSide.DAWN, zenith_deg=90 + late / 6, level=Level(80)),
        SunStep(side=SunSide.DAWN, zenith_deg=90 + dusk / 6, level=OFF),
    )
    return a_program(*days, sun_steps=sun_steps, site=site)


@pytest.mark.parametrize("seed", range(8))
def test_a_second_replay_written_another_way_shows_the_same_light(seed: int) -> None:
    random = Random(seed)
    site = PLACES[random.choice(["Leeds", "Honolulu", "Auckland", "Ushuaia", "Kathmandu"])]
    program = a_random_program(random, site)
    start = utc("2026-01-01T00:00") + timedelta(hours=random.randrange(9000))
    ahead = start - timedelta(days=2)  # whatever the node did before is forgotten by then
    here = program.latitude_deg, program.longitude_deg
    zeniths = [zenith_deg(*here, ahead + number * MINUTE) for number in range(-1, 3 * 24 * 60)]
    for how in INTERPRETATIONS:
        expected = minute_by_minute(program, ahead - MINUTE, how, zeniths)[2 * 24 * 60 :]
        changes = levels(program, start, start + timedelta(days=1), how)
        shown = [
            next(level for at, level in reversed(changes) if at <= start + number * MINUTE)
            for number in range(24 * 60)
        ]
        different = sum(ours != theirs for ours, theirs in zip(shown, expected, strict=True))
        assert different <= len(program.sun_steps)  # the minute in which the sun passes
