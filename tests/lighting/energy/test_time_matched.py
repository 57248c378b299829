"""Time-matched CO2: what met a value, what met none, and that nothing adds it to kg CO2e."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.carbon import kg_co2e
from lighting.energy.errors import EnergyValueError
from lighting.energy.intensity import IntensityRow, Quality, Region, intensity_series
from lighting.energy.time_matched import TimeMatchedCo2, time_matched

SERIES = intensity_series(
    (
        IntensityRow(10, 90.0, 100.0),
        IntensityRow(11, 200.0, None),
        IntensityRow(12, 150.0, 0.0),
        IntensityRow(14, 50.0, 40.0),
    ),
    region=Region.NATIONAL,
    first=10,
    end=15,
    sources=("by hand",),
)


def test_a_night_by_hand() -> None:
    told = time_matched(np.array([1000.0, 500.0, 250.0, 250.0, 2000.0]), first=10, series=SERIES)
    # by hand: 1 kWh x 100 g + 0.5 x 200 + 2 x 40 = 280 g; of 4 kWh 0.25 met a zero, 0.25 nothing
    assert told.co2 == TimeMatchedCo2(0.28)
    assert told.kwh_by_quality == {
        Quality.ACTUAL: 3.0,
        Quality.FORECAST: 0.5,
        Quality.MISSING: 0.25,
        Quality.ZERO: 0.25,
        Quality.CONFLICT: 0.0,
    }
    assert (told.matched_kwh, told.unmatched_percent) == (3.5, 12.5)
    assert told.mean_g_per_kwh == pytest.approx(80)
    assert [(gap.first, gap.quality) for gap in told.gaps] == [
        (12, Quality.ZERO),
        (13, Quality.MISSING),
    ]
    assert told.sources == ("by hand",)
    assert "CC BY 4.0" in told.attribution
    assert "not CO2e" in told.meaning


def test_half_hours_outside_the_series_are_missing() -> None:
    told = time_matched(np.array([5.0, 1000.0, 5.0]), first=13, series=SERIES)
    assert told.co2 == TimeMatchedCo2(0.04)
    assert [(gap.first, gap.end) for gap in told.gaps] == [(13, 14), (15, 16)]
    far = time_matched(np.array([1000.0]), first=99, series=SERIES)
    assert (far.co2.kg_co2, far.unmatched_percent, far.mean_g_per_kwh) == (0, 100, None)


def test_no_energy_has_no_share_and_an_energy_that_is_no_number_is_refused() -> None:
    assert time_matched(np.zeros(3), first=10, series=SERIES).unmatched_percent is None
    with pytest.raises(EnergyValueError, match="finite"):
        time_matched(np.array([1.0, np.nan]), first=10, series=SERIES)


def test_time_matched_co2_adds_to_its_kind_and_never_to_kg_co2e() -> None:
    matched = TimeMatchedCo2(1.0)
    assert matched + TimeMatchedCo2(2.0) == TimeMatchedCo2(3.0)
    reported: Any = kg_co2e(1.0, 2023).kg_co2e  # Any: the type checker refuses the sum too
    with pytest.raises(TypeError):
        reported + matched
    with pytest.raises(TypeError):
        matched + reported
    with pytest.raises(TypeError):
        sum([reported, matched])


@given(st.lists(st.floats(-1e6, 1e6), max_size=12), st.integers(5, 18))
def test_the_parts_by_quality_add_up_to_the_energy(energy: list[float], first: int) -> None:
    told = time_matched(np.array(energy), first=first, series=SERIES)
    assert sum(told.kwh_by_quality.values()) == pytest.approx(sum(energy) / 1000, abs=1e-6)
