"""Adjustments of a baseline: what changed since the snapshot that the policy did not change.

Routine ones take lanterns in or out at their own figures. Non-routine ones are anything else (a
road widened, a class raised): a figure with a reason. Both are recorded with who and when, and are
only ever added.
"""

from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from lighting.energy.baseline_errors import BaselineEntryError
from lighting.energy.snapshot import BaselineEntry, entry_as_plain, entry_from_plain
from lighting.errors import RefusedError
from lighting.identifiers import LanternId


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternAdded:
    """A lantern hung since: in the baseline from the night of ``since`` on, as ``entry`` has it."""

    since: date
    entry: BaselineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternRemoved:
    """A lantern taken down since: out of the baseline from the night of ``since`` on."""

    since: date
    lantern_id: LanternId


@dataclass(frozen=True, slots=True, kw_only=True)
class NonRoutine:
    """Energy [kWh] that the baseline would have used more each night from ``first`` to ``last``.

    A negative figure makes the baseline smaller.
    """

    first: date
    last: date
    kwh_a_night: float


Adjustment = LanternAdded | LanternRemoved | NonRoutine


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An adjustment with its reason, who made it and when (aware UTC)."""

    adjustment: Adjustment
    reason: str
    made_by: str
    made_at: datetime


def check_recorded(recorded: Recorded) -> None:
    """Return if an adjustment says why and by whom, and states what can be.

    Raises:
        RefusedError: it does not.
    """
    if not recorded.reason.strip() or not recorded.made_by.strip():
        raise RefusedError("an adjustment of a baseline needs a reason and a name: give both")
    match recorded.adjustment:
        case NonRoutine(first=first, last=last, kwh_a_night=kwh):
            if first > last:
                raise RefusedError(
                    f"the adjustment begins {first} and ends {last}: turn them round"
                )
            if not isfinite(kwh) or kwh == 0.0:
                raise RefusedError(f"the adjustment is {kwh!r} kWh a night; give a number but 0")
        case _:
            pass


def adjustment_as_plain(adjustment: Adjustment) -> dict[str, object]:
    """Return an adjustment as texts and numbers; ``kind`` says which it is."""
    match adjustment:
        case LanternAdded(since=since, entry=entry):
            return {"kind": "added", "since": since.isoformat(), "entry": entry_as_plain(entry)}
        case LanternRemoved(since=since, lantern_id=lantern_id):
            return {"kind": "removed", "since": since.isoformat(), "lantern_id": lantern_id}
        case NonRoutine(first=first, last=last, kwh_a_night=kwh):
            span = {"first": first.isoformat(), "last": last.isoformat()}
            return {"kind": "non-routine", **span, "kwh_a_night": kwh}


def recorded_as_plain(recorded: Recorded) -> dict[str, object]:
    """Return an adjustment with its reason, who made it and when, as texts and numbers."""
    who = {"reason": recorded.reason, "made_by": recorded.made_by}
    return (
        adjustment_as_plain(recorded.adjustment) | who | {"made_at": recorded.made_at.isoformat()}
    )


def adjustment_from_plain(plain: dict[str, object]) -> Adjustment:
    """Return the adjustment that ``adjustment_as_plain`` made ``plain`` of.

    Raises:
        BaselineEntryError: it is of a kind that this version does not know.
    """
    entry = plain.get("entry")
    if plain["kind"] == "added" and isinstance(entry, dict):
        return LanternAdded(since=_date(plain["since"]), entry=entry_from_plain(entry))
    if plain["kind"] == "removed":
        lantern_id = LanternId(str(plain["lantern_id"]))
        return LanternRemoved(since=_date(plain["since"]), lantern_id=lantern_id)
    if plain["kind"] == "non-routine":
        kwh = float(str(plain["kwh_a_night"]))
        return NonRoutine(first=_date(plain["first"]), last=_date(plain["last"]), kwh_a_night=kwh)
    raise BaselineEntryError("", "kind", plain["kind"], "added, removed or non-routine")


def _date(text: object) -> date:
    return date.fromisoformat(str(text))
