"""SwitchingEvent: from an instant on, a unit is at a level; who did it, and how we know.

The canonical event of reference energy.md 1.5. Every fact is kept: an event is its own key, and
writing it twice is writing it once. Where several say something of one instant, the better known
stands; see ``standing``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import groupby

from lighting.settlement.codes import UnitRef, unit_ref
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.tables import Faults, TableRow, table_rows, whole

COLUMNS = ("unit_ref", "ts_utc", "power_pct", "source", "quality")
FULL_PCT = 100


class Source(Enum):
    """What changed the level."""

    SCHEDULE = "schedule"
    PHOTOCELL = "photocell"
    OVERRIDE = "override"
    FAULT = "fault"
    COMMS = "comms"


class Quality(Enum):
    """How we know, the best first."""

    ACTUAL = "actual"
    """The node itself reported it."""
    INFERRED = "inferred"
    """Worked out from the program that the node proved to hold, or from an override."""
    DEFAULT = "default"
    """Assumed, because nothing is known."""


BEST_FIRST = tuple(Quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingEvent:
    """From ``at`` [aware UTC, kept to the millisecond] on, ``unit_ref`` is at ``power_pct``.

    ``power_pct`` is 0 (off) to 100 (full). The power that a unit draws at a part of it is the
    calculation's business (``equivalent_meter``).

    Raises:
        SettlementValueError: a level out of range, a time without zone, no unit reference.
    """

    unit_ref: UnitRef
    at: datetime
    power_pct: int
    source: Source
    quality: Quality

    def __post_init__(self) -> None:
        unit_ref(self.unit_ref)
        if isinstance(self.power_pct, bool) or not 0 <= self.power_pct <= FULL_PCT:
            raise SettlementValueError("power_pct", self.power_pct, "whole percent from 0 to 100")
        if self.at.tzinfo is None:
            raise SettlementValueError("ts_utc", self.at.isoformat(), "a time with zone, in UTC")
        exact = self.at.astimezone(UTC)
        exact = exact.replace(microsecond=exact.microsecond // 1000 * 1000)
        object.__setattr__(self, "at", exact)


def standing(events: Iterable[SwitchingEvent]) -> tuple[list[SwitchingEvent], list[UnitRef]]:
    """Return the events that stand, by unit and time, and the units of which some contradict.

    Of several events of a unit at one instant the best known stand; where these are of different
    levels they contradict, the highest level stands (nothing is billed less for a contradiction)
    and the unit is told.
    """
    order = sorted(events, key=lambda e: (e.unit_ref, e.at, BEST_FIRST.index(e.quality)))
    stand: list[SwitchingEvent] = []
    torn: dict[UnitRef, None] = {}
    for _, together in groupby(order, key=lambda e: (e.unit_ref, e.at)):
        first, *others = together
        best = [first, *(each for each in others if each.quality is first.quality)]
        highest = max(best, key=_highest)
        stand.append(highest)
        if any(each.power_pct != highest.power_pct for each in best):
            torn[highest.unit_ref] = None
    return stand, list(torn)


def _highest(event: SwitchingEvent) -> tuple[int, bool, str]:
    """Return the order of equally good events: by level, and logging off gives way at one level."""
    return event.power_pct, event.source is not Source.FAULT, event.source.value


def read_events(text: str) -> list[SwitchingEvent]:
    """Read events from a CSV with the columns of ``COLUMNS``; ts_utc is ISO 8601 with Z or +00:00.

    Raises:
        SettlementFileError: anything wrong, by line and column; nothing is taken then.
    """
    faults = Faults("switching events")
    events = [_event(row, faults) for row in table_rows(text, COLUMNS, faults)]
    faults.check()
    return [event for event in events if event is not None]


def events_rows(events: Sequence[SwitchingEvent]) -> list[tuple[str, ...]]:
    """Return events as rows of text, in the order of ``COLUMNS``; ``read_events`` reads them."""
    return [
        (
            event.unit_ref,
            utc_text(event.at),
            str(event.power_pct),
            event.source.value,
            event.quality.value,
        )
        for event in events
    ]


def utc_text(at: datetime) -> str:
    """Return an instant as ISO 8601 in UTC with Z, with milliseconds only where there are any."""
    exact = "milliseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")


def _event(row: TableRow, faults: Faults) -> SwitchingEvent | None:
    ref = faults.read(row, "unit_ref", unit_ref)
    at = faults.read(row, "ts_utc", _utc)
    power_pct = faults.read(row, "power_pct", whole("power_pct", 0, FULL_PCT))
    source = faults.read(row, "source", _source)
    quality = faults.read(row, "quality", _quality)
    if ref is None or at is None or power_pct is None or source is None or quality is None:
        return None
    return SwitchingEvent(unit_ref=ref, at=at, power_pct=power_pct, source=source, quality=quality)


def _utc(text: str) -> datetime:
    allowed = "UTC with Z or +00:00, such as 2026-11-22T16:00:00Z"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise SettlementValueError("ts_utc", text, allowed) from None
    offset = at.utcoffset()
    if offset is None or offset:
        raise SettlementValueError("ts_utc", text, allowed)
    return at


def _source(text: str) -> Source:
    try:
        return Source(text)
    except ValueError:
        allowed = ", ".join(source.value for source in Source)
        raise SettlementValueError("source", text, allowed) from None


def _quality(text: str) -> Quality:
    try:
        return Quality(text)
    except ValueError:
        allowed = ", ".join(quality.value for quality in Quality)
        raise SettlementValueError("quality", text, allowed) from None
