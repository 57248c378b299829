"""Charge codes and references: examples of reference energy.md 1.2 (Elexon guidance v3.0, S)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.settlement.codes import (
    charge_code,
    generic_led_code,
    generic_watts,
    issued_ref,
    regime,
    sub_meter_id,
    unit_ref,
)
from lighting.settlement.errors import SettlementValueError

PUBLISHED = re.compile(r"^42(0[0-4]\d{2}|0500)0000100$")
"""The regular expression of reference energy.md 1.2; besides, watts are at least 1."""


@pytest.mark.parametrize(("watts", "code"), [(105, "4201050000100"), (20, "4200200000100")])
def test_the_examples_of_the_guidance_are_built(watts: int, code: str) -> None:
    assert generic_led_code(watts) == code
    assert generic_watts(charge_code(code)) == watts


@given(st.integers(min_value=1, max_value=500))
def test_every_whole_watt_has_a_code_of_the_published_form_that_gives_it_back(watts: int) -> None:
    code = generic_led_code(float(watts))
    assert PUBLISHED.match(code)
    assert generic_watts(charge_code(code)) == watts


@pytest.mark.parametrize("watts", [0, -1, 501, 20.5, float("nan"), float("inf"), True])
def test_watts_that_a_generic_code_cannot_hold_are_refused(watts: float) -> None:
    with pytest.raises(SettlementValueError, match="whole watts from 1 to 500"):
        generic_led_code(watts)


@pytest.mark.parametrize(
    "text",
    ["", "420020000010", "42002000001000", "4200200000l00", " 4200200000100", "４200200000100"],
)
def test_a_charge_code_is_13_digits(text: str) -> None:
    with pytest.raises(SettlementValueError, match="13 digits"):
        charge_code(text)


@pytest.mark.parametrize("text", ["4200000000100", "4205010000100", "4299990000100"])
def test_a_code_built_like_a_generic_one_must_hold_1_to_500_watts(text: str) -> None:
    assert not (PUBLISHED.match(text) and int(text[2:6]))
    with pytest.raises(SettlementValueError, match="from 0001 to 500"):
        charge_code(text)


@pytest.mark.parametrize("text", ["4112345678100", "4200201234100", "0000000000000"])
def test_of_another_code_all_that_is_said_is_that_it_is_well_formed(text: str) -> None:
    assert generic_watts(charge_code(text)) is None


@pytest.mark.parametrize("text", ["LCC00012345", "LCC0000123456", "LCC00001234 ", "LCC-00012345"])
def test_a_unit_reference_that_is_not_12_letters_or_digits_is_refused_not_padded(text: str) -> None:
    with pytest.raises(SettlementValueError, match="12 letters or digits"):
        unit_ref(text)


def test_sub_meters_are_lower_case_and_regimes_three_characters() -> None:
    assert sub_meter_id("leeds01") == "leeds01"
    assert regime("D60") == "D60"
    for wrong in ("Leeds01", "leeds1", "leeds-1"):
        with pytest.raises(SettlementValueError, match="lower-case"):
            sub_meter_id(wrong)
    with pytest.raises(SettlementValueError, match="3 letters or digits"):
        regime("99")


def test_issued_references_are_12_characters_with_zeros() -> None:
    assert issued_ref("LCC", 12345) == "LCC000012345"
    assert unit_ref(issued_ref("LS26AB", 999_999)) == "LS26AB999999"
    for prefix, number in (("lcc", 1), ("", 1), ("LCCLCCL", 1), ("LCC", 0), ("LS26AB", 10**6)):
        with pytest.raises(SettlementValueError):
            issued_ref(prefix, number)
