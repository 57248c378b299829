"""Deliver: what waits in the outbox goes to its channel, until it is taken or given up."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lighting.clock import Clock
from lighting.sensing.alerts.notice import Channel, Delivery, DeliveryError, next_try
from lighting.sensing.alerts.store import Outbox

_LOG = logging.getLogger(__name__)

AT_ONCE = 10
"""Deliveries in one turn: at 30 s each, one after the other, they end well within the lease."""

LEASE = timedelta(minutes=10)
"""When who took a delivery has died, it goes again after this."""


class Postman:
    """Takes what waits to its channels."""

    def __init__(self, outbox: Outbox, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self.channels = channels

    async def tend(self, at: datetime) -> int:
        """Send what is due; return how many deliveries were tried.

        Raises:
            StoreError: the database could not be read or written; what was sent then and not noted
                goes again under the same key.
        """
        tried = 0
        away: dict[str, str] = {}
        while due := await self._outbox.claim(at=at, lease=LEASE, limit=AT_ONCE):
            by_channel: dict[str, list[Delivery]] = {}
            for delivery in due:
                by_channel.setdefault(delivery.channel, []).append(delivery)
            await asyncio.gather(*(self._send_all(each, away) for each in by_channel.values()))
            tried += len(due)
        return tried

    async def _send_all(self, deliveries: Sequence[Delivery], away: dict[str, str]) -> None:
        """Send what one channel gets in its order: raised comes before over.

        A channel that is ``away`` is not asked again in this turn: a receiver that never answers
        would hold up all other channels by its time-out for each of its notices.
        """
        for delivery in deliveries:
            await self._send(delivery, away)

    async def _send(self, delivery: Delivery, away: dict[str, str]) -> None:
        at, channel = self._clock.now(), delivery.channel
        if channel in away:
            problem = f"not tried, as one before it was not taken: {away[channel]}"
            await self._failed(delivery, DeliveryError(channel, problem), logging.DEBUG)
            return
        try:
            note = await self._hand_over(delivery, at)
        except DeliveryError as exc:
            if exc.away:
                away[channel] = exc.problem
            await self._failed(delivery, exc)
        else:
            await self._outbox.sent(delivery.delivery_id, at=self._clock.now(), note=note)

    async def _hand_over(self, delivery: Delivery, at: datetime) -> str:
        channel = self.channels.get(delivery.channel)
        if channel is None:
            problem = "no channel has this name now; add it to the alerts file, or send it by hand"
            raise DeliveryError(delivery.channel, problem)
        try:
            return await channel.send(delivery.notice, key=delivery.key, at=at)
        except DeliveryError:
            raise
        except Exception as exc:  # one notice that cannot be sent must not stop all others
            _LOG.exception("delivery %s met a fault of ours", delivery.key)
            raise DeliveryError(delivery.channel, f"a fault of ours: {exc}") from exc

    async def _failed(
        self, delivery: Delivery, exc: DeliveryError, level: int = logging.WARNING
    ) -> None:
        again = next_try(delivery, at=self._clock.now(), final=exc.final)
        await self._outbox.failed(delivery.delivery_id, exc.problem, next_try_at=again)
        if again is None:
            _LOG.error("delivery %s is given up: %s", delivery.key, exc)
        else:
            _LOG.log(level, "delivery %s goes again at %s: %s", delivery.key, again, exc)
