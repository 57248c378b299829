"""The evidence ladder: how each figure of energy is known, from a design to an invoice.

Reference energy.md 6.2. Levels are never summed into one figure: a total is a table by level.
E0 to E3 are our own and split the lanterns between them. E4 and E5 are other people's figures for
the same energy: they stand beside ours and are compared with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from lighting.energy.errors import EnergyValueError
from lighting.units import KilowattHours

_PERCENT = 100.0


class Rung(IntEnum):
    """A level of evidence; a higher number is stronger."""

    E0 = 0
    E1 = 1
    E2 = 2
    E3 = 3
    E4 = 4
    E5 = 5

    @property
    def words(self) -> str:
        """The level as people read it."""
        return f"{self.name}: {_WORDS[self]}"


_MODELLED = (Rung.E0, Rung.E1, Rung.E2)
_WORDS = {
    Rung.E0: "design model",
    Rung.E1: "schedule commanded",
    Rung.E2: "state confirmed by node",
    Rung.E3: "power measured at node",
    Rung.E4: "meter administrator's half-hourly (settled)",
    Rung.E5: "supplier's invoice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidenced:
    """An energy [kWh] of one rung in one month (``2026-11``).

    ``scope`` says which lanterns it is of (a sub-meter, a ward): figures are compared only within
    one scope and month.

    Raises:
        EnergyValueError: the energy is not a finite number.
    """

    month: str
    scope: str
    rung: Rung
    energy_kwh: KilowattHours

    def __post_init__(self) -> None:
        if not isfinite(self.energy_kwh):
            raise EnergyValueError(self.energy_kwh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What the settled half-hours (E4) say against the nodes' meters (E3), in one month and scope.

    ``modelled_kwh`` is our energy of the same lanterns that no meter saw (E0 to E2).
    """

    month: str
    scope: str
    metered_kwh: KilowattHours
    modelled_kwh: KilowattHours
    settled_kwh: KilowattHours

    @property
    def gap_kwh(self) -> KilowattHours:
        """E4 less E3 [kWh]: what is settled and was not metered."""
        return KilowattHours(self.settled_kwh - self.metered_kwh)

    @property
    def unexplained_kwh(self) -> KilowattHours:
        """What of the gap our model does not explain either [kWh]."""
        return KilowattHours(self.gap_kwh - self.modelled_kwh)

    @property
    def gap_percent(self) -> float | None:
        """The gap in percent of the metered energy; None where nothing was metered."""
        return _PERCENT * self.gap_kwh / self.metered_kwh if self.metered_kwh else None


def by_rung(figures: Iterable[Evidenced]) -> Mapping[Rung, KilowattHours]:
    """Return the energy [kWh] of each rung that occurs, weakest first; never one sum of all."""
    summed: defaultdict[Rung, float] = defaultdict(float)
    for figure in figures:
        summed[figure.rung] += figure.energy_kwh
    return {rung: KilowattHours(summed[rung]) for rung in sorted(summed)}


def highest(figures: Iterable[Evidenced]) -> Mapping[tuple[str, str], Rung]:
    """Return the highest rung of each (month, scope), in their order."""
    found: dict[tuple[str, str], Rung] = {}
    for figure in figures:
        key = (figure.month, figure.scope)
        found[key] = max(found.get(key, Rung.E0), figure.rung)
    return dict(sorted(found.items()))


def gaps(figures: Iterable[Evidenced]) -> tuple[Gap, ...]:
    """Return the gap between E3 and E4 of each month and scope that has both."""
    at: defaultdict[tuple[str, str], list[Evidenced]] = defaultdict(list)
    for figure in figures:
        at[(figure.month, figure.scope)].append(figure)
    found = []
    for (month, scope), same in sorted(at.items()):
        energy_kwh = by_rung(same)
        if {Rung.E3, Rung.E4} <= energy_kwh.keys():
            gap = Gap(
                month=month,
                scope=scope,
                metered_kwh=energy_kwh[Rung.E3],
                modelled_kwh=KilowattHours(sum(energy_kwh.get(r, 0.0) for r in _MODELLED)),
                settled_kwh=energy_kwh[Rung.E4],
            )
            found.append(gap)
    return tuple(found)
