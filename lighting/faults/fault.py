"""Found and Fault: what one look finds, and the row that it becomes from first seen to cleared."""

from dataclasses import dataclass
from datetime import datetime

from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.identifiers import LanternId

LANTERNS_LISTED_MAX = 5000
"""A fault of more lanterns than this lists that many, in order, and counts the rest in ``size``."""

TOLD_AS = "told from now on as "
"""How the reason begins for clearing a fault that a group's fault tells for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one look at the readings shows.

    ``subject`` is what fails: a lantern's id, ``gateway <id>``, ``stretch <first lantern>`` or
    ``network``; with ``kind`` it is the key of the open fault. ``size`` counts the lanterns that
    are concerned. Position is of their middle, in degrees (WGS 84).
    """

    kind: FaultKind
    subject: str
    lanterns: tuple[LanternId, ...]
    size: int
    evidence: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    confidence: Confidence
    severity: Severity
    place: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None

    @property
    def key(self) -> tuple[FaultKind, str]:
        """What at most one open fault has."""
        return (self.kind, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Found):
    """A fault as it is kept: one row from first seen until cleared, and again if it comes back.

    ``cleared_why`` says what showed that it is over. An acknowledgement says that somebody knows;
    it ends when the fault comes back.
    """

    fault_id: int
    reopened: int = 0
    cleared_at: datetime | None = None
    cleared_why: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still is."""
        return self.cleared_at is None
