"""The sun's moments of a whole city at once are those of each of its lanterns, to a second."""

from datetime import date, timedelta

import numpy as np
import pytest

from schedules.anchors import EVENING_BOUND, MORNING_BOUND
from schedules.city import City, Floats, switch_times
from schedules.night import Night
from schedules.policy import SunBound
from schedules.site import Site
from schedules.sun import find_pass

SUNSET = EVENING_BOUND.parse("sunset")
SUNRISE = MORNING_BOUND.parse("sunrise - 15 min")
DUSK = EVENING_BOUND.parse("civil dusk + 20 min")
LUX = MORNING_BOUND.parse("18 lux morning")


def a_city(latitude_deg: float, longitude_deg: float, zone: str, *, size: int, seed: int) -> City:
    """Return lanterns strewn over 0.2 degrees of latitude and 0.6 of longitude."""
    random = np.random.default_rng(seed)
    longitudes = longitude_deg + random.uniform(-0.3, 0.3, size)
    return City(
        latitudes_deg=latitude_deg + random.uniform(-0.1, 0.1, size),
        longitudes_deg=(longitudes + 180) % 360 - 180,
        zone=zone,
    )


def one_by_one(city: City, bound: SunBound, first: date, nights: int) -> Floats:
    """Return what ``switch_times`` promises, by asking for each lantern and night."""
    out = np.full((len(city.latitudes_deg), nights), np.nan)
    for lantern, (latitude, longitude) in enumerate(
        zip(city.latitudes_deg.tolist(), city.longitudes_deg.tolist(), strict=True)
    ):
        site = Site(latitude_deg=latitude, longitude_deg=longitude, zone=city.zone)
        for number in range(nights):
            night = Night(site=site, evening=first + timedelta(days=number))
            at = find_pass(night, bound)
            if at is not None:
                seconds = (at - night.start).total_seconds() + bound.offset_min * 60
                out[lantern, number] = seconds
    return out


@pytest.mark.parametrize("bound", [SUNSET, SUNRISE, DUSK, LUX])
@pytest.mark.parametrize(
    ("place", "first", "nights"),
    [
        ((53.8, -1.55, "Europe/London"), date(2026, 1, 1), 60),  # Leeds
        ((53.8, -1.55, "Europe/London"), date(2026, 3, 25), 8),  # the clocks change
        ((60.155, -1.145, "Europe/London"), date(2026, 6, 10), 20),  # Lerwick, dusk near midnight
        ((60.6, -1.145, "Europe/London"), date(2026, 6, 10), 20),  # no dusk in part of it
        ((-16.8, 180.0, "Pacific/Fiji"), date(2026, 3, 20), 20),  # on both sides of the date line
        ((-0.2, -78.5, "America/Guayaquil"), date(2026, 3, 1), 20),
        ((69.65, 18.95, "Europe/Oslo"), date(2026, 5, 10), 14),  # into midnight sun
        ((69.65, 18.95, "Europe/Oslo"), date(2026, 11, 20), 12),  # into polar night
        ((69.65, 18.95, "Europe/Oslo"), date(2026, 1, 10), 10),  # out of it, sunset near noon
        ((70.37, 31.1, "Europe/Oslo"), date(2027, 1, 14), 14),  # sunset before noon by the clock
    ],
)
def test_a_city_is_a_second_at_most_from_asking_for_each_lantern(
    place: tuple[float, float, str], first: date, nights: int, bound: SunBound
) -> None:
    city = a_city(*place, size=40, seed=first.toordinal())
    found = switch_times(city, bound, first, nights)
    expected = one_by_one(city, bound, first, nights)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    there = ~np.isnan(expected)
    assert np.all(np.abs(found[there] - expected[there]) <= 1)


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_a_sunset_minutes_before_noon_is_found_in_a_strip_of_a_few_hundred_metres(
    seed: int,
) -> None:
    """Around Tromso the sunset of 15 January 2026 is before noon between 69.705 and 69.712 N."""
    random = np.random.default_rng(seed)
    city = City(
        latitudes_deg=69.65 + random.uniform(-0.1, 0.1, 60),
        longitudes_deg=18.95 + random.uniform(-0.3, 0.3, 60),
        zone="Europe/Oslo",
    )
    found = switch_times(city, SUNSET, date(2026, 1, 14), 1)
    expected = one_by_one(city, SUNSET, date(2026, 1, 14), 1)
    assert 1 <= np.count_nonzero(~np.isnan(expected)) <= 3
    assert np.array_equal(np.isnan(found), np.isnan(expected))


def test_a_city_without_lanterns_has_no_times() -> None:
    nobody = City(latitudes_deg=np.array([]), longitudes_deg=np.array([]), zone="Europe/London")
    assert switch_times(nobody, SUNSET, date(2026, 1, 1), 5).shape == (0, 5)


def test_no_nights_are_no_times() -> None:
    city = a_city(53.8, -1.55, "Europe/London", size=30, seed=1)
    assert switch_times(city, SUNSET, date(2026, 1, 1), 0).shape == (30, 0)


@pytest.mark.parametrize("size", [1, 2, 13, 14])
def test_a_city_of_a_few_lanterns_is_no_special_case(size: int) -> None:
    city = a_city(53.8, -1.55, "Europe/London", size=size, seed=size)
    found = switch_times(city, DUSK, date(2026, 6, 1), 3)
    assert np.all(np.abs(found - one_by_one(city, DUSK, date(2026, 6, 1), 3)) <= 1)


def test_lanterns_on_one_spot_or_one_line_get_their_times() -> None:
    line = np.linspace(53.7, 53.9, 30)
    for city in (
        City(latitudes_deg=line, longitudes_deg=np.full(30, -1.55), zone="Europe/London"),
        City(latitudes_deg=np.full(30, 53.8), longitudes_deg=line - 55, zone="Europe/London"),
        City(
            latitudes_deg=np.full(30, 53.8),
            longitudes_deg=np.full(30, -1.55),
            zone="Europe/London",
        ),
    ):
        found = switch_times(city, SUNSET, date(2026, 1, 1), 3)
        assert np.all(np.abs(found - one_by_one(city, SUNSET, date(2026, 1, 1), 3)) <= 1)


def test_an_offset_moves_every_time_by_itself() -> None:
    city = a_city(53.8, -1.55, "Europe/London", size=30, seed=3)
    plain = switch_times(city, SUNSET, date(2026, 1, 1), 10)
    later = switch_times(city, EVENING_BOUND.parse("sunset + 25 min"), date(2026, 1, 1), 10)
    assert np.allclose(later - plain, 25 * 60, atol=0.02)


def test_a_country_of_lanterns_is_divided_until_it_is_right() -> None:
    """From Cornwall to Shetland: too wide for one cell."""
    random = np.random.default_rng(7)
    city = City(
        latitudes_deg=random.uniform(50, 60.8, 60),
        longitudes_deg=random.uniform(-5.5, 1.5, 60),
        zone="Europe/London",
    )
    found = switch_times(city, DUSK, date(2026, 6, 15), 5)
    expected = one_by_one(city, DUSK, date(2026, 6, 15), 5)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.nanmax(np.abs(found - expected)) <= 1
