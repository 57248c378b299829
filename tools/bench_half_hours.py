"""The half-hours bench: a city's year by half-hour, against one lantern after the other."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from lighting.energy.city_courses import City, Integers
from lighting.energy.city_half_hours import city_by_lantern, city_half_hours
from lighting.energy.half_hours import Floats, financial_year, months, sums
from lighting.energy.lantern_half_hours import LanternHalfHours, lantern_half_hours
from lighting.energy.lantern_light import Source
from lighting.testing.leeds import leeds_district
from tools.bench_year import YEAR, ZONE, LightingYear, compile_year, lighting_year

Result = TypeVar("Result")


def bench_half_hours(*, lanterns: int, sample: int) -> dict[str, object]:
    """Return seconds and memory of the arrays, and the plain form's time and difference."""
    district = leeds_district(lanterns, seed=1)
    window, periods = financial_year(YEAR, ZONE), months(YEAR, 4, 12, ZONE)
    before_mib = _peak_mib()
    cpu = time.process_time()
    compiled_s, spans = _timed(lambda: compile_year(district))
    grouped_s, year = _timed(lambda: lighting_year(district, spans))
    total_s, total = _timed(lambda: city_half_hours(year.city, window))
    cpu_s = time.process_time() - cpu
    ward_s, _ = _timed(lambda: city_half_hours(year.city, window, key=year.ward, keys=year.wards))
    month_s, _ = _timed(lambda: city_by_lantern(year.city, periods))
    peak_mib = _peak_mib()
    ours_s = compiled_s + grouped_s + total_s
    picks = np.arange(0, lanterns, max(1, lanterns // sample))
    plain_s, plain = _timed(lambda: [_plain(year, each, window) for each in picks.tolist()])
    all_s = plain_s / len(picks) * lanterns
    return {
        "lanterns": lanterns,
        "half_hours": len(window),
        "courses": len(year.city.courses),
        "power_models": len(year.loads),
        "holdings": len(year.city.lantern),
        "seconds": round(ours_s, 3),
        "cpu_seconds": round(cpu_s, 3),
        "aim_s": 3,
        "of_which_s": {
            "policies compiled for each cell and night": round(compiled_s, 3),
            "lanterns grouped": round(grouped_s, 3),
            "city total by half-hour": round(total_s, 3),
        },
        "instead_of_the_total_s": {
            f"{year.wards} wards by half-hour": round(ward_s, 3),
            "lanterns by month": round(month_s, 3),
        },
        "peak_memory_mib": round(peak_mib, 1),
        "peak_memory_before_mib": round(before_mib, 1),
        "aim_mib": 1024,
        "kwh": {each.name.lower(): round(float(total[each].sum()) / 1000, 1) for each in Source},
        "reference": {
            "what": "the plain form, one lantern after the other, one process",
            "lanterns_timed": len(picks),
            "milliseconds_a_lantern": round(plain_s / len(picks) * 1000, 2),
            "seconds_for_all_extrapolated": round(all_s, 1),
        },
        "ratio": round(all_s / ours_s, 1),
        "greatest_relative_difference": _difference(year, picks, plain, window, periods),
    }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(act: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def _plain(year: LightingYear, lantern: int, window: range) -> Floats:
    load = year.loads[year.load[lantern]]
    told = lantern_half_hours(window, load=load, light=year.light_of(lantern))
    if not isinstance(told, LanternHalfHours):
        raise TypeError(told)  # every lantern of the made-up city has its watts
    return told.energy_wh


def _difference(
    year: LightingYear,
    picks: Integers,
    plain: Sequence[Floats],
    window: range,
    periods: Sequence[range],
) -> dict[str, float]:
    """Compare both forms over the lanterns that the plain one did: half-hours, and months."""
    alone = _only(year.city, picks)
    by_month = city_by_lantern(alone, periods)[:, picks]
    expected = np.stack([sums(each, window, periods) for each in plain], axis=1)
    return {
        "half_hours_of_their_sum": _relative(
            city_half_hours(alone, window)[:, 0], np.sum(plain, axis=0)
        ),
        "months_of_each": _relative(by_month, expected),
    }


def _only(city: City, picks: Integers) -> City:
    kept = np.isin(city.lantern, picks)
    return replace(
        city,
        lantern=city.lantern[kept],
        course=city.course[kept],
        power=city.power[kept],
        source=city.source[kept],
        start_us=city.start_us[kept],
        end_us=city.end_us[kept],
    )


def _relative(found: Floats, expected: Floats) -> float:
    """Return the greatest difference over the expected value; infinite where that is 0."""
    apart = np.abs(found - expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(apart == 0, 0.0, apart / np.abs(expected))
    return float(shares.max())
