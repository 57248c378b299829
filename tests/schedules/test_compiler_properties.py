"""What holds for every policy, up to 60 degrees of latitude: found with random ones.

Beyond, near the polar circles, a night's sun can graze a node's angle, and single nights come out
brighter by more; the proof of a policy says so there.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.compiler import compile_nights, compile_year
from schedules.deviation import deviation
from schedules.level import Level
from schedules.night import Night
from schedules.policy import Plan, Policy
from schedules.program import Program
from schedules.replay import INTERPRETATIONS, levels
from schedules.seasons import Season
from schedules.site import Site
from schedules.timeline import NightTimeline
from tests.schedules.factories import (
    PLACES,
    a_plan,
    a_policy,
    a_site,
    a_target,
    on_weekdays,
    program_for,
)

HORIZON = 25
GRID_MIN = 10
SUN_MIN = 2.0
"""What the node's angle in sixths of a degree takes at 60 degrees of latitude [minutes]."""

settings.register_profile("schedules", derandomize=True, deadline=None, max_examples=25)
PROFILE = settings.get_profile("schedules")


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """Draw a place whose clock is within an hour of the sun's, or one with clock changes."""
    if draw(st.booleans()):
        return PLACES[
            draw(st.sampled_from(["Leeds", "Auckland", "Lord Howe", "Adak", "Kathmandu"]))
        ]
    hours = draw(st.integers(-11, 12))
    latitude = draw(st.floats(-60, 60))
    longitude = max(-180.0, min(180.0, 15 * hours + draw(st.floats(-15, 15))))
    return a_site(latitude, longitude, f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC")


@st.composite
def steps(draw: st.DrawFn, grid_min: int) -> list[tuple[str, int]]:
    """Draw two to six steps from 16:00 to 09:00, on a grid of minutes, with any levels."""
    slots = draw(st.sets(st.integers(0, 17 * 60 // grid_min), min_size=1, max_size=5))
    some_levels = st.sampled_from([0, 20, 30, 50, 60, 75, 80, 100])
    minutes = [(16 * 60 + slot * grid_min) % (24 * 60) for slot in sorted(slots)]
    return [
        ("on", draw(some_levels)),
        *((f"{at // 60:02}:{at % 60:02}", draw(some_levels)) for at in minutes),
    ]


@st.composite
def plans(draw: st.DrawFn, grid_min: int) -> Plan:
    """Draw a plan for one to six weekdays."""
    weekdays = draw(st.sets(st.integers(1, 7), min_size=1, max_size=6))
    return on_weekdays(sorted(weekdays), *draw(steps(grid_min)))


@st.composite
def policies(draw: st.DrawFn, grid_min: int = GRID_MIN) -> Policy:
    """Draw a policy with up to two weekday plans and trimmed switching."""
    trim = draw(st.integers(-30, 30))
    trimmed = f" {'+' if trim > 0 else '-'} {abs(trim)} min" if trim else ""
    return a_policy(
        *draw(steps(grid_min)),
        plans=draw(st.lists(plans(grid_min), max_size=2)),
        on=draw(st.sampled_from([f"sunset{trimmed}", "civil dusk", "35 lux evening"])),
        off=draw(st.sampled_from([f"sunrise{trimmed}", "civil dawn", "18 lux morning"])),
    )


first_evenings = st.dates(date(2026, 1, 1), date(2027, 12, 1))


def compiled(
    policy: Policy, site: Site, first: date
) -> tuple[list[NightTimeline], tuple[Season, ...]]:
    timelines = list(compile_nights(policy, site, first, HORIZON))
    return timelines, compile_year(timelines, policy, a_target())


@given(policy=policies(), site=sites(), first=first_evenings)
@settings(PROFILE)
def test_programs_have_the_form_that_every_manual_allows(
    policy: Policy, site: Site, first: date
) -> None:
    for season in compiled(policy, site, first)[1]:
        days = season.program.day_programs
        assert sorted(day for one in days for day in one.weekdays) == list(range(1, 8))
        for one in days:
            minutes = [step.minute for step in one.steps]
            assert minutes[0] == 0
            assert minutes == sorted(set(minutes))
            assert all(minute % GRID_MIN == 0 for minute in minutes)
            assert len(minutes) <= 9
            assert all(a.level != b.level for a, b in pairwise(one.steps))
        for step in season.program.sun_steps:
            assert abs(step.zenith_deg * 6 - round(step.zenith_deg * 6)) < 1e-6
            assert 68.6 < step.zenith_deg < 111.2
        for degrees in (season.program.latitude_deg, season.program.longitude_deg):
            assert degrees == round(degrees, 2)


@given(policy=policies(), site=sites(), first=first_evenings)
@settings(PROFILE)
def test_every_night_is_in_exactly_one_season(policy: Policy, site: Site, first: date) -> None:
    seasons = compiled(policy, site, first)[1]
    assert seasons[0].first == first
    assert all(b.first == a.last + timedelta(days=1) for a, b in pairwise(seasons))
    assert seasons[-1].last == first + timedelta(days=HORIZON - 1)


@given(policy=policies(grid_min=1), site=sites(), first=first_evenings)
@settings(PROFILE)
def test_no_minute_is_darker_than_asked_and_none_wrong_for_longer_than_two_steps(
    policy: Policy, site: Site, first: date
) -> None:
    """Two: a step off the grid just before switch-off takes one, the slot of switch-off another."""
    timelines, seasons = compiled(policy, site, first)
    for timeline in timelines:
        night = timeline.night
        program = program_for(seasons, night.evening)
        for how in INTERPRETATIONS:
            found = deviation(timeline, levels(program, night.start, night.end, how))
            assert found.minutes_darker <= 1
            assert found.minutes_wrong < 2 * GRID_MIN + SUN_MIN


@given(policy=policies(), site=sites().filter(lambda site: "Kathmandu" not in site.zone))
@settings(PROFILE)
def test_steps_on_the_grid_keep_the_standard_tolerance(policy: Policy, site: Site) -> None:
    for first in (date(2026, 3, 1), date(2026, 9, 10)):
        timelines, seasons = compiled(policy, site, first)
        for timeline in timelines:
            night = timeline.night
            done = levels(program_for(seasons, night.evening), night.start, night.end)
            assert deviation(timeline, done).minutes_wrong <= policy.tolerance_min


def minutes_apart(
    first: Sequence[tuple[datetime, Level]], second: Sequence[tuple[datetime, Level]], night: Night
) -> int:
    """Return how many minutes of a night two courses of levels differ in."""
    minutes = [night.start + timedelta(minutes=number) for number in range(24 * 60)]
    return sum(
        next(level for at, level in reversed(first) if at <= minute)
        != next(level for at, level in reversed(second) if at <= minute)
        for minute in minutes
    )


@given(policy=policies(grid_min=1), site=sites(), first=first_evenings)
@settings(PROFILE)
def test_every_reading_of_the_manual_gives_the_same_light(
    policy: Policy, site: Site, first: date
) -> None:
    timelines, seasons = compiled(policy, site, first)
    for timeline in timelines:
        night = timeline.night
        program = program_for(seasons, night.evening)
        plain, *others = (levels(program, night.start, night.end, how) for how in INTERPRETATIONS)
        for other in others:
            assert other == plain or minutes_apart(plain, other, night) <= 1


def clock_spans(program: Program, night: Night) -> list[tuple[datetime, datetime]]:
    """Return the stretches of a night in which a clock step is in force."""
    spans = []
    for day in (night.start.date(), night.start.date() + timedelta(days=1)):
        midnight = datetime.combine(day, time(), tzinfo=night.start.tzinfo)
        today = program.day_program(day.isoweekday())
        assert today is not None
        ends = [step.minute for step in today.steps[1:]] + [24 * 60]
        spans += [
            (
                max(night.start, midnight + timedelta(minutes=step.minute)),
                min(night.end, midnight + timedelta(minutes=end)),
            )
            for step, end in zip(today.steps, ends, strict=True)
            if step.level is not None
        ]
    return [(start, end) for start, end in spans if start < end]


@given(policy=policies(grid_min=1), site=sites(), first=first_evenings)
@settings(PROFILE)
def test_clock_steps_are_in_force_between_switch_on_and_switch_off_only(
    policy: Policy, site: Site, first: date
) -> None:
    """So no clock step lights a lantern in daylight, and none meets the sun's own steps."""
    timelines, seasons = compiled(policy, site, first)
    for timeline in timelines:
        if timeline.changes:
            on, off = timeline.changes[0].at, timeline.changes[-1].at
            for start, end in clock_spans(
                program_for(seasons, timeline.night.evening), timeline.night
            ):
                assert on <= start < end <= off


@given(site=sites(), first=first_evenings, minute=st.integers(0, 59))
@settings(PROFILE)
def test_a_steady_policy_needs_one_program_wherever_it_is(
    site: Site, first: date, minute: int
) -> None:
    policy = a_policy(("on", minute + 40))
    assert len(compiled(policy, site, first)[1]) == 1


def test_a_plan_for_all_weekdays_is_the_same_as_the_plan_for_every_night() -> None:
    stepped = (("on", 100), ("22:30", 50), ("05:00", 100))
    plain = compiled(a_policy(*stepped), PLACES["Leeds"], date(2026, 3, 10))
    spelt_out = a_policy(("on", 30), plans=[on_weekdays(range(1, 8), *stepped)])
    assert a_plan(*stepped).steps == spelt_out.plans[0].steps
    assert compiled(spelt_out, PLACES["Leeds"], date(2026, 3, 10)) == plain
