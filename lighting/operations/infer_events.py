"""What a lantern did in one night, as switching events: from its program, overrides and own word.

Pure. ``inferred`` says what the program and the overrides ask, from when the node proved that it
holds the program; ``reported`` what the node itself said. A lamp that has failed is not logged off
here: unmetered supplies bill it unless the operator does so (reference energy.md 1.7, general
knowledge), so a report that names a fault decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lighting.faults.words import tells_lamp_failure
from lighting.operations.follow import MANUAL
from lighting.operations.records import Override, StatusRow
from lighting.settlement.codes import UnitRef
from lighting.settlement.events import Quality, Source, SwitchingEvent
from schedules.level import FULL, OFF
from schedules.timeline import NightTimeline

_SOURCES = {MANUAL: Source.OVERRIDE, "ldr": Source.PHOTOCELL, "fallback": Source.COMMS}
_LIGHT_STEP = "light step"
_NO_DRIVER = "driver not found"


@dataclass(frozen=True, slots=True)
class _State:
    level: int
    source: Source


def inferred(
    ref: UnitRef,
    timeline: NightTimeline,
    overrides: Sequence[Override],
    *,
    proved_at: datetime | None,
) -> list[SwitchingEvent]:
    """Return what a lantern does in a night, an event at its start and at each change.

    From ``proved_at`` on (None: never) what program and overrides ask is inferred. Of overrides an
    emergency stands before any other, else the one that began last, as on the street. Before it
    nothing is known but when light is due; then full light is taken, marked as default: a dimming
    that is not proved lowers no bill.
    """
    start, end = timeline.night.start, timeline.night.end
    times = {start, *(change.at for change in timeline.changes)}
    for override in overrides:
        times |= {override.starts_at, _over(override)}
    if proved_at is not None:
        times.add(proved_at)
    events: list[SwitchingEvent] = []
    for at in sorted(time for time in times if start <= time < end):
        if proved_at is not None and at >= proved_at:
            events.append(_event(ref, at, _asked(timeline, overrides, at), Quality.INFERRED))
        else:
            due = FULL if timeline.level_at(at) > OFF else OFF
            events.append(_event(ref, at, _State(due, Source.SCHEDULE), Quality.DEFAULT))
    return events


def reported(
    ref: UnitRef,
    statuses: Iterable[StatusRow],
    asked: Sequence[SwitchingEvent],
    tolerance: timedelta,
) -> list[SwitchingEvent]:
    """Return what a node said of its level, where that is news beside what was ``asked``.

    News is another level, or the first word that confirms the one asked. Near a change a report of
    another level than that asked says nothing: it may be older than the change by the node's clock.
    """
    events: list[SwitchingEvent] = []
    for status in sorted(statuses, key=lambda each: each.at):
        level = status.level
        if level is None or _is_fault(status):
            continue
        standing = _last(asked, events, status.at)
        same = standing is not None and standing.power_pct == level
        near = any(abs(status.at - each.at) <= tolerance for each in asked)
        if (near and not same) or (same and standing and standing.quality is Quality.ACTUAL):
            continue
        state = _State(level, _source(status.reason))
        events.append(_event(ref, status.at, state, Quality.ACTUAL))
    return events


def _is_fault(status: StatusRow) -> bool:
    return status.reason == _NO_DRIVER or tells_lamp_failure(status.faults)


def _asked(timeline: NightTimeline, overrides: Iterable[Override], at: datetime) -> _State:
    running = [each for each in overrides if each.starts_at <= at < _over(each)]
    if running:
        top = max(running, key=lambda o: (o.emergency, o.starts_at, o.override_id))
        return _State(top.level, Source.OVERRIDE)
    return _State(timeline.level_at(at), Source.SCHEDULE)


def _over(override: Override) -> datetime:
    return min(override.ends_at, override.ended_at or override.ends_at)


def _last(
    asked: Sequence[SwitchingEvent], said: Sequence[SwitchingEvent], at: datetime
) -> SwitchingEvent | None:
    """Return the latest event until ``at``; of two at once what the node said."""
    until = [each for each in (*asked, *said) if each.at <= at]
    return max(until, key=lambda e: (e.at, e.quality is Quality.ACTUAL), default=None)


def _source(reason: str) -> Source:
    if reason.startswith(_LIGHT_STEP):
        return Source.PHOTOCELL
    return _SOURCES.get(reason, Source.SCHEDULE)


def _event(ref: UnitRef, at: datetime, state: _State, quality: Quality) -> SwitchingEvent:
    return SwitchingEvent(
        unit_ref=ref, at=at, power_pct=state.level, source=state.source, quality=quality
    )
