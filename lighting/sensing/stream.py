"""Stream: a row of the data register: why data is collected, who answers for it, how long it stays.

The fields are those of a record of processing activities (UK GDPR Art 30) that a council keeps
anyway. A stream with one of them missing cannot be switched on, and what it would bring is not
stored. What a DPIA must cover is for the council's data protection officer to say; we only keep
its state and refuse without it.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from firmware_profiles.devices.device import Use

PEOPLE_INTERVAL_MIN = timedelta(minutes=15)
"""Counts of people are kept for at least so long a stretch at a time; our rule, after the ICO's
view that singling people out engages the law."""

PEOPLE_RETENTION_MAX_DAYS = 731
"""Two years: long enough to compare a year with the one before. Our choice, unverified."""


class LawfulBasis(StrEnum):
    """UK GDPR Art 6(1), and the case that no person can be told from the data."""

    NOT_PERSONAL = "not personal data"
    PUBLIC_TASK = "public task"
    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    LEGITIMATE_INTERESTS = "legitimate interests"


class Dpia(StrEnum):
    """How far the data protection impact assessment is."""

    NOT_NEEDED = "not needed"
    NEEDED = "needed"
    UNDER_WAY = "under way"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One row of the data register. ``retention`` is how long samples stay."""

    stream_id: str
    title: str
    use: Use
    purpose: str = ""
    lawful_basis: LawfulBasis | None = None
    owner: str = ""
    stored_where: str = ""
    visible_to: tuple[str, ...] = ()
    retention: timedelta | None = None
    open_data: bool | None = None
    dpia: Dpia | None = None
    people: bool = False
    interval: timedelta = timedelta(0)
    """Samples are added up or averaged over so long before they are stored; 0: as they come."""
    on: bool = False


def what_is_missing(stream: Stream) -> list[str]:
    """Return, in words, what keeps a stream from being switched on; empty: nothing does."""
    told = {
        "purpose": stream.purpose,
        "lawful_basis": stream.lawful_basis,
        "owner": stream.owner,
        "stored_where": stream.stored_where,
        "visible_to": stream.visible_to,
        "retention_days": stream.retention,
        "open_data": stream.open_data is not None,
        "dpia": stream.dpia,
    }
    missing = [f"{field} is not stated" for field, value in told.items() if not value]
    if stream.dpia in {Dpia.NEEDED, Dpia.UNDER_WAY}:
        missing.append(f"the DPIA is {stream.dpia}: it must be done first")
    return missing + (_people(stream) if stream.people else [])


def _people(stream: Stream) -> list[str]:
    missing = []
    if stream.interval < PEOPLE_INTERVAL_MIN:
        minutes = PEOPLE_INTERVAL_MIN // timedelta(minutes=1)
        missing.append(f"interval_min is under {minutes}: people are counted over {minutes} min")
    if stream.dpia is Dpia.NOT_NEEDED:
        missing.append("dpia is 'not needed': a stream that observes people needs one")
    if stream.lawful_basis is LawfulBasis.NOT_PERSONAL:
        missing.append("lawful_basis is 'not personal data': people are observed")
    if stream.retention and stream.retention > timedelta(days=PEOPLE_RETENTION_MAX_DAYS):
        missing.append(f"retention_days is over {PEOPLE_RETENTION_MAX_DAYS}, the most for people")
    return missing
