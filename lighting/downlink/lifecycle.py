"""The states of an order and the only allowed moves, as a table.

Theory of operation. An order is the durable intent to get one frame into one node. It is written
before anything is sent, and every move is written before the act it announces: *sent* is committed
first, then the message is published. A process killed between the two leaves an order that looks
sent, runs into its reply time-out and goes again with the same bytes, which a node takes without
harm. Nothing is ever sent that is not in the book, and an order's bytes never change.

``waiting`` and the in-flight states are *open*. A node has at most one order in flight (the
database refuses a second), because a network server's refusal names the device but not the item.
"""

from enum import Enum


class State(Enum):
    """Where an order is in its life."""

    WAITING = "waiting"
    """In the book; will be sent when its time, its node and the air allow it."""
    SENT = "sent"
    """Handed to the network server (or about to be: this is written first)."""
    ACCEPTED = "accepted"
    """A gateway took it for transmission; no proof that the node heard it."""
    ECHOED = "echoed"
    """The node proved that it took it. The good end."""
    DELIVERED = "delivered"
    """The good end of a frame that the node does not echo: a gateway took it."""
    REJECTED = "rejected"
    """The node refused it and said why; sending it again would be refused again."""
    EXPIRED = "expired"
    """Its deadline passed before proof came; the node counts as unreachable."""
    SUPERSEDED = "superseded"
    """A newer intent replaced it before it was proved."""


class Event(Enum):
    """What can happen to an order."""

    SEND = "send"
    ACCEPT = "gateway accepts"
    ECHO = "node echoes"
    COMPLETE = "no echo expected"
    LOSE = "no reply in time, or refused by the network"
    REJECT = "node rejects"
    EXPIRE = "deadline passes"
    SUPERSEDE = "newer intent"


MOVES: dict[tuple[State, Event], State] = {
    (State.WAITING, Event.SEND): State.SENT,
    (
        State.WAITING,
        Event.ECHO,
    ): State.ECHOED,  # a late echo of an earlier try is proof all the same
    (State.WAITING, Event.REJECT): State.REJECTED,
    (State.WAITING, Event.EXPIRE): State.EXPIRED,
    (State.WAITING, Event.SUPERSEDE): State.SUPERSEDED,
    (State.SENT, Event.ACCEPT): State.ACCEPTED,
    (State.SENT, Event.ECHO): State.ECHOED,  # an echo may overtake the gateway's answer
    (State.SENT, Event.COMPLETE): State.DELIVERED,
    (State.SENT, Event.LOSE): State.WAITING,
    (State.SENT, Event.REJECT): State.REJECTED,
    (State.SENT, Event.EXPIRE): State.EXPIRED,
    (State.SENT, Event.SUPERSEDE): State.SUPERSEDED,
    (State.ACCEPTED, Event.ECHO): State.ECHOED,
    (State.ACCEPTED, Event.COMPLETE): State.DELIVERED,
    (State.ACCEPTED, Event.LOSE): State.WAITING,
    (State.ACCEPTED, Event.REJECT): State.REJECTED,
    (State.ACCEPTED, Event.EXPIRE): State.EXPIRED,
    (State.ACCEPTED, Event.SUPERSEDE): State.SUPERSEDED,
}

IN_FLIGHT = frozenset({State.SENT, State.ACCEPTED})
OPEN = IN_FLIGHT | {State.WAITING}
PROVED = frozenset({State.ECHOED, State.DELIVERED})


class IllegalMoveError(Exception):
    """A move that the table does not hold: a fault of ours, never of a device."""

    def __init__(self, state: State, event: Event) -> None:
        self.state = state
        self.event = event
        super().__init__(f"an order that is {state.value} cannot take {event.value!r}")


def move(state: State, event: Event) -> State:
    """Return the state after ``event``.

    Raises:
        IllegalMoveError: the table has no such move.
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalMoveError(state, event) from None


def sources(event: Event) -> frozenset[State]:
    """Return the states in which ``event`` is allowed (what an UPDATE may touch)."""
    return frozenset(state for state, known in MOVES if known is event)


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the README."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.WAITING.value}"]
    lines += [
        f"    {before.value} --> {after.value}: {event.value}"
        for (before, event), after in MOVES.items()
    ]
    lines += [f"    {state.value} --> [*]" for state in State if state not in OPEN]
    return "\n".join(lines)
