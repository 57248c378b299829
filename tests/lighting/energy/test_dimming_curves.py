"""The two-point line against curves that people measured at the plug (shared data, led/)."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from lighting.energy.power_model import two_point_model
from lighting.units import Watts

LEVELS = 255
"""Brightness as a lamp is told it, not light output (shared data's README)."""


def measured(shared_data: Path) -> dict[str, list[float]]:
    """Return the watts of each lamp at levels 1 to 255."""
    curves = defaultdict(list)
    with (shared_data / "led" / "dim_power_curves.csv").open(encoding="ascii") as file:
        for row in csv.DictReader(file):
            curves[row["model"]].append(float(row["watts"]))
    return curves


# Differences in percent of full power, worked out apart from the project as
# W - (W1 + (W255 - W1)(n - 1)/254) over W255, by model of the file.
@pytest.mark.parametrize(
    ("model", "greatest", "mean", "half"),
    [
        ("signify_1743630P7", 25.2, 14.5, 30),
        ("signify_LWA009", 26.3, 15.9, 32),
        ("ge_PSB38-BW30", 2.1, 0.6, 55),
        ("cree_B00TN589ZG", 14.2, 4.5, 45),
    ],
)
def test_the_line_is_off_by_up_to_a_quarter_of_full_power_for_lamps_that_were_measured(
    shared_data: Path, model: str, greatest: float, mean: float, half: int
) -> None:
    watts = np.array(measured(shared_data)[model])
    assert len(watts) == LEVELS
    line = two_point_model(
        full_w=Watts(watts[-1]),
        minimum_w=Watts(watts[0]),
        standby_w=Watts(0.0),
        basis="first and last of the curve",
    )
    percent = np.interp(np.arange(1, LEVELS + 1), [1, LEVELS], [1, 100])
    line_w = np.interp(percent, np.arange(101), line.powers_w(np.arange(101)))
    off = np.abs(watts - line_w) / watts[-1] * 100
    assert off.max() == pytest.approx(greatest, abs=0.05)
    assert off.mean() == pytest.approx(mean, abs=0.05)
    # The data's README: at level 128 the four take 30, 32, 55 and 45 % of their power at 255.
    assert round(100 * watts[127] / watts[-1]) == half
