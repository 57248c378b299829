"""settle: from what a look found to what changes in the book of faults. Pure; nothing flaps.

* A fault is one row from first seen until cleared. What is found again is the same row.
* It clears on stated evidence of health that is younger than its last sign, never on silence.
* Back within ``reopen_d`` it is the same row, opened again; its acknowledgement is over. Each time
  it came back it must then be well for ``hold_h`` more before it clears.
* Signs that are older than a clearing (late readings) open nothing again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lighting.faults.fault import TOLD_AS, Fault, Found
from lighting.faults.kinds import FaultKind
from lighting.faults.rules import FaultRules
from lighting.identifiers import LanternId

Health = Callable[[Fault], tuple[datetime, str] | None]
"""Says when a fault's lanterns were shown to be well and by what, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be written: faults to open, and rows as they are from now on."""

    opened: tuple[Found, ...] = ()
    changed: tuple[Fault, ...] = ()

    @property
    def cleared(self) -> tuple[Fault, ...]:
        """The rows that were cleared."""
        return tuple(each for each in self.changed if not each.is_open)


def settle(
    found: Sequence[Found],
    open_faults: Sequence[Fault],
    cleared: Sequence[Fault],
    health: Health,
    rules: FaultRules,
) -> Changes:
    """Return what changes: ``cleared`` are the faults that were cleared within ``reopen_d``."""
    book = _Book(open_faults, cleared, rules)
    opened: list[Found] = []
    changed: list[Fault] = []
    told: set[int] = set()
    for each in found:
        known = book.match(each, besides=told)
        if known is None:
            opened.append(each)
            continue
        told.add(known.fault_id)
        new = _again(known, each) if known.is_open else _reopened(known, each)
        if new != known:
            changed.append(new)
    quiet = [fault for fault in open_faults if fault.fault_id not in told]
    changed += [over for fault in quiet if (over := _over(fault, health(fault), rules))]
    return Changes(opened=tuple(opened), changed=tuple(changed))


class _Book:
    """The faults that a finding may belong to."""

    def __init__(
        self, open_faults: Sequence[Fault], cleared: Sequence[Fault], rules: FaultRules
    ) -> None:
        self._open = {fault.key: fault for fault in open_faults}
        self._stretches = _by_lantern(f for f in open_faults if f.kind is FaultKind.FEEDER)
        self._cleared = {f.key: f for f in sorted(cleared, key=_cleared_at)}
        self._reopen = timedelta(days=rules.reopen_d)

    def match(self, found: Found, *, besides: set[int]) -> Fault | None:
        """Return the fault that a finding belongs to, open or cleared."""
        known = self._open.get(found.key)
        if known is None and found.kind is FaultKind.FEEDER:
            # A stretch grows and shrinks: one that shares a lantern with it is the same.
            known = next((self._stretches[i] for i in found.lanterns if i in self._stretches), None)
        if known is not None and known.fault_id not in besides:
            return known
        was = self._cleared.get(found.key)
        if was is None or found.last_seen - _cleared_at(was) > self._reopen:
            return None
        return was  # it is back, or these are late signs from before it was cleared


def _by_lantern(faults: Iterable[Fault]) -> Mapping[LanternId, Fault]:
    return {lantern_id: fault for fault in faults for lantern_id in fault.lanterns}


def _cleared_at(fault: Fault) -> datetime:
    return fault.cleared_at or fault.last_seen


def _again(fault: Fault, found: Found) -> Fault:
    """Return an open fault with what a new look adds; a look at older readings adds no news."""
    first_seen = min(fault.first_seen, found.first_seen)
    if found.last_seen < fault.last_seen:
        return replace(fault, first_seen=first_seen)
    return replace(
        fault,
        lanterns=found.lanterns,
        size=found.size,
        evidence=found.evidence,
        first_seen=first_seen,
        last_seen=found.last_seen,
        confidence=max(fault.confidence, found.confidence),
        severity=found.severity,
        place=found.place,
        latitude_deg=found.latitude_deg,
        longitude_deg=found.longitude_deg,
    )


def _reopened(fault: Fault, found: Found) -> Fault:
    """Return a cleared fault that has come back, or as it is if these signs are older."""
    if found.last_seen <= _cleared_at(fault):
        return fault
    opened = replace(
        fault,
        # One that another fault told for meanwhile was never well.
        reopened=fault.reopened + (not fault.cleared_why.startswith(TOLD_AS)),
        cleared_at=None,
        cleared_why="",
        acknowledged_at=None,
        acknowledged_by="",
        acknowledged_reason="",
    )
    return _again(opened, found)


def _over(fault: Fault, well: tuple[datetime, str] | None, rules: FaultRules) -> Fault | None:
    if well is None:
        return None
    at, why = well
    hold = timedelta(hours=min(fault.reopened * rules.hold_h, rules.hold_max_h))
    if at <= fault.last_seen or at - fault.last_seen < hold:
        return None
    return replace(fault, cleared_at=at, cleared_why=why)
