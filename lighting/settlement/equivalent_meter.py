"""The equivalent meter: kWh of every half-hour from an inventory and its switching events.

    kWh[hh] = sum over units of items * watts * p(level) * minutes in that state / 60 / 1000

(reference energy.md 1.7: general knowledge, consistent with the sourced roles.) Two views of one
calculation: *billing* takes the charge code's watts and p(level) = level / 100, *engineering* takes
the measured power curve, of the units that have one. Neither is settled consumption: only an
approved meter administrator can state that.

Durations are summed as whole milliseconds, by equal units, level and quality, so that the order of
units changes nothing and the only rounding is that of the last product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lighting.settlement.codes import UnitRef
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.events import BEST_FIRST, FULL_PCT, SwitchingEvent
from lighting.settlement.power_curve import PowerCurve
from lighting.settlement.stretches import (
    HALF_HOUR_MS,
    DefaultSwitching,
    Stretches,
    Window,
    event_columns,
    stretches,
)

_LEVELS = FULL_PCT + 1
_QUALITIES = len(BEST_FIRST)
_MS_PER_HOUR = 3_600_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLoad:
    """What hangs behind a unit: ``items`` of ``circuit_w`` [W] each, and their measured curve."""

    unit_ref: UnitRef
    items: int
    circuit_w: float
    curve: PowerCurve | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfHourly:
    """Energy of the half-hours from ``first`` on, in Wh, arrays of shape (quality, half-hour).

    Qualities are in the order of ``BEST_FIRST``. ``engineering_wh`` is of the
    ``engineering_units`` that have a measured curve, ``engineering_billing_wh`` the billing view of
    the same ones, so that like can be set beside like. ``unit_hours`` [h] by quality.
    """

    first: int
    billing_wh: Floats
    engineering_wh: Floats
    engineering_billing_wh: Floats
    units: int
    engineering_units: int
    unit_hours: Floats
    contradictory: tuple[UnitRef, ...] = ()

    def plus(self, other: "HalfHourly") -> "HalfHourly":
        """Return the sum with other units' energy of the same half-hours."""
        if self.first != other.first or self.billing_wh.shape != other.billing_wh.shape:
            raise SettlementValueError("half-hours", other.first, f"those from {self.first} on")
        return replace(
            self,
            billing_wh=self.billing_wh + other.billing_wh,
            engineering_wh=self.engineering_wh + other.engineering_wh,
            engineering_billing_wh=self.engineering_billing_wh + other.engineering_billing_wh,
            units=self.units + other.units,
            engineering_units=self.engineering_units + other.engineering_units,
            unit_hours=self.unit_hours + other.unit_hours,
            contradictory=self.contradictory + other.contradictory,
        )


