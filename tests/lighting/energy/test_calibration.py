"""Calibration by meters: the fit, its residual, and lanterns that are not like the others.

The fleet's powers are made from a known line with known errors, so what should come out is known.
"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.calibrated_model import calibrated_model
from lighting.energy.calibration import Calibration, Stretch, calibrate
from lighting.energy.constant_light import ConstantLight
from lighting.energy.errors import CalibrationError, MeterSampleError
from lighting.energy.given_power import TwoPoints
from lighting.energy.lantern_model import LanternModel
from lighting.identifiers import LanternId
from lighting.units import Watts
from schedules.level import Level

TRUE_W = {0: 0.4, 50: 32.0, 100: 60.0}
HOURS = {0: 100.0, 50: 70.0, 100: 80.0}


def a_lantern(number: int) -> LanternId:
    return LanternId(f"leeds:{number:04}")


def fleet(
    lanterns: int,
    draws: Callable[[int, int], float],
    levels: tuple[int, ...] = (0, 50, 100),
    hours: dict[int, float] = HOURS,
) -> list[Stretch]:
    """Return whole-Wh stretches of lanterns that draw ``draws(lantern, level)`` [W]."""
    return [
        Stretch(
            lantern_id=a_lantern(number),
            level=Level(level),
            energy_wh=round(draws(number, level) * hours[level]),
            hours=hours[level],
        )
        for number in range(lanterns)
        for level in levels
    ]


def even(number: int, level: int) -> float:
    """Draw the true power, off by -4 % to +4 % in equal steps over 21 lanterns."""
    return TRUE_W[level] * (1 + (number - 10) * 0.004)


def faulty(number: int, level: int) -> float:
    """As ``even``, but lantern 3 does not dim, 7 is dead and 15 draws 1.6 times its power."""
    if number == 3:
        return TRUE_W[100] if level else TRUE_W[0]
    return {7: 0.0, 15: 1.6 * TRUE_W[level]}.get(number, even(number, level))


def powers_w(calibration: Calibration) -> dict[int, float]:
    return {fit.level: fit.power_w for fit in calibration.fits}


def test_the_fit_is_the_middle_of_the_fleet_at_each_level() -> None:
    found = calibrate("road-60", fleet(21, even))
    # the middle lantern is exact, but for the counter's whole Wh over 70 to 100 h
    assert powers_w(found) == pytest.approx(TRUE_W, abs=0.5 / 70)
    assert found.lanterns == 21
    assert found.hours == 21 * 150
    assert found.outliers == ()
    assert found.standby_w == pytest.approx(0.4)


def test_the_residual_is_that_of_the_lanterns_around_the_fit() -> None:
    found = calibrate("road-60", fleet(21, even))
    assert found.residual_mean == pytest.approx(0, abs=2e-4)
    # by hand: sd of -4 % to 4 % in 21 equal steps = 0.4 % x sqrt(21 x 22 / 12)
    assert found.residual_spread == pytest.approx(0.004 * (21 * 22 / 12) ** 0.5, rel=0.01)
    # 19 of 21 (the first 90 % and more) are within 3.6 %
    assert found.residual_90 == pytest.approx(0.036, abs=5e-4)
    assert found.basis == "calibrated from 21 lanterns, 3,150 hours, residual ±3.6 %"


def test_a_few_faulty_lanterns_move_the_fit_little_and_are_listed() -> None:
    found = calibrate("road-60", fleet(21, faulty))
    for level, true_w in TRUE_W.items():
        assert powers_w(found)[level] == pytest.approx(true_w, rel=0.02)
    listed = {(each.lantern_id, each.level) for each in found.outliers}
    assert listed == {
        (a_lantern(3), 50),
        *((a_lantern(7), level) for level in (0, 50, 100)),
        *((a_lantern(15), level) for level in (0, 50, 100)),
    }
    dead = next(each for each in found.outliers if each.lantern_id == a_lantern(7))
    assert dead.power_w == 0.0
    assert found.residual_spread > 0.1  # they are in the residual too


def test_stretches_of_one_lantern_add_up_before_they_count() -> None:
    whole = calibrate("m", fleet(10, even, levels=(100,)))
    halves = [
        Stretch(
            lantern_id=each.lantern_id,
            level=each.level,
            energy_wh=each.energy_wh / 2,
            hours=each.hours / 2,
        )
        for each in fleet(10, even, levels=(100,)) * 2
    ]
    assert calibrate("m", halves) == whole


@given(st.permutations(fleet(10, faulty)))
def test_the_order_of_stretches_does_not_matter(stretches: list[Stretch]) -> None:
    once, again = calibrate("m", fleet(10, faulty)), calibrate("m", stretches)
    assert powers_w(again) == powers_w(once)
    assert again.outliers == once.outliers
    assert again.residual_90 == pytest.approx(once.residual_90)


@pytest.mark.parametrize(
    ("stretches", "why"),
    [
        pytest.param([], "at most 0 have", id="nothing"),
        pytest.param(fleet(9, even), "at most 9 have", id="nine lanterns"),
        pytest.param(
            fleet(30, even, hours=dict.fromkeys(HOURS, 9.9)), "at most 0 have", id="9.9 h each"
        ),
        pytest.param(fleet(30, even, levels=(0,)), "at most 0 have", id="days only"),
        pytest.param(
            fleet(20, lambda n, d: 0.0 if n < 15 else even(n, d)),
            "draw nothing at 50 %, 100 %",
            id="a street without mains",
        ),
    ],
)
def test_too_little_is_refused_and_says_what_there_was(stretches: list[Stretch], why: str) -> None:
    with pytest.raises(CalibrationError, match=why):
        calibrate("road-60", stretches)


def test_a_level_that_few_showed_is_named_and_not_fitted() -> None:
    few = [each for each in fleet(12, even) if each.level != 50 or each.lantern_id < a_lantern(9)]
    found = calibrate("road-60", few)
    assert found.not_fitted == {50: "9 lanterns with 10 hours; it takes 10"}
    assert set(powers_w(found)) == {0, 100}
    with pytest.raises(CalibrationError, match="the meters tell 100 %"):
        found.curve()


def test_a_lantern_that_was_seen_for_too_short_is_counted() -> None:
    short = Stretch(lantern_id=a_lantern(99), level=Level(100), energy_wh=60, hours=1.0)
    assert calibrate("road-60", [*fleet(10, even), short]).too_short == 1


def test_a_calibrated_model_keeps_names_and_node_but_not_what_the_meters_cannot_tell() -> None:
    stated = LanternModel(
        name="road-60",
        source="data sheet",
        power=TwoPoints(full_w=Watts(66.0), minimum_w=Watts(6.0)),
        lamps=("LED 60W",),
        standby_w=Watts(0.2),
        tolerance=0.1,
        clo=ConstantLight(initial=0.9, end=1.1, life_h=1e5),
    )
    model = calibrated_model(calibrate("LED 60W", fleet(21, even)), stated)
    power = model.power_model(0.0)
    assert (model.name, model.lamps, model.tolerance) == ("road-60", ("LED 60W",), None)
    assert power.power_w(Level(50)) == pytest.approx(32.0, abs=0.01)
    assert power.power_w(Level(0)) == pytest.approx(0.4)
    assert "calibrated from 21 lanterns" in power.basis
    assert "not known whether light output is kept constant" in power.basis


def test_a_standby_that_no_meter_told_is_the_stated_one_and_says_so() -> None:
    lit = calibrate("road-60", fleet(21, even, levels=(50, 100)))
    stated = LanternModel(
        name="road-60",
        source="data sheet",
        power=TwoPoints(full_w=Watts(66.0)),
        standby_w=Watts(0.2),
    )
    assert calibrated_model(lit, stated).standby_w == 0.2
    assert "standby not metered, as stated before" in calibrated_model(lit, stated).source
    assert calibrated_model(lit, None).standby_w is None


@pytest.mark.parametrize(("energy_wh", "hours"), [(-1, 1.0), (1, 0.0), (1, float("nan"))])
def test_a_stretch_that_cannot_be_is_refused(energy_wh: float, hours: float) -> None:
    with pytest.raises(MeterSampleError, match="meter sample"):
        Stretch(lantern_id=a_lantern(1), level=Level(50), energy_wh=energy_wh, hours=hours)
