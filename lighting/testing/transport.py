"""FakeLink: a broker and a network in memory, with the contract of the real ones."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial

from lighting.clock import Clock
from lighting.downlink.transport import Batch, Incoming
from lighting.errors import TransportError
from lighting.testing.network_server import Message, NetworkServer

STEP_S = 1.0
"""How far time moves at a look when nothing happens, by the fake's clock."""


class FakeLink:
    """A ``MessageLink`` to an emulated network, without sockets.

    ``down`` stages an outage: nothing is taken or given. Every published message is kept in
    ``published``. What was yielded and not ``done`` comes again from the next ``messages()``, as a
    broker does when a client comes back.
    """

    def __init__(self, server: NetworkServer, *, clock: Clock, batch_max: int = 500) -> None:
        self.down = False
        self.published: list[Message] = []
        self._server = server
        self._clock = clock
        self._batch_max = batch_max
        self._waiting: list[Incoming] = []
        self._unrecorded: list[list[Incoming]] = []

    def is_up(self) -> bool:
        """Tell whether the staged outage is over."""
        return not self.down

    async def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Hand messages to the network at once.

        Raises:
            TransportError: while ``down``.
        """
        if self.down:
            raise TransportError("the fake broker is down")
        self.published += messages
        at_s = self._clock.now().timestamp()
        for topic, payload in messages:
            self._server.command(topic, payload, at_s)

    def inject(self, topic: str, payload: bytes) -> None:
        """Put a message of your own among those of the network: garbage, say."""
        self._waiting.append(Incoming(topic, payload, self._clock.now()))

    async def messages(self) -> AsyncIterator[Batch]:
        """Yield what the network says, letting time pass through the clock where it is silent."""
        self._waiting[:0] = [message for batch in self._unrecorded for message in batch]
        self._unrecorded = []
        while True:
            now = self._clock.now()
            said = self._server.advance(now.timestamp())
            self._waiting += [Incoming(topic, payload, now) for topic, payload in said]
            if self.down or not self._waiting:
                await self._clock.sleep(STEP_S)
                await asyncio.sleep(0)  # a clock that jumps must not starve other tasks
                continue
            taken = self._waiting[: self._batch_max]
            del self._waiting[: self._batch_max]
            self._unrecorded.append(taken)
            yield Batch(taken, partial(self._recorded, taken))

    def _recorded(self, taken: list[Incoming]) -> None:
        self._unrecorded = [batch for batch in self._unrecorded if batch is not taken]