def equivalent_meter(
    loads: Sequence[UnitLoad],
    events: Sequence[SwitchingEvent],
    *,
    default: DefaultSwitching,
    window: Window,
) -> HalfHourly:
    """Return the half-hourly energy of ``loads`` in ``window``.

    ``events`` are those of the window and, for each unit, the last before it. Several loads may
    hang behind one unit. Events of units that are not in ``loads`` are left out.

    Raises:
        SettlementValueError: the default begins after the window does.
    """
    grouping = _grouped(loads)
    columns, torn = event_columns(events, grouping.places)
    found = stretches(columns, default, window, len(grouping.places))
    keys, hours = _durations(found, grouping.kind_of, window)
    kind, rest = np.divmod(keys, _LEVELS * _QUALITIES)
    level, quality = np.divmod(rest, _QUALITIES)
    billing_w = grouping.billing_w[kind, level]
    engineering_w = grouping.engineering_w[kind, level]
    measured = ~np.isnan(engineering_w)
    by_quality = (quality == np.arange(_QUALITIES)[:, None]).astype(np.float64)
    return HalfHourly(
        first=window.first,
        billing_wh=(by_quality * billing_w) @ hours,
        engineering_wh=(by_quality * np.where(measured, engineering_w, 0.0)) @ hours,
        engineering_billing_wh=(by_quality * np.where(measured, billing_w, 0.0)) @ hours,
        units=len(grouping.places),
        engineering_units=int((~np.isnan(grouping.engineering_w[grouping.kind_of, 0])).sum()),
        unit_hours=by_quality @ hours.sum(axis=1),
        contradictory=tuple(grouping.refs[place] for place in torn),
    )


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Units by their place; units with equal loads are of one kind, whose watts are in tables.

    ``billing_w``, ``engineering_w`` [W]: shape (kind, level); engineering is NaN where a load of
    the kind has no measured curve.
    """

    refs: tuple[UnitRef, ...]
    places: Mapping[UnitRef, int]
    kind_of: NDArray[np.int64]
    billing_w: Floats
    engineering_w: Floats


@dataclass(slots=True)
class _Kinds:
    """Kinds as they are met."""

    numbers: dict[tuple[tuple[int, float, PowerCurve | None], ...], int] = field(
        default_factory=dict
    )

    def of(self, loads: Sequence[UnitLoad]) -> int:
        key = tuple((load.items, load.circuit_w, load.curve) for load in loads)
        return self.numbers.setdefault(key, len(self.numbers))


def _grouped(loads: Sequence[UnitLoad]) -> _Grouping:
    behind: dict[UnitRef, list[UnitLoad]] = {}
    for load in loads:
        behind.setdefault(load.unit_ref, []).append(load)
    kinds = _Kinds()
    kind_of = np.array([kinds.of(each) for each in behind.values()], dtype=np.int64)
    share = np.arange(_LEVELS) / FULL_PCT
    billing_w = np.zeros((len(kinds.numbers), _LEVELS))
    engineering_w = np.zeros((len(kinds.numbers), _LEVELS))
    for parts, kind in kinds.numbers.items():
        for items, circuit_w, curve in parts:
            billing_w[kind] += items * circuit_w * share
            measured_w = np.nan if curve is None else np.array(curve.power_w)
            engineering_w[kind] += items * measured_w
    refs = tuple(behind)
    places = {ref: place for place, ref in enumerate(refs)}
    return _Grouping(refs, places, kind_of, billing_w, engineering_w)


def _durations(
    found: Stretches, kind_of: NDArray[np.int64], window: Window
) -> tuple[NDArray[np.int64], Floats]:
    """Return keys of kind, level and quality, and for each the unit-hours in every half-hour.

    A stretch fills a part of its first and of its last half-hour, and all of those between.
    """
    states = (kind_of[found.unit] * _LEVELS + found.level) * _QUALITIES + found.quality
    there = np.bincount(states) > 0  # in place of a sort of all stretches
    keys, row = np.flatnonzero(there), (np.cumsum(there) - 1)[states]
    start, end = found.start_ms - window.start_ms, found.end_ms - window.start_ms
    first, last = start // HALF_HOUR_MS, (end - 1) // HALF_HOUR_MS
    crosses = last > first
    in_first = np.minimum(end, (first + 1) * HALF_HOUR_MS) - start
    in_last = np.where(crosses, end - last * HALF_HOUR_MS, 0)
    width = window.count + 1
    size = len(keys) * width
    parts = _summed(row * width + first, in_first, size) + _summed(
        row * width + last, in_last, size
    )
    fills = np.where(crosses, HALF_HOUR_MS, 0)
    steps = _summed(row * width + first + 1, fills, size) - _summed(row * width + last, fills, size)
    whole = np.cumsum(steps.reshape(len(keys), width), axis=1)
    total_ms = parts.reshape(len(keys), width) + whole
    return keys, total_ms[:, : window.count] / _MS_PER_HOUR


def _summed(at: NDArray[np.int64], values: NDArray[np.int64], size: int) -> Floats:
    """Return the sums of ``values`` at each place; whole numbers of ms far below 2**53: exact."""
    sums = np.bincount(at, weights=values, minlength=size)
    return sums.astype(np.float64)  # of no values it would be whole numbers
