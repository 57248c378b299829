"""Lantern models: what is stated of a lantern's power, its ageing, its node."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.constant_light import Clo, ConstantLight, burning_hours_of_age
from lighting.energy.errors import PowerModelError
from lighting.energy.given_power import (
    DaliBank,
    MeasuredCurve,
    NotKnown,
    TwoPoints,
    bank_1_bytes,
    read_bank_1,
)
from lighting.energy.lantern_model import LanternModel, NodeLoad, unverified_node_kwh
from lighting.energy.power_model import default_power_model
from lighting.units import Watts
from schedules.level import Level

LINE = TwoPoints(full_w=Watts(100.0), minimum_w=Watts(10.0), minimum_level=Level(10))
CLO = ConstantLight(initial=0.8, end=1.2, life_h=100_000.0)


def a_model(**changes: object) -> LanternModel:
    stated: dict[str, object] = {"name": "road-100", "source": "by hand", "power": LINE}
    return LanternModel(**(stated | changes))  # type: ignore[arg-type]  # each test names its own


@pytest.mark.parametrize(
    ("values", "nominal", "minimum"),
    # reference devices.md 5.4: 0x15-16 nominal W, 0x17-18 W at minimum dim, big-endian; FFFF and
    # FFFE say that there is no value. 0x0102 = 258 by hand: the byte order shows.
    [
        ("003c0006", 60.0, 6.0),
        ("01020010", 258.0, 16.0),
        ("003cffff", 60.0, NotKnown.MASK),
        ("fffe0006", NotKnown.TMASK, 6.0),
        ("ffffffff", NotKnown.MASK, NotKnown.MASK),
        ("fffd0000", 65533.0, 0.0),
    ],
)
def test_bank_1_is_read_as_part_251_lays_it_out(
    values: str, nominal: float | NotKnown, minimum: float | NotKnown
) -> None:
    bank = read_bank_1(bytes.fromhex(values))
    assert (bank.nominal, bank.minimum) == (nominal, minimum)
    assert bank_1_bytes(bank).hex() == values


@given(st.binary(min_size=4, max_size=4))
def test_every_bank_that_can_be_read_is_written_as_it_was(values: bytes) -> None:
    assert bank_1_bytes(read_bank_1(values)) == values


@pytest.mark.parametrize("values", [b"", b"\x00\x3c\x00", b"\x00\x3c\x00\x06\x00"])
def test_a_bank_of_another_length_is_refused(values: bytes) -> None:
    with pytest.raises(PowerModelError, match="4 bytes, locations 0x15 to 0x18"):
        read_bank_1(values)


def test_a_banks_two_values_are_the_two_points_of_the_dali_line() -> None:
    model = a_model(power=read_bank_1(bytes.fromhex("00650002")), standby_w=Watts(0.2))
    # reference devices.md 5.5, by hand for 2 W and 101 W: 1 W per percent
    power = model.power_model()
    assert [power.power_w(Level(d)) for d in (0, 1, 50, 100)] == pytest.approx([0.2, 2, 51, 101])
    assert "DALI bank 1" in power.basis
    assert "unverified" not in power.basis


def test_a_bank_without_its_minimum_has_the_unverified_line_and_says_why() -> None:
    power = a_model(power=read_bank_1(bytes.fromhex("003cffff"))).power_model()
    default = default_power_model(Watts(60.0))
    assert power.curve == default.curve
    assert "unknown (MASK)" in power.basis
    assert "general knowledge, unverified" in power.basis


@pytest.mark.parametrize("values", ["ffff0006", "fffe0006"])
def test_a_bank_without_its_nominal_power_makes_no_model(values: str) -> None:
    with pytest.raises(PowerModelError, match="nominal input power"):
        a_model(power=read_bank_1(bytes.fromhex(values)))


def test_a_standby_that_nobody_stated_is_named_as_general_knowledge() -> None:
    assert "standby 0.5 W: general knowledge" in a_model().power_model().basis
    assert "standby" not in a_model(standby_w=Watts(0.3)).power_model().basis


def test_a_measured_curve_is_kept_as_it_is() -> None:
    points = ((Level(20), Watts(30.0)), (Level(60), Watts(50.0)), (Level(100), Watts(95.0)))
    power = a_model(power=MeasuredCurve(points=points)).power_model()
    assert power.curve == points
    assert power.basis.startswith("road-100: measured curve, by hand")


@pytest.mark.parametrize(
    ("burning_h", "factor"),
    # by hand: 0.8 new, 1 at half of life, 1.2 at its end; straight lines between
    [(0, 0.8), (25_000, 0.9), (50_000, 1.0), (75_000, 1.1), (100_000, 1.2), (250_000, 1.2)],
)
def test_power_rises_from_below_the_charge_code_value_to_above_it(
    burning_h: float, factor: float
) -> None:
    assert CLO.factor(burning_h) == pytest.approx(factor)
    power = a_model(clo=CLO, standby_w=Watts(0.3)).power_model(burning_h)
    assert power.full_w == pytest.approx(100 * factor)
    assert power.power_w(Level(0)) == 0.3


def test_burning_hours_that_nobody_knows_leave_the_mid_life_value_and_say_so() -> None:
    power = a_model(clo=CLO).power_model()
    assert power.full_w == 100.0
    assert "mid-life) value, burning hours not known" in power.basis


def test_unknown_constant_light_is_said_and_not_assumed() -> None:
    assert "not known whether light output is kept constant" in a_model().power_model(5e4).basis
    assert "constant" not in a_model(clo=Clo.NONE).power_model(5e4).basis
    for clo in Clo:
        assert a_model(clo=clo).power_model(0.0).full_w == 100.0


def test_an_age_is_hours_by_the_planning_figure() -> None:
    assert burning_hours_of_age(10) == 41_000  # reference energy.md 4.4: ILE, 4,100 h a year


@pytest.mark.parametrize(
    ("initial", "end", "life_h", "complaint"),
    [
        (0.0, 1.2, 1e5, "clo initial"),
        (1.0, 1.2, 1e5, "clo initial"),
        (0.8, 1.0, 1e5, "clo end"),
        (0.8, inf, 1e5, "clo end"),
        (0.8, 1.2, 0.0, "clo life_h"),
        (0.8, 1.2, nan, "clo life_h"),
    ],
)
def test_ageing_that_is_not_initial_below_mid_below_end_is_refused(
    initial: float, end: float, life_h: float, complaint: str
) -> None:
    with pytest.raises(PowerModelError, match=complaint):
        ConstantLight(initial=initial, end=end, life_h=life_h)


@pytest.mark.parametrize("burning_h", [-1.0, nan, inf])
def test_burning_hours_that_cannot_be_are_refused(burning_h: float) -> None:
    with pytest.raises(PowerModelError, match="burning_h"):
        CLO.factor(burning_h)


def test_a_node_is_a_line_of_its_own_by_day_and_by_night() -> None:
    node = NodeLoad(day_w=Watts(0.5), night_w=Watts(1.5), source="by hand")
    assert node.kwh(day_h=4660, night_h=4100) == pytest.approx(2.33 + 6.15)
    # reference energy.md 6.1: 0.5-2 W x 8,760 h costs 4-18 kWh a year
    assert [round(kwh) for kwh in unverified_node_kwh(8760)] == [4, 18]


@pytest.mark.parametrize(("day_w", "night_w"), [(-0.1, 1.0), (1.0, nan)])
def test_a_node_with_watts_that_cannot_be_is_refused(day_w: float, night_w: float) -> None:
    with pytest.raises(PowerModelError, match="node"):
        NodeLoad(day_w=Watts(day_w), night_w=Watts(night_w), source="by hand")


@pytest.mark.parametrize("tolerance", [0.0, 1.0, nan])
def test_a_tolerance_that_cannot_be_is_refused(tolerance: float) -> None:
    with pytest.raises(PowerModelError, match="tolerance"):
        a_model(tolerance=tolerance)


def test_a_bank_is_equal_to_one_with_the_same_values() -> None:
    assert read_bank_1(bytes.fromhex("003c0006")) == DaliBank(
        nominal=Watts(60.0), minimum=Watts(6.0)
    )
