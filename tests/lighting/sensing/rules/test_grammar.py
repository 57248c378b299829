"""Conditions as people write them: what they mean, and what is said of those that mean nothing."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_profiles.quantities import all_quantities
from lighting.sensing.rules.condition import Compare, Comparison, Either, Every, Missing
from lighting.sensing.rules.grammar import parse_condition
from lighting.sensing.rules.reason import told_condition
from lighting.sensing.rules.scanner import ConditionError

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def compare(text: str) -> Compare:
    condition = parse_condition(text)
    assert isinstance(condition, Compare)
    return condition


def test_a_threshold_with_a_hold_time_is_read() -> None:
    clause = compare("road surface temperature below 1 °C for 20 min")
    assert clause.quantity.key == "surface_temperature"
    assert (clause.comparison, clause.limit, clause.hold) == (Comparison.BELOW, 1.0, 20 * MINUTE)


def test_a_combination_across_datasets_is_read() -> None:
    condition = parse_condition(
        "PM2.5 above 25 µg/m³ for 1 h and vehicle count above 400 per h within 300 m"
        " and wind speed below 2 m/s within 10 km"
    )
    assert isinstance(condition, Every)
    dust, cars, wind = condition.parts
    assert isinstance(dust, Compare)
    assert isinstance(cars, Compare)
    assert isinstance(wind, Compare)
    assert (dust.quantity.key, dust.hold, dust.within_m) == ("pm2_5", HOUR, None)
    assert (cars.limit, cars.per, cars.within_m) == (400, HOUR, 300)
    assert (wind.limit, wind.within_m) == (2, 10_000)


def test_and_binds_closer_than_or_and_brackets_closest() -> None:
    plain = parse_condition("wind above 1 m/s or rain above 1 mm per h and gully above 80 %")
    assert isinstance(plain, Either)
    assert isinstance(plain.parts[1], Every)
    bracketed = parse_condition("(wind above 1 m/s or rain above 1 mm per h) and gully above 80 %")
    assert isinstance(bracketed, Every)
    assert isinstance(bracketed.parts[0], Either)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("air temperature above 32 °F", 0.0),  # by definition, BIPM
        ("air temperature above 212 F", 100.0),
        ("air temperature above 273.15 K", 0.0),
        ("wind above 36 km/h", 10.0),
        ("wind above 10 mph", 4.4704),  # 1609.344 m / 3600 s, the international mile
        ("wind above 1 kn", 0.514444),  # NIST SP 811, table B.8
        ("pressure below 980 hPa", 98_000.0),
        ("co above 9 ppm", 9_000.0),
        ("rain above 1 in per h", 25.4),
        ("distance below 15 cm", 0.15),
        ("battery voltage below 3300 mV", 3.3),
        ("air temperature below \u22125 °C", -5.0),  # a minus sign as word processors set it
        ("PM10 above 50 \u03bcg/m³", 50.0),  # a Greek mu for the micro sign
    ],
)
def test_units_of_the_same_dimension_are_converted(text: str, limit: float) -> None:
    assert compare(text).limit == pytest.approx(limit, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("PM2.5", "pm2_5"),
        ("pm 2.5", "pm2_5"),
        ("pm2_5", "pm2_5"),
        ("Particles up to 2.5 µm", "pm2_5"),
        ("Temperature at a probe on a cable", "probe_temperature"),
    ],
)
def test_a_quantity_is_known_by_key_title_and_other_words(name: str, key: str) -> None:
    unit = "µg/m³" if key == "pm2_5" else "°C"
    assert compare(f"{name} above 3 {unit}").quantity.key == key


def test_every_quantity_is_known_by_its_title() -> None:
    for quantity in all_quantities():
        missing = parse_condition(f"{quantity.title} missing for 2 h 30 min")
        assert missing == Missing(quantity=quantity, hold=150 * MINUTE)


def test_a_state_is_yes_or_no() -> None:
    assert compare("tipped is yes").comparison.holds(1, compare("tipped is yes").limit)
    assert not compare("tipped is no").comparison.holds(1, compare("tipped is no").limit)


@pytest.mark.parametrize(
    ("text", "at", "found", "allowed"),
    [
        ("", 1, "the end", "the name of a quantity"),
        ("road surfce below 1 °C", 1, "road surfce", "surface temperature"),
        ("wind above 3 °C", 14, "another dimension", "m/s, km/h, mph, kn"),
        ("no2 above 40 µg/m³", 14, "another dimension", "ppb, ppm"),
        ("wind above 3 bft", 14, "no unit known", "m/s"),
        ("wind above 3", 13, "the end", "m/s"),
        ("wind above fast", 12, "fast", "a number"),
        ("wind above 1,5 m/s", 12, "1,5", "1.5"),
        ("wind at 3 m/s", 1, "wind at 3", "wind speed"),
        ("wind", 5, "the end", "above, below, at least, at most, is, missing"),
        ("vehicle count above 400", 24, "the end", "'per' and a time"),
        ("wind above 3 m/s per h", 18, "'per'", "a value, not a count"),
        ("wind above 3 m/s for 20", 24, "the end", "s, min, h"),
        ("wind above 3 m/s for 8 days", 22, "8 days", "7 days"),
        ("wind above 3 m/s for 0 min", 22, "0:00:00", "more than 0"),
        ("wind above 3 m/s within 51 km", 25, "51000 m", "50 km"),
        ("wind above 3 m/s for 1 h for 2 h", 26, "a second 'for'", "one 'for'"),
        ("wind missing", 13, "the end", "for 2 h"),
        ("tipped above 1", 8, "above", "'is yes' or 'is no'"),
        ("wind is yes", 9, "yes", "a value"),
        ("(wind above 3 m/s", 18, "the end", "a closing bracket"),
        ("wind above 3 m/s)", 17, ")", "the end of the text"),
        ("(wind above 3 m/s) for 2 h", 20, "for", "behind each measurement"),
        ("wind above 3 m/s and", 21, "the end", "the name of a quantity"),
        ("wind above 3 m/s xor rain above 3 mm per h", 18, "xor", "and, or"),
        ("wind above 1000000000000 m/s", 12, "beyond any use", "1e+09"),
        ("(" * 50 + "wind above 3 m/s", 21, "(", "20 brackets"),
        ("x" * 3000, 1, "3000 characters", "2000"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_what_may_stand_there(
    text: str, at: int, found: str, allowed: str
) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert caught.value.at + 1 == at
    assert found in caught.value.found
    assert allowed in caught.value.allowed


@given(st.text(max_size=60) | st.text(alphabet="wind above 3m/s()andor\n.,-", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ConditionError):
        parse_condition(text)


@pytest.mark.parametrize(
    "text",
    [
        "surface temperature below 1 °C for 20 min",
        "PM10 above 5 µg/m³ for 1 h and (rain at least 4 mm per 1 h within 300 m or tipped is no)",
        "tipped is yes or fill level missing for 1 day 2 h",
    ],
)
def test_a_condition_is_told_in_words_that_read_back(text: str) -> None:
    assert told_condition(parse_condition(text)) == text
