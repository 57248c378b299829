"""How many nights one program serves, and when a node must be sent the next one."""

from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import pytest

from schedules.compiler import compile_nights, compile_season, compile_year
from schedules.deviation import deviation
from schedules.lower import lower
from schedules.policy import Condition, DateRange, Nation, NthWeekday, Policy
from schedules.replay import INTERPRETATIONS, levels
from schedules.seasons import Season
from tests.schedules.factories import (
    PLACES,
    a_plan,
    a_policy,
    a_target,
    on_weekdays,
    program_for,
)

DIMMED = (("on", 100), ("00:00", 50), ("05:00", 100))
MIDSUMMER = date(2026, 6, 21)


@lru_cache(maxsize=32)
def seasons_of(
    policy: Policy, place: str = "Leeds", first: date = MIDSUMMER, nights: int = 366
) -> tuple[Season, ...]:
    timelines = compile_nights(policy, PLACES[place], first, nights)
    return compile_year(timelines, policy, a_target())


def uploads(seasons: tuple[Season, ...]) -> list[date]:
    return [season.first for season in seasons[1:]]


def test_what_hangs_on_the_sun_alone_is_one_program_for_a_year() -> None:
    assert len(seasons_of(a_policy(("on", 80)))) == 1
    assert len(seasons_of(a_policy(("on", 80), on="35 lux evening", off="18 lux morning"))) == 1


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        # The night of the change is the first that the old program does not serve.
        ("Leeds", [date(2026, 10, 24), date(2027, 3, 27)]),
        ("Auckland", [date(2026, 9, 26), date(2027, 4, 3)]),
        ("Lord Howe", [date(2026, 10, 3), date(2027, 4, 3)]),
    ],
)
def test_a_new_program_is_due_on_the_night_of_each_clock_change(
    place: str, changes: list[date]
) -> None:
    """Dates of the changes as in ``test_night``; those of 2027 by the same rules."""
    due = uploads(seasons_of(a_policy(("on", 100), ("01:00", 50), ("04:00", 100)), place))
    assert set(changes) <= set(due)
    assert all(any(abs((one - change).days) <= 7 for change in changes) for one in due)


@pytest.mark.parametrize("place", ["Honolulu", "Kiritimati", "Kathmandu"])
def test_where_clocks_do_not_change_one_program_serves_the_year(place: str) -> None:
    assert uploads(seasons_of(a_policy(("on", 100), ("00:00", 50), ("04:00", 100)), place)) == []


def test_the_local_time_of_a_step_is_kept_on_both_sides_of_the_change() -> None:
    seasons = seasons_of(a_policy(*DIMMED))
    for evening in (date(2026, 10, 23), date(2026, 10, 24), date(2026, 10, 25)):
        (timeline,) = compile_nights(a_policy(*DIMMED), PLACES["Leeds"], evening, 1)
        night = timeline.night
        changes = levels(program_for(seasons, evening), night.start, night.end)
        local = [f"{at.astimezone(night.site.tz):%H:%M}" for at, _ in changes]
        assert local[2:4] == ["00:00", "05:00"]


@pytest.mark.parametrize("place", ["Leeds", "Auckland", "Kathmandu"])
def test_a_year_of_seasons_has_every_night_once_and_each_keeps_the_tolerance(place: str) -> None:
    policy = a_policy(
        *DIMMED, plans=[on_weekdays((5, 6), ("on", 100), ("01:00", 60), ("06:00", 100))]
    )
    seasons = seasons_of(policy, place)
    assert (seasons[0].first, seasons[-1].last) == (MIDSUMMER, MIDSUMMER + timedelta(days=365))
    assert all(b.first == a.last + timedelta(days=1) for a, b in pairwise(seasons))
    for timeline in compile_nights(policy, PLACES[place], MIDSUMMER):
        night = timeline.night
        done = levels(program_for(seasons, night.evening), night.start, night.end)
        assert deviation(timeline, done).minutes_wrong <= policy.tolerance_min


def test_a_holiday_with_a_plan_of_its_own_is_a_season_of_its_own() -> None:
    """Christmas Eve, 24 December 2026, is a Thursday; the Thursdays around it are dimmed."""
    eve = DateRange(first=date(2026, 12, 24), last=date(2026, 12, 24), yearly=True)
    bright = a_plan(("on", 100), when=Condition(dates=(eve,)))
    policy = a_policy(*DIMMED, plans=[bright])
    seasons = seasons_of(policy, first=date(2026, 12, 1), nights=60)
    due = uploads(seasons)
    assert date(2026, 12, 24) in due
    assert any(date(2026, 12, 25) <= one <= date(2026, 12, 31) for one in due)
    for timeline in compile_nights(policy, PLACES["Leeds"], date(2026, 12, 1), 60):
        night = timeline.night
        for how in INTERPRETATIONS:
            done = levels(program_for(seasons, night.evening), night.start, night.end, how)
            assert deviation(timeline, done).minutes_wrong < 2


