"""Times at the border: aware UTC inside, whole milliseconds since 1970 (UTC) in the database."""

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Return milliseconds since 1970 (UTC); a part of a millisecond is dropped.

    Raises:
        ValueError: ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give an aware time")
    return (at - _EPOCH) // _MILLISECOND


@overload
def from_ms(ms: int) -> datetime: ...
@overload
def from_ms(ms: None) -> None: ...


def from_ms(ms: int | None) -> datetime | None:
    """Return the instant (aware UTC) that ``ms`` milliseconds since 1970 stand for."""
    return None if ms is None else _EPOCH + timedelta(milliseconds=ms)
