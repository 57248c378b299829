"""The sun of a night: what astral alone gets wrong, the polar circles, and the shape of a year.

The times themselves are compared with published ones in ``test_sun_almanac``.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from schedules.night import Night
from schedules.policy import ElevationAnchor, Side, SunAnchor, SunEvent
from schedules.sun import (
    SUNSET,
    NightSun,
    SunState,
    angle_of,
    deepest_deg,
    find_pass,
    night_sun,
    passes,
    zenith_deg,
)
from tests.schedules.factories import PLACES, a_night, a_site, utc


def events(sun: NightSun) -> list[datetime | None]:
    return [sun.sunset, sun.sunrise, sun.civil_dusk, sun.civil_dawn]


def test_trap_honolulu_has_the_sunset_of_its_own_evening() -> None:
    """With its default zone, astral gives 05:15 UTC of 21 June: the evening of the 20th there."""
    sunset = night_sun(a_night("Honolulu", "2025-06-21")).sunset
    assert sunset is not None
    assert abs(sunset - utc("2025-06-22T05:16:19")) < timedelta(minutes=1)  # PyEphem


def test_trap_helsinki_has_dusk_two_hours_after_sunset_and_not_twenty_two_before() -> None:
    """By its date, astral gives the dusk of 20 June as 00:44 local time, before that sunset."""
    sun = night_sun(a_night("Helsinki", "2025-06-20"))
    assert sun.sunset is not None
    assert sun.civil_dusk is not None
    local_dusk = sun.civil_dusk.astimezone(PLACES["Helsinki"].tz)
    assert timedelta(hours=1) < sun.civil_dusk - sun.sunset < timedelta(hours=2.5)
    assert (local_dusk.date(), local_dusk.hour) == (date(2025, 6, 21), 0)


def test_trap_reykjavik_in_june_sets_after_midnight_and_belongs_to_the_evening_before() -> None:
    sun = night_sun(a_night("Reykjavik", "2025-06-20"))
    assert sun.sunset is not None
    assert abs(sun.sunset - utc("2025-06-21T00:03:50")) < timedelta(minutes=2)  # PyEphem
    assert (sun.sun, sun.twilight) == (SunState.NORMAL, SunState.MIDNIGHT_SUN)
    assert (sun.civil_dusk, sun.civil_dawn) == (None, None)


def test_trap_tromso_tells_midnight_sun_from_polar_night_by_value() -> None:
    summer, winter = a_night("Tromso", "2025-06-21"), a_night("Tromso", "2025-12-21")
    assert (night_sun(summer).sunset, night_sun(winter).sunset) == (None, None)
    assert night_sun(summer).sun is SunState.MIDNIGHT_SUN
    assert night_sun(winter).sun is SunState.POLAR_NIGHT
    assert night_sun(winter).twilight is SunState.NORMAL  # it does reach civil twilight at noon


def test_tromso_changes_its_light_on_the_nights_that_the_ephemeris_gives() -> None:
    """PyEphem 4.2.1, as in sun_pyephem.txt but at astral's angles of 90.79 and 96.05 degrees."""
    turns = []
    before: tuple[SunState, SunState] | None = None
    for number in range(365):
        sun = night_sun(a_night("Tromso", f"{date(2026, 1, 1) + timedelta(days=number)}"))
        if (sun.sun, sun.twilight) != before:
            before = (sun.sun, sun.twilight)
            evening = date(2026, 1, 1) + timedelta(days=number)
            turns.append(f"{evening:%d %b} {sun.sun.value} {sun.twilight.value}")
    assert turns == [
        "01 Jan polar_night normal",
        "14 Jan normal normal",
        "28 Apr normal midnight_sun",
        "18 May midnight_sun midnight_sun",
        "25 Jul normal midnight_sun",
        "14 Aug normal normal",
        "27 Nov polar_night normal",
    ]


def test_every_june_night_in_lerwick_has_sunset_dusk_dawn_and_sunrise_in_that_order() -> None:
    for day in range(1, 31):
        sun = night_sun(a_night("Lerwick", f"2026-06-{day:02}"))
        in_order = [sun.sunset, sun.civil_dusk, sun.civil_dawn, sun.sunrise]
        moments = [at for at in in_order if at is not None]
        assert len(moments) == len(in_order)
        assert moments == sorted(moments)
        assert moments[0].astimezone(PLACES["Lerwick"].tz).day == day


TEMPERATE = [
    *("Leeds", "Lerwick", "Sydney", "Honolulu", "Suva", "Kiritimati", "Lord Howe"),
    *("Kathmandu", "Auckland", "Ushuaia", "Quito", "Urumqi", "Adak"),
]


@pytest.mark.parametrize("place", TEMPERATE)
def test_below_the_polar_circles_no_event_is_missing_or_double_in_a_year(place: str) -> None:
    suns = [
        night_sun(a_night(place, f"{date(2026, 1, 1) + timedelta(days=number)}"))
        for number in range(366)
    ]
    for earlier, later in pairwise(suns):
        for before, after in zip(events(earlier), events(later), strict=True):
            assert before is not None
            assert after is not None
            assert timedelta(hours=23.8) < after - before < timedelta(hours=24.2)
        assert later.sun is later.twilight is SunState.NORMAL


