"""Half-hours of carbon intensity: what is a value, what is not, and the real series of 2023."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from lighting.energy.carbon_errors import IntensityFileError, IntensityValueError
from lighting.energy.half_hours import half_hour_of, start_of
from lighting.energy.intensity import (
    Gap,
    IntensityRow,
    IntensitySeries,
    Quality,
    Region,
    intensity_series,
    merged,
)
from lighting.energy.intensity_csv import read_intensity_csv
from schedules.sun import zenith_deg

ZERO = IntensityRow(4, 124.0, 0.0)
ROWS = (
    IntensityRow(0, 75.0, 65.0),
    IntensityRow(1, 73.0, None),
    IntensityRow(3, None, None),
    ZERO,
    IntensityRow(5, 71.0, 72.0),
    IntensityRow(5, 71.0, 72.0),
    IntensityRow(6, 71.0, 72.0),
    IntensityRow(6, 71.0, 90.0),
)


def test_every_half_hour_says_whether_it_has_a_value_and_of_what_quality() -> None:
    series = intensity_series(ROWS, region=Region.NATIONAL, first=0, end=8)
    assert [Quality(code) for code in series.quality] == [
        Quality.ACTUAL,
        Quality.FORECAST,
        Quality.MISSING,
        Quality.MISSING,
        Quality.ZERO,
        Quality.ACTUAL,
        Quality.CONFLICT,
        Quality.MISSING,
    ]
    np.testing.assert_array_equal(series.g_per_kwh, [65, 73, *[np.nan] * 3, 72, *[np.nan] * 2])
    assert series.mean_g_per_kwh() == 70  # (65 + 73 + 72) / 3
    assert sum(series.counts().values()) == 8


def test_gaps_are_stretches_of_one_reason() -> None:
    series = intensity_series(ROWS, region=Region.NATIONAL, first=0, end=8)
    assert series.gaps() == (
        Gap(first=2, end=4, quality=Quality.MISSING),
        Gap(first=4, end=5, quality=Quality.ZERO),
        Gap(first=6, end=7, quality=Quality.CONFLICT),
        Gap(first=7, end=8, quality=Quality.MISSING),
    )


def test_equal_duplicates_are_counted_once_and_conflicting_ones_are_no_value() -> None:
    found = merged(ROWS)
    assert [row.half_hour for row in found.rows] == [0, 1, 3, 4, 5, 6]
    assert (found.equal_duplicates, found.conflicts) == (1, 1)
    assert merged((*ROWS, IntensityRow(5, 1.0, None))).conflicts == 2


def test_zero_is_suspicious_in_the_nation_and_believed_in_a_region() -> None:
    assert ZERO.quality(Region.NATIONAL) is Quality.ZERO
    calm = IntensityRow(0, 0.0, None)
    assert calm.quality(Region.NATIONAL) is Quality.ZERO
    assert calm.quality(Region.NORTH_SCOTLAND) is Quality.FORECAST


def test_nothing_at_all_has_no_mean_and_one_gap() -> None:
    series = intensity_series([], region=Region.YORKSHIRE, first=10, end=12)
    assert series.mean_g_per_kwh() is None
    assert series.gaps() == (Gap(first=10, end=12, quality=Quality.MISSING),)
    with pytest.raises(IntensityValueError, match="10 or later"):
        intensity_series([], region=Region.YORKSHIRE, first=10, end=9)


@pytest.mark.parametrize("value", [-1.0, 2000.1, float("nan"), float("inf")])
def test_an_impossible_figure_is_refused(value: float) -> None:
    with pytest.raises(IntensityValueError, match="0 to 2000 gCO2/kWh"):
        IntensityRow(0, value, None)
    with pytest.raises(IntensityValueError, match="actual_g_per_kwh"):
        IntensityRow(0, None, value)


@pytest.fixture(scope="module")
def year_2023(shared_data: Path) -> IntensitySeries:
    text = (shared_data / "carbon" / "gb_2023_half_hourly.csv").read_text(encoding="ascii")
    found = read_intensity_csv(text, document="gb_2023", region=Region.NATIONAL)
    assert len(found.rows) == 17_430  # data/README.md
    first, end = (half_hour_of(datetime(year, 1, 1, tzinfo=UTC)) for year in (2023, 2024))
    return intensity_series(found.rows, region=Region.NATIONAL, first=first, end=end)


def test_the_gaps_and_zeros_of_2023_are_those_that_were_found_in_it(
    year_2023: IntensitySeries,
) -> None:
    # data/README.md: 91 missing from 20 October 22:00, 5 without actual, 5 zeros
    assert list(year_2023.counts().values()) == [17_419, 5, 91, 5, 0]
    told = [(start_of(gap.first), gap.half_hours, gap.quality) for gap in year_2023.gaps()]
    assert told == [
        (datetime(2023, 1, 31, 1, tzinfo=UTC), 1, Quality.ZERO),
        (datetime(2023, 6, 7, 9, 30, tzinfo=UTC), 4, Quality.ZERO),
        (datetime(2023, 10, 20, 22, tzinfo=UTC), 91, Quality.MISSING),
    ]


def test_the_means_of_2023_are_the_references_once_its_zeros_are_counted_as_it_did(
    year_2023: IntensitySeries,
) -> None:
    # reference energy.md 3 [D]: national actual 152.1 g, 00-05 UTC 140.2 g, over all rows that have
    # an actual, its five zeros too. Without the zeros, which are no readings: 152.2 g and 140.3 g.
    actual = np.where(year_2023.quality == Quality.ACTUAL, year_2023.g_per_kwh, np.nan)
    with_zeros = np.where(year_2023.quality == Quality.ZERO, 0.0, actual)
    early = np.arange(year_2023.first, year_2023.end) % 48 < 10
    assert round(np.nanmean(with_zeros), 1) == 152.1
    assert round(np.nanmean(with_zeros[early]), 1) == 140.2
    assert round(np.nanmean(actual), 1) == 152.2
    assert round(np.nanmean(actual[early]), 1) == 140.3


def test_a_kwh_in_the_dark_hours_of_leeds_is_a_little_cleaner_than_the_mean(
    year_2023: IntensitySeries,
) -> None:
    # reference energy.md 3 [D]: 148.9 g where the sun is below -3 degrees; by middles of half-hours
    middles = (
        start_of(each) + timedelta(minutes=15) for each in range(year_2023.first, year_2023.end)
    )
    dark = np.array([zenith_deg(53.80, -1.55, at) > 93 for at in middles])
    actual = np.where(year_2023.quality == Quality.ACTUAL, year_2023.g_per_kwh, np.nan)
    assert round(np.nanmean(actual[dark]), 1) == 148.9


PERIODS = """from,to,forecast,actual,index
2022-12-31 23:30:00+00:00,2023-01-01 00:00:00+00:00,75,65.0,low
2023-01-01T00:00Z,2023-01-01T00:30Z,73,,low

