"""The program that a node is given: its form, what it rounds, and what it says that it loses.

Limits and semantics are those of the NAS UL20xx (the project's reference devices.md, 2.1.8 and
2.1.9): ten-minute steps, nine a day, UTC weekdays, zenith angles in sixths of a degree.
"""

import pytest

from schedules.deviation import deviation
from schedules.errors import LoweringError
from schedules.level import FULL, OFF
from schedules.lower import Lowered, lower
from schedules.policy import Policy
from schedules.program import DayProgram, SunSide
from schedules.replay import levels
from tests.schedules.factories import (
    a_policy,
    a_target,
    nights,
    on_weekdays,
    sun_in_words,
)

MONDAY = "2026-01-12"
ALL_DAYS = "Mon, Tue, Wed, Thu, Fri, Sat, Sun"
TWELVE = [
    *[("on", 100), ("19:30", 90), ("20:30", 80), ("22:00", 70), ("23:00", 60), ("00:00", 50)],
    *[("01:00", 40), ("04:30", 50), ("05:00", 60), ("05:30", 80), ("06:00", 90), ("06:30", 100)],
]


def lowered(policy: Policy, first: str = MONDAY, count: int = 7, place: str = "Leeds") -> Lowered:
    return lower(nights(policy, first, count, place), policy, a_target())


def in_words(day: DayProgram | None) -> str:
    """Return a day program as ``00:00=60 05:00=sun``."""
    assert day is not None
    return " ".join(
        f"{step.minute // 60:02}:{step.minute % 60:02}="
        f"{'sun' if step.level is None else step.level}"
        for step in day.steps
    )


def test_dusk_to_dawn_needs_the_sun_alone() -> None:
    program = lowered(a_policy(("on", 80))).program
    assert [step.level for step in program.sun_steps] == [80, OFF]
    assert [step.side for step in program.sun_steps] == [SunSide.DUSK, SunSide.DAWN]
    assert in_words(program.day_program(1)) == "00:00=sun"


def test_switch_on_is_rounded_to_an_earlier_angle_and_switch_off_to_a_later_one() -> None:
    """Astral's sunset is at 90.79 degrees: 90 and 4/6 is the next sixth that is brighter."""
    assert sun_in_words(lowered(a_policy()).program) == "dusk@90.67=100 dawn@90.67=0"


def test_a_dimmed_night_is_clock_steps_over_the_sun_steps() -> None:
    program = lowered(a_policy(("on", 100), ("22:00", 60), ("05:00", 100))).program
    assert in_words(program.day_program(3)) == "00:00=60 05:00=sun 22:00=60"
    assert program.day_programs[0].weekdays == frozenset(range(1, 8))


def test_part_night_lighting_holds_the_light_off_by_the_clock() -> None:
    program = lowered(a_policy(("on", 100), ("00:00", 0), ("05:30", 100))).program
    assert in_words(program.day_program(3)) == "00:00=0 05:30=sun"


def test_another_level_in_the_morning_is_a_sun_step_while_the_clock_shows_it_anyway() -> None:
    program = lowered(a_policy(("on", 100), ("22:00", 60), ("05:00", 80))).program
    assert [(step.side, step.level) for step in program.sun_steps] == [
        (SunSide.DUSK, 100),
        (SunSide.DAWN, 80),
        (SunSide.DAWN, OFF),
    ]
    assert program.sun_steps[1].zenith_deg > program.sun_steps[2].zenith_deg


def test_friday_night_needs_friday_evening_and_saturday_morning() -> None:
    """The example of devices.md 2.1.9: Friday 22:00 and Saturday 00:00 to 05:00."""
    policy = a_policy(
        *(("on", 100),),
        plans=[on_weekdays((5,), ("on", 100), ("22:00", 50), ("05:00", 100))],
    )
    program = lowered(policy).program
    assert in_words(program.day_program(5)) == "00:00=sun 22:00=50"
    assert in_words(program.day_program(6)) == "00:00=50 05:00=sun"
    assert in_words(program.day_program(4)) == in_words(program.day_program(7)) == "00:00=sun"


