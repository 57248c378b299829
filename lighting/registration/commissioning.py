"""The life of one device in one place, from plan to removal, as a table.

Theory of operation. A commissioning belongs to one device in one socket. It ends when the device is
removed or another takes its place; that other device has a commissioning of its own, so history is
never rewritten. Every step says who and when: a person for what hands do, ``network`` for what the
network server reported.

Two things must be done by people, in either order: fit the device in the street, and register it on
the network server. Registered first it is *prepared*, and whatever it says on the bench proves
nothing about the column: only after both is it waited for. From then on proof comes by itself. The
join may go unseen (the broker was away, or the device kept its session), so a decoded uplink counts
without one. *Confirmed* means the first uplink was decoded: right keys, right firmware profile,
heard where it hangs.

*Failed* is no end. It says that what was waited for did not come; proof that comes late lifts it,
and so does registering again with the right keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from lighting.identifiers import DevEui
from lighting.registration.errors import IllegalStepError


class State(Enum):
    """Where a device is in its commissioning."""

    PLANNED = "planned"
    """Somebody wants it there; nothing is done."""
    FITTED = "fitted"
    """It hangs in its socket; the network server does not know it."""
    PREPARED = "prepared"
    """The network server knows it; it does not hang yet."""
    REGISTERED = "registered"
    """Fitted and known: it should join by itself."""
    JOINED = "joined"
    """It joined with the right keys; no uplink was decoded yet."""
    CONFIRMED = "confirmed"
    """An uplink from its place was decoded. The good state."""
    FAILED = "failed"
    """What was waited for did not come, or the server refused it."""
    REMOVED = "removed"
    """Taken out, or called off."""
    SWAPPED = "swapped"
    """Another device took its place."""


class Event(Enum):
    """What can happen to it."""

    FIT = "fit"
    REGISTER = "register"
    JOIN = "join"
    UPLINK = "uplink decoded"
    FAIL = "fail"
    REMOVE = "remove"
    SWAP = "swap"


_HANGING = (State.FITTED, State.REGISTERED, State.JOINED, State.CONFIRMED, State.FAILED)
_ENDED = (State.REMOVED, State.SWAPPED)

MOVES: Mapping[tuple[State, Event], State] = {
    (State.PLANNED, Event.FIT): State.FITTED,
    (State.PLANNED, Event.REGISTER): State.PREPARED,
    (State.FITTED, Event.REGISTER): State.REGISTERED,
    (State.FITTED, Event.FAIL): State.FAILED,
    (State.PREPARED, Event.FIT): State.REGISTERED,
    (State.REGISTERED, Event.JOIN): State.JOINED,
    (State.REGISTERED, Event.UPLINK): State.CONFIRMED,  # its join went unseen
    (State.REGISTERED, Event.FAIL): State.FAILED,
    (State.JOINED, Event.UPLINK): State.CONFIRMED,
    (State.JOINED, Event.FAIL): State.FAILED,
    (State.FAILED, Event.REGISTER): State.REGISTERED,
    (State.FAILED, Event.JOIN): State.JOINED,
    (State.FAILED, Event.UPLINK): State.CONFIRMED,
    (State.PLANNED, Event.REMOVE): State.REMOVED,
    (State.PREPARED, Event.REMOVE): State.REMOVED,
    **{(state, Event.REMOVE): State.REMOVED for state in _HANGING},
    **{(state, Event.SWAP): State.SWAPPED for state in _HANGING},
}

OPEN = frozenset(State) - frozenset(_ENDED)
AWAITED = frozenset({State.REGISTERED, State.JOINED})
"""States that the network should end by itself."""

NETWORK = "network"
"""Who took a step that nobody took: the network server reported it."""

JOIN_WAIT = timedelta(hours=24)
"""How long a registered device may take to join: a column's supply may be switched with the lamp,
so one night must have passed."""

UPLINK_WAIT = timedelta(hours=26)
"""How long a joined device may take to be understood: add-ons report daily at the slowest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what happened, when, who did it, and what they had to say about it."""

    event: Event
    at: datetime
    by: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("a step needs an aware time")
        if not self.by.strip():
            raise ValueError("a step needs somebody who took it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissioning:
    """A device's way so far; it began as *planned* and each step moved it."""

    dev_eui: DevEui
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> State:
        """Where the device is now."""
        state = State.PLANNED
        for step in self.steps:
            state = move(state, step.event)
        return state

    def after(self, step: Step) -> "Commissioning":
        """Return the commissioning with one step more.

        Raises:
            IllegalStepError: the step is not possible from here.
        """
        move(self.state, step.event)
        return Commissioning(dev_eui=self.dev_eui, steps=(*self.steps, step))


def move(state: State, event: Event) -> State:
    """Return the state after ``event``.

    Raises:
        IllegalStepError: the table has no such move; names those it has.
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalStepError(
            state.value, event.value, tuple(each.value for each in allowed(state))
        ) from None


def allowed(state: State) -> tuple[Event, ...]:
    """Return what can happen from ``state``, in the order of ``Event``."""
    return tuple(event for event in Event if (state, event) in MOVES)


def is_step(state: State, event: Event) -> bool:
    """Return whether what the network reports moves the device, or only repeats what is known.

    Joins and uplinks come for the life of a device; only the first of each is a step. What a device
    says on the bench, or after it was removed, is none.
    """
    return (state, event) in MOVES


def overdue(state: State, since: datetime, at: datetime) -> str | None:
    """Return why a device counts as failed at ``at``, None while it may still be waited for."""
    waited = at - since
    if state is State.REGISTERED and waited >= JOIN_WAIT:
        return (
            f"did not join within {_hours(JOIN_WAIT)}: check its supply, its keys, the JoinEUI and"
            " whether a gateway hears this column"
        )
    if state is State.JOINED and waited >= UPLINK_WAIT:
        return (
            f"joined, but no uplink was understood within {_hours(UPLINK_WAIT)}: check its firmware"
            " profile and its reporting interval"
        )
    return None


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the README."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.PLANNED.value}"]
    lines += [
        f"    {before.value} --> {after.value}: {event.value}"
        for (before, event), after in MOVES.items()
    ]
    lines += [f"    {state.value} --> [*]" for state in _ENDED]
    return "\n".join(lines)


def _hours(wait: timedelta) -> str:
    return f"{wait / timedelta(hours=1):.0f} hours"