2023-01-01 00:30:00+00:00,2023-01-01 01:00:00+00:00,63,nan,low
"""
REGIONS = """time,region,name,ci,wind,solar,gas
2022-01-01T00:00Z,5,Yorkshire,120,1,2,3
2022-01-01T00:00Z,3,North West England,90,1,2,3
2022-01-01T00:30Z,5,Yorkshire,,1,2,3
"""


def test_the_layout_with_start_and_end_is_read() -> None:
    first = half_hour_of(datetime(2022, 12, 31, 23, 30, tzinfo=UTC))
    found = read_intensity_csv(PERIODS, document="f", region=Region.NATIONAL)
    assert found.rows == (
        IntensityRow(first, 75, 65),
        IntensityRow(first + 1, 73, None),
        IntensityRow(first + 2, 63, None),
    )


def test_of_the_layout_of_all_regions_the_region_is_taken_as_a_forecast() -> None:
    first = half_hour_of(datetime(2022, 1, 1, tzinfo=UTC))
    found = read_intensity_csv(REGIONS, document="f", region=Region.YORKSHIRE)
    assert found.rows == (IntensityRow(first, 120, None), IntensityRow(first + 1, None, None))
    with pytest.raises(IntensityFileError, match=r"no row of region 13 \(london\)"):
        read_intensity_csv(REGIONS, document="f", region=Region.LONDON)


def test_times_without_a_zone_need_somebody_to_say_that_they_are_utc() -> None:
    naive = REGIONS.replace("Z,", ",")
    with pytest.raises(IntensityFileError, match=r"line 2: time .* has no zone; if .* say so"):
        read_intensity_csv(naive, document="f", region=Region.YORKSHIRE)
    found = read_intensity_csv(naive, document="f", region=Region.YORKSHIRE, naive_is_utc=True)
    assert found == read_intensity_csv(REGIONS, document="f", region=Region.YORKSHIRE)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("forecast,", "guess,", "its columns are from, to, guess, actual, index; expected from"),
        ("index", "actual", "each once"),
        ("65.0", "6s", "line 2: actual is '6s'; allowed: gCO2/kWh, or empty"),
        ("65.0", "-1", r"line 2: .*actual_g_per_kwh is -1.0; allowed: 0 to 2000"),
        ("65.0", "inf", "is inf"),
        ("T00:00Z", "T00:10Z", "line 3: from .* is not the start of a half-hour"),
        ("T00:30Z", "T01:00Z", "line 3: to .* is not half an hour after from"),
        ("2023-01-01T00:00Z", "yesterday", "line 3: from 'yesterday' is no time such as"),
        (",low\n2023", "\n2023", "line 2: has 4 cells, expected 5"),
    ],
)
def test_a_series_that_cannot_be_read_is_refused_with_its_lines(
    old: str, new: str, told: str
) -> None:
    with pytest.raises(IntensityFileError, match=told):
        read_intensity_csv(PERIODS.replace(old, new, 1), document="f", region=Region.NATIONAL)


def test_a_file_full_of_faults_names_the_first_ones_and_counts_the_rest() -> None:
    faults = "".join(f"{number},x,1,1,low\n" for number in range(50))
    with pytest.raises(IntensityFileError, match=r"line 21: .*\| and 30 more") as caught:
        read_intensity_csv(
            PERIODS.split("\n", maxsplit=1)[0] + "\n" + faults, document="f", region=Region.NATIONAL
        )
    assert len(caught.value.problems) == 50
    with pytest.raises(IntensityFileError, match="its columns are none"):
        read_intensity_csv("", document="f", region=Region.NATIONAL)
    with pytest.raises(IntensityFileError, match="is no CSV: field larger"):
        read_intensity_csv(PERIODS + '"' + "x" * 200_000, document="f", region=Region.NATIONAL)
