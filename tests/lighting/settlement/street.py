"""Short words for what the tests of settlement need."""

from datetime import UTC, datetime

from lighting.settlement.codes import UnitRef
from lighting.settlement.events import Quality, Source, SwitchingEvent

A, B, C = (UnitRef(f"LCC00000000{number}") for number in (1, 2, 3))


def at(text: str) -> datetime:
    """Return the instant of ``DD hh:mm`` in December 2026, UTC."""
    return datetime.strptime(f"2026-12-{text} +0000", "%Y-%m-%d %H:%M %z").astimezone(UTC)


def ms(instant: datetime) -> int:
    """Return milliseconds since 1970."""
    return round(instant.timestamp() * 1000)


def event(
    text: str,
    pct: int,
    *,
    ref: UnitRef = A,
    source: Source = Source.SCHEDULE,
    quality: Quality = Quality.ACTUAL,
) -> SwitchingEvent:
    """Return an event at ``DD hh:mm`` in December 2026, UTC."""
    return SwitchingEvent(unit_ref=ref, at=at(text), power_pct=pct, source=source, quality=quality)
