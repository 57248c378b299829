"""What nodes told, as columns: one row a report, sorted by lantern and time.

``lantern`` is a lantern's place in its ``NightSeen``; ``at_s`` is seconds since 1970 (UTC).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Seconds = NDArray[np.int64]
Floats = NDArray[np.float64]

UNKNOWN_LEVEL = -1
"""The node told no level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One figure a row: restarts (1), tilt [degrees]."""

    lantern: Places
    at_s: Seconds
    value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """What nodes said of their lamps.

    ``level`` is percent or ``UNKNOWN_LEVEL``; ``manual`` is true where a person or a sensor set it,
    ``lamp_failed`` where the driver tells a lamp or gear failure.
    """

    lantern: Places
    at_s: Seconds
    level: Places
    manual: Flags
    lamp_failed: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """What meters read: power [W], mains [V]; NaN where it is unknown."""

    lantern: Places
    at_s: Seconds
    power_w: Floats
    voltage_v: Floats


def no_values() -> Values:
    """Return no rows."""
    return Values(lantern=_whole(0), at_s=_whole(0), value=np.zeros(0))


def no_statuses() -> Statuses:
    """Return no rows."""
    flags = np.zeros(0, dtype=np.bool_)
    return Statuses(
        lantern=_whole(0), at_s=_whole(0), level=_whole(0), manual=flags, lamp_failed=flags
    )


def no_meters() -> Meters:
    """Return no rows."""
    return Meters(lantern=_whole(0), at_s=_whole(0), power_w=np.zeros(0), voltage_v=np.zeros(0))


def _whole(size: int) -> Places:
    return np.zeros(size, dtype=np.int64)
