"""A need in words: what is understood, what it means, and what is said of the rest."""

from dataclasses import replace

import pytest

from firmware_profiles.devices.device import SocketStandard, Supply
from lighting.inventory.errors import NeedError
from lighting.inventory.needs import ALLOWED, ZHAGA, Need, Place, parse_need
from lighting.inventory.sockets import NEMA, Position
from tests.lighting.inventory.socket_kit import AIR, CATALOGUE


def test_the_need_of_the_issue_is_read() -> None:
    assert parse_need("zhaga, 2 W, near 53.80,-1.55") == Need(
        standards=ZHAGA,
        supply=Supply.AUX_24V,
        average_w=2.0,
        near=Place(latitude_deg=53.80, longitude_deg=-1.55),
    )


ZHAGA_2 = frozenset({SocketStandard.ZHAGA_2})
ZHAGA_3 = frozenset({SocketStandard.ZHAGA_3})
NEMA_7 = frozenset({SocketStandard.NEMA7})
AUX = Supply.AUX_24V
CENTRE = Place(latitude_deg=53.8, longitude_deg=-1.55)
CAPE = Place(latitude_deg=-33.9, longitude_deg=18.4)
WOODHOUSE = "Little London & Woodhouse"


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("Zhaga-2", Need(standards=ZHAGA_2)),
        ("zhaga 3, bottom", Need(standards=ZHAGA_3, position=Position.BOTTOM)),
        ("NEMA", Need(standards=NEMA)),
        ("c136.41,permanent mains", Need(standards=NEMA, supply=Supply.PERMANENT_MAINS)),
        ("C136.58", Need(standards=frozenset({SocketStandard.C136_58}))),
        ("nema7, 6 W", Need(standards=NEMA_7, supply=Supply.SWITCHED_MAINS, average_w=6.0)),
        ("24 V auxiliary, 500 mW, 5 W peak", Need(supply=AUX, average_w=0.5, peak_w=5.0)),
        ("20 mA", Need(supply=Supply.DALI_BUS, bus_ma=20.0)),
        ("0.4 kg, top", Need(mass_g=400.0, position=Position.TOP)),
        ("near -33.9 , +18.4, within 0.3 km", Need(near=CAPE, within_m=300.0)),
        (
            f"within 300 m,near 53.8,-1.55,ward {WOODHOUSE}",
            Need(near=CENTRE, within_m=300.0, ward=WOODHOUSE),
        ),
        ("device air-z, bottom", Need(device=AIR, position=Position.BOTTOM)),
        ("air-z", Need(device=AIR)),
    ],
)
def test_a_need_is_read_in_any_order_and_case(text: str, need: Need) -> None:
    assert parse_need(text, catalogue=CATALOGUE) == need


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "asks for nothing"),
        (" , ,", "asks for nothing"),
        ("zhaga, 2 horses", "'2 horses': is no amount"),
        ("zhaga, 2W, 3 W", "says average_w a second time"),
        ("zhaga, near 95,-1.55", "is no place on earth"),
        ("zhaga, near Leeds", "'near Leeds': names no place"),
        ("zhaga, near 53.8", "'near 53.8': names no place"),
        ("zhaga, within reach, near 53.8,-1.5", "'within reach': is no distance"),
        ("zhaga, 2,5 W", "'2': is no amount"),
        ("zhaga, within 300 m", "says no point to measure from"),
        ("zhaga, -2 W", "'-2 W': is no amount; allowed: 0 or more of W"),
        ("2 W", "does not say of which supply"),
        ("zhaga, 5 mA peak", "has no peak"),
        ("zhaga, nan W", "is not understood"),
        ("device atlantis", "is not in the catalogue"),
        ("air-z, 2 W", "is given beside a device"),
        ("tilt-c", "takes no socket"),
        ("zhaga, \x1b[31m", r"\x1b[31m"),
        ("zhaga" * 1000, "is not understood"),
    ],
)
def test_what_is_not_understood_is_told_with_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(NeedError, match="allowed") as caught:
        parse_need(text, catalogue=CATALOGUE)
    assert told in str(caught.value)
    assert str(caught.value).isprintable()


def test_every_part_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(NeedError) as caught:
        parse_need("zhago, 2 horses, bottom")
    assert [fault.field for fault in caught.value.faults] == ["'zhago'", "'2 horses'"]


def test_every_form_that_errors_offer_is_understood() -> None:
    forms = ["zhaga", "zhaga-2", "nema", "nema7", "c136.58", "24 V auxiliary", "dali bus"]
    forms += ["permanent mains", "mains", "20 mA", "150 g", "top", "bottom", "side"]
    forms += ["near 53.80,-1.55", "near 53.80,-1.55, within 300 m", "zhaga, 2 W", "zhaga, 5 W peak"]
    for form in forms:
        assert all(word in ALLOWED for word in form.split(", ")[-1:])
        assert parse_need(form) != replace(Need())
