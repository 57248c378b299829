"""PowerModel: the power [W] that a lantern draws at each dimming level, from two points or more."""

from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from lighting.energy.errors import PowerModelError
from lighting.units import Watts
from schedules.level import FULL, OFF, Level

LOWEST_LIGHT = Level(1)
"""The lowest level that is light at all [percent]; 0 is off."""

DEFAULT_DRIVER_LOSS = 0.05
"""Power at 1 % over power at 100 %, where nobody measured it. General knowledge, unverified: it
puts half light at 52 % of the power, inside the 45-55 % that is commonly told of LED drivers."""

DEFAULT_STANDBY_W = Watts(0.5)
"""Power of a lantern that is on the mains but off [W]. A DALI guide gives less than 0.5 W for a
luminaire (reference devices.md 5.5, S18); that it holds for a given lantern is unverified."""

UNVERIFIED_BASIS = (
    "two-point line, general knowledge, unverified: 5 % of full power at 1 % light, "
    "0.5 W standby; full power from the inventory"
)

CurvePoint = tuple[Level, Watts]


def _checked_watts(name: str, value: float) -> None:
    if not isfinite(value) or value < 0:
        raise PowerModelError(name, value, "a finite number of watts, 0 or more")


def _checked_full(full_w: float) -> None:
    if not isfinite(full_w) or full_w <= 0:
        raise PowerModelError("full power", full_w, "a finite number of watts, more than 0")


def _checked_curve(curve: tuple[CurvePoint, ...]) -> None:
    levels = [point[0] for point in curve]
    in_range = all(LOWEST_LIGHT <= level <= FULL for level in levels)
    rising = all(low < high for low, high in pairwise(levels))
    if not levels or levels[-1] != FULL or not (in_range and rising):
        raise PowerModelError("curve levels", levels, "rising, from 1 or more, ending at 100")
    for level, power_w in curve:
        _checked_watts(f"power at {level} %", power_w)
    _checked_full(curve[-1][1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerModel:
    """Power against level of one kind of lantern, at the supply terminals (circuit watts).

    ``curve`` holds (level [percent], power [W]) with rising levels, the last at 100 %. Between
    points the power is linear; below the first point it stays at that point's power, as a driver
    asked for less than its minimum gives its minimum. Level 0 draws ``standby_w``. A curve may go
    down (measured ones do, by meter noise). ``basis`` says where the figures come from.

    Raises:
        PowerModelError: watts that are negative or not finite, or levels out of order or range.
    """

    curve: tuple[CurvePoint, ...]
    standby_w: Watts
    basis: str
    _table_w: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _checked_curve(self.curve)
        _checked_watts("standby_w", self.standby_w)
        levels, powers_w = zip(*self.curve, strict=True)
        lit_w = np.interp(np.arange(LOWEST_LIGHT, FULL + 1), levels, powers_w)
        object.__setattr__(self, "_table_w", (float(self.standby_w), *lit_w.tolist()))

    @property
    def full_w(self) -> Watts:
        """Power at 100 % [W]."""
        return self.curve[-1][1]

    @property
    def max_w(self) -> Watts:
        """The most that this lantern draws at any level [W]."""
        return Watts(max(self._table_w))

    def power_w(self, level: Level) -> Watts:
        """Return the power [W] at ``level`` [percent, 0 to 100].

        Raises:
            PowerModelError: the level is out of range.
        """
        if not OFF <= level <= FULL:
            raise PowerModelError("level", level, "0 to 100 percent")
        return Watts(self._table_w[level])

    def powers_w(self, levels: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the powers [W] at many levels [percent], in the same shape.

        Raises:
            PowerModelError: a level is out of range.
        """
        wrong = (levels < OFF) | (levels > FULL)
        if wrong.any():
            raise PowerModelError("level", int(levels[wrong][0]), "0 to 100 percent")
        table_w = np.asarray(self._table_w, dtype=np.float64)
        return np.asarray(table_w[levels], dtype=np.float64)


def two_point_model(
    *,
    full_w: Watts,
    minimum_w: Watts,
    standby_w: Watts,
    basis: str,
    minimum_level: Level = LOWEST_LIGHT,
) -> PowerModel:
    """Return the straight line P(d) = P(m) + (P(100) - P(m)) (d - m) / (100 - m).

    With ``minimum_level`` m = 1 % it is the line of DALI driver guides (reference devices.md
    5.5). ``minimum_w`` is the power at that level [W].

    Raises:
        PowerModelError: watts or levels that cannot be, or a minimum above full power.
    """
    _checked_full(full_w)
    if minimum_w > full_w:
        raise PowerModelError("minimum_w", minimum_w, f"at most full power, {full_w:g} W")
    curve = ((minimum_level, minimum_w), (FULL, full_w))
    return PowerModel(curve=curve, standby_w=standby_w, basis=basis)


def default_power_model(full_w: Watts) -> PowerModel:
    """Return the line for a lantern of which only the circuit watts ``full_w`` [W] are known.

    Its driver loss and standby are general knowledge, unverified, and ``basis`` says so.

    Raises:
        PowerModelError: ``full_w`` is not more than 0 W and finite.
    """
    standby_w = min(DEFAULT_STANDBY_W, full_w)
    minimum_w = Watts(max(DEFAULT_DRIVER_LOSS * full_w, standby_w))
    return two_point_model(
        full_w=full_w, minimum_w=minimum_w, standby_w=standby_w, basis=UNVERIFIED_BASIS
    )
