"""The loop that sends: ask the book what is due, ask pacing what may go, write it down, send it.

Thin on purpose. Written first, sent second: a process killed between the two leaves orders that
look sent; they run into their reply time-out and go again with the same bytes.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lighting.clock import Clock
from lighting.downlink.airtime import Band, downlink_airtime_ms
from lighting.downlink.lookout import Lookout, gateway_of
from lighting.downlink.order import Order
from lighting.downlink.pacing import AirtimeLedger, Pace, Transmission
from lighting.downlink.retry import REPLY_WAIT, network_expiry
from lighting.downlink.store import OrderBook, Sending
from lighting.downlink.transport import Downlink, DownlinkTransport
from lighting.errors import StoreError, TransportError
from lighting.identifiers import GatewayId

_LOG = logging.getLogger(__name__)

TICK_S = 1.0
"""Pause between two looks into the book; ChirpStack looks into its queue as often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioPlan:
    """What the region's settings say: RX2 spreading factor, band, and the network server's pace."""

    spreading: int
    band: Band
    devices_a_second: float


class Dispatcher:
    """Sends what is due, inside the air time of every gateway; ``sent`` counts it."""

    def __init__(
        self, book: OrderBook, transport: DownlinkTransport, plan: RadioPlan, clock: Clock
    ) -> None:
        self._book = book
        self._transport = transport
        self._plan = plan
        self._clock = clock
        self._pace = Pace(plan.devices_a_second)
        self.ledger = AirtimeLedger(plan.band)
        self._lookout = Lookout(book, self.ledger, plan.spreading)
        self.sent = 0
        self.last_sent_at: datetime | None = None

    async def recover(self) -> None:
        """Take the air time already used from the durable record; call once before ``run``.

        Raises:
            StoreError: the database is not there.
        """
        since = self._clock.now() - self.ledger.window
        self.ledger.load(await self._book.transmissions_since(since))

    async def run(self) -> None:
        """Send for ever; failures of broker and database are logged and waited out."""
        while True:
            sent = 0
            try:
                sent = await self.step(self._clock.now())
            except (StoreError, TransportError) as exc:
                _LOG.warning("nothing sent: %s", exc)
            if not sent:
                await self._clock.sleep(TICK_S)

    async def step(self, at: datetime) -> int:
        """Lose what got no reply, expire what is over, send what may go.

        Returns:
            How many orders were sent.

        Raises:
            StoreError: the database could not be read or written; nothing was sent.
            TransportError: the broker did not take what was written down as sent; it will time out
                and go again.
        """
        await self._tidy(at)
        if not self._transport.is_ready():
            return 0  # nothing is written as sent, and no air time charged, that cannot go
        await self._lookout.look(at)
        chosen = self._choose(at)
        if not chosen:
            return 0
        for order_id in chosen:
            del self._lookout.due[order_id]
        moved = set(await self._book.sending([sending for _, sending in chosen.values()]))
        going = [pair for order_id, pair in chosen.items() if order_id in moved]
        for _, sending in going:
            self.ledger.charge(
                Transmission(sending.gateway_id, sending.sent_at, sending.airtime_ms)
            )
        await self._transport.send([_downlink(order, sending) for order, sending in going])
        if going:
            self.sent, self.last_sent_at = self.sent + len(going), at
        return len(going)

    def gateway_moved(self, moved: Iterable[tuple[GatewayId, datetime, float, GatewayId]]) -> None:
        """Charge transmissions to the gateways that made them, where these were not as expected."""
        for expected, sent_at, airtime_ms, real in moved:
            self.ledger.move(Transmission(expected, sent_at, airtime_ms), real)

    def aired_again(self, repeated: Iterable[Transmission]) -> None:
        """Charge what the network server sent again by itself; the book tells of each once."""
        for transmission in repeated:
            self.ledger.charge(transmission)

    async def _tidy(self, at: datetime) -> None:
        lost, expired = await self._book.time_out(at), await self._book.expire(at)
        if lost or expired:
            self._lookout.nodes_are_free()
        if lost:
            _LOG.info("%d orders got no reply in time and will go again", lost)
        if expired:
            _LOG.warning("%d orders expired without proof", expired)

    def _choose(self, at: datetime) -> dict[int, tuple[Order, Sending]]:
        """Return what may go now, most urgent first, within the air time and the server's pace.

        What is chosen is counted as it is chosen, on a scratch count: the book may refuse one.
        """
        chosen: dict[int, tuple[Order, Sending]] = {}
        planned_ms: dict[GatewayId, float] = {}
        for order in self._lookout.due.values():
            gateway_id = gateway_of(order)
            airtime_ms = downlink_airtime_ms(len(order.frame.payload), self._plan.spreading)
            planned = planned_ms.get(gateway_id, 0.0)
            if not self.ledger.allows(gateway_id, airtime_ms, order.rank, at, planned_ms=planned):
                continue
            if not self._pace.take(1, at):
                break
            planned_ms[gateway_id] = planned + airtime_ms
            chosen[order.order_id] = (order, _sending(order, gateway_id, airtime_ms, at))
        return chosen


def _sending(order: Order, gateway_id: GatewayId, airtime_ms: float, at: datetime) -> Sending:
    return Sending(
        order_id=order.order_id,
        attempts=order.attempts + 1,
        queue_item_id=order.queue_item_id(order.attempts + 1),
        gateway_id=gateway_id,
        # Whole milliseconds, as databases keep them: what they tell later must name the same time.
        sent_at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        reply_by=at + REPLY_WAIT,
        airtime_ms=airtime_ms,
    )


def _downlink(order: Order, sending: Sending) -> Downlink:
    return Downlink(
        application_id=order.application_id,
        dev_eui=order.dev_eui,
        queue_item_id=sending.queue_item_id,
        f_port=order.frame.f_port,
        payload=order.frame.payload,
        expires_at=network_expiry(sending.sent_at, order.expires_at),
        confirmed=order.frame.confirmed,
    )
