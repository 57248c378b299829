"""Faults: the work list as it is told, and what an acknowledgement says."""

from api.schemas.base import Asked, Instant, Text, Told
from lighting.faults.fault import Fault


class FaultTold(Told, kw_only=True):
    """A fault, from first seen until cleared.

    ``lanterns`` lists those concerned (to 5,000), ``lanterns_concerned`` counts them all;
    ``evidence`` says which readings show it; ``state`` is ``open`` or ``cleared``.
    """

    fault_id: int
    kind: str
    subject: str
    state: str
    severity: str
    confidence: str
    lanterns: tuple[str, ...]
    lanterns_concerned: int
    evidence: tuple[str, ...]
    first_seen: Instant
    last_seen: Instant
    place: str
    latitude_deg: float | None
    longitude_deg: float | None
    reopened: int
    cleared_at: Instant | None
    cleared_why: str
    acknowledged_at: Instant | None
    acknowledged_by: str
    acknowledged_reason: str


class FaultPage(Told, kw_only=True):
    """Faults, the most urgent first; ``next`` is the ``after`` of the next page, or null."""

    items: tuple[FaultTold, ...]
    next: int | None


class AcknowledgementAsked(Asked, kw_only=True):
    """Who knows of a fault, and what is being done or why nothing is."""

    by: Text
    reason: Text


def fault_told(fault: Fault) -> FaultTold:
    """Return a fault as it is told."""
    return FaultTold(
        fault_id=fault.fault_id,
        kind=fault.kind.value,
        subject=fault.subject,
        state="open" if fault.is_open else "cleared",
        severity=fault.severity.words,
        confidence=fault.confidence.words,
        lanterns=fault.lanterns,
        lanterns_concerned=fault.size,
        evidence=fault.evidence,
        first_seen=fault.first_seen,
        last_seen=fault.last_seen,
        place=fault.place,
        latitude_deg=fault.latitude_deg,
        longitude_deg=fault.longitude_deg,
        reopened=fault.reopened,
        cleared_at=fault.cleared_at,
        cleared_why=fault.cleared_why,
        acknowledged_at=fault.acknowledged_at,
        acknowledged_by=fault.acknowledged_by,
        acknowledged_reason=fault.acknowledged_reason,
    )
