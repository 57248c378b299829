"""Times at the border of the database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lighting.adapters.sql.times import from_ms, to_ms

INSTANTS = st.datetimes(timezones=st.just(UTC))


def test_an_instant_is_the_milliseconds_since_1970() -> None:
    # `date -u -d @1795363200` says Sun Nov 22 16:00:00 UTC 2026
    at = datetime(2026, 11, 22, 16, 0, 0, 250_000, tzinfo=UTC)
    assert to_ms(at) == 1_795_363_200_250
    assert from_ms(1_795_363_200_250) == at


def test_another_zone_is_the_same_instant() -> None:
    summer_time = timezone(timedelta(hours=1))
    assert to_ms(datetime(2026, 7, 1, 13, tzinfo=summer_time)) == to_ms(
        datetime(2026, 7, 1, 12, tzinfo=UTC)
    )


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone; give an aware time"):
        to_ms(datetime(2026, 11, 22, 16))  # noqa: DTZ001 - that is the point


def test_no_time_stays_no_time() -> None:
    assert from_ms(None) is None


@settings(deadline=None)
@given(INSTANTS)
def test_there_and_back_loses_less_than_a_millisecond_and_never_goes_forward(at: datetime) -> None:
    back = from_ms(to_ms(at))
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)
    assert back.tzinfo is UTC


@settings(deadline=None)
@given(INSTANTS, INSTANTS)
def test_earlier_stays_earlier(one: datetime, other: datetime) -> None:
    assert (to_ms(one) <= to_ms(other)) or one > other
