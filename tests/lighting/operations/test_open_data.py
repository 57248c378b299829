"""Open data: what is published of a lantern and what never is; few lanterns are never a row."""

import csv
import json
from dataclasses import replace
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from lighting.identifiers import LanternId, dev_eui
from lighting.inventory.lantern import Lantern
from lighting.inventory.store import Assigned, StoredLantern
from lighting.operations.open_data_record import About, OpenPackage, package_of
from lighting.operations.open_data_tables import (
    FEW,
    inventory_table,
    savings_tables,
    wards_of_few,
)
from tests.lighting.energy.reported import FIRST, LAST, small_report

LANTERN = Lantern(
    lantern_id=LanternId("leeds:2"),
    latitude_deg=53.8195123456,
    longitude_deg=-1.5774,
    road="=Otley Road",
    ward="Headingley",
    postcode="LS6 3AA",
    position="outside Mrs Jones's gate",
    column="12",
    lighting_class="P4",
    power_w=28.0,
    tags=frozenset({"complaint-jones"}),
)
STORED = StoredLantern(
    lantern=LANTERN,
    assigned=Assigned(exempt="Mr Smith asked", rule="smith"),
    dev_eui=dev_eui("70b3d57ed0000002"),
)
OTHER = StoredLantern(
    lantern=replace(
        LANTERN, lantern_id=LanternId("leeds:1"), power_w=None, column="by Mrs Jones's house"
    ),
    assigned=Assigned(policy="residential", revision=3),
    dev_eui=None,
)


def package(*lanterns: StoredLantern) -> OpenPackage:
    tables = (inventory_table(lanterns), *savings_tables(small_report()))
    return package_of(tables, About(publisher="The city", url="https://data.test/l"), (FIRST, LAST))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))


def test_only_what_is_chosen_of_a_lantern_is_published() -> None:
    content = inventory_table([STORED, OTHER]).csv()
    first, second = rows(content)
    assert (first["lantern_id"], second["lantern_id"]) == ("leeds:1", "leeds:2")
    assert (second["latitude_deg"], second["longitude_deg"]) == ("53.81951", "-1.57740")
    assert (second["column"], second["power_w"], second["policy"]) == ("12", "28.0", "")
    assert (first["column"], first["power_w"], first["policy"]) == ("", "", "residential")
    for private in ("Jones", "jones", "Smith", "smith", "LS6", "70b3d57ed"):
        assert private.encode() not in content


def test_a_cell_is_no_formula() -> None:
    assert rows(inventory_table([STORED]).csv())[0]["road"] == "'=Otley Road"


def test_the_same_city_gives_the_same_bytes_in_whatever_order_it_comes() -> None:
    assert package(STORED, OTHER) == package(OTHER, STORED)
    assert package(STORED).version != package(OTHER).version


def test_savings_are_sums_by_month_and_ward_with_their_factors() -> None:
    by_month, by_ward, factors = (each.csv() for each in savings_tables(small_report()))
    # November: 0.5 + 0.125 + 0.25 + 0.375 kWh of 2 kWh; December: 0.75 + 0.5 of 2
    assert [(row["month"], row["used_kwh"], row["saved_kwh"]) for row in rows(by_month)] == [
        ("2025-11", "1.250", "0.750"),
        ("2025-12", "1.250", "0.750"),
    ]
    assert [(row["ward"], row["lanterns"]) for row in rows(by_ward)] == [
        ("Armley", "2"), ("Headingley", "1"),
    ]  # fmt: skip
    (factor,) = rows(factors)
    assert (factor["year"], factor["generation"]) == ("2025", "0.17700")  # DESNZ 2025


def test_the_record_says_what_dcat_asks_for() -> None:
    # DCAT 3 (W3C), 6.4 and 6.8: properties of datasets and distributions
    files = {each.name: each for each in package(STORED, OTHER).resources}
    told = json.loads(files["dcat.jsonld"].content)
    assert told["@type"] == "dcat:Dataset"
    assert told["dct:publisher"]["foaf:name"] == "The city"
    assert told["dct:license"]["@id"].endswith("open-government-licence/version/3/")
    assert told["dct:temporal"]["dcat:endDate"] == {"@value": "2025-12-01", "@type": "xsd:date"}
    assert told["dct:spatial"]["dcat:bbox"]["@value"].startswith("POLYGON((-1.57740 53.81951, ")
    first = told["dcat:distribution"][0]
    assert first["dcat:accessURL"] == {"@id": "https://data.test/l/inventory.csv"}
    checksum = first["spdx:checksum"]["spdx:checksumValue"]["@value"]
    assert checksum == files["inventory.csv"].sha256


def test_a_package_without_savings_or_publisher_claims_neither() -> None:
    bare = package_of((inventory_table([]),), About(), None)
    told = json.loads({each.name: each for each in bare.resources}["dcat.jsonld"].content)
    assert {"dct:publisher", "dct:temporal", "dct:spatial"} & set(told) == set()
    assert [each.name for each in bare.resources] == [
        "inventory.csv", "dcat.jsonld", "datapackage.json",
    ]  # fmt: skip


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=12))
def test_no_published_row_is_of_fewer_lanterns_than_allowed(sizes: dict[str, int]) -> None:
    # reference energy.md 7.1, row (b): k >= 10 for publication
    together = wards_of_few(sizes)
    assert all(size >= FEW for ward, size in sizes.items() if ward not in together)
    merged = sum(sizes[ward] for ward in together)
    assert not together or merged >= FEW or together == set(sizes)


def test_wards_that_are_large_enough_stay_as_they_are() -> None:
    assert wards_of_few({"a": 10, "b": 400}) == frozenset()
    assert wards_of_few({"a": 3, "b": 12, "c": 400}) == {"a", "b"}
    assert wards_of_few({"a": 3, "b": 8, "c": 12}) == {"a", "b"}


def test_the_description_names_the_nights() -> None:
    assert "2025-11-30 to 2025-12-01" in package(STORED).description
