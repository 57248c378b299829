"""The proof finds what is wrong with a program: each kind of fault is planted here once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from schedules.compiler import compile_nights, compile_year
from schedules.deviation import deviation
from schedules.level import FULL, OFF, Level
from schedules.program import ClockStep, DayProgram, Program
from schedules.proof import WORST_LISTED, Proof, prove
from schedules.replay import INTERPRETATIONS
from schedules.timeline import Cause, Change, NightTimeline
from tests.schedules.factories import (
    PLACES,
    a_night,
    a_policy,
    a_target,
    on_weekdays,
    program_for,
    wall,
)

POLICY = a_policy(
    *(("on", 100), ("23:00", 60), ("05:00", 100)),
    plans=[on_weekdays((5,), ("on", 100), ("01:00", 40), ("05:00", 100))],
)
FIRST = date(2026, 10, 12)
NIGHTS = 28
TIMELINES = compile_nights(POLICY, PLACES["Leeds"], FIRST, NIGHTS)
SEASONS = compile_year(TIMELINES, POLICY, a_target())
UPLOADS = [season.first for season in SEASONS[1:]]


def right(evening: date) -> Program:
    return program_for(SEASONS, evening)


def proof_of(program_of: Callable[[date], Program]) -> Proof:
    return prove(TIMELINES, program_of, uploads=UPLOADS, tolerance_min=12.0)


def with_steps(program: Program, change: Callable[[ClockStep], ClockStep]) -> Program:
    """Return a program with every clock step changed."""
    return replace(
        program,
        day_programs=tuple(
            replace(day, steps=tuple(change(step) for step in day.steps))
            for day in program.day_programs
        ),
    )


def test_a_right_program_holds() -> None:
    proof = proof_of(right)
    assert proof.holds
    assert proof.minutes_wrong < 3
    assert proof.minutes_darker <= 1
    assert abs(proof.energy_error) < 0.01
    assert (proof.first, proof.last, proof.nights) == (FIRST, date(2026, 11, 8), NIGHTS)
    assert proof.uploads == tuple(UPLOADS)
    assert proof.readings == tuple(reading.words for reading in INTERPRETATIONS)
    assert len(proof.worst) == WORST_LISTED


def half_an_hour_late(program: Program) -> Program:
    return with_steps(
        program, lambda step: replace(step, minute=step.minute and (step.minute + 30) % 1440)
    )


def dimmer(program: Program) -> Program:
    return with_steps(
        program, lambda step: replace(step, level=step.level and Level(step.level - 10))
    )


def a_weekday_late(program: Program) -> Program:
    return replace(
        program,
        day_programs=tuple(
            replace(day, weekdays=frozenset(one % 7 + 1 for one in day.weekdays))
            for day in program.day_programs
        ),
    )


def without_dawn(program: Program) -> Program:
    return replace(program, sun_steps=program.sun_steps[:1])


def without_clock_steps(program: Program) -> Program:
    return replace(program, day_programs=())


def in_the_wrong_town(program: Program) -> Program:
    return replace(program, longitude_deg=-6.26)  # Dublin's


@pytest.mark.parametrize(
    ("fault", "minutes"),
    [
        (half_an_hour_late, 30),
        (dimmer, 6 * 60),
        (a_weekday_late, 2 * 60),
        (without_dawn, 5 * 60),
        (without_clock_steps, 6 * 60),
        (in_the_wrong_town, 18),
    ],
)
def test_a_planted_fault_is_found(fault: Callable[[Program], Program], minutes: float) -> None:
    proof = proof_of(lambda evening: fault(right(evening)))
    assert not proof.holds
    assert proof.minutes_wrong >= minutes


def test_a_forgotten_clock_change_is_found_on_its_first_night() -> None:
    """The summer's program left in the node: an hour wrong from the night of the change on."""
    proof = proof_of(lambda _: right(date(2026, 10, 20)))
    assert not proof.holds
    assert proof.minutes_wrong >= 60
    assert {night.night for night in proof.worst} <= {
        date(2026, 10, 24) + timedelta(days=number) for number in range(30)
    }
    before = [one for one in TIMELINES if one.night.evening < date(2026, 10, 24)]
    assert prove(before, right, uploads=(), tolerance_min=12.0).holds


def test_a_fault_of_one_night_is_named_with_its_date() -> None:
    friday = date(2026, 10, 16)
    proof = proof_of(
        lambda evening: without_clock_steps(right(evening)) if evening == friday else right(evening)
    )
    assert not proof.holds
    assert proof.minutes_wrong_night == friday
    assert proof.worst[0].night == friday
    assert proof.minutes_wrong == pytest.approx(4 * 60, abs=2)  # 01:00 to 05:00


