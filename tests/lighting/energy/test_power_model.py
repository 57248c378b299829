"""Power against level: the DALI line, curves of more points, and what cannot be."""

from math import inf, nan

import numpy as np
import pytest

from lighting.energy.errors import PowerModelError
from lighting.energy.power_model import (
    PowerModel,
    default_power_model,
    two_point_model,
)
from lighting.units import Watts
from schedules.level import Level


@pytest.mark.parametrize(
    ("percent", "power_w"),
    # reference devices.md 5.5: P(d) = P1 + (P100 - P1)(d - 1)/99, by hand for 2 W and 101 W
    [(0, 0.4), (1, 2.0), (2, 3.0), (25, 26.0), (50, 51.0), (75, 76.0), (100, 101.0)],
)
def test_the_two_point_line_is_the_one_of_dali_guides(percent: int, power_w: float) -> None:
    model = two_point_model(
        full_w=Watts(101.0), minimum_w=Watts(2.0), standby_w=Watts(0.4), basis="by hand"
    )
    assert model.power_w(Level(percent)) == pytest.approx(power_w, abs=1e-12)


def test_a_driver_asked_for_less_than_its_minimum_draws_its_minimum() -> None:
    # reference devices.md 5.5: lower requests give the physical minimum (S18)
    model = two_point_model(
        full_w=Watts(100.0),
        minimum_w=Watts(12.0),
        minimum_level=Level(10),
        standby_w=Watts(0.3),
        basis="by hand",
    )
    assert [model.power_w(Level(d)) for d in (0, 1, 9, 10)] == [0.3, 12.0, 12.0, 12.0]


def test_a_measured_curve_is_linear_between_its_points_and_may_go_down() -> None:
    curve = ((Level(1), Watts(5)), (Level(50), Watts(30)), (Level(99), Watts(62)))
    model = PowerModel(curve=(*curve, (Level(100), Watts(60))), standby_w=Watts(0), basis="by hand")
    assert model.power_w(Level(50)) == 30.0
    assert model.power_w(Level(75)) == pytest.approx(30 + 32 * 25 / 49)
    assert (model.full_w, model.max_w) == (60.0, 62.0)


def test_default_watts_are_labelled_unverified_and_half_light_takes_about_half_the_power() -> None:
    model = default_power_model(Watts(60.0))
    # reference energy.md 1.7, general knowledge: power at 50 % light is typically 45-55 %
    assert 0.45 <= model.power_w(Level(50)) / 60 <= 0.55
    assert model.power_w(Level(0)) == 0.5
    assert "unverified" in model.basis


@pytest.mark.parametrize("full_w", [0.3, 6.0, 250.0])  # Camden's inventory has 6 to 250 W
def test_the_default_line_never_falls_below_standby(full_w: float) -> None:
    model = default_power_model(Watts(full_w))
    assert model.power_w(Level(0)) <= model.power_w(Level(1)) <= model.full_w == full_w


def test_many_levels_at_once_give_what_each_gives_alone() -> None:
    model = default_power_model(Watts(54.1))
    levels = np.arange(101, dtype=np.uint8).reshape(1, 101)
    powers_w = model.powers_w(levels)
    assert powers_w.shape == (1, 101)
    assert powers_w[0].tolist() == [model.power_w(Level(d)) for d in range(101)]


@pytest.mark.parametrize("full_w", [0.0, -20.0, nan, inf])
def test_full_power_that_no_lantern_has_is_refused(full_w: float) -> None:
    with pytest.raises(PowerModelError, match=r"full power is .* more than 0"):
        default_power_model(Watts(full_w))


@pytest.mark.parametrize(
    ("levels", "powers_w", "standby_w", "complaint"),
    [
        ((), (), 0.0, "curve levels"),
        ((1, 99), (1.0, 60.0), 0.0, "ending at 100"),
        ((0, 100), (1.0, 60.0), 0.0, "from 1"),
        ((50, 50, 100), (1.0, 2.0, 60.0), 0.0, "rising"),
        ((1, 100), (-1.0, 60.0), 0.0, "power at 1 %"),
        ((1, 100), (nan, 60.0), 0.0, "power at 1 %"),
        ((1, 100), (1.0, 60.0), -0.5, "standby_w"),
        ((1, 100), (1.0, 60.0), inf, "standby_w"),
    ],
)
def test_a_curve_that_cannot_be_is_refused_with_its_reason(
    levels: tuple[int, ...], powers_w: tuple[float, ...], standby_w: float, complaint: str
) -> None:
    curve = tuple((Level(d), Watts(w)) for d, w in zip(levels, powers_w, strict=True))
    with pytest.raises(PowerModelError, match=complaint):
        PowerModel(curve=curve, standby_w=Watts(standby_w), basis="")


def test_a_minimum_above_full_power_is_refused() -> None:
    with pytest.raises(PowerModelError, match="at most full power, 20 W"):
        two_point_model(full_w=Watts(20), minimum_w=Watts(30), standby_w=Watts(0), basis="")


@pytest.mark.parametrize("percent", [-1, 101, 254])
def test_a_level_out_of_range_is_refused_alone_and_among_many(percent: int) -> None:
    model = default_power_model(Watts(60.0))
    with pytest.raises(PowerModelError, match=f"level is {percent}"):
        model.power_w(Level(percent))
    with pytest.raises(PowerModelError, match=f"level is {percent}"):
        model.powers_w(np.array([50, percent]))
