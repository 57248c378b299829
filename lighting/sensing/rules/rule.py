"""Rule: what to watch for, where, how grave it is and whom to tell; and what holds by default."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from firmware_profiles.devices.device import Use
from lighting.identifiers import LanternId
from lighting.sensing.rules.condition import Compare, Condition, clauses_of

UNTIL_HOLD = timedelta(minutes=10)
"""Where a rule has no ``until``: its contrary must have held for so long. Our choice."""

GAP = timedelta(minutes=90)
"""Between two values farther apart nothing is known, and what held is no longer said to hold.
It spans one lost report of a device that reports every 45 minutes. Our choice; a rule may say
another."""


class Severity(StrEnum):
    """How grave an alert is, the least first."""

    INFORMATION = "information"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Around a place: within ``within_m`` [m] of it."""

    latitude_deg: float
    longitude_deg: float
    within_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which devices a rule looks at: every part that is given must hold; none is everywhere.

    ``roads`` and ``wards`` are in folded case.
    """

    roads: frozenset[str] = frozenset()
    wards: frozenset[str] = frozenset()
    uses: frozenset[Use] = frozenset()
    lanterns: frozenset[LanternId] = frozenset()
    near: Near | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``tell`` are the channels that alerts go to; ``note`` says what is to be done.

    ``until_by_default`` is whether its author left out when an alert is over.
    """

    rule_id: str
    when: Condition
    until: Condition
    until_by_default: bool = False
    where: Where
    severity: Severity = Severity.WARNING
    tell: tuple[str, ...] = ()
    gap: timedelta = GAP
    note: str = ""

    @property
    def reach(self) -> timedelta:
        """How far before an instant a value may lie that says whether a condition holds at it."""
        clauses = (*clauses_of(self.when), *clauses_of(self.until))
        holds = max(clause.hold for clause in clauses)
        windows = (clause.per for clause in clauses if isinstance(clause, Compare) and clause.per)
        return holds + max(windows, default=timedelta()) + 2 * self.gap
