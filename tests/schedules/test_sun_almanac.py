"""The sun of a night, against published tables and against an ephemeris that is not astral's.

astral adds refraction to the angle it is asked for, also below the horizon, so its sunset is where
the sun's centre is at 90.79° and its civil twilight at 96.05° (almanacs: 90.83° and 96.00°). Times
from almanacs are therefore compared to within the time in which the sun sinks ``ASTRAL_DEG``: about
half a minute in most places, three minutes at Lerwick's midsummer dusk.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schedules.night import night_of
from schedules.policy import Side, SunAnchor, SunEvent
from schedules.site import Site
from schedules.sun import CIVIL, SUNSET, Angle, find_pass, night_sun, passes, zenith_deg
from tests.schedules.factories import PLACES, a_night, a_site, utc

ALMANAC = Path(__file__).parents[1] / "golden" / "sun_pyephem.txt"
ASTRAL_DEG = 0.06
SUNSET_DEG, CIVIL_DEG = 90 + 50 / 60, 96.0  # as almanacs define them


def almanac() -> Iterator[tuple[str, str, list[datetime | None]]]:
    for line in ALMANAC.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            place, evening, *times = line.split(",")
            yield place, evening, [None if at == "-" else utc(at.rstrip("Z")) for at in times]


def allowed_s(site: Site, at: datetime) -> float:
    """Return how long [s] the sun takes to sink or climb ASTRAL_DEG there and then."""
    minute = timedelta(minutes=1)
    before = zenith_deg(site.latitude_deg, site.longitude_deg, at - minute)
    after = zenith_deg(site.latitude_deg, site.longitude_deg, at + minute)
    return ASTRAL_DEG / abs(after - before) * 120 + 5


def places_and_nights() -> list[str]:
    return [f"{place} {evening}" for place, evening, _ in almanac()]


@pytest.mark.parametrize(
    ("place", "evening", "published"), list(almanac()), ids=places_and_nights()
)
def test_the_sun_of_a_night_is_that_of_an_independent_ephemeris(
    place: str, evening: str, published: list[datetime | None]
) -> None:
    site = PLACES[place]
    sun = night_sun(a_night(place, evening))
    found = [sun.sunset, sun.sunrise, sun.civil_dusk, sun.civil_dawn]
    assert [at is None for at in found] == [at is None for at in published]
    for ours, theirs in zip(found, published, strict=True):
        if ours and theirs:
            assert abs((ours - theirs).total_seconds()) <= allowed_s(site, theirs)


@pytest.mark.parametrize(
    ("place", "evening", "published"), list(almanac()), ids=places_and_nights()
)
def test_at_the_moments_of_the_ephemeris_the_sun_stands_where_it_should(
    place: str, evening: str, published: list[datetime | None]
) -> None:
    del evening
    site = PLACES[place]
    for at, angle_deg in zip(published, [SUNSET_DEG] * 2 + [CIVIL_DEG] * 2, strict=True):
        if at:
            zenith = zenith_deg(site.latitude_deg, site.longitude_deg, at)
            assert zenith == pytest.approx(angle_deg, abs=0.015)  # 4 s of its way


# timeanddate.com, London, to the minute, as quoted in the tests of astral (github
# sffjunkie/astral, src/test/test_sun_utc.py).
LONDON = {
    SunEvent.SUNSET: "01T15:55 02T15:54 03T15:54 12T15:51 25T15:55",
    SunEvent.CIVIL_DUSK: "01T16:34 02T16:34 03T16:33 12T16:31 25T16:36",
    SunEvent.CIVIL_DAWN: "01T07:04 02T07:05 03T07:06 12T07:16 25T07:25",
    SunEvent.SUNRISE: "01T07:43 02T07:45 03T07:46 12T07:56 25T08:05",
}


@pytest.mark.parametrize("event", SunEvent)
def test_london_in_december_2015_is_as_timeanddate_publishes(event: SunEvent) -> None:
    site = a_site(51.51, -0.13)
    for published in LONDON[event].split():
        at = utc(f"2015-12-{published}")
        found = find_pass(night_of(site, at), SunAnchor(event=event))
        assert found is not None
        assert abs((found - at).total_seconds()) <= 60  # to the minute, and ASTRAL_DEG


# The web calculator of NREL's SPA (Reda and Andreas 2004) for Golden, Colorado, as quoted in the
# tests of pvlib (pvlib-python, tests/test_solarposition.py); Mountain Standard Time plus 7 hours.
# The sunset quoted for 2 August is left out: it is that of the UTC date, so of 1 August there.
@pytest.mark.parametrize(
    ("event", "published"),
    [
        (SunEvent.SUNRISE, "2015-01-02T14:21:55"),
        (SunEvent.SUNSET, "2015-01-02T23:47:43"),
        (SunEvent.SUNRISE, "2015-08-02T12:00:27"),
    ],
)
def test_golden_colorado_is_as_the_solar_position_algorithm_of_nrel_says(
    event: SunEvent, published: str
) -> None:
    site, at = a_site(39.742476, -105.1786, "America/Denver"), utc(published)
    found = find_pass(night_of(site, at), SunAnchor(event=event))
    assert found is not None
    assert abs((found - at).total_seconds()) <= allowed_s(site, at)


# Hours a year with the sun below an altitude at Leeds: the project's reference energy.md 4.4,
# which gives the true altitude of the sun's centre.
@pytest.mark.parametrize(
    ("altitude_deg", "published_h"),
    [
        *[(-0.83, 4271), (-2, 4160), (-2.5, 4113), (-3, 4064)],
        *[(-3.5, 4016), (-4, 3968), (-5, 3870), (-6, 3771)],
    ],
)
def test_leeds_is_dark_for_the_published_hours(altitude_deg: float, published_h: int) -> None:
    angle = Angle(zenith_deg=90 - altitude_deg, refracted=False)
    assert dark_hours(angle) == pytest.approx(published_h, abs=2)


@pytest.mark.parametrize(("angle", "published_h"), [(SUNSET, 4271), (CIVIL, 3771)])
def test_by_astrals_angles_leeds_is_dark_a_few_hours_more_or_less(
    angle: Angle, published_h: int
) -> None:
    assert dark_hours(angle) == pytest.approx(published_h, abs=6)


def dark_hours(angle: Angle) -> float:
    site = PLACES["Leeds"]
    span = (utc("2025-01-01T12:00"), utc("2026-01-01T12:00"))
    dusks = passes(site.latitude_deg, site.longitude_deg, span, angle, Side.EVENING)
    dawns = passes(site.latitude_deg, site.longitude_deg, span, angle, Side.MORNING)
    assert len(dusks) == len(dawns) == 365
    return sum((b - a).total_seconds() for a, b in zip(dusks, dawns, strict=True)) / 3600
