"""OrderBook: what downlinks need from a database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lighting.downlink.lifecycle import State
from lighting.downlink.order import NewOrder, Order
from lighting.downlink.pacing import Transmission
from lighting.identifiers import DevEui, GatewayId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One try of an order, written down before it is made."""

    order_id: int
    attempts: int
    queue_item_id: UUID
    gateway_id: GatewayId
    sent_at: datetime
    reply_by: datetime
    airtime_ms: float


class OrderBook(Protocol):
    """The durable book of orders. Every method is one transaction."""

    async def add(self, orders: Sequence[NewOrder]) -> None:
        """Write orders, waiting."""

    async def due(
        self, *, at: datetime, limit: int, closed: Collection[GatewayId] = ()
    ) -> list[Order]:
        """Return orders that may go at ``at``, most urgent first.

        At most one per node: the first of its open orders by (rank, order id) whose ``not_before``
        has come, and only if the node has none in flight and that order's back-off is over.
        Nodes behind ``closed`` gateways are left out (never-heard nodes are behind
        ``pacing.UNKNOWN_GATEWAY``). ``application_id`` and ``gateway_id`` (of the node's latest
        uplink) are filled in.
        """

    async def sending(self, tries: Sequence[Sending]) -> list[int]:
        """Move orders waiting -> sent and write their transmissions; return the ids that moved.

        An order that is no longer waiting, or whose node has got another in flight, does not move.
        """

    async def time_out(self, at: datetime) -> int:
        """Lose in-flight orders whose reply time is over (back to waiting, with back-off)."""

    async def expire(self, at: datetime) -> int:
        """Expire open orders whose deadline has passed; return how many."""

    async def supersede(self, dev_euis: Sequence[DevEui], *, batch_prefix: str = "") -> int:
        """End the open orders of these nodes whose batch begins with ``batch_prefix``."""

    async def get(self, order_id: int) -> Order:
        """Return one order.

        Raises:
            NotFoundError: there is none.
        """

    async def of_node(self, dev_eui: DevEui, *, limit: int = 50) -> list[Order]:
        """Return a node's orders, newest first."""

    async def in_flight(self) -> list[DevEui]:
        """Return the nodes that have an order in flight."""

    async def counts(self, *, batch: str | None = None) -> dict[State, int]:
        """Return how many orders are in each state, of one batch or all."""

    async def oldest_waiting(self) -> datetime | None:
        """Return when the oldest waiting order was created, or None."""

    async def transmissions_since(self, at: datetime) -> list[Transmission]:
        """Return the air time used since ``at``, oldest first."""
