"""IntensitySeries: grams of CO2 a kWh of the grid carries, half-hour by half-hour, and how we know.

It is CO2 only (not CO2e), operational, with network losses: it says *when* electricity is dirty.
The factors of ``factors`` say how much to report. The two are never added.

A half-hour is its number since 1970-01-01T00:00Z. What is missing, a zero of the national grid
and two values that contradict each other are no values; they are counted and named, not filled.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from lighting.energy.carbon_errors import IntensityValueError

ATTRIBUTION = "Carbon intensity data: National Energy System Operator (NESO), CC BY 4.0."
MEANING = (
    "grid carbon intensity: CO2 only (not CO2e), operational, network losses included; says when "
    "electricity is dirty, and is neither comparable with nor added to kg CO2e by reporting factor"
)
G_PER_KWH_MAX = 2000.0
"""Coal, the dirtiest source, is 937 g/kWh (reference energy.md 3): twice that is no grid."""


class Region(IntEnum):
    """Areas that have a series, by their ids at NESO (reference energy.md 3); 0 is ours.

    The national series has actual values; those of regions are forecasts only.
    """

    NATIONAL = 0
    NORTH_SCOTLAND = 1
    SOUTH_SCOTLAND = 2
    NORTH_WEST_ENGLAND = 3
    NORTH_EAST_ENGLAND = 4
    YORKSHIRE = 5
    NORTH_WALES = 6
    SOUTH_WALES = 7
    WEST_MIDLANDS = 8
    EAST_MIDLANDS = 9
    EAST_ENGLAND = 10
    SOUTH_WEST_ENGLAND = 11
    SOUTH_ENGLAND = 12
    LONDON = 13
    SOUTH_EAST_ENGLAND = 14
    ENGLAND = 15
    SCOTLAND = 16
    WALES = 17

    @property
    def words(self) -> str:
        """The name for people, such as "yorkshire"."""
        return self.name.lower().replace("_", " ")


class Quality(IntEnum):
    """What a half-hour of a series is; only the first two are values."""

    ACTUAL = 0
    FORECAST = 1
    MISSING = 2
    ZERO = 3
    CONFLICT = 4

    @property
    def words(self) -> str:
        """The quality in words."""
        return _WORDS[self]


_WORDS = {
    Quality.ACTUAL: "actual",
    Quality.FORECAST: "forecast",
    Quality.MISSING: "missing",
    Quality.ZERO: "suspicious zero",
    Quality.CONFLICT: "conflicting duplicates",
}


@dataclass(frozen=True, slots=True)
class IntensityRow:
    """What was published for one half-hour [gCO2/kWh]; None where nothing was.

    ``conflict``: it was published twice with different values, so neither is kept.

    Raises:
        IntensityValueError: a figure that cannot be.
    """

    half_hour: int
    forecast_g_per_kwh: float | None
    actual_g_per_kwh: float | None
    conflict: bool = False

    def __post_init__(self) -> None:
        for name in ("forecast_g_per_kwh", "actual_g_per_kwh"):
            value: float | None = getattr(self, name)
            if value is not None and not 0 <= value <= G_PER_KWH_MAX:  # also refuses NaN
                raise IntensityValueError(name, value, f"0 to {G_PER_KWH_MAX:g} gCO2/kWh")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was published."""
        both = (self.forecast_g_per_kwh, self.actual_g_per_kwh)
        return both == (None, None) and not self.conflict

    def quality(self, region: Region) -> Quality:
        """Return what the row is worth in the series of ``region``.

        The national grid never carries zero; a region of wind and water may.
        """
        if self.conflict:
            return Quality.CONFLICT
        actual = self.actual_g_per_kwh is not None
        value = self.actual_g_per_kwh if actual else self.forecast_g_per_kwh
        if value is None:
            return Quality.MISSING
        if value == 0 and region is Region.NATIONAL:
            return Quality.ZERO
        return Quality.ACTUAL if actual else Quality.FORECAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Rows in order, one a half-hour, and how many half-hours came more than once."""

    rows: tuple[IntensityRow, ...]
    equal_duplicates: int
    conflicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Half-hours in a row without a value, ``first`` to before ``end``, all for one reason."""

    first: int
    end: int
    quality: Quality

    @property
    def half_hours(self) -> int:
        """How many they are."""
        return self.end - self.first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntensitySeries:
    """Half-hours ``first`` to before ``end`` of a region.

    ``g_per_kwh`` [gCO2/kWh], shape (half-hours,), is NaN where ``quality`` (codes of ``Quality``,
    same shape) is no value.
    """

    region: Region
    first: int
    g_per_kwh: NDArray[np.float64]
    quality: NDArray[np.uint8]
    sources: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The first half-hour after the series."""
        return self.first + len(self.quality)

    def counts(self) -> dict[Quality, int]:
        """Return how many half-hours have each quality, all qualities named."""
        found = Counter(self.quality.tolist())
        return {quality: found[quality] for quality in Quality}

    def gaps(self) -> tuple[Gap, ...]:
        """Return the stretches without a value, in order."""
        return tuple(_gaps(self.first, self.quality.tolist()))

    def mean_g_per_kwh(self) -> float | None:
        """Return the mean of the values [gCO2/kWh]; None without any."""
        values = self.g_per_kwh[~np.isnan(self.g_per_kwh)]
        return float(values.mean()) if len(values) else None


def merged(rows: Iterable[IntensityRow]) -> Merged:
    """Return ``rows`` in order, one a half-hour; those that contradict each other become one."""
    found: defaultdict[int, list[IntensityRow]] = defaultdict(list)
    for row in rows:
        found[row.half_hour].append(row)
    kept, equal, conflicts = [], 0, 0
    for half_hour, same in sorted(found.items()):
        if len({*same}) == 1:
            kept.append(same[0])
            equal += len(same) > 1
        else:
            kept.append(IntensityRow(half_hour, None, None, conflict=True))
            conflicts += 1
    return Merged(rows=tuple(kept), equal_duplicates=equal, conflicts=conflicts)


def intensity_series(
    rows: Iterable[IntensityRow],
    *,
    region: Region,
    first: int,
    end: int,
    sources: Sequence[str] = (),
) -> IntensitySeries:
    """Return half-hours ``first`` to before ``end``; rows outside count for nothing.

    Raises:
        IntensityValueError: ``end`` is before ``first``.
    """
    if end < first:
        raise IntensityValueError("the last half-hour", end, f"{first} or later")
    values = np.full(end - first, np.nan)
    quality = np.full(end - first, Quality.MISSING, dtype=np.uint8)
    for row in merged(rows).rows:
        at = row.half_hour - first
        if 0 <= at < len(values):
            quality[at] = worth = row.quality(region)
            if worth is Quality.ACTUAL:
                values[at] = row.actual_g_per_kwh
            elif worth is Quality.FORECAST:
                values[at] = row.forecast_g_per_kwh
    return IntensitySeries(
        region=region, first=first, g_per_kwh=values, quality=quality, sources=tuple(sources)
    )


def _gaps(first: int, codes: list[int]) -> Iterator[Gap]:
    for code, run in groupby(enumerate(codes, first), key=lambda item: item[1]):
        half_hours = [half_hour for half_hour, _ in run]
        if code not in {Quality.ACTUAL, Quality.FORECAST}:
            yield Gap(first=half_hours[0], end=half_hours[-1] + 1, quality=Quality(code))
