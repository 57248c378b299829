"""NGSI-LD: the simplified form against the official schemas of smart-data-models."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from firmware_profiles.devices.device import Use
from firmware_profiles.quantities import all_quantities
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.ngsi import (
    Entity,
    device,
    instant,
    key_values,
    observations,
    streetlight,
    urn,
)
from lighting.sensing.ngsi_fields import ATTRIBUTES, CONTROLLED, UNIT_CODES
from lighting.sensing.series import Place, Quality, Sample, SeriesKey

AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
EUI = DevEui("a81758fff0000001")
PLACE = Place(
    dev_eui=EUI,
    model_id="decentlab-dl-pm",
    stream_id="air",
    lantern_id=LanternId("leeds:1 (a)"),
    latitude_deg=53.8,
    longitude_deg=-1.55,
)

Check = Callable[[Entity], None]


@pytest.fixture(scope="module")
def check(shared_data: Path) -> Check:
    """Return what fails where an entity does not fit its official schema, formats included."""
    folder = shared_data / "ngsi-ld"
    schemas = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    draft = jsonschema.Draft202012Validator
    resources = [
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas if "$id" in schema
    ]
    # Environment-schema.json is named by another address there than its own.
    other = "https://raw.githubusercontent.com/smart-data-models/dataModel.Environment/master/"
    environment = json.loads((folder / "Environment-schema.json").read_text())
    named = (f"{other}Environment-schema.json", Resource.from_contents(environment))
    registry: Registry[Any] = Registry().with_resources([*resources, named])

    formats = jsonschema.FormatChecker()
    formats.checkers["date-time"] = (_is_time, ValueError)

    def run(entity: Entity) -> None:
        schema = json.loads((folder / f"{entity['type']}.schema.json").read_text())
        validator = draft(schema, registry=registry, format_checker=formats)
        validator.validate(key_values(entity))
        known = _names(schema, registry)
        assert set(key_values(entity)) - {"@context"} <= known, "a word that the model lacks"

    return run


def _is_time(value: object) -> bool:
    """Return whether a text is a time with its offset (RFC 3339)."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _names(schema: Any, registry: Any) -> set[str]:  # noqa: ANN401 - a JSON schema
    """Return every attribute that a schema describes, in the schemas that it refers to, too."""
    names = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        if "$ref" in part:
            part = registry.resolver().lookup(part["$ref"]).contents  # noqa: PLW2901 - followed
        names |= _names(part, registry)
    return names


def sample(quantity: str, value: float, *, channel: str = "", late: bool = False) -> Sample:
    return Sample(
        key=SeriesKey(dev_eui=EUI, quantity=quantity, channel=channel),
        at=AT,
        value=value,
        received_at=AT,
        quality=Quality.LATE if late else Quality.GOOD,
    )


AIR = [
    sample(name, value)
    for name, value in {
        "pm1": 3.5, "pm2_5": 7.25, "pm4": 8.0, "pm10": 12.0, "o3": 30.0, "no2": 18.0, "so2": 1.0,
        "co": 200.0, "co2": 415_000.0, "h2s": 0.5, "air_temperature": -2.5, "humidity": 81.0,
        "pressure": 101_325.0, "wind_speed": 4.0, "rain": 0.2,
    }.items()
]  # fmt: skip


def test_air_quality_is_one_entity_in_the_models_own_units(check: Check) -> None:
    (entity,) = observations(PLACE, Use.AIR_QUALITY, AIR)
    check(entity)
    bare = key_values(entity)
    assert (bare["pm25"], bare["relativeHumidity"], bare["pressure"]) == (7.25, 0.81, 1013.25)
    assert entity["pm25"] == {
        "type": "Property",
        "value": 7.25,
        "unitCode": "GQ",
        "observedAt": "2026-11-22T10:15:00Z",
    }
    # GeoJSON (RFC 7946): longitude, then latitude
    assert bare["location"]["coordinates"] == [-1.55, 53.8]


def test_the_official_schemas_refuse_what_is_wrong(check: Check) -> None:
    (entity,) = observations(PLACE, Use.AIR_QUALITY, AIR)
    for name, wrong in (("pm10", -1), ("dateObserved", "today"), ("location", {"type": "Point"})):
        with pytest.raises(jsonschema.ValidationError):
            check(entity | {name: {"type": "Property", "value": wrong}})


