"""A night's row packed and unpacked is the same row, to a millionth of a watt-hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.operations.packed_nights import packed, unpacked

ROW: dict[str, object] = {
    "night": "2026-11-22",
    "lantern_id": "leeds:1",
    "policy": "dim-late",
    "revision": 3,
    "metered_kwh": 0.425,
    "metered_hours": 8.0,
    "modelled_kwh": 0.311273,
    "modelled_hours": 16.0,
    "baseline_kwh": 0.96,
    "power_basis": "two-point line",
    "findings": [["a lie", "2026-11-22T16:00:00+00:00", "2026-11-22T17:00:00+00:00"]],
}


def test_figures_are_whole_millionths_of_a_watt_hour_and_milliseconds() -> None:
    night = packed(ROW)
    assert (night.metered_uwh, night.metered_ms) == (425_000_000, 28_800_000)
    assert night.modelled_uwh == 311_273_000
    assert unpacked(night) == ROW


@pytest.mark.parametrize(
    "row",
    [
        {"night": "2026-11-22", "lantern_id": "x"},
        {"night": "2026-11-22", "lantern_id": "x", "unknown": "no wattage"},
        {**ROW, "node_kwh": 0.012, "evidence": {"level": "E3"}},
        {**ROW, "policy": None, "revision": "third", "metered_kwh": True, "unknown": 4},
    ],
    ids=["bare", "unknown", "more figures", "figures of another kind"],
)
def test_nothing_of_a_row_is_lost(row: dict[str, object]) -> None:
    assert unpacked(packed(row)) == row


@given(st.floats(0, 50), st.floats(0, 25))
def test_no_figure_moves_by_more_than_half_a_unit(kwh: float, hours: float) -> None:
    row = unpacked(packed({**ROW, "metered_kwh": kwh, "metered_hours": hours}))
    assert row["metered_kwh"] == pytest.approx(kwh, abs=0.51e-9)
    assert row["metered_hours"] == pytest.approx(hours, abs=0.51 / 3_600_000)
