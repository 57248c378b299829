"""Looking into the book: what is due, so that every gateway has work while there is any for it.

The book hands out what is due in the order of its turns. Nodes of one gateway often stand together
there (a feeder's DevEUIs are a run), so that one look can show the crowd behind one busy gateway
and nothing for those that are idle. So a gateway that has enough in hand is left out, and the next
look, at once, shows who stands behind its crowd.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from math import ceil

from lighting.downlink.airtime import downlink_airtime_ms
from lighting.downlink.order import Order, Rank
from lighting.downlink.pacing import BACKLOG_MAX, UNKNOWN_GATEWAY, AirtimeLedger
from lighting.downlink.store import OrderBook
from lighting.identifiers import GatewayId

LOOK_AHEAD = 2000
LOOK_URGENT = 200
LOOK_EVERY = timedelta(seconds=5)
"""A look into a city's book costs a tenth of a second or more, so one look serves several steps. An
emergency waits for the next look at most; what has changed meanwhile the book itself refuses."""

LOOK_URGENT_EVERY = timedelta(seconds=1)
"""When a lost frame sets its node free, what is urgent is looked up this soon. Not at each step: in
a rollout to a city of which a part is dark, frames are lost all the time."""

LOOKS_MAX = 4
"""Looks past crowds, one after the other: more would keep the database busy. What is in hand stays,
so the next ones see further."""

IN_HAND_MAX = 200
"""Orders of one gateway in hand: more than it can send between two looks, at any data rate."""

IN_HAND_FOR = timedelta(seconds=60)
"""After this the orders of a gateway are read anew, although it has some left."""


class Lookout:
    """The orders in hand, ``due``, most urgent first; take out what is sent."""

    def __init__(self, book: OrderBook, ledger: AirtimeLedger, spreading: int) -> None:
        self._book = book
        self._ledger = ledger
        self._shortest_ms = downlink_airtime_ms(1, spreading)
        until_next_ms = (LOOK_EVERY + BACKLOG_MAX).total_seconds() * 1000
        self._enough = min(ceil(until_next_ms / self._shortest_ms), IN_HAND_MAX)
        self.due: dict[int, Order] = {}
        self._read_at: dict[GatewayId, datetime] = {}
        self._looked_at: datetime | None = None
        self._more_is_due = False
        self._nodes_are_free = False
        self._looked_for_urgent_at = datetime.min.replace(tzinfo=UTC)

    def nodes_are_free(self) -> None:
        """Take it that nodes wait no more for what was sent: an emergency may stand behind it."""
        self._nodes_are_free = True

    async def look(self, at: datetime) -> None:
        """Fetch what is due, unless the last look is fresh and there was no more to see.

        Raises:
            StoreError: the database is not there.
        """
        fresh = self._looked_at is not None and at - self._looked_at < LOOK_EVERY
        if fresh and (self.due or not self._more_is_due):
            if self._nodes_are_free and at - self._looked_for_urgent_at >= LOOK_URGENT_EVERY:
                urgent = await self._urgent(at)
                self.due = urgent | self.due | urgent  # these first, and as they are now
            return
        urgent = await self._urgent(at)
        kept = self._kept(at)
        self._more_is_due = False
        found = await self._past_crowds(at, {gateway_of(order) for order in kept})
        in_hand = sorted([*kept, *found], key=lambda order: order.rank)  # each in its own order
        self.due = urgent | _by_id(in_hand)
        self._looked_at = at

    async def _urgent(self, at: datetime) -> dict[int, Order]:
        due = await self._book.due(at=at, limit=LOOK_URGENT)
        self._nodes_are_free, self._looked_for_urgent_at = False, at
        return _by_id(due)

    def _kept(self, at: datetime) -> list[Order]:
        """Return what is in hand for gateways that have enough of it, read not long ago."""
        enough = {
            gateway_id
            for gateway_id in self._crowded(self.due.values())
            if at - self._read_at.get(gateway_id, datetime.min.replace(tzinfo=at.tzinfo))
            < IN_HAND_FOR
        }
        return [order for order in self.due.values() if gateway_of(order) in enough]

    async def _past_crowds(self, at: datetime, served: Collection[GatewayId]) -> list[Order]:
        closed, found = {*self._full(at), *served}, list[Order]()
        for _ in range(LOOKS_MAX):
            due = await self._book.due(at=at, limit=LOOK_AHEAD, closed=closed)
            found += _few_of_each(due)
            crowded = self._crowded(due)
            self._read_at |= dict.fromkeys(map(gateway_of, due), at)
            if len(due) < LOOK_AHEAD:
                break
            self._more_is_due = True
            if not crowded:
                break
            closed |= crowded
        return found

    def _crowded(self, orders: Iterable[Order]) -> set[GatewayId]:
        counts = Counter(map(gateway_of, orders))
        return {gateway_id for gateway_id, count in counts.items() if count >= self._enough}

    def _full(self, at: datetime) -> list[GatewayId]:
        """Return the gateways that have no air time left for programs, the bulk of all orders."""
        return [
            gateway_id
            for gateway_id in self._ledger.usage(at)
            if not self._ledger.has_room(gateway_id, self._shortest_ms, Rank.PROGRAM, at)
        ]


def gateway_of(order: Order) -> GatewayId:
    """Return the gateway that will pay for an order."""
    return order.gateway_id or UNKNOWN_GATEWAY


def _by_id(orders: Iterable[Order]) -> dict[int, Order]:
    return {order.order_id: order for order in orders}


def _few_of_each(orders: Iterable[Order]) -> Iterable[Order]:
    counts = Counter[GatewayId]()
    for order in orders:
        counts[gateway_of(order)] += 1
        if counts[gateway_of(order)] <= IN_HAND_MAX:
            yield order
