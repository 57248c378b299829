"""Time-matched CO2: energy of half-hours times the grid's intensity in them, beside kg CO2e.

The result is a type of its own that adds only to itself: a sum with kg CO2e is an error of type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lighting.energy.errors import EnergyValueError
from lighting.energy.intensity import ATTRIBUTION, MEANING, Gap, IntensitySeries, Quality, Region
from lighting.units import WATT_HOURS_PER_KWH, KilowattHours

_G_PER_KG = 1000.0
_PERCENT = 100.0


@dataclass(frozen=True, slots=True, order=True)
class TimeMatchedCo2:
    """CO2 [kg] by the grid's intensity at the time; nothing but another of its kind adds to it."""

    kg_co2: float

    def __add__(self, other: Self) -> "TimeMatchedCo2":
        if not isinstance(other, TimeMatchedCo2):
            return NotImplemented
        return TimeMatchedCo2(self.kg_co2 + other.kg_co2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMatchedCarbon:
    """CO2 of the energy that met a value, and how much energy met none, by quality [kWh].

    ``kwh_by_quality`` names every quality; its parts add up to the energy given. ``gaps`` are
    those of the half-hours in question. ``mean_g_per_kwh`` is the intensity of the matched energy.
    """

    co2: TimeMatchedCo2
    kwh_by_quality: Mapping[Quality, KilowattHours]
    unmatched_percent: float | None
    gaps: tuple[Gap, ...]
    region: Region
    sources: tuple[str, ...]
    meaning: str = MEANING
    attribution: str = ATTRIBUTION

    @property
    def matched_kwh(self) -> KilowattHours:
        """The energy [kWh] that met a value, actual or forecast."""
        parts = self.kwh_by_quality
        return KilowattHours(parts[Quality.ACTUAL] + parts[Quality.FORECAST])

    @property
    def mean_g_per_kwh(self) -> float | None:
        """CO2 of the matched energy, for each kWh of it [gCO2/kWh]; None if there is none."""
        return _G_PER_KG * self.co2.kg_co2 / self.matched_kwh if self.matched_kwh else None


def time_matched(
    energy_wh: NDArray[np.float64], *, first: int, series: IntensitySeries
) -> TimeMatchedCarbon:
    """Return the CO2 of ``energy_wh`` [Wh], shape (half-hours,), from half-hour ``first`` on.

    Energy may be negative (a saving that is none). ``unmatched_percent`` is the part of its size
    that met no value: |Wh| without one of all |Wh|; None where there is no energy at all.
    Half-hours outside ``series`` are missing.

    Raises:
        EnergyValueError: an energy is not a finite number.
    """
    if not np.isfinite(energy_wh).all():
        raise EnergyValueError(float(energy_wh[~np.isfinite(energy_wh)][0]))
    part = _between(series, first, first + len(energy_wh))
    matched = ~np.isnan(part.g_per_kwh)
    grams = energy_wh[matched] @ part.g_per_kwh[matched] / WATT_HOURS_PER_KWH
    size = float(np.abs(energy_wh).sum())
    unmatched = float(np.abs(energy_wh[~matched]).sum())
    return TimeMatchedCarbon(
        co2=TimeMatchedCo2(float(grams) / _G_PER_KG),
        kwh_by_quality={
            quality: KilowattHours(
                float(energy_wh[part.quality == quality].sum()) / WATT_HOURS_PER_KWH
            )
            for quality in Quality
        },
        unmatched_percent=_PERCENT * unmatched / size if size else None,
        gaps=part.gaps(),
        region=series.region,
        sources=series.sources,
    )


def _between(series: IntensitySeries, first: int, end: int) -> IntensitySeries:
    """Return the half-hours ``first`` to before ``end``; those outside the series are missing."""
    values = np.full(end - first, np.nan)
    quality = np.full(end - first, Quality.MISSING, dtype=np.uint8)
    low, high = max(first, series.first), min(end, series.end)
    if low < high:
        values[low - first : high - first] = series.g_per_kwh[
            low - series.first : high - series.first
        ]
        quality[low - first : high - first] = series.quality[
            low - series.first : high - series.first
        ]
    return IntensitySeries(region=series.region, first=first, g_per_kwh=values, quality=quality)
