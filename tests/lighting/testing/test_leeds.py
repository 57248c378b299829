"""The generated district: the same for the same seed, and near what is known of Leeds."""

import math
from itertools import pairwise

import pytest

from lighting.inventory.lantern import Lantern
from lighting.testing.leeds import (
    METRES_PER_DEGREE,
    POWER_W,
    ROAD_KINDS,
    district_radius_m,
    leeds_district,
)


def metres(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Return how far east and north of 53.80, -1.55 [m]."""
    shrink = math.cos(math.radians(53.80))
    return (longitude_deg + 1.55) * METRES_PER_DEGREE * shrink, (
        latitude_deg - 53.80
    ) * METRES_PER_DEGREE


@pytest.fixture(scope="module")
def city() -> list[Lantern]:
    return leeds_district(20_000, seed=1)


def test_one_seed_gives_one_district_and_another_seed_another() -> None:
    assert leeds_district(300, seed=7) == leeds_district(300, seed=7)
    assert leeds_district(300, seed=7) != leeds_district(300, seed=8)


@pytest.mark.parametrize("lanterns", [1, 2, 37, 1_000])
def test_a_district_has_as_many_lanterns_as_asked_for_each_with_its_own_id(lanterns: int) -> None:
    district = leeds_district(lanterns, seed=3)
    assert len({lantern.lantern_id for lantern in district}) == len(district) == lanterns


def test_a_hundred_thousand_lanterns_are_drawn_in_33_wards() -> None:
    district = leeds_district(100_000, seed=1)
    assert len(district) == 100_000
    assert len({lantern.ward for lantern in district}) == 33


@pytest.mark.parametrize("lanterns", [0, -5])
def test_a_district_without_lanterns_is_refused(lanterns: int) -> None:
    with pytest.raises(ValueError, match="at least 1 is needed"):
        leeds_district(lanterns, seed=1)


def test_the_whole_city_covers_552_km2_and_a_tenth_of_its_lanterns_a_tenth() -> None:
    # 92,000 lights (news.leeds.gov.uk, 8 July 2019); the area is general knowledge.
    assert math.pi * district_radius_m(92_000) ** 2 == pytest.approx(552e6)
    assert math.pi * district_radius_m(9_200) ** 2 == pytest.approx(55.2e6)
    assert district_radius_m(100_000) == district_radius_m(92_000)


def test_every_lantern_hangs_inside_the_district(city: list[Lantern]) -> None:
    radius_m = district_radius_m(len(city))
    reach = max(math.hypot(*metres(x.latitude_deg, x.longitude_deg)) for x in city)
    assert 0.9 * radius_m < reach <= radius_m + 10.0


def test_the_mean_wattage_is_near_the_41_w_derived_for_leeds(city: list[Lantern]) -> None:
    # 4.8m GBP a year less 62 % and 7,050 t (news.leeds.gov.uk, 8 July 2019) leave about 15.6 GWh;
    # over 92,000 lights and 4,100 h of a 35/18 lx regime that is 41 W.
    mean_w = sum(lantern.power_w or 0.0 for lantern in city) / len(city)
    known_w = 15.6e9 / 92_000 / 4_100
    assert mean_w == pytest.approx(known_w, rel=0.2)


def test_every_wattage_and_height_comes_from_the_tables(city: list[Lantern]) -> None:
    for lantern in city:
        spread = POWER_W[lantern.lighting_class]
        assert lantern.power_w is not None
        assert spread.least <= lantern.power_w <= spread.most
    heights = {height for kind in ROAD_KINDS.values() for height in kind.heights_m}
    assert {lantern.height_m for lantern in city} == heights


def test_every_class_of_the_tables_is_in_the_city(city: list[Lantern]) -> None:
    assert {lantern.lighting_class for lantern in city} == set(POWER_W)


def test_subways_are_continuous_and_nothing_else_is(city: list[Lantern]) -> None:
    subways = [lantern for lantern in city if "subway" in lantern.tags]
    assert subways
    assert all("continuous" in x.tags and x.regime == "Continuous" for x in subways)
    assert sum(lantern.regime == "Continuous" for lantern in city) == len(subways)


def test_crossings_are_few_and_on_main_roads(city: list[Lantern]) -> None:
    crossings = [lantern for lantern in city if "crossing" in lantern.tags]
    assert 0 < len(crossings) < 0.05 * len(city)
    assert {lantern.lighting_class[0] for lantern in crossings} == {"M", "C"}


def test_a_road_has_one_name_one_ward_and_one_class(city: list[Lantern]) -> None:
    facts = {(x.road, x.ward, x.lighting_class, x.power_w, x.height_m) for x in city}
    assert len(facts) == len({x.road for x in city})


def test_neighbours_along_a_road_are_a_spacing_apart(city: list[Lantern]) -> None:
    road = next(x.road for x in city if x.lighting_class == "M3")
    places = [metres(x.latitude_deg, x.longitude_deg) for x in city if x.road == road]
    gaps = [math.dist(a, b) for a, b in pairwise(places)]
    assert min(gaps) > 25.0
    assert max(gaps) < 45.0
