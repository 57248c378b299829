"""Hours with the sun below -3 degrees over Leeds in 2025: the year, months, windows of the clock.

Published figures: the project's reference energy.md 4.4, which steps by 5 minutes; here the
passes are taken as they are. (Hours a year at other angles: ``test_sun_almanac.py``.)
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from schedules.policy import Side
from schedules.sun import Angle, passes
from tests.schedules.factories import PLACES

LEEDS = PLACES["Leeds"]
ONE_DAY = timedelta(days=1)
NEW_YEAR = date(2025, 1, 1)

Stretch = tuple[datetime, datetime]


def local(day: date, clock: str = "00:00") -> datetime:
    """Return the instant at which clocks in Leeds show a time of a date."""
    wall = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(LEEDS.zone))
    return wall.astimezone(UTC)


@cache
def dark_2025() -> tuple[Stretch, ...]:
    """Return the stretches of darkness that touch the calendar year, cut at its ends."""
    start, end = local(NEW_YEAR), local(date(2026, 1, 1))
    around = (start - ONE_DAY / 2, end + ONE_DAY / 2)
    below = Angle(zenith_deg=93, refracted=False)
    dusks, dawns = (
        passes(LEEDS.latitude_deg, LEEDS.longitude_deg, around, below, side)
        for side in (Side.EVENING, Side.MORNING)
    )
    pairs = zip(dusks, dawns, strict=True)
    return tuple((max(dusk, start), min(dawn, end)) for dusk, dawn in pairs)


def dark_h(*windows: Stretch) -> float:
    """Return the hours of darkness inside the windows."""
    shared = (
        min(dark[1], window[1]) - max(dark[0], window[0])
        for dark in dark_2025()
        for window in windows
    )
    return sum((each.total_seconds() for each in shared if each > timedelta()), 0.0) / 3600


@pytest.mark.parametrize(
    ("start", "end", "published_h"),
    [
        *[("12:00", "12:00", 4065), ("00:00", "05:00", 1784), ("00:00", "05:30", 1916)],
        *[("00:00", "06:00", 2031), ("22:00", "06:00", 2761), ("23:00", "06:00", 2396)],
        *[("22:00", "05:00", 2513), ("20:00", "22:00", 537)],
    ],
)
def test_leeds_is_dark_in_a_window_of_the_local_clock_for_the_published_hours(
    start: str, end: str, published_h: int
) -> None:
    days = [NEW_YEAR + number * ONE_DAY for number in range(-1, 365)]
    windows = [(local(day, start), local(day + ONE_DAY * (end <= start), end)) for day in days]
    assert dark_h(*windows) == pytest.approx(published_h, abs=2)


@pytest.mark.parametrize(
    ("month", "published_h"),
    list(enumerate((474, 382, 359, 282, 230, 189, 213, 270, 325, 404, 446, 492), start=1)),
)
def test_leeds_is_dark_in_each_month_for_the_published_hours(month: int, published_h: int) -> None:
    after = date(2025 + month // 12, month % 12 + 1, 1)
    whole = (local(date(2025, month, 1)), local(after))
    assert dark_h(whole) == pytest.approx(published_h, abs=2)
