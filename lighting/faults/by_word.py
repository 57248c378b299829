"""What nodes say of themselves: lamp failures, 0 % or light at the wrong time, restarts, tilt."""

from collections.abc import Iterator

import numpy as np

from lighting.faults.channel import Channel, clock
from lighting.faults.judged import JudgedStatuses
from lighting.faults.kinds import FaultKind
from lighting.faults.night import NightSeen
from lighting.faults.rows import Flags, Statuses, Values
from lighting.faults.rules import FaultRules
from lighting.faults.tally import Shown, tally
from schedules.level import OFF


def word_channels(seen: NightSeen, judged: JudgedStatuses, rules: FaultRules) -> Iterator[Channel]:
    """Yield what the nodes of a night say."""
    rows, decided, asked = seen.statuses, judged.decided, judged.asked
    lit = rows.level > OFF

    def told(kind: FaultKind, what: str, bad: Flags, good: Flags) -> Channel:
        return Channel(
            kind=kind,
            what=what,
            tally=tally(seen.lanterns, _shown(rows, bad), _shown(rows, good)),
            needs=rules.readings,
            clears=rules.healthy,
            words=words,
        )

    def words(row: int) -> str:
        if rows.lamp_failed[row]:
            return clock(int(rows.at_s[row]))
        level = f"{int(rows.level[row])} % where {int(asked.level[row])} % is asked"
        return f"{clock(int(rows.at_s[row]))}: {level}"

    failed = rows.lamp_failed
    yield told(FaultKind.LAMP, "reports of a lamp or gear failure", failed, lit & ~failed)
    on = decided & (asked.level > OFF)
    yield told(FaultKind.UNLIT, "statuses of the node say 0 %", on & ~lit, on & lit)
    off = decided & (asked.level == OFF) & asked.day
    yield told(FaultKind.DAY_BURNER, "statuses by day say light", off & lit, off & ~lit)
    yield _boots(seen, rules)
    yield _tilt(seen, rules)


def _shown(rows: Statuses | Values, flags: Flags) -> Shown:
    return Shown(lantern=rows.lantern, at_s=rows.at_s, rows=flags)


def _boots(seen: NightSeen, rules: FaultRules) -> Channel:
    boots, statuses = seen.boots, seen.statuses
    return Channel(
        kind=FaultKind.CYCLING,
        what="restarts of the node",
        tally=tally(
            seen.lanterns,
            _shown(boots, _all(boots)),
            _shown(statuses, _all(statuses)),
            in_a_row=False,
        ),
        needs=rules.boots,
        clears=rules.healthy_steady,
        words=lambda row: clock(int(boots.at_s[row])),
    )


def _tilt(seen: NightSeen, rules: FaultRules) -> Channel:
    tilts = seen.tilts
    leaning = tilts.value >= rules.tilt_deg
    return Channel(
        kind=FaultKind.TILT,
        what=f"readings of {rules.tilt_deg:g} degrees or more",
        tally=tally(seen.lanterns, _shown(tilts, leaning), _shown(tilts, ~leaning)),
        needs=rules.readings,
        clears=rules.healthy,
        words=lambda row: f"{clock(int(tilts.at_s[row]))}: {tilts.value[row]:g} degrees",
    )


def _all(rows: Statuses | Values) -> Flags:
    return np.ones(len(rows.lantern), dtype=np.bool_)
