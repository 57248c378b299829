"""Reason: why an alert was raised or is over, in words, with the figures that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lighting.identifiers import DevEui
from lighting.sensing.rules.condition import Clause, Compare, Condition, Either, Every, Missing
from lighting.sensing.rules.judge import Tracks, is_true
from lighting.sensing.rules.names import readable
from lighting.sensing.rules.place import Watched
from lighting.sensing.rules.track import Point

SHOWN_MAX = 12
"""Values that are shown with an alert: the first ones, the last ones, and the farthest off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one measurement said: in words, and the values; ``unit`` includes ``per``."""

    words: str
    quantity: str
    unit: str
    dev_euis: tuple[DevEui, ...]
    values: tuple[Point, ...]


def findings(
    condition: Condition, tracks: Tracks, watched: Watched, *, at: datetime, zone: str
) -> tuple[Finding, ...]:
    """Return what each measurement said that makes ``condition`` true at ``at``."""
    return tuple(
        _finding(clause, tracks, watched, at, ZoneInfo(zone))
        for clause in _true_clauses(condition, tracks, at)
    )


def reason(found: Sequence[Finding]) -> str:
    """Return findings as one text."""
    return "; ".join(each.words for each in found)


def _true_clauses(condition: Condition, tracks: Tracks, at: datetime) -> tuple[Clause, ...]:
    match condition:
        case Every(parts) | Either(parts):
            clauses = (_true_clauses(part, tracks, at) for part in parts)
            return tuple(dict.fromkeys(clause for each in clauses for clause in each))
        case _:
            return (condition,) if is_true(condition, tracks, at) else ()


def _finding(
    clause: Clause, tracks: Tracks, watched: Watched, at: datetime, zone: ZoneInfo
) -> Finding:
    step = tracks[clause].at(at)
    since = at if step is None or step.since is None else step.since
    values = tracks[clause].values(since, at) if isinstance(clause, Compare) else []
    return Finding(
        words=_compared(clause, values, zone)
        if isinstance(clause, Compare)
        else _missed(clause, since, zone),
        quantity=clause.quantity.key,
        unit=unit_of(clause),
        dev_euis=tuple(dict.fromkeys(key.dev_eui for key in watched.series[clause])),
        values=_shown(values, clause),
    )


def unit_of(clause: Clause) -> str:
    """Return the unit of a measurement's values, such as ``°C`` or ``count per 1 h``."""
    unit = clause.quantity.unit
    per = clause.per if isinstance(clause, Compare) else None
    return unit if per is None else f"{unit} per {told_time(per)}"


def told_time(time: timedelta) -> str:
    """Return a time as people write it: ``1 h 30 min``."""
    seconds = int(time.total_seconds())
    parts = (("day", seconds // 86400), ("h", seconds // 3600 % 24), ("min", seconds // 60 % 60))
    told = [f"{count} {unit}" for unit, count in (*parts, ("s", seconds % 60)) if count]
    return " ".join(told) or "0 s"


def told_condition(condition: Condition) -> str:
    """Return a condition as text that reads back as the same condition."""
    match condition:
        case Every(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case Either(parts):
            return " or ".join(_bracketed(part) for part in parts)
        case Compare():
            return _asked(condition) + _tail(condition)
        case Missing():
            word = "heard again" if condition.heard else "missing"
            return f"{readable(condition.quantity)} {word}{_tail(condition)}"


def _bracketed(condition: Condition) -> str:
    told = told_condition(condition)
    return f"({told})" if isinstance(condition, Every | Either) else told


def _tail(clause: Clause) -> str:
    held = isinstance(clause, Compare) or not clause.heard
    hold = f" for {told_time(clause.hold)}" if clause.hold and held else ""
    return hold + ("" if clause.within_m is None else f" within {clause.within_m:g} m")


def _asked(clause: Compare) -> str:
    name = readable(clause.quantity)
    if clause.quantity.is_state and clause.per is None:
        return f"{name} is {'yes' if clause.comparison.upwards else 'no'}"
    per = "" if clause.per is None else f" per {told_time(clause.per)}"
    return f"{name} {clause.comparison} {clause.written}{per}"


def _compared(clause: Compare, values: Sequence[Point], zone: ZoneInfo) -> str:
    told = _asked(clause)
    if not values:
        return told
    first, last = values[0], values[-1]
    extreme = _extreme(values, clause)
    held = ""
    if last.at > first.at:
        held = f" from {_clock(first.at, zone)} for {told_time(last.at - first.at)}"
    shown = f"{last.value:.4g} {unit_of(clause)} at {_clock(last.at, zone)}"
    if extreme.value != last.value:
        side = "highest" if clause.comparison.upwards else "lowest"
        shown += f", {side} {extreme.value:.4g} at {_clock(extreme.at, zone)}"
    where = "" if clause.within_m is None else f" within {clause.within_m:g} m"
    return f"{told}{where}{held}: {shown}"


def _missed(clause: Missing, since: datetime, zone: ZoneInfo) -> str:
    name = readable(clause.quantity)
    if clause.heard:
        return f"{name} came again at {_clock(since, zone)}"
    if since.year == 1:
        return f"{name} has brought no value that can be used"
    last = since - clause.hold
    return f"{name} missing for {told_time(clause.hold)}: the last value came {_clock(last, zone)}"


def _extreme(values: Sequence[Point], clause: Compare) -> Point:
    pick = max if clause.comparison.upwards else min
    return pick(values, key=lambda point: point.value)


def _shown(values: Sequence[Point], clause: Clause) -> tuple[Point, ...]:
    if len(values) <= SHOWN_MAX or not isinstance(clause, Compare):
        return tuple(values)
    half = SHOWN_MAX // 2
    kept = {*values[: half - 1], _extreme(values, clause), *values[-half:]}
    return tuple(sorted(kept, key=lambda point: point.at))


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """Return a wall-clock time with its date and zone: an alert may be read a day later."""
    return at.astimezone(zone).strftime("%d %b %H:%M %Z")