def test_west_of_greenwich_a_friday_evening_is_on_the_utc_saturday() -> None:
    policy = a_policy(plans=[on_weekdays((5,), ("on", 100), ("22:00", 50), ("04:00", 100))])
    program = lowered(policy, place="Honolulu").program  # UTC-10
    assert in_words(program.day_program(6)) == "00:00=sun 08:00=50 14:00=sun"
    assert in_words(program.day_program(5)) == "00:00=sun"


def test_east_of_it_a_friday_evening_is_on_the_utc_friday_before_noon() -> None:
    policy = a_policy(plans=[on_weekdays((5,), ("on", 100), ("22:00", 50), ("04:00", 100))])
    program = lowered(policy, place="Kiritimati").program  # UTC+14
    assert in_words(program.day_program(5)) == "00:00=sun 08:00=50 14:00=sun"
    assert in_words(program.day_program(6)) == "00:00=sun"


def test_off_the_grid_a_dimming_comes_late_and_a_brightening_early() -> None:
    policy = a_policy(("on", 100), ("23:45", 60), ("05:45", 100))
    program = lowered(policy).program
    assert in_words(program.day_program(3)) == "00:00=60 05:40=sun 23:50=60"


def test_in_summer_time_local_steps_are_an_hour_earlier_in_utc() -> None:
    policy = a_policy(("on", 100), ("00:00", 60), ("04:00", 100))
    program = lowered(policy, first="2026-04-13").program
    assert in_words(program.day_program(3)) == "00:00=60 03:00=sun 23:00=60"


def test_steps_on_quarters_of_an_hour_come_from_the_zone_in_kathmandu() -> None:
    policy = a_policy(("on", 100), ("22:00", 60), ("05:00", 100))  # 16:15 and 23:15 UTC
    program = lowered(policy, place="Kathmandu").program
    assert in_words(program.day_program(3)) == "00:00=sun 16:20=60 23:10=sun"


def test_twelve_steps_are_merged_to_nine_and_the_brighter_stays() -> None:
    policy = a_policy(*TWELVE)
    result = lowered(policy)
    # Eleven steps of a day by hand: 00:00=50 01:00=40 04:30=50 05:00=60 05:30=80 06:00=90
    # 06:30=sun 19:30=90 20:30=80 22:00=70 23:00=60. The least light to add is half an hour of
    # 10 %, first at 04:30 and then at 05:30: twice 300 percent-minutes.
    assert in_words(result.program.day_program(3)) == (
        "00:00=50 01:00=40 04:30=60 05:30=90 06:30=sun 19:30=90 20:30=80 22:00=70 23:00=60"
    )
    assert result.losses == (
        f"{ALL_DAYS}: 11 steps become 9: 600 percent-minutes of light a day more than asked",
    )


def test_merging_leaves_no_minute_darker_than_asked() -> None:
    policy = a_policy(*TWELVE)
    program = lowered(policy).program
    for timeline in nights(policy):
        night = timeline.night
        found = deviation(timeline, levels(program, night.start, night.end))
        assert found.percent_darker == 0
        assert found.hours_done > found.hours_asked


def test_the_light_that_merging_adds_is_what_the_loss_says() -> None:
    policy = a_policy(("on", 100), ("20:00", 50), ("22:00", 40), ("02:00", 50), ("04:00", 100))
    result = lower(nights(policy), policy, a_target(clock_steps_max=4))
    # 00:00=40 02:00=50 04:00=sun 20:00=50 22:00=40: five steps. Two hours of 10 % are the least.
    day = result.program.day_program(3)
    assert in_words(day) == "00:00=50 04:00=sun 20:00=50 22:00=40"
    assert result.losses == (
        f"{ALL_DAYS}: 5 steps become 4: 1200 percent-minutes of light a day more than asked",
    )


