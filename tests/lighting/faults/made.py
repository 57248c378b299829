"""Findings and faults as tests need them, with a place and a time of their own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from lighting.faults.fault import Fault, Found
from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.identifiers import LanternId

EVENING = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def after(hours: float) -> datetime:
    """Return the instant ``hours`` after the evening begins."""
    return EVENING + timedelta(hours=hours)


def found(
    *lanterns: str,
    kind: FaultKind = FaultKind.LAMP,
    severity: Severity = Severity.LIGHT,
    subject: str = "",
    hours: tuple[float, float] = (0, 2),
    evidence: Sequence[str] = ("3 meter readings show no light",),
) -> Found:
    """Return a finding on ``lanterns``, seen from the first to the second of ``hours``."""
    return Found(
        kind=kind,
        subject=subject or lanterns[0],
        lanterns=tuple(LanternId(each) for each in lanterns),
        size=len(lanterns),
        evidence=tuple(evidence),
        first_seen=after(hours[0]),
        last_seen=after(hours[1]),
        confidence=Confidence.MEDIUM,
        severity=severity,
        place="Otley Road",
        latitude_deg=53.82,
        longitude_deg=-1.58,
    )


def fault(fault_id: int, of: Found, **life: object) -> Fault:
    """Return a finding as it is kept."""
    told = {name: getattr(of, name) for name in Found.__slots__}
    return Fault(fault_id=fault_id, **told, **life)  # type: ignore[arg-type]  # the caller's fields
