"""Condition: what a rule watches for, as a tree; every limit is in the unit of its quantity."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from firmware_profiles.quantities import Quantity

NO_HOLD = timedelta(0)


class Comparison(StrEnum):
    """How a value is held against a limit."""

    ABOVE = "above"
    AT_LEAST = "at least"
    BELOW = "below"
    AT_MOST = "at most"

    def holds(self, value: float, limit: float) -> bool:
        """Return whether ``value`` stands so to ``limit``."""
        match self:
            case Comparison.ABOVE:
                return value > limit
            case Comparison.AT_LEAST:
                return value >= limit
            case Comparison.BELOW:
                return value < limit
            case Comparison.AT_MOST:
                return value <= limit

    @property
    def opposite(self) -> "Comparison":
        """The comparison that holds exactly when this one does not."""
        return _OPPOSITES[self]

    @property
    def upwards(self) -> bool:
        """Whether larger values hold: the largest of several then counts, else the smallest."""
        return self in {Comparison.ABOVE, Comparison.AT_LEAST}


_OPPOSITES = {
    Comparison.ABOVE: Comparison.AT_MOST,
    Comparison.AT_MOST: Comparison.ABOVE,
    Comparison.BELOW: Comparison.AT_LEAST,
    Comparison.AT_LEAST: Comparison.BELOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A measurement stands so to ``limit``, and has for ``hold``.

    ``limit`` is in the unit of the quantity; with ``per`` it is the sum over that time.
    ``written`` is the limit as its author wrote it. ``within_m`` is None for a measurement at the
    place itself.
    """

    quantity: Quantity
    comparison: Comparison
    limit: float
    written: str
    hold: timedelta = NO_HOLD
    per: timedelta | None = None
    within_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """No value that can be used has come for ``hold``; with ``heard`` the contrary: one has."""

    quantity: Quantity
    hold: timedelta
    within_m: float | None = None
    heard: bool = False


Clause = Compare | Missing


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold ("and")."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds ("or")."""

    parts: tuple["Condition", ...]


Condition = Compare | Missing | Every | Either


def clauses_of(condition: Condition) -> Iterator[Clause]:
    """Yield the measurements that a condition asks for, from left to right."""
    if isinstance(condition, Every | Either):
        for part in condition.parts:
            yield from clauses_of(part)
    else:
        yield condition


def contrary(condition: Condition, hold: timedelta) -> Condition:
    """Return what must hold, for ``hold``, so that ``condition`` is over.

    It is no mere "not": a measurement that stays away makes neither of the two true.
    """
    match condition:
        case Compare():
            return replace(condition, comparison=condition.comparison.opposite, hold=hold)
        case Missing():
            return replace(condition, heard=not condition.heard)
        case Every(parts):
            return Either(tuple(contrary(part, hold) for part in parts))
        case Either(parts):
            return Every(tuple(contrary(part, hold) for part in parts))
