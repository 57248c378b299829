"""The table of quantities keeps its own promises; its limits are ours, without outside source."""

import math

import pytest

from firmware_profiles.errors import UnknownQuantityError
from firmware_profiles.quantities import RollUp, all_quantities, quantity_for

# Of the SI with its prefixes, or accepted for use with it; %, ppb and counts are numbers.
LENGTHS_AND_ANGLES = {"m", "mm", "nm", "deg", "m/s"}
AIR = {"°C", "%", "Pa", "lux", "dB(A)", "µg/m³", "1/cm³", "ppb"}
ELECTRICAL = {"V", "W", "ohm"}
UNITS = LENGTHS_AND_ANGLES | AIR | ELECTRICAL | {"count", "1"}


def test_a_key_is_used_once_and_every_range_is_one() -> None:
    keys = [quantity.key for quantity in all_quantities()]
    assert len(keys) == len(set(keys))
    assert all(quantity.low < quantity.high for quantity in all_quantities())


def test_every_unit_is_of_the_si_or_accepted_with_it() -> None:
    assert {quantity.unit for quantity in all_quantities()} <= UNITS


def test_what_senses_people_says_so() -> None:
    people = {quantity.key for quantity in all_quantities() if quantity.people}
    assert people == {"people_count", "people_total", "people_present", "motion"}


def test_what_weather_needs_is_there() -> None:
    for key in ("air_temperature", "humidity", "dew_point", "rain"):
        assert quantity_for(key).key == key
    assert quantity_for("rain").roll_up is RollUp.SUM


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 100.1, -0.1])
def test_an_impossible_value_is_told(value: float) -> None:
    assert not quantity_for("humidity").is_possible(value)


def test_the_limits_themselves_are_possible() -> None:
    assert quantity_for("humidity").is_possible(0)
    assert quantity_for("humidity").is_possible(100)


def test_a_state_is_known_as_one() -> None:
    assert quantity_for("tipped").is_state
    assert not quantity_for("people_count").is_state


def test_an_unknown_quantity_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownQuantityError, match="no quantity 'temp'; known: air_temperature, "):
        quantity_for("temp")