@pytest.mark.parametrize(
    ("when", "evening"),
    [
        # gov.uk: the spring bank holiday of 2026 is Monday 25 May.
        (Condition(bank_holidays=frozenset({Nation.ENGLAND})), date(2026, 5, 25)),
        # The last Saturday of June 2026 is the 27th.
        (Condition(nth_weekdays=(NthWeekday(nth=-1, weekday=6, month=6),)), date(2026, 6, 27)),
    ],
)
def test_one_night_of_another_plan_gets_the_light_of_that_plan(
    when: Condition, evening: date
) -> None:
    policy = a_policy(*DIMMED, plans=[a_plan(("on", 100), when=when)])
    seasons = seasons_of(policy, first=date(2026, 5, 18), nights=50)
    for near in (evening - timedelta(days=7), evening, evening + timedelta(days=7)):
        (timeline,) = compile_nights(policy, PLACES["Leeds"], near, 1)
        night = timeline.night
        done = levels(program_for(seasons, near), night.start, night.end)
        dimmed = [level for _, level in done if level == 50]
        assert bool(dimmed) is (near != evening)


def test_lights_off_at_midnight_on_weekdays_only_keep_the_tolerance() -> None:
    """Nights that end dark beside nights that end lit, under every reading of the manual."""
    policy = a_policy(("on", 100), plans=[on_weekdays((1, 2, 3, 4, 7), ("on", 100), ("00:00", 0))])
    seasons = seasons_of(policy, first=date(2026, 8, 1), nights=100)
    for timeline in compile_nights(policy, PLACES["Leeds"], date(2026, 8, 1), 100):
        night = timeline.night
        for how in INTERPRETATIONS:
            done = levels(program_for(seasons, night.evening), night.start, night.end, how)
            found = deviation(timeline, done)
            assert found.minutes_wrong <= policy.tolerance_min
            assert found.minutes_darker <= 1


def test_a_season_is_as_long_as_it_can_be() -> None:
    """One more night and the program of the longer stretch breaks the tolerance."""
    policy = a_policy(("on", 100), ("22:00", 60), ("06:00", 100))
    timelines = compile_nights(policy, PLACES["Leeds"], date(2026, 10, 1), 60)
    season = compile_season(timelines, policy, a_target())
    count = (season.last - season.first).days + 1
    assert season.last == date(2026, 10, 23)
    longer = lower(timelines[: count + 1], policy, a_target()).program
    wrong = []
    for timeline in timelines[: count + 1]:
        night = timeline.night
        done = levels(longer, night.start, night.end)
        wrong.append(deviation(timeline, done).minutes_wrong)
    assert max(wrong) > policy.tolerance_min


@pytest.mark.parametrize("hint", [-3, 0, 1, 2, 7, 22, 23, 24, 59, 60, 61, 1000])
def test_a_hint_of_its_length_right_or_wrong_changes_no_season(hint: int) -> None:
    policy = a_policy(("on", 100), ("22:00", 60), ("06:00", 100))
    timelines = compile_nights(policy, PLACES["Leeds"], date(2026, 10, 1), 60)
    plain = compile_season(timelines, policy, a_target())
    assert compile_season(timelines, policy, a_target(), hint=hint) == plain


def test_a_wider_tolerance_needs_fewer_programs() -> None:
    strict = seasons_of(
        a_policy(("on", 100), ("20:00", 60), ("06:00", 100), tolerance_min=5), nights=90
    )
    loose = seasons_of(
        a_policy(("on", 100), ("20:00", 60), ("06:00", 100), tolerance_min=30), nights=90
    )
    assert len(loose) < len(strict)


def test_a_night_that_no_program_can_serve_still_gets_the_best_one() -> None:
    """A tolerance of nothing: even the sun's angle, rounded, is wrong by a minute."""
    policy = a_policy(*DIMMED, tolerance_min=0)
    seasons = seasons_of(policy, nights=5)
    assert [(season.first, season.last) for season in seasons] == [
        (MIDSUMMER + timedelta(days=number), MIDSUMMER + timedelta(days=number))
        for number in range(5)
    ]


def test_at_the_edge_of_polar_night_each_stretch_has_its_own_program() -> None:
    seasons = seasons_of(a_policy(*DIMMED), "Tromso", date(2026, 11, 1), 90)
    for timeline in compile_nights(a_policy(*DIMMED), PLACES["Tromso"], date(2026, 11, 1), 90):
        night = timeline.night
        done = levels(program_for(seasons, night.evening), night.start, night.end)
        assert deviation(timeline, done).minutes_darker <= 1
