"""What a node holds and how we know it, weighed from its orders. Pure; times are UTC ms.

Theory of operation. Orders of a program are written for a node in one go: a *generation*, those of
one batch with one time of creation. A generation holds the frames that the node lacked then. When
all of it is proved the node holds the program, unless what the node held was lost meanwhile (it
joined again, or repeated what we never sent): then frames that were left out may be missing, and
proofs from before say nothing. The evidence of a node that does not hold what is wanted is that of
the weakest order of the newest generation.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lighting.downlink.lifecycle import PROVED, State
from lighting.downlink.order import Purpose, Rank
from lighting.operations.records import Evidence
from lighting.operations.stores import PROGRAM_BATCH

Echo = tuple[int, bytes]
FrameKey = tuple[int, bytes]
"""F_port and payload: what makes two frames of one program the same."""

_UNPROVED = {State.SENT: Evidence.SENT, State.ACCEPTED: Evidence.ACCEPTED}
_PROOF = {State.ECHOED: Evidence.ECHOED, State.DELIVERED: Evidence.ACCEPTED}


@dataclass(slots=True, kw_only=True)
class OrderState:
    """An order as far as messages can change it."""

    order_id: int
    rank: Rank
    purpose: Purpose
    batch: str
    f_port: int
    payload: bytes
    echo: Echo | None
    confirmed: bool
    state: State
    attempts: int
    created_at: int
    next_try: int
    sent_at: int | None
    reply_by: int | None
    proved_at: int | None
    note: str
    changed: bool = False


@dataclass(slots=True, kw_only=True)
class NodeState:
    """A node as far as messages can change it, with its open orders and those of its program.

    ``held_at`` is when ``held`` was last proved or lost. ``frames`` are those of the wanted
    program; empty if the database does not have it.
    """

    dev_eui: str
    gateway_id: str | None
    last_seen_at: int | None
    wanted: str | None
    held: str | None
    held_at: int | None
    evidence: Evidence
    evidence_at: int | None
    orders: list[OrderState] = field(default_factory=list)
    frames: Collection[FrameKey] = ()
    heard: bool = False
    """Whether ``gateway_id`` or ``last_seen_at`` has changed: most messages change no more."""
    changed: bool = False
    """Whether anything else of the node has."""

    def generation(self) -> list[OrderState]:
        """Return the newest generation of orders of the wanted program."""
        if self.wanted is None:
            return []
        batch = PROGRAM_BATCH + self.wanted
        orders = [
            order
            for order in self.orders
            if order.purpose is Purpose.PROGRAM and order.batch == batch
        ]
        newest = max((order.created_at for order in orders), default=0)
        return [order for order in orders if order.created_at == newest]

    def has_something_to_lose(self) -> bool:
        """Tell whether the node holds a program, or a proved part of the one that is wanted."""
        return self.held is not None or any(map(self._proof, self.generation()))

    def forget(self, at: int) -> None:
        """Take it that the node holds nothing that we know of, from ``at`` on."""
        self.held, self.held_at, self.changed = None, at, True

    def weigh(self, at: int) -> None:
        """Set ``held`` and the evidence from the orders; ``at`` is when they last moved.

        A node that holds what is wanted keeps its evidence, which may be stronger (power).
        """
        if self.wanted is None:
            self._set_evidence(Evidence.NONE, at)
            return
        if self.held == self.wanted:
            return
        orders = self.generation()
        proofs = [proof for order in orders if (proof := self._proof(order)) is not None]
        if len(proofs) < len(orders):
            levels = [self._proof(order) or _UNPROVED.get(order.state) for order in orders]
            self._set_evidence(min(level or Evidence.INTENDED for level in levels), at)
        elif orders and self._is_whole(orders):
            proved_at = max(order.proved_at or 0 for order in orders)
            self.held, self.held_at = self.wanted, proved_at
            self._set_evidence(min(proofs), proved_at)
        else:
            self._set_evidence(Evidence.INTENDED, at)

    def _is_whole(self, generation: Sequence[OrderState]) -> bool:
        """Tell whether nothing was lost since the generation was written, or it has all frames."""
        if self.held_at is None or generation[0].created_at >= self.held_at:
            return True
        ordered = {(order.f_port, order.payload) for order in generation}
        return bool(self.frames) and ordered.issuperset(self.frames)

    def _proof(self, order: OrderState) -> Evidence | None:
        """Return what an order proves of what the node holds now, or None."""
        if order.state not in PROVED or order.proved_at is None:
            return None
        if self.held_at is not None and order.proved_at < self.held_at:
            return None
        return _PROOF[order.state]

    def _set_evidence(self, evidence: Evidence, at: int) -> None:
        if evidence is not self.evidence:
            self.evidence, self.evidence_at, self.changed = evidence, at, True
