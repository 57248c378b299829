"""Tariff: what a kWh costs in each half-hour, by local civil time, for as long as it is valid.

Rates are pounds as decimal numbers, never binary fractions: parts add up to totals exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from lighting.energy.errors import EnergyValueError
from schedules.conditions import WEEKDAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SLOTS = 48
"""Half-hours that a wall clock shows in a day."""

CELLS = (len(MONTHS), len(WEEKDAYS), SLOTS)
NO_BAND = -1
MICRO = 10**6

Cell = tuple[int, int, int]
"""Month, weekday and half-hour of the wall clock, each counted from 0."""

Plan = NDArray[np.int16]
"""Which band holds in each cell, shape ``CELLS``; ``NO_BAND`` where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A rate [GBP/kWh] and when it holds: months and weekdays from 0, spans of half-hours."""

    name: str
    gbp_per_kwh: Decimal
    months: frozenset[int]
    weekdays: frozenset[int]
    spans: tuple[tuple[int, int], ...]

    def cells(self) -> Iterator[Cell]:
        """Yield every cell in which it holds; one that is named twice comes twice."""
        for month in sorted(self.months):
            for weekday in sorted(self.weekdays):
                for start, end in self.spans:
                    for slot in range(start, end):
                        yield month, weekday, slot


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """Bands that hold one at a time, and the plan of which holds when."""

    bands: tuple[Band, ...]
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TariffPeriod:
    """Rates from local date ``first`` up to, not including, ``end``.

    ``duos`` is None where distribution is not charged apart; ``climate_levy_gbp_per_kwh`` and
    ``vat_percent`` are None where they are not stated, and then in no figure.
    """

    first: date
    end: date
    unit_rates: Rates
    duos: Rates | None
    standing_gbp_per_day: Decimal
    climate_levy_gbp_per_kwh: Decimal | None
    vat_percent: Decimal | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tariff:
    """Periods in order, each starting where the one before it ends."""

    title: str
    periods: tuple[TariffPeriod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFault:
    """A cell that two bands claim, or none; ``cells`` counts how many there are like it."""

    cell: Cell
    bands: tuple[str, ...]
    cells: int

    def __str__(self) -> str:
        month, weekday, slot = self.cell
        when = f"{MONTHS[month]}, {WEEKDAYS[weekday]}, {clock(slot)}-{clock(slot + 1)}"
        more = f" (and {self.cells - 1} more half-hours)" if self.cells > 1 else ""
        return when + more


def clock(slot: int) -> str:
    """Return the wall time at which a half-hour begins; 48 is 24:00."""
    return f"{slot // 2:02}:{slot % 2 * 30:02}"


def plan_of(bands: Sequence[Band]) -> tuple[Plan, list[PlanFault]]:
    """Return which band holds when, and what is wrong: overlaps by pair of bands, and gaps."""
    plan = np.full(CELLS, NO_BAND, dtype=np.int16)
    overlaps: dict[tuple[str, ...], list[Cell]] = {}
    for number, band in enumerate(bands):
        for cell in band.cells():
            if plan[cell] == NO_BAND:
                plan[cell] = number
            else:
                pair = (bands[plan[cell]].name, band.name)
                overlaps.setdefault(pair, []).append(cell)
    faults = [
        PlanFault(cell=cells[0], bands=pair, cells=len(cells)) for pair, cells in overlaps.items()
    ]
    missing = np.argwhere(plan == NO_BAND)
    if len(missing):
        month, weekday, slot = missing[0].tolist()
        faults.append(PlanFault(cell=(month, weekday, slot), bands=(), cells=len(missing)))
    return plan, faults


def checked_energy(energy_wh: NDArray[np.float64]) -> list[int]:
    """Return energy [Wh] as whole millionths of a watt-hour, so that sums are exact.

    Raises:
        EnergyValueError: an energy is not a finite number.
    """
    wrong = energy_wh[~np.isfinite(energy_wh)]
    if len(wrong):
        raise EnergyValueError(float(wrong[0]))
    return [round(value * MICRO) for value in energy_wh.tolist()]
