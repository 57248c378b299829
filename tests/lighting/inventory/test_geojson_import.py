"""GeoJSON files in the shape and with the quirks of Cambridge's, written by hand."""

import io
import json
from typing import Any

import pytest

from lighting.identifiers import LanternId
from lighting.inventory.council_file import read_lanterns
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.lantern import Lantern
from lighting.inventory.mapping_text import shipped_mapping
from lighting.inventory.rows import Accepted, Rejected, RowProblem

FULL: dict[str, Any] = {
    "PoleID": "12-1",
    "StreetName": "TAPER",
    "StreetSuffix": "LN",
    "Intersection": "WICK ST",
    "NumLamps": 2,
    "Description": "Cobrahead",
    "FixtureType": "A2",
    "Owner": "City",
    "LEDchk": "Yes",
    "Neighborhood": 11.0,
}
HERE = {"type": "Point", "coordinates": [-71.1, 42.37]}


def feature(geometry: object = HERE, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def outcomes(*features: object) -> list[Accepted | Rejected]:
    document = {"type": "FeatureCollection", "features": features}
    data = io.BytesIO(json.dumps(document).encode())
    return list(read_lanterns(data, shipped_mapping("cambridge-ma")))


def second_problem(bad: object) -> RowProblem:
    good, found = outcomes(feature(**FULL), bad)
    assert isinstance(good, Accepted)
    assert isinstance(found, Rejected)
    (problem,) = found.problems
    assert problem.row == 2
    return problem


def whole_file_error(data: bytes) -> str:
    with pytest.raises(CouncilFileError) as caught:
        read_lanterns(io.BytesIO(data), shipped_mapping("cambridge-ma"))
    return str(caught.value)


def test_a_cambridge_pole_becomes_a_lantern_without_a_guessed_wattage() -> None:
    (found,) = outcomes(feature(**FULL))
    assert isinstance(found, Accepted)
    assert found.lantern == Lantern(
        lantern_id=LanternId("cambridge-ma:12-1"),
        latitude_deg=42.37,
        longitude_deg=-71.1,
        road="TAPER LN",
        ward="11",
        position="WICK ST",
        column="12-1",
        lamp="A2",
        tags=frozenset({"led", "head:cobrahead", "owner:city", "lamps:2"}),
    )


def test_absent_properties_are_missing_values_not_errors() -> None:
    _, found = outcomes(feature(**FULL), feature(PoleID="12-2"))
    assert isinstance(found, Accepted)
    assert (found.lantern.road, found.lantern.lamp, found.lantern.tags) == ("", "", frozenset())
    assert found.warnings == ()


@pytest.mark.parametrize("slip", ["`", "?", None, ""])
def test_typing_slips_and_nulls_in_the_fixture_type_mean_unknown(slip: str | None) -> None:
    _, found = outcomes(feature(**FULL), feature(PoleID="12-2", FixtureType=slip))
    assert isinstance(found, Accepted)
    assert found.lantern.lamp == ""


def test_a_pole_that_says_no_lamps_is_kept_with_that_tag() -> None:
    _, found = outcomes(feature(**FULL), feature(PoleID="12-2", NumLamps=0))
    assert isinstance(found, Accepted)
    assert found.lantern.tags == {"lamps:0"}


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "LineString", "coordinates": [[-71.1, 42.37], [-71.1, 42.38]]},
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["-71.1", "42.37"]},
        {"type": "Point", "coordinates": [True, 42.37]},
        {"type": "Point", "coordinates": [-71.1, None]},
    ],
)
def test_a_geometry_that_is_no_point_is_refused(geometry: object) -> None:
    problem = second_problem(feature(geometry, PoleID="12-2"))
    assert problem.field == "geometry"
    assert problem.problem == "is not a Point with a longitude and a latitude"
    assert problem.cure == "give each lantern as one Point: two numbers"


@pytest.mark.parametrize(
    ("coordinates", "problem"),
    [
        ([float("nan"), 42.37], "is not a number"),
        ([-7_900_000, 5_200_000], "is outside -180 to 180"),
        ([0, 0], "is the origin, not a place"),
        ([42.37, -71.1], "outside the mapping's box"),
        ([1, 1], "outside the mapping's box"),
    ],
)
def test_coordinates_that_are_no_place_in_cambridge_are_refused(
    coordinates: list[float], problem: str
) -> None:
    point = {"type": "Point", "coordinates": coordinates}
    found = second_problem(feature(point, PoleID="12-2"))
    assert problem in found.problem
    assert "geometry x" in found.field


def test_an_altitude_is_read_over() -> None:
    found = outcomes(feature({"type": "Point", "coordinates": [-71.1, 42.37, 12.5]}, **FULL))
    assert isinstance(found[0], Accepted)


def test_a_pole_without_an_id_is_refused() -> None:
    problem = second_problem(feature(StreetName="TAPER"))
    assert (problem.field, problem.problem) == ("PoleID", "the row has no key")


def test_the_second_of_two_poles_with_one_id_is_refused() -> None:
    problem = second_problem(feature(**FULL))
    assert (problem.field, problem.value) == ("PoleID", "12-1")
    assert problem.problem == "row 1 has the same key"


def test_a_property_that_is_a_list_is_refused() -> None:
    problem = second_problem(feature(PoleID="12-2", Owner=["City"]))
    assert (problem.field, problem.problem) == ("Owner", "is a list or an object")


def test_a_lone_surrogate_is_refused_before_a_database_stumbles_over_it() -> None:
    problem = second_problem(feature(PoleID="12-2", Owner="\ud800"))
    assert (problem.field, problem.value) == ("Owner", "'\\ud800'")


@pytest.mark.parametrize("bad", [None, 5, "pole", [1]])
def test_a_feature_that_is_no_object_is_refused(bad: object) -> None:
    assert second_problem(bad).problem == "is not a feature"


def test_an_empty_collection_has_no_rows() -> None:
    assert outcomes() == []


def test_properties_that_no_feature_has_name_the_missing_and_the_present_ones() -> None:
    # The shape of Cambridge's second file, street_lights_not_city_owned: only ELEV.
    document = {"type": "FeatureCollection", "features": [feature(ELEV=31.5)]}
    error = whole_file_error(json.dumps(document).encode())
    assert "missing in every feature: PoleID" in error
    assert "properties present: ELEV" in error


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not JSON"),
        (b'{"type": "FeatureCollection", "features": [', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[1, 2]", "not a GeoJSON FeatureCollection"),
        (b'{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "not a GeoJSON FeatureCollection"),
        (b'{"type": "Caf\xe9"}', "byte 0xe9 at byte 13 of the file is not utf-8"),
    ],
)
def test_a_file_that_is_no_feature_collection_is_refused_as_a_whole(
    data: bytes, words: str
) -> None:
    assert words in whole_file_error(data)
