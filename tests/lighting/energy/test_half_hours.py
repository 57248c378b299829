"""Half-hours and the periods made of them, round clock changes, leap days and odd zones.

Clock changes and offsets are those of the IANA time zone database: the United Kingdom 29 March and
25 October 2026; Lord Howe Island changes by half an hour; Samoa had no 30 December 2011 when it
moved across the date line; Nepal is UTC+5:45; India UTC+5:30.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.half_hour_errors import NaiveTimeError, PeriodOutsideError
from lighting.energy.half_hours import (
    HALF_HOUR,
    civil_day,
    civil_days,
    financial_year,
    half_hour_of,
    month,
    months,
    night_half_hours,
    nights,
    start_of,
    sums,
)
from schedules.errors import PlaceError

LONDON, KATHMANDU, KOLKATA = "Europe/London", "Asia/Kathmandu", "Asia/Kolkata"


def test_half_hours_are_counted_from_1970_in_utc() -> None:
    assert half_hour_of(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert half_hour_of(datetime(1970, 1, 1, 0, 59, 59, 999_999, tzinfo=UTC)) == 1
    assert half_hour_of(datetime(1969, 12, 31, 23, 59, tzinfo=UTC)) == -1
    # 1 December 2026 is day 20,788 since 1970: 56 years of 365 days, 14 leap days, 334 days.
    assert half_hour_of(datetime(2026, 12, 1, 0, 30, tzinfo=UTC)) == 20_788 * 48 + 1


def test_the_same_instant_in_another_zone_is_in_the_same_half_hour() -> None:
    at = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    assert half_hour_of(at) == half_hour_of(datetime(2026, 7, 1, 11, tzinfo=UTC))


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(NaiveTimeError, match="give an aware time"):
        half_hour_of(datetime(2026, 7, 1, 12))  # noqa: DTZ001 - the point


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_lies_in_its_half_hour(at: datetime) -> None:
    start = start_of(half_hour_of(at))
    assert start <= at < start + HALF_HOUR


@pytest.mark.parametrize(
    ("day", "zone", "count", "first"),
    [
        pytest.param("2026-01-15", LONDON, 48, "2026-01-15T00:00+00:00", id="winter"),
        pytest.param("2026-07-15", LONDON, 48, "2026-07-14T23:00+00:00", id="summer"),
        pytest.param("2026-03-29", LONDON, 46, "2026-03-29T00:00+00:00", id="clocks go on"),
        pytest.param("2026-10-25", LONDON, 50, "2026-10-24T23:00+00:00", id="clocks go back"),
        pytest.param("2028-02-29", LONDON, 48, "2028-02-29T00:00+00:00", id="leap day"),
        pytest.param("2026-07-15", KOLKATA, 48, "2026-07-14T18:30+00:00", id="India"),
        # 00:00 in Nepal is 18:15 UTC: 18:00 to 18:30 counts for the day before.
        pytest.param("2026-07-15", KATHMANDU, 48, "2026-07-14T18:30+00:00", id="Nepal"),
        pytest.param("2026-10-04", "Australia/Lord_Howe", 47, "2026-10-03T13:30+00:00", id="47"),
        pytest.param("2026-04-05", "Australia/Lord_Howe", 49, "2026-04-04T13:00+00:00", id="49"),
        pytest.param("2011-12-30", "Pacific/Apia", 0, "2011-12-30T10:00+00:00", id="no such day"),
        pytest.param("2011-12-31", "Pacific/Apia", 48, "2011-12-30T10:00+00:00", id="after it"),
        pytest.param("2026-07-15", "Pacific/Kiritimati", 48, "2026-07-14T10:00+00:00", id="+14"),
        pytest.param("2026-07-15", "Pacific/Pago_Pago", 48, "2026-07-15T11:00+00:00", id="-11"),
        # Midnight was skipped in São Paulo: the day begins at 01:00, which is 03:00 UTC.
        pytest.param("2018-11-04", "America/Sao_Paulo", 46, "2018-11-04T03:00+00:00", id="at 0"),
    ],
)
def test_a_civil_day_has_its_half_hours(day: str, zone: str, count: int, first: str) -> None:
    half_hours = civil_day(date.fromisoformat(day), zone)
    assert len(half_hours) == count
    assert start_of(half_hours.start) == datetime.fromisoformat(first)


@pytest.mark.parametrize(
    ("evening", "zone", "count"),
    [
        ("2026-03-28", LONDON, 46),
        ("2026-03-29", LONDON, 48),
        ("2026-10-24", LONDON, 50),
        ("2026-10-25", LONDON, 48),
        ("2026-07-15", KATHMANDU, 48),
    ],
)
def test_the_night_of_a_clock_change_is_that_before_it(evening: str, zone: str, count: int) -> None:
    assert len(night_half_hours(date.fromisoformat(evening), zone)) == count


@pytest.mark.parametrize(
    ("year", "number", "days", "changed"),
    [(2026, 1, 31, 0), (2026, 2, 28, 0), (2028, 2, 29, 0), (2026, 3, 31, -2), (2026, 10, 31, 2)],
)
def test_a_month_has_the_half_hours_of_its_days(
    year: int, number: int, days: int, changed: int
) -> None:
    assert len(month(year, number, LONDON)) == days * 48 + changed


def test_a_financial_year_runs_from_april_to_march_by_local_dates() -> None:
    half_hours = financial_year(2027, LONDON)
    assert start_of(half_hours.start) == datetime(2027, 3, 31, 23, tzinfo=UTC)
    assert start_of(half_hours.stop) == datetime(2028, 3, 31, 23, tzinfo=UTC)
    assert len(half_hours) == 366 * 48  # it holds 29 February 2028, and both clock changes


def test_a_zone_that_is_unknown_is_refused() -> None:
    with pytest.raises(PlaceError, match="not a known time zone"):
        civil_day(date(2026, 1, 1), "Europe/Leeds")


@pytest.mark.parametrize("zone", [LONDON, KOLKATA, KATHMANDU, "Australia/Lord_Howe"])
def test_days_nights_and_months_share_no_half_hour_and_leave_none_out(zone: str) -> None:
    year = financial_year(2026, zone)
    days = civil_days(date(2026, 4, 1), date(2027, 3, 31), zone)
    for periods in (days, months(2026, 4, 12, zone)):
        assert [each for period in periods for each in period] == list(year)
    evenings = nights(date(2026, 3, 31), date(2027, 3, 31), zone)
    assert all(one.stop == other.start for one, other in pairwise(evenings))


def test_sums_are_those_of_the_half_hours_of_each_period() -> None:
    window = range(100, 110)
    values = np.array([np.arange(10.0), np.ones(10)])
    asked = [range(100, 104), range(104, 104), range(104, 110)]
    assert sums(values, window, asked).tolist() == [[6.0, 0.0, 39.0], [4.0, 0.0, 6.0]]


def test_a_sum_over_half_hours_that_were_not_worked_out_is_refused() -> None:
    with pytest.raises(PeriodOutsideError, match="99 to 101 are asked for"):
        sums(np.ones(4), range(100, 104), [range(99, 101)])
