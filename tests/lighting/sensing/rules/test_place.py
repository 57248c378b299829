"""At which lanterns a rule is judged, and which devices answer it."""

from datetime import datetime

import pytest

from firmware_profiles.devices.device import Use
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.rules.condition import clauses_of
from lighting.sensing.rules.place import Device, Watched, distance_m, watched
from lighting.sensing.rules.rule import Near, Rule
from lighting.sensing.series import Place, SeriesKey
from tests.lighting.sensing.rules.watching import minute, rule_of

JAM = rule_of("PM2.5 above 25 µg/m³ and vehicle count above 400 per h within 300 m")


def device(number: int, *quantities: str, north: float = 0, heard: float = 0) -> Device:
    """Return a device at a lantern of its own, ``north`` degrees from the first."""
    dev_eui = DevEui(f"a81758fff{number:07x}")
    place = Place(
        dev_eui=dev_eui,
        model_id="m",
        stream_id="s",
        lantern_id=LanternId(f"leeds:{number}"),
        latitude_deg=53.8 + north,
        longitude_deg=-1.55,
    )
    newest: dict[SeriesKey, datetime] = {
        SeriesKey(dev_eui=dev_eui, quantity=quantity): minute(heard) for quantity in quantities
    }
    return Device(place=place, uses=frozenset({Use.AIR_QUALITY}), newest=newest)


def answers(rule: Rule, *devices: Device) -> list[tuple[str, list[list[str]]]]:
    """Return the lanterns of a rule, and the devices that answer each of its measurements."""

    def of(each: Watched) -> list[list[str]]:
        clauses = list(dict.fromkeys(clauses_of(rule.when)))
        return [[key.dev_eui[-1] for key in each.series[clause]] for clause in clauses]

    return [(each.place.lantern_id, of(each)) for each in watched(rule, devices)]


def test_a_measurement_nearby_is_answered_by_the_nearest_lantern_that_takes_it() -> None:
    # 0.002 degrees of latitude are 222 m, 0.001 are 111 m.
    far, near = device(2, "vehicle_count", north=0.002), device(3, "vehicle_count", north=-0.001)
    assert answers(JAM, device(1, "pm2_5"), far, near) == [("leeds:1", [["1"], ["3"]])]


def test_a_device_that_fell_silent_is_passed_over_if_another_in_reach_speaks() -> None:
    silent = device(2, "vehicle_count", north=0.001, heard=0)
    speaks = device(3, "vehicle_count", north=0.002, heard=91)
    assert answers(JAM, device(1, "pm2_5"), silent, speaks) == [("leeds:1", [["1"], ["3"]])]
    assert answers(JAM, device(1, "pm2_5"), silent) == [("leeds:1", [["1"], ["2"]])]


def test_what_is_out_of_reach_answers_nothing() -> None:
    far = device(2, "vehicle_count", north=0.003)  # 333 m
    assert answers(JAM, device(1, "pm2_5"), far) == [("leeds:1", [["1"], []])]


def test_a_rule_is_judged_only_where_something_measures_what_it_asks_for_on_the_spot() -> None:
    devices = (device(1, "humidity"), device(2, "vehicle_count"), device(3))
    assert answers(JAM, *devices) == []


def test_devices_of_one_lantern_answer_together() -> None:
    both = rule_of("PM2.5 above 25 µg/m³ and humidity above 90 %")
    one, two = device(1, "pm2_5"), device(2, "humidity")
    place = Place(
        dev_eui=two.place.dev_eui,
        model_id="m",
        stream_id="s",
        lantern_id=one.place.lantern_id,
        latitude_deg=53.8,
        longitude_deg=-1.55,
    )
    beside = Device(place=place, uses=two.uses, newest=two.newest)
    assert answers(both, one, beside) == [("leeds:1", [["1"], ["2"]])]


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "expected_m"),
    [
        # Geodesic distances from 53.8, -1.55 on WGS 84, by GeographicLib (pyproj.Geod.inv).
        (53.801, -1.55, 111.30),
        (53.8, -1.549, 65.89),
        (53.9, -1.4, 14877.2),
    ],
)
def test_distances_are_good_to_half_a_percent(
    latitude_deg: float, longitude_deg: float, expected_m: float
) -> None:
    near = Near(latitude_deg=latitude_deg, longitude_deg=longitude_deg, within_m=1)
    assert distance_m(near, device(1).place) == pytest.approx(expected_m, rel=0.005)
