"""Near the polar circles: nights without a noon or a midnight, and where the sun only grazes."""

from datetime import UTC, date

import pytest

from schedules.compiler import compile_nights, compile_year
from schedules.deviation import deviation
from schedules.level import FULL, OFF
from schedules.lower import lower
from schedules.proof import prove
from schedules.replay import INTERPRETATIONS, Interpretation, levels
from tests.schedules.factories import PLACES, a_policy, a_target, nights, program_for, sun_in_words


def test_where_the_sun_only_grazes_the_angle_of_switch_on_there_is_no_light() -> None:
    """It sinks to -3.399 degrees (Astronomical Almanac, low precision); 35 lux is -3.4."""
    policy = a_policy(on="35 lux evening", off="18 lux morning")
    (night,) = nights(policy, first="2027-05-07", count=1, place="Tromso")
    assert night.changes == ()


def test_a_day_shorter_than_its_own_trimming_does_not_leave_the_night_before_it_dark() -> None:
    """The first sunrise after polar night, and a sunset before the noon that ends the night."""
    policy = a_policy(on="sunset - 15 min", off="sunrise + 15 min")
    (timeline,) = nights(policy, first="2027-01-19", count=1, place="Hammerfest")
    night = timeline.night
    assert [(change.at, change.level) for change in timeline.changes] == [(night.start, FULL)]


def test_nights_of_midnight_sun_get_a_program_that_lights_nothing() -> None:
    policy = a_policy(("on", 100), ("22:00", 60), ("05:00", 100))
    program = lower(nights(policy, first="2026-06-15", place="Tromso"), policy, a_target()).program
    for timeline in nights(policy, first="2026-06-15", place="Tromso"):
        night = timeline.night
        assert levels(program, night.start, night.end) == [(night.start, OFF)]


def test_polar_nights_get_a_program_that_is_lit_at_noon() -> None:
    policy = a_policy(("on", 100), ("22:00", 60), ("05:00", 100))
    program = lower(nights(policy, first="2026-12-14", place="Tromso"), policy, a_target()).program
    for timeline in nights(policy, first="2026-12-14", place="Tromso"):
        night = timeline.night
        done = levels(program, night.start, night.end)
        assert [f"{at.astimezone(UTC):%H:%M}={level}" for at, level in done] == [
            "11:00=100",
            "21:00=60",
            "04:00=100",
        ]


@pytest.mark.parametrize("how", INTERPRETATIONS)
def test_in_polar_night_no_step_of_the_sun_meddles_with_the_clock(how: Interpretation) -> None:
    """At Tromso's midnight the sun is deeper than any angle that the node can hold."""
    policy = a_policy(("on", 100), ("15:00", 70), ("22:00", 40), ("05:30", 100))
    timelines = nights(policy, first="2026-12-14", place="Tromso")
    program = lower(timelines, policy, a_target()).program
    for timeline in timelines:
        night = timeline.night
        done = levels(program, night.start, night.end, how)
        assert deviation(timeline, done).minutes_wrong == 0


# At noon of 21 December the sun stands at -3.1 degrees at Tromso (PyEphem, see the golden file):
# below 70 lux (-2.7) and above 35 lux (-3.4), so it passes dawn's angle twice and is never up.
@pytest.mark.parametrize("how", INTERPRETATIONS)
def test_where_the_sun_passes_dawn_but_never_dusk_every_reading_is_lit_from_noon_to_noon(
    how: Interpretation,
) -> None:
    policy = a_policy(on="70 lux evening", off="35 lux morning")
    timelines = nights(policy, first="2026-12-18", place="Tromso")
    program = lower(timelines, policy, a_target()).program
    for timeline in timelines:
        night = timeline.night
        assert levels(program, night.start, night.end, how) == [(night.start, FULL)]


def test_a_light_night_switches_off_a_node_that_had_its_program_a_night_early() -> None:
    """At Tromso the sun sinks to -3.25 degrees on 4 August 2027, to -3.52 on the 5th; 35 lux: -3.4.

    By the Astronomical Almanac's low-precision formula for the declination.
    """
    policy = a_policy(on="70 lux evening", off="35 lux morning")
    before, night = nights(policy, first="2027-08-04", count=2, place="Tromso")
    program = lower([night], policy, a_target()).program
    assert sun_in_words(program) == "dusk@92.67=100 dawn@93.33=0 dawn@92.67=0"
    for timeline in (before, night):
        done = levels(program, timeline.night.start, timeline.night.end)
        assert done[0][1] == done[-1][1] == OFF


def test_nights_too_light_for_35_lux_are_dark_whatever_the_nights_before_were() -> None:
    """On 9 May 2027 the sun sinks to -2.86 degrees at Tromso: it passes 70 lux and not 35."""
    policy = a_policy(on="70 lux evening", off="35 lux morning")
    for timeline in nights(policy, first="2027-05-10", count=3, place="Tromso"):
        night = timeline.night
        program = lower([timeline], policy, a_target()).program
        assert timeline.changes == ()
        assert levels(program, night.start, night.end) == [(night.start, OFF)]


@pytest.mark.parametrize("place", ["Tromso", "Hammerfest", "Longyearbyen"])
@pytest.mark.parametrize(("on", "off"), [(70, 35), (35, 18)])
def test_a_photocell_policy_keeps_its_tolerance_through_polar_night_under_every_reading(
    place: str, on: int, off: int
) -> None:
    """Into polar night, through it, and out again."""
    policy = a_policy(on=f"{on} lux evening", off=f"{off} lux morning")
    timelines = compile_nights(policy, PLACES[place], date(2026, 10, 20), 125)
    seasons = compile_year(timelines, policy, a_target())
    proof = prove(
        timelines, lambda night: program_for(seasons, night), uploads=(), tolerance_min=12
    )
    assert proof.holds
    assert len(seasons) <= 5  # edges apart, one program serves the dark weeks