@pytest.mark.parametrize("place", ["Tromso", "Reykjavik", "Anadyr"])
def test_beyond_them_a_year_of_nights_holds_each_event_once(place: str) -> None:
    """The passes of a year taken in one go are those of its nights taken one by one."""
    site = PLACES[place]
    nights = [a_night(place, f"{date(2026, 1, 1) + timedelta(days=n)}") for n in range(365)]
    span = (nights[0].start, nights[-1].end)
    for event in SunEvent:
        bound = SunAnchor(event=event)
        whole = passes(site.latitude_deg, site.longitude_deg, span, *angle_of(bound))
        assert [at for night in nights if (at := find_pass(night, bound))] == whole


@pytest.mark.parametrize(
    ("place", "first", "nights"),
    [("Tromso", "2026-01-08", 12), ("Tromso", "2026-05-12", 8), ("Anadyr", "2026-06-10", 12)],
)
def test_where_the_sun_grazes_an_angle_no_pass_is_invented_or_lost(
    place: str, first: str, nights: int
) -> None:
    """Against a scan of the zenith angle every two minutes."""
    site = PLACES[place]
    here = site.latitude_deg, site.longitude_deg
    start = a_night(place, first).start
    step = timedelta(minutes=2)
    moments = [start + number * step for number in range(nights * 720 + 1)]
    below = [zenith_deg(*here, at) > SUNSET.geometric_deg for at in moments]
    for side, went_down in ((Side.EVENING, True), (Side.MORNING, False)):
        scanned = [
            at
            for at, (before, after) in zip(moments, pairwise(below), strict=False)
            if before is not after is went_down
        ]
        found = passes(*here, (start, moments[-1]), SUNSET, side)
        assert len(found) == len(scanned)
        for ours, theirs in zip(found, scanned, strict=True):
            assert abs(ours - theirs) < timedelta(minutes=12)  # grazing: minutes for 0.01 degrees


def test_in_the_southern_winter_nights_are_long_in_june() -> None:
    def length(place: str, evening: str) -> timedelta:
        sun = night_sun(a_night(place, evening))
        assert sun.sunset is not None
        assert sun.sunrise is not None
        return sun.sunrise - sun.sunset

    assert length("Ushuaia", "2026-06-20") > timedelta(hours=16)
    assert length("Ushuaia", "2026-12-20") < timedelta(hours=7)
    assert length("Leeds", "2026-06-20") < timedelta(hours=7)


@pytest.mark.parametrize(
    ("evening", "zenith"),
    # Meeus, Astronomical Algorithms: the greatest zenith distance is 180 - |latitude + declination|
    # and the declination at the solstices is 23.44 degrees.
    [("2026-12-21", 180 - 53.8 + 23.44), ("2026-06-21", 180 - 53.8 - 23.44)],
)
def test_the_deepest_sun_of_a_night_is_at_its_lower_culmination(
    evening: str, zenith: float
) -> None:
    assert deepest_deg(a_night("Leeds", evening)) == pytest.approx(zenith, abs=0.02)


def test_an_elevation_is_passed_once_on_each_side() -> None:
    night = a_night("Leeds", "2026-01-14")
    evening = find_pass(night, ElevationAnchor(elevation_deg=-3.4, side=Side.EVENING))
    morning = find_pass(night, ElevationAnchor(elevation_deg=-3.4, side=Side.MORNING))
    sun = night_sun(night)
    assert sun.sunset is not None
    assert sun.civil_dusk is not None
    assert sun.sunrise is not None
    assert sun.civil_dawn is not None
    assert evening is not None
    assert morning is not None
    assert sun.sunset < evening < sun.civil_dusk < sun.civil_dawn < morning < sun.sunrise


def test_of_two_sunsets_between_two_noons_the_first_counts() -> None:
    """In Vardo the sun is highest an hour before noon, so a winter sunset can come before noon too.

    In November it comes earlier each day, so one night has the sunsets of two days.
    """
    site = a_site(70.37, 31.1, "Europe/Oslo")
    doubles = 0
    for number in range(30):
        night = Night(site=site, evening=date(2026, 11, 1) + timedelta(days=number))
        both = passes(70.37, 31.1, (night.start, night.end), SUNSET, Side.EVENING)
        if len(both) > 1:
            doubles += 1
            assert find_pass(night, SunAnchor(event=SunEvent.SUNSET)) == both[0]
    assert doubles == 1


def test_find_pass_leaves_the_offset_to_its_caller() -> None:
    night = a_night()
    plain = find_pass(night, SunAnchor(event=SunEvent.SUNSET))
    assert find_pass(night, SunAnchor(event=SunEvent.SUNSET, offset_min=30)) == plain