def test_too_dark_is_told_from_too_bright() -> None:
    too_dark = proof_of(lambda evening: dimmer(right(evening)))
    too_bright = proof_of(lambda evening: without_clock_steps(right(evening)))
    assert too_dark.minutes_darker >= 6 * 60
    assert too_dark.energy_error < 0
    assert too_bright.minutes_darker <= 1
    assert too_bright.energy_error > 0.1


@pytest.mark.parametrize(
    ("asked_at_midnight", "wrong_reading"),
    [
        (60, "before a day's first step: the sun steps"),
        (100, "before a day's first step: the last clock step of the day before"),
    ],
)
def test_a_program_that_hangs_on_one_reading_of_the_manual_is_found(
    asked_at_midnight: int, wrong_reading: str
) -> None:
    """Without a step at 00:00, a day begins as the day before ended, or it does not."""
    policy = a_policy(("on", 100), ("22:00", 60), ("00:00", asked_at_midnight), ("05:00", 100))
    timelines = compile_nights(policy, PLACES["Leeds"], date(2026, 1, 12), 7)
    program = compile_year(timelines, policy, a_target())[0].program
    day = DayProgram(
        weekdays=frozenset(range(1, 8)),
        steps=(ClockStep(minute=300, level=None), ClockStep(minute=1320, level=Level(60))),
    )
    hanging = replace(program, day_programs=(day,))
    assert prove(timelines, lambda _: program, uploads=(), tolerance_min=12.0).holds
    proof = prove(timelines, lambda _: hanging, uploads=(), tolerance_min=12.0)
    assert not proof.holds
    assert proof.minutes_wrong == pytest.approx(300, abs=1)  # midnight to five
    assert proof.worst[0].reading.startswith(wrong_reading)


def test_the_tolerance_is_a_limit_that_may_be_reached() -> None:
    proof = proof_of(right)
    assert replace(proof, tolerance_min=proof.minutes_wrong).holds
    assert not replace(proof, tolerance_min=proof.minutes_wrong - 0.01).holds


def test_nights_that_ask_for_no_light_have_no_energy_error() -> None:
    timelines = compile_nights(a_policy(), PLACES["Tromso"], date(2026, 6, 15), 5)
    program = compile_year(timelines, a_policy(), a_target())[0].program
    proof = prove(timelines, lambda _: program, uploads=(), tolerance_min=12.0)
    assert (proof.holds, proof.minutes_wrong, proof.energy_error) == (True, 0.0, 0.0)


def asked() -> NightTimeline:
    """Return a night of 100 % from 17:00, 50 % from 22:00 and nothing from 07:00."""
    night = a_night()
    return NightTimeline(
        night=night,
        changes=(
            Change(at=night.at(wall("17:00")), level=FULL, cause=Cause.SWITCH_ON),
            Change(at=night.at(wall("22:00")), level=Level(50), cause=Cause.STEP),
            Change(at=night.at(wall("07:00")), level=OFF, cause=Cause.SWITCH_OFF),
        ),
    )


@pytest.mark.parametrize(
    ("done", "minutes_wrong", "minutes_darker", "percent", "hours_done"),
    [
        ("17:00=100 22:00=50 07:00=0", 0, 0, (0, 0), 9.5),
        ("17:20=100 22:00=50 07:00=0", 20, 20, (100, 100), 9.5 - 1 / 3),
        ("16:50=100 22:00=50 07:00=0", 10, 0, (100, 0), 9.5 + 1 / 6),
        ("17:00=100 22:30=50 07:00=0", 30, 0, (50, 0), 9.5 + 0.25),
        ("17:00=100 22:00=40 07:00=0", 540, 540, (10, 10), 9.5 - 0.9),
        ("17:00=100 21:50=70 22:10=50 07:00=0", 20, 10, (30, 30), 9.5 - 0.05 + 1 / 30),
        # Two short stretches are not one long one.
        ("17:10=100 22:10=50 07:00=0", 10, 10, (100, 100), 9.5 - 1 / 6 + 1 / 12),
        # Nor are stretches of darkness with the right light between them.
        ("17:00=100 22:00=40 23:00=50 02:00=40 03:00=60 04:00=50 07:00=0", 120, 60, (10, 10), 9.4),
        ("", 840, 840, (100, 100), 0.0),
    ],
)
def test_a_deviation_is_the_longest_wrong_stretch_and_the_greatest_difference(
    done: str,
    minutes_wrong: float,
    minutes_darker: float,
    percent: tuple[int, int],
    hours_done: float,
) -> None:
    night = asked().night
    moments = [change.split("=") for change in done.split()]
    course = [(night.start, OFF)]
    course += [(night.at(wall(at)), Level(int(level))) for at, level in moments]
    found = deviation(asked(), course)
    assert (found.minutes_wrong, found.minutes_darker) == (minutes_wrong, minutes_darker)
    assert (found.percent_wrong, found.percent_darker) == percent
    assert found.hours_asked == pytest.approx(9.5)
    assert found.hours_done == pytest.approx(hours_done)
