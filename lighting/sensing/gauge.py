"""Gauge: how far a distance sensor sees when its gully is empty and when it is full.

Gully sensors tell a distance; people ask how full. Only who fitted the sensor knows the depth, so
without a gauge there is no fill level: none is guessed from the model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from firmware_profiles.measurement import Measurement
from lighting.errors import RefusedError

DISTANCE = "distance"
FILL_LEVEL = "fill_level"
DEPTH_MIN_M = 0.02
"""Less than the resolution of the sensors that we know tells nothing; our choice."""

DISTANCE_MAX_M = 50.0
"""As ``firmware_profiles.quantities`` has it for a distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Distances [m] from the sensor to the surface: ``empty_m`` is the greater.

    Raises:
        RefusedError: distances that no gully can have.
    """

    empty_m: float
    full_m: float

    def __post_init__(self) -> None:
        for name, value in (("empty_m", self.empty_m), ("full_m", self.full_m)):
            if not isfinite(value) or not 0 <= value <= DISTANCE_MAX_M:
                raise RefusedError(f"{name} is {value!r}; allowed: 0 to {DISTANCE_MAX_M:g} m")
        if self.empty_m - self.full_m < DEPTH_MIN_M:
            raise RefusedError(
                f"empty_m {self.empty_m:g} must be at least {DEPTH_MIN_M:g} m more than full_m"
                f" {self.full_m:g}: the surface is further away when the gully is empty"
            )

    def fill_level(self, distance_m: float) -> float:
        """Return how full [%]; below 0 or above 100 if the distance is outside the gauge."""
        return 100 * (self.empty_m - distance_m) / (self.empty_m - self.full_m)


def with_fill_levels(measured: Sequence[Measurement], gauge: Gauge | None) -> Iterator[Measurement]:
    """Yield what was measured and, where there is a gauge, how full each distance means.

    A level outside 0 to 100 % is yielded as it is: the store flags it as out of range, which tells
    that the gauge is wrong or that the sensor sees something else.
    """
    for each in measured:
        yield each
        if gauge is not None and each.quantity == DISTANCE:
            yield replace(each, quantity=FILL_LEVEL, value=gauge.fill_level(each.value))
