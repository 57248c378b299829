"""When it is surely day: by sunset and sunrise, and where there is none."""

from datetime import UTC, date, datetime
from math import inf

import pytest

from lighting.operations.night_seen import daylight
from schedules.night import Night
from schedules.site import Site

LEEDS = Site(latitude_deg=53.8, longitude_deg=-1.55, zone="Europe/London")
TROMSO = Site(latitude_deg=69.65, longitude_deg=18.96, zone="Europe/Oslo")


def test_it_is_day_until_before_sunset_and_from_after_sunrise() -> None:
    # tests/golden/sun_pyephem.txt, Leeds, 2026-09-22: sunset 18:04:59Z, sunrise 05:53:32Z.
    day = daylight(Night(site=LEEDS, evening=date(2026, 9, 22)), margin_min=15)
    evening, morning = (datetime.fromtimestamp(s, UTC) for s in (day.evening_s, day.morning_s))
    assert abs(evening - datetime(2026, 9, 22, 17, 49, 59, tzinfo=UTC)).total_seconds() < 60
    assert abs(morning - datetime(2026, 9, 23, 6, 8, 32, tzinfo=UTC)).total_seconds() < 60


@pytest.mark.parametrize(
    ("evening", "always"), [(date(2026, 6, 21), True), (date(2026, 12, 21), False)]
)
def test_under_the_midnight_sun_it_is_always_day_and_in_polar_night_never(
    evening: date,
    always: bool,  # noqa: FBT001 - a column of the table
) -> None:
    day = daylight(Night(site=TROMSO, evening=evening), margin_min=15)
    assert (day.evening_s, day.morning_s) == ((inf, -inf) if always else (-inf, inf))
