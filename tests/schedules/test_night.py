"""Nights run from local noon to local noon, whatever the clocks do in between.

The dates of clock changes are those of the IANA time zone database and of the law behind it:
Europe/London changes at 01:00 UTC on the last Sundays of March and October; New Zealand at 02:00
standard time on the last Sunday of September and the first of April; Lord Howe Island moves by half
an hour, at 02:00 daylight or standard time on the first Sundays of April and October.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.errors import PlaceError
from schedules.night import Night, night_of
from tests.schedules.factories import PLACES, a_night, a_site, utc, wall

ZONES = ("Leeds", "Auckland", "Lord Howe", "Kiritimati", "Kathmandu", "Honolulu", "Ushuaia")


def hours(night: Night) -> float:
    return (night.end - night.start).total_seconds() / 3600


def test_a_night_is_named_by_its_evening_and_runs_from_noon_to_noon() -> None:
    night = a_night("Leeds", "2026-07-31")
    assert (night.start, night.end) == (utc("2026-07-31T11:00"), utc("2026-08-01T11:00"))


@pytest.mark.parametrize(
    ("place", "start"),
    [
        ("Kiritimati", "2026-06-19T22:00"),  # UTC+14
        ("Honolulu", "2026-06-20T22:00"),  # UTC-10, the other side of the date line
        ("Kathmandu", "2026-06-20T06:15"),  # UTC+5:45
        ("Lord Howe", "2026-06-20T01:30"),  # UTC+10:30 in winter
        ("Auckland", "2026-06-20T00:00"),
        ("Ushuaia", "2026-06-20T15:00"),
    ],
)
def test_noon_is_that_of_the_local_clock(place: str, start: str) -> None:
    assert a_night(place, "2026-06-20").start == utc(start)


@pytest.mark.parametrize(
    ("place", "odd_nights"),
    [
        ("Leeds", {"2026-03-28": 23.0, "2026-10-24": 25.0}),
        ("Auckland", {"2026-04-04": 25.0, "2026-09-26": 23.0}),
        ("Lord Howe", {"2026-04-04": 24.5, "2026-10-03": 23.5}),
        ("Kiritimati", {}),
        ("Kathmandu", {}),
        ("Honolulu", {}),
        ("Ushuaia", {}),
    ],
)
def test_every_night_of_2026_has_24_hours_but_those_of_the_clock_changes(
    place: str, odd_nights: dict[str, float]
) -> None:
    nights = [
        Night(site=PLACES[place], evening=date(2026, 1, 1) + timedelta(days=number))
        for number in range(365)
    ]
    odd = {night.evening.isoformat(): hours(night) for night in nights if hours(night) != 24}
    assert odd == odd_nights


@pytest.mark.parametrize("place", ZONES)
def test_nights_follow_each_other_without_gap_or_overlap(place: str) -> None:
    night = a_night(place, "2026-01-01")
    for _ in range(730):
        following = night.next()
        assert following.evening == night.evening + timedelta(days=1)
        assert night.end == following.start
        assert night_of(night.site, night.start) == night
        assert night_of(night.site, night.end - timedelta(microseconds=1)) == night
        night = following


def test_the_minute_before_noon_belongs_to_the_night_before() -> None:
    site = PLACES["Leeds"]
    assert night_of(site, utc("2026-01-14T11:59")).evening == date(2026, 1, 13)
    assert night_of(site, utc("2026-01-14T12:00")).evening == date(2026, 1, 14)


def test_after_midnight_it_is_still_the_night_of_the_evening_before() -> None:
    assert night_of(PLACES["Leeds"], utc("2026-01-17T03:00")).evening == date(2026, 1, 16)


def test_one_instant_is_in_nights_of_two_dates_on_the_two_sides_of_the_date_line() -> None:
    instant = utc("2026-06-20T23:00")  # 13:00, 21 June in Kiritimati; 13:00, 20 June in Honolulu
    assert night_of(PLACES["Kiritimati"], instant).evening == date(2026, 6, 21)
    assert night_of(PLACES["Honolulu"], instant).evening == date(2026, 6, 20)


@pytest.mark.parametrize(
    ("place", "evening", "at", "instant"),
    [
        ("Leeds", "2026-01-14", "22:00", "2026-01-14T22:00"),
        ("Leeds", "2026-01-14", "05:30", "2026-01-15T05:30"),
        ("Leeds", "2026-07-14", "00:00", "2026-07-14T23:00"),
        ("Leeds", "2026-01-14", "12:00", "2026-01-14T12:00"),
        ("Leeds", "2026-01-14", "11:59", "2026-01-15T11:59"),
        ("Kathmandu", "2026-01-14", "23:00", "2026-01-14T17:15"),
        ("Honolulu", "2026-01-14", "18:00", "2026-01-15T04:00"),
        ("Kiritimati", "2026-01-14", "06:00", "2026-01-14T16:00"),
    ],
)
def test_a_wall_time_before_noon_is_in_the_morning_that_ends_the_night(
    place: str, evening: str, at: str, instant: str
) -> None:
    assert a_night(place, evening).at(wall(at)) == utc(instant)


@pytest.mark.parametrize(
    ("place", "evening", "at", "instant"),
    [
        ("Leeds", "2026-03-28", "00:59", "2026-03-29T00:59"),
        ("Leeds", "2026-03-28", "01:00", "2026-03-29T01:00"),
        ("Leeds", "2026-03-28", "01:30", "2026-03-29T01:00"),
        ("Leeds", "2026-03-28", "01:59", "2026-03-29T01:00"),
        ("Leeds", "2026-03-28", "02:00", "2026-03-29T01:00"),
        ("Leeds", "2026-03-28", "02:01", "2026-03-29T01:01"),
        ("Auckland", "2026-09-26", "02:30", "2026-09-26T14:00"),
        ("Lord Howe", "2026-10-03", "02:15", "2026-10-03T15:30"),
    ],
)
def test_in_the_dst_gap_a_skipped_wall_time_happens_when_the_clocks_change(
    place: str, evening: str, at: str, instant: str
) -> None:
    assert a_night(place, evening).at(wall(at)) == utc(instant)


@pytest.mark.parametrize(
    ("place", "evening", "at", "instant"),
    [
        ("Leeds", "2026-10-24", "00:59", "2026-10-24T23:59"),
        ("Leeds", "2026-10-24", "01:00", "2026-10-25T00:00"),
        ("Leeds", "2026-10-24", "01:30", "2026-10-25T00:30"),
        ("Leeds", "2026-10-24", "02:00", "2026-10-25T02:00"),
        ("Auckland", "2026-04-04", "02:30", "2026-04-04T13:30"),
        ("Lord Howe", "2026-04-04", "01:45", "2026-04-04T14:45"),
    ],
)
def test_in_the_dst_fold_a_repeated_wall_time_means_the_first_of_the_two(
    place: str, evening: str, at: str, instant: str
) -> None:
    assert a_night(place, evening).at(wall(at)) == utc(instant)


@given(
    place=st.sampled_from(ZONES),
    evening=st.dates(date(2025, 1, 1), date(2035, 12, 31)),
    first=st.times(),
    second=st.times(),
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_wall_times_keep_their_order_and_stay_inside_the_night(
    place: str, evening: date, first: time, second: time
) -> None:
    night = Night(site=PLACES[place], evening=evening)
    earlier, later = sorted((first, second), key=lambda at: (at < time(12), at))
    assert night.start <= night.at(earlier) <= night.at(later) < night.end


@given(
    place=st.sampled_from(ZONES),
    instant=st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31)),  # noqa: DTZ001  (see below)
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_every_instant_is_in_exactly_one_night(place: str, instant: datetime) -> None:
    aware = instant.replace(tzinfo=UTC)  # hypothesis draws between naive bounds
    night = night_of(PLACES[place], aware)
    assert night.start <= aware < night.end


@pytest.mark.parametrize(
    ("site", "complaint"),
    [
        ((90.5, 0.0, "Europe/London"), "latitude_deg 90.5 is not between -90 and 90"),
        ((53.8, 181.0, "Europe/London"), "longitude_deg 181.0 is not between -180 and 180"),
        ((float("nan"), 0.0, "Europe/London"), "latitude_deg nan"),
        ((53.8, float("inf"), "Europe/London"), "longitude_deg inf"),
        ((53.8, -1.55, "Europe/Leeds"), "'Europe/Leeds' is not a known time zone; use an IANA"),
        ((53.8, -1.55, ""), "'' is not a known time zone"),
        ((53.8, -1.55, "../zone"), "is not a known time zone"),
        # Files that stand beside the zones of IANA's database on many machines (its Makefile).
        ((53.8, -1.55, "localtime"), "'localtime' is not a known time zone; use an IANA"),
        ((53.8, -1.55, "posixrules"), "'posixrules' is not a known time zone"),
        ((53.8, -1.55, "Factory"), "'Factory' is not a known time zone"),
        ((53.8, -1.55, "right/Europe/London"), "'right/Europe/London' is not a known time zone"),
        ((53.8, -1.55, "posix/Europe/London"), "'posix/Europe/London' is not a known time zone"),
    ],
)
def test_a_place_that_cannot_be_is_refused(site: tuple[float, float, str], complaint: str) -> None:
    with pytest.raises(PlaceError, match=re.escape(complaint)):
        a_site(*site)
