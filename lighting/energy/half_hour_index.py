"""Half-hours by number: whole half-hours since 1970-01-01T00:00Z."""

from datetime import UTC, datetime, timedelta

HALF_HOUR = timedelta(minutes=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def half_hour_of(at: datetime) -> int:
    """Return the half-hour that ``at`` [aware] falls in."""
    return (at - _EPOCH) // HALF_HOUR


def start_of(half_hour: int) -> datetime:
    """Return the first instant [aware UTC] of a half-hour."""
    return _EPOCH + half_hour * HALF_HOUR
