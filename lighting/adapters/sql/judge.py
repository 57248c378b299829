"""What a batch of messages does to nodes and orders. Pure: changes the states it is given.

Messages are taken in order of their time, so that disorder inside a batch does no harm; what is
older than what is known, and what was taken before, changes nothing. Times are UTC ms.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from lighting.adapters.sql.standing import NodeState, OrderState
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.downlink.lifecycle import IN_FLIGHT, PROVED, Event, move, sources
from lighting.downlink.order import Purpose
from lighting.downlink.pacing import repeats
from lighting.downlink.retry import TAKEN_WAIT, back_off
from lighting.identifiers import DevEui
from lighting.operations.records import (
    Echo,
    GatewayAcceptance,
    NetworkRefusal,
    Rejection,
    Seen,
    UplinkBatch,
)
from lighting.operations.stores import PROGRAM_BATCH

CLOCKS_APART_MS = 120_000
"""How far the network server's clock may be behind ours (our choice): an echo that seems older
than its order by more than this is of something before it."""

_TAKES = {event: sources(event) for event in Event}

_MILLISECOND = timedelta(milliseconds=1)

Familiar = Collection[tuple[str, int, bytes]]
"""Echoes, by DevEUI, that are no surprise: of its programs, or of other orders it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A transmission as it was written down."""

    order_id: int
    dev_eui: str
    attempts: int
    gateway_id: str
    sent_at: int
    airtime_ms: float
    airings: int
    proved_at: int | None = None
    """When an echo proved its order, where the database knows it already."""


class _Step(NamedTuple):
    at: int
    place: int  # of the kind of message, where times are equal
    act: Callable[[NodeState, Any, int], None]
    node: NodeState
    message: object


@dataclass(slots=True, kw_only=True)
class Judge:
    """Applies messages to nodes and their orders; what is ``changed`` then has to be written.

    ``tries`` are the transmissions that acceptances and refusals name, by queue item id.
    """

    nodes: Mapping[str, NodeState]
    tries: Mapping[str, Try]
    familiar: Familiar
    moved: dict[str, str] = field(default_factory=dict)
    """Queue items that another gateway sent than expected, and the one that did."""
    airings: dict[str, int] = field(default_factory=dict)
    """Queue items that were on the air more often than was known, and how often."""
    lost: set[str] = field(default_factory=set)
    _stirred: dict[str, int] = field(default_factory=dict)

    def hear(self, batch: UplinkBatch) -> None:
        """Apply all messages of known nodes, then weigh what the nodes hold."""
        for step in sorted(self._steps(batch), key=attrgetter("at", "place")):
            step.act(step.node, step.message, step.at)
        for dev_eui, at in self._stirred.items():
            self.nodes[dev_eui].weigh(at)

    def _steps(self, batch: UplinkBatch) -> Iterator[_Step]:
        joined = ((dev_eui, at, None) for dev_eui, at in batch.joined)
        kinds: tuple[tuple[Callable[[NodeState, Any, int], None], Iterable[Any]], ...] = (
            (self._join, joined),
            (self._accept, _addressed(batch.acceptances)),
            (self._echo, _addressed(batch.echoes)),
            (self._reject, _addressed(batch.rejections)),
            (self._refuse, _addressed(batch.refusals)),
            (_see, _addressed(batch.seen)),
        )
        for place, (act, messages) in enumerate(kinds):
            for dev_eui, at, message in messages:
                node = self.nodes.get(dev_eui)
                if node is not None:
                    yield _Step(to_ms(at), place, act, node, message)

    def _join(self, node: NodeState, _message: None, at: int) -> None:
        if node.held_at is None or at > node.held_at:
            self._lose_program(node, at)

    def _lose_program(self, node: NodeState, at: int) -> None:
        if node.has_something_to_lose():
            self.lost.add(node.dev_eui)
        node.forget(at)
        self._stirred[node.dev_eui] = at

    def _accept(self, node: NodeState, acceptance: GatewayAcceptance, at: int) -> None:
        item = acceptance.queue_item_id.hex
        tried = self.tries.get(item)
        if tried is None or tried.dev_eui != node.dev_eui:
            return  # a downlink that someone else ordered
        real = acceptance.gateway_id
        if real is not None and real != self.moved.get(item, tried.gateway_id):
            self.moved[item] = real
        order = _order_of(node, tried)
        proved_at = tried.proved_at if order is None else order.proved_at
        if proved_at is not None:
            airings = 1 + repeats(from_ms(proved_at), from_ms(at))
            if airings > self.airings.get(item, tried.airings):
                self.airings[item] = airings
        if order is not None:
            self._taken(node, order, at)

    def _taken(self, node: NodeState, order: OrderState, at: int) -> None:
        event = Event.ACCEPT if order.echo is not None else Event.COMPLETE
        if order.state not in _TAKES[event]:
            return
        self._move(node, order, event, at)
        if order.reply_by is not None and not order.confirmed:
            # One to be confirmed stays in the network server's queue and holds back what follows.
            taken_at = max(at, order.sent_at or at)  # the server's clock may be behind ours
            order.reply_by = min(order.reply_by, taken_at + TAKEN_WAIT // _MILLISECOND)

    def _echo(self, node: NodeState, echo: Echo, at: int) -> None:
        if node.held_at is not None and at < node.held_at:
            return
        order = proved_by(node, echo, at)
        if order is not None:
            self._move(node, order, Event.ECHO, at)
        elif not self._is_familiar(node, echo):
            # Someone else wrote this node's configuration.
            self._lose_program(node, at)

    def _is_familiar(self, node: NodeState, echo: Echo) -> bool:
        said = (echo.f_port, echo.payload)
        known = (node.dev_eui, *said) in self.familiar
        return known or any(order.echo == said and order.proved_at for order in node.orders)

    def _reject(self, node: NodeState, rejection: Rejection, at: int) -> None:
        sent = [
            order
            for order in node.orders
            if order.f_port == rejection.f_port
            and order.state in _TAKES[Event.REJECT]
            and order.sent_at is not None
            and order.sent_at <= at
        ]
        # The one in flight; else the last that was, for its answer may come late.
        order = max(sent, key=lambda each: (each.state in IN_FLIGHT, each.sent_at), default=None)
        if order is not None:
            order.note = rejection.reason
            self._move(node, order, Event.REJECT, at)

    def _refuse(self, node: NodeState, refusal: NetworkRefusal, at: int) -> None:
        order = self._refused(node, refusal, at)
        if order is not None:
            wait = back_off(order.attempts, order.rank)
            order.next_try, order.note = at + wait // _MILLISECOND, refusal.reason
            self._move(node, order, Event.LOSE, at)

    def _refused(self, node: NodeState, refusal: NetworkRefusal, at: int) -> OrderState | None:
        if refusal.queue_item_id is None:
            flying = (each for each in node.orders if each.state in _TAKES[Event.LOSE])
            order = next(flying, None)
            return order if order is not None and (order.sent_at or 0) <= at else None
        tried = self.tries.get(refusal.queue_item_id.hex)
        order = None if tried is None else _order_of(node, tried)
        return order if order is not None and order.state in _TAKES[Event.LOSE] else None

    def _move(self, node: NodeState, order: OrderState, event: Event, at: int) -> None:
        order.state, order.changed = move(order.state, event), True
        self._stirred[node.dev_eui] = max(at, self._stirred.get(node.dev_eui, at))
        if order.state not in PROVED:
            return
        order.proved_at = at
        known = {PROGRAM_BATCH + program for program in (node.wanted, node.held) if program}
        if order.purpose is Purpose.PROGRAM and order.batch not in known:
            self._lose_program(node, at)  # a frame that is not wanted any more has arrived


def proved_by(node: NodeState, echo: Echo, at: int) -> OrderState | None:
    """Return the open order that ``echo`` proves, if any: the one in flight before those waiting.

    One echo proves one order: two orders with the same bytes (an override, prolonged) are two.
    """
    matching = [
        order
        for order in node.orders
        if order.state in _TAKES[Event.ECHO]
        and order.echo == (echo.f_port, echo.payload)
        and at >= order.created_at - CLOCKS_APART_MS
    ]
    matching.sort(key=lambda each: (each.state not in IN_FLIGHT, each.rank, each.order_id))
    return matching[0] if matching else None


def _addressed(messages: Iterable[Any]) -> Iterator[tuple[DevEui, Any, Any]]:
    return ((message.dev_eui, message.at, message) for message in messages)


def _order_of(node: NodeState, tried: Try) -> OrderState | None:
    """Return the order whose present attempt is ``tried``; an earlier one says nothing of it."""
    for order in node.orders:
        if order.order_id == tried.order_id and order.attempts == tried.attempts:
            return order
    return None


def _see(node: NodeState, seen: Seen, at: int) -> None:
    if node.last_seen_at is not None and at <= node.last_seen_at:
        return
    node.last_seen_at, node.heard = at, True
    node.gateway_id = seen.gateway_id or node.gateway_id
    for order in node.orders:
        # A node that is heard is tried at once; what has never been sent waits for its own time.
        if order.state in _TAKES[Event.SEND] and order.attempts and order.next_try > at:
            order.next_try, order.changed = at, True