def test_vehicles_are_a_traffic_flow_for_each_channel(check: Check) -> None:
    counted = [
        sample("vehicle_count", 12, channel="left"),
        sample("vehicle_speed", 10, channel="left"),
        sample("vehicle_count", 3, channel="right"),
    ]
    left, right = observations(PLACE, Use.VEHICLES, counted, interval=timedelta(minutes=15))
    check(left)
    check(right)
    bare = key_values(left)
    assert (bare["intensity"], bare["averageVehicleSpeed"]) == (12, 36)  # 10 m/s is 36 km/h
    assert bare["dateObservedTo"] == "2026-11-22T10:30:00Z"
    assert left["id"] != right["id"]


def test_people_are_a_crowd_flow_over_their_quarter_of_an_hour(check: Check) -> None:
    (entity,) = observations(
        PLACE, Use.FOOTFALL, [sample("people_count", 41)], interval=timedelta(minutes=15)
    )
    check(entity)
    bare = key_values(entity)
    assert bare["peopleCount"] == 41
    assert isinstance(bare["peopleCount"], int)
    assert bare["dateObservedFrom"] == "2026-11-22T10:15:00Z"


@pytest.mark.parametrize("quantity", [each.key for each in all_quantities()])
def test_every_quantity_can_be_a_measurement_of_its_own(check: Check, quantity: str) -> None:
    (entity,) = observations(PLACE, Use.GULLY, [sample(quantity, 1.0, late=True)])
    check(entity)
    bare = key_values(entity)
    assert (bare["type"], bare["numValue"], bare["outlier"]) == ("DeviceMeasurement", 1.0, False)


def test_what_an_entity_lacks_or_nobody_trusts_is_a_measurement_beside_it(check: Check) -> None:
    key = SeriesKey(dev_eui=EUI, quantity="pm10")
    wrong = Sample(key=key, at=AT, value=-4, received_at=AT, quality=Quality.OUT_OF_RANGE)
    told = list(observations(PLACE, Use.AIR_QUALITY, [*AIR, sample("sound_level", 60), wrong]))
    for entity in told:
        check(entity)
    outliers = [(each["type"], key_values(each).get("outlier")) for each in told]
    assert outliers == [
        ("AirQualityObserved", None),
        ("DeviceMeasurement", False),
        ("DeviceMeasurement", True),
    ]
    assert len({each["id"] for each in told}) == 3


@pytest.mark.parametrize("quantity", [each.key for each in all_quantities()])
def test_a_device_says_what_it_senses_in_the_models_words(check: Check, quantity: str) -> None:
    entity = device(PLACE, [quantity], last=AT)
    check(entity)
    assert key_values(entity)["controlledAsset"] == ["urn:ngsi-ld:Streetlight:leeds:1%20%28a%29"]


def test_a_lantern_is_a_streetlight(check: Check) -> None:
    entity = streetlight(
        PLACE.lantern_id, (53.8, -1.55), status="ok", devices=[EUI], power_w=28.0, height_m=6.0
    )
    check(entity)
    assert entity["powerRating"]["unitCode"] == "WTT"
    check(streetlight(PLACE.lantern_id, (53.8, -1.55), status="defectiveLamp"))


def test_every_unit_and_quantity_has_its_word_there() -> None:
    quantities = all_quantities()
    assert {each.unit for each in quantities} == set(UNIT_CODES)
    assert {each.key for each in quantities} == set(CONTROLLED)
    known = {each.key for each in quantities}
    assert all(set(attributes) <= known for attributes in ATTRIBUTES.values())


def test_times_are_iso_8601_in_utc() -> None:
    assert instant(AT) == "2026-11-22T10:15:00Z"
    assert instant(AT + timedelta(milliseconds=7)) == "2026-11-22T10:15:00.007Z"


def test_ids_hold_nothing_that_a_urn_cannot() -> None:
    assert urn("Streetlight", "a b/ü") == "urn:ngsi-ld:Streetlight:a%20b%2F%C3%BC"
