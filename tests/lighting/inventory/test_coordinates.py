"""Coordinates against Ordnance Survey's own test points, and every way to be wrong."""

import math

import pytest

from lighting.inventory.coordinates import Position, number, positions
from lighting.inventory.mapping import CoordinateSystem, PositionPart
from lighting.inventory.rows import RowProblem, SourceRow

# Ordnance Survey, OSTN15 developer pack, test points OSGB36 -> ETRS89: name, easting, northing [m],
# latitude, longitude [degrees]. ETRS89 and WGS 84 differ by less than 1 m.
OSTN15_POINTS = [
    ("TP01 St Mary's, Scilly", 91492.146, 11318.804, 49.92226393730, -6.29977752014),
    ("TP09 London", 530624.974, 178388.464, 51.48936564950, -0.11992557180),
    ("TP20 Pudsey, Leeds", 422242.186, 433818.701, 53.80021519630, -1.66379168242),
    ("TP30 Inverness", 267056.768, 846176.972, 57.48625000720, -4.21926398555),
    ("TP40 Shetland", 395999.668, 1138728.951, 60.13308091660, -2.07382822798),
]

# A Helmert transformation of the whole country is good to about 5 m (Ordnance Survey, "A guide to
# coordinate systems in Great Britain", section 6.2).
HELMERT_M = 5.0
METRES_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km


def part(system: CoordinateSystem, **more: object) -> PositionPart:
    return PositionPart.model_validate({"system": system, "x": "X", "y": "Y", **more})


def one(x: str | None, y: str | None, place: PositionPart) -> Position | RowProblem:
    cells = {name: text for name, text in (("X", x), ("Y", y)) if text is not None}
    (found,) = positions([SourceRow(row=7, cells=cells)], place)
    return found


def distance_m(a: Position, latitude_deg: float, longitude_deg: float) -> float:
    north = (a.latitude_deg - latitude_deg) * METRES_PER_DEGREE
    shrink = math.cos(math.radians(latitude_deg))
    return math.hypot(north, (a.longitude_deg - longitude_deg) * METRES_PER_DEGREE * shrink)


@pytest.mark.parametrize(
    ("name", "easting", "northing", "latitude", "longitude"), OSTN15_POINTS, ids=str
)
def test_the_british_grid_lands_within_5_m_of_ordnance_surveys_test_points(
    name: str, easting: float, northing: float, latitude: float, longitude: float
) -> None:
    found = one(str(easting), str(northing), part("british_national_grid"))
    assert isinstance(found, Position), name
    assert distance_m(found, latitude, longitude) < HELMERT_M


def test_web_mercator_matches_the_worked_example_of_epsg_guidance_note_7_2() -> None:
    # EPSG Guidance Note 7-2, "Popular Visualisation Pseudo Mercator": latitude 24 deg 22'54.433" N,
    # longitude 100 deg 20'00.000" W is E -11169055.58 m, N 2800000.00 m.
    found = one("-11169055.58", "2800000.00", part("web_mercator"))
    assert isinstance(found, Position)
    assert distance_m(found, 24 + 22 / 60 + 54.433 / 3600, -(100 + 20 / 60)) < 0.02


def test_wgs84_degrees_stay_exactly_as_the_file_has_them() -> None:
    found = one("-71.13874888584428", "42.399610761400275", part("wgs84"))
    assert found == Position(latitude_deg=42.399610761400275, longitude_deg=-71.13874888584428)


def test_many_rows_keep_their_order_around_a_bad_one() -> None:
    texts = ["430000", "nonsense", "431000"]
    rows = [SourceRow(row=i, cells={"X": x, "Y": "433000"}) for i, x in enumerate(texts)]
    first, bad, last = positions(rows, part("british_national_grid"))
    assert isinstance(first, Position)
    assert isinstance(last, Position)
    assert first.longitude_deg < last.longitude_deg
    assert isinstance(bad, RowProblem)
    assert bad.row == 1


@pytest.mark.parametrize(
    ("system", "x", "y", "field", "value", "problem"),
    [
        ("wgs84", None, "51.5", "X", "", "the coordinate is missing"),
        ("wgs84", "-0.1", None, "Y", "", "the coordinate is missing"),
        ("wgs84", "west", "51.5", "X", "west", "is not a number"),
        ("wgs84", "nan", "51.5", "X", "nan", "is not a number"),
        ("wgs84", "inf", "51.5", "X", "inf", "is not a number"),
        ("wgs84", "1e999", "51.5", "X", "1e999", "is not a number"),
        ("wgs84", "-0,1", "51.5", "X", "-0,1", "is not a number"),
        ("wgs84", "180.1", "51.5", "X", "180.1", "is outside -180 to 180"),
        ("wgs84", "-0.1", "90.1", "Y", "90.1", "is outside -90 to 90"),
        ("wgs84", "0", "0.0", "X, Y", "0, 0", "is the origin, not a place"),
        ("british_national_grid", "-1", "433000", "X", "-1", "is outside 0 to 700,000"),
        ("british_national_grid", "430000", "1300001", "Y", "1300001", "is outside 0 to 1,300,000"),
        ("british_national_grid", "0", "0", "X, Y", "0, 0", "is the origin, not a place"),
        ("web_mercator", "1", "20037509", "Y", "20037509", "is outside -20,037,508 to 20,037,508"),
    ],
)
def test_a_bad_coordinate_is_named_with_its_row_field_value_and_cure(
    system: CoordinateSystem, x: str | None, y: str | None, field: str, value: str, problem: str
) -> None:
    found = one(x, y, part(system))
    assert isinstance(found, RowProblem)
    assert (found.row, found.field, found.value, found.problem) == (7, field, value, problem)
    assert found.cure.startswith("give ")


def test_a_place_outside_the_mappings_box_is_refused_and_asks_about_swapped_columns() -> None:
    found = one("51.53", "-0.12", part("wgs84", box_west_south_east_north=(-0.3, 51.4, 0.0, 51.7)))
    assert isinstance(found, RowProblem)
    assert (found.field, found.value) == ("X, Y", "51.53, -0.12")
    assert "outside the mapping's box" in found.problem
    assert "swapped" in found.cure


@pytest.mark.parametrize("text", ["", " 1", "1_000", "0x10", "٣", "1.2.3", "42W", "--1", "1e", "."])
def test_only_plain_decimal_numbers_are_numbers(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("42", 42.0), ("-0.5", -0.5), (".5", 0.5), ("5.", 5.0), ("1e-05", 1e-05)]
)
def test_numbers_may_have_a_sign_a_point_and_an_exponent(text: str, value: float) -> None:
    assert number(text) == value
