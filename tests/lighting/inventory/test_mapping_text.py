"""Mappings: the shipped ones are sound, and a user's own says clearly what is wrong with it."""

import pytest

from lighting.errors import RequestError
from lighting.inventory.errors import MappingError, MappingFault
from lighting.inventory.mapping_text import parse_mapping, shipped_mapping, shipped_mappings

OWN = """
name = "own"
format = "csv"
[key]
prefix = "own"
columns = ["District", "Number"]
[position]
system = "british_national_grid"
x = "E"
y = "N"
[text]
road = "Street"
[number]
height_m = { column = "Height", unit = "ft" }
[[tags]]
tag = "led"
column = "Lamp"
contains = "LED"
"""

LEEDS_COLUMNS = {
    "Operational Area",
    "Road Name",
    "Road Ref.",
    "Unit ID",
    "Unit Ref",
    "Unit Type",
    "Unit Location",
    "Easting",
    "Northing",
    "Lamps Per Lantern",
}


def faults_of(text: str) -> tuple[MappingFault, ...]:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, name="own.toml")
    return caught.value.faults


def test_every_shipped_mapping_reads_and_bears_the_name_of_its_file() -> None:
    assert shipped_mappings() == ("cambridge-ma", "camden", "lamplighter", "leeds")
    for name in shipped_mappings():
        assert shipped_mapping(name).name == name


def test_the_leeds_mapping_reads_exactly_the_columns_that_the_council_names() -> None:
    assert set(shipped_mapping("leeds").columns()) == LEEDS_COLUMNS


def test_a_users_own_mapping_names_every_column_that_it_reads() -> None:
    mapping = parse_mapping(OWN, name="own.toml")
    assert mapping.columns() == ("District", "Number", "E", "N", "Street", "Height", "Lamp")
    assert mapping.required_columns() == mapping.columns()


def test_an_optional_column_is_not_required() -> None:
    mapping = parse_mapping('optional_columns = "Lamp"\n' + OWN, name="own.toml")
    assert "Lamp" in mapping.columns()
    assert "Lamp" not in mapping.required_columns()


def test_a_mapping_error_is_the_askers_to_mend_and_names_the_file_and_the_place() -> None:
    with pytest.raises(RequestError, match=r"mapping 'own.toml': key.columns: is missing"):
        parse_mapping(OWN.replace("columns =", "#"), name="own.toml")


def test_an_unknown_shipped_name_lists_the_names_there_are() -> None:
    with pytest.raises(MappingError, match="cambridge-ma, camden, lamplighter, leeds"):
        shipped_mapping("atlantis")


def test_text_that_is_not_toml_names_its_line() -> None:
    (fault,) = faults_of("name = \n")
    assert fault.allowed == "TOML 1.0"
    assert "line 1" in fault.problem


def test_every_fault_is_named_at_once() -> None:
    text = OWN.replace('name = "own"', 'name = "Own Town"').replace('"csv"', '"xlsx"')
    assert [fault.field for fault in faults_of(text)] == ["name", "format"]


@pytest.mark.parametrize(
    ("old", "new", "field", "problem", "allowed"),
    [
        ('"csv"', '"xlsx"', "format", "'xlsx' does not fit", "'csv' or 'geojson'"),
        ("prefix =", "praefix =", "key.prefix", "is missing", "a value: it cannot be left out"),
        ("road =", "raod =", "text.raod", "'raod' does not fit", "'road', 'ward', 'postcode'"),
        ('"ft"', '"yd"', "number.height_m.unit", "'yd' is no unit of it", "m, cm, mm, ft"),
        ('x = "E"', "", "position", "x or y is missing", "the columns of x and y, for a CSV file"),
        ('contains = "LED"', "", "tags", "the rule of 'led' matches nothing", "equals, contains"),
        ('tag = "led"', 'tag = "L E D"', "tags.0.tag", "'L E D' does not fit", "^[a-z0-9]"),
        (
            'y = "N"',
            'y = "N"\nbox_west_south_east_north = [1, 53, -1, 54]',
            "position.box_west_south_east_north",
            "holds no place",
            "west below east",
        ),
        ('system = "british', 'system = "irish', "position.system", "'irish", "'wgs84'"),
    ],
)
def test_a_fault_says_the_field_what_is_wrong_and_what_is_allowed(
    old: str, new: str, field: str, problem: str, allowed: str
) -> None:
    found = [fault for fault in faults_of(OWN.replace(old, new)) if fault.field == field]
    assert found, faults_of(OWN.replace(old, new))
    assert problem in found[0].problem
    assert allowed in found[0].allowed


@pytest.mark.parametrize(
    ("added", "field", "problem"),
    [
        ('colour = "red"', "colour", "is not an entry of a mapping"),
        ('fixed = { road = "High Street" }', "fixed.road", "is in [text] too"),
        ('none = { Lmap = ["?"] }', "none, optional_columns", "'Lmap' is not read"),
        ('optional_columns = ["Number"]', "optional_columns", "'Number' is needed"),
    ],
)
def test_entries_that_do_not_fit_together_are_faults(added: str, field: str, problem: str) -> None:
    (fault,) = faults_of(added + OWN)
    assert (fault.field, fault.problem) == (field, problem)


def test_an_unknown_entry_of_a_part_lists_the_entries_of_that_part() -> None:
    (fault,) = faults_of(OWN.replace('y = "N"', 'y = "N"\nz = "H"'))
    assert fault.field == "position.z"
    assert fault.allowed == "system, x, y, box_west_south_east_north"


def test_a_geojson_mapping_takes_no_coordinate_columns() -> None:
    (fault,) = faults_of(OWN.replace('"csv"', '"geojson"'))
    assert (fault.field, fault.problem) == ("position", "x or y is given")
