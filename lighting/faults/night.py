"""NightSeen: all that the detector sees of lanterns over one night, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lighting.faults.asked import Asked
from lighting.faults.rows import Flags, Floats, Meters, Places, Seconds, Statuses, Values
from lighting.identifiers import LanternId

NO_TIMELINE = -1
"""A lantern that follows no policy."""

NOT_PROVED_S = np.iinfo(np.int64).max
"""It has not proved that it holds its program: what it does is not held against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Lanterns (places) that an override holds from ``start_s`` until ``end_s``."""

    lanterns: Places
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSeen:
    """Lanterns by place (0, 1, …), and everything that their nodes told in one night.

    ``timeline`` is a number of ``asked`` or ``NO_TIMELINE``. ``model`` is a row of ``powers_w``:
    power [W] at each level from 0 to 100 percent. ``full_w`` is NaN where nobody knows the
    lantern's wattage; then its model stands for no figure, only for the shape of the line.
    ``proved_s``: since when it provably holds its program, or ``NOT_PROVED_S``.
    """

    ids: Sequence[LanternId]
    sensitive: Flags
    timeline: Places
    asked: Asked
    model: Places
    powers_w: NDArray[np.float64]
    full_w: Floats
    proved_s: Seconds
    overridden: Sequence[Held]
    statuses: Statuses
    meters: Meters
    boots: Values
    tilts: Values

    @property
    def lanterns(self) -> int:
        """How many lanterns."""
        return len(self.ids)