def test_a_node_with_too_few_steps_for_switch_on_and_off_is_refused() -> None:
    policy = a_policy(("on", 100), ("22:00", 60), ("05:00", 80))
    with pytest.raises(LoweringError, match=r"needs \d steps, the node holds 1"):
        lower(nights(policy), policy, a_target(clock_steps_max=1))


@pytest.mark.parametrize(
    ("fade_s", "held_s", "losses"),
    [
        (0.0, 0.5, ()),
        (16.0, 16, ()),
        (64.0, 64, ()),
        (20.0, 22.63, ("fade of 20 s becomes 22.63 s",)),
        (600.0, 90.51, ("fade of 600 s becomes 90.51 s",)),
    ],
)
def test_a_fade_becomes_the_nearest_that_the_node_knows(
    fade_s: float, held_s: float, losses: tuple[str, ...]
) -> None:
    result = lowered(a_policy(fade_s=fade_s))
    assert (result.program.fade_s, result.losses) == (held_s, losses)


def test_a_position_is_rounded_to_hundredths_of_a_degree() -> None:
    program = lowered(a_policy(), place="Tromso", first="2026-03-01").program  # 69.6492 18.9553
    assert (program.latitude_deg, program.longitude_deg) == (69.65, 18.96)


def test_a_program_falls_back_to_full_light() -> None:
    assert lowered(a_policy(("on", 60))).program.fallback_level == FULL


def test_weekdays_that_no_night_touches_take_the_steps_of_the_day_before() -> None:
    """A node that misses its next program keeps a sensible one."""
    policy = a_policy(("on", 100), ("22:00", 60), ("05:00", 100))
    program = lowered(policy, first=MONDAY, count=1).program
    assert {in_words(program.day_program(day)) for day in range(1, 8)} == {
        "00:00=60 05:00=sun 22:00=60"
    }


def test_a_dark_night_among_lit_ones_is_held_dark_by_the_clock() -> None:
    policy = a_policy(("on", 100), plans=[on_weekdays((7,), ("on", 0))])
    timelines = nights(policy)
    program = lower(timelines, policy, a_target()).program
    sunday = timelines[6]
    found = deviation(sunday, levels(program, sunday.night.start, sunday.night.end))
    assert sunday.burning_hours() == 0
    assert found.minutes_wrong < 12  # the sun's own step, until the clock can take over
    assert found.hours_done * 60 < 2 * 12


def test_where_a_brightening_comes_within_ten_minutes_of_dusk_it_is_not_dark_before_it() -> None:
    """Sunset is at 16:13, in the slot of ten minutes that the step at 16:19 ends."""
    policy = a_policy(("on", 60), ("16:19", 100))
    timeline = nights(policy, first="2026-01-14", count=1)[0]
    program = lower([timeline], policy, a_target()).program
    found = deviation(timeline, levels(program, timeline.night.start, timeline.night.end))
    assert found.minutes_darker == 0
    assert found.minutes_wrong == pytest.approx(6, abs=1)


@pytest.mark.parametrize("first", ["2026-03-09", "2026-09-14"])
def test_where_a_step_moves_from_night_to_night_the_brighter_night_sets_the_slot(
    first: str,
) -> None:
    """Dusk moves by two minutes a night, later in March and earlier in September."""
    policy = a_policy(("on", 100), ("civil dusk + 60 min", 50), ("civil dawn - 60 min", 100))
    timelines = nights(policy, first=first, count=28)
    program = lower(timelines, policy, a_target()).program
    for timeline in timelines:
        night = timeline.night
        found = deviation(timeline, levels(program, night.start, night.end))
        assert found.minutes_darker == 0
        assert found.percent_darker == 0


def test_no_clock_step_is_in_force_at_noon_where_the_sun_is_up() -> None:
    policy = a_policy(*TWELVE, plans=[on_weekdays((5, 6), ("on", 100), ("01:00", 0))])
    program = lowered(policy).program
    for weekday in range(1, 8):
        day = program.day_program(weekday)
        assert day is not None
        at_noon = [step for step in day.steps if step.minute <= 12 * 60][-1]
        assert at_noon.level is None
