"""EmulatedNetwork: runs a ``NetworkServer`` on a real broker, as ChirpStack would be there."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from lighting.clock import Clock
from lighting.downlink.transport import MessageLink
from lighting.errors import TransportError
from lighting.testing.network_server import Message, NetworkServer

_LOG = logging.getLogger(__name__)

SUBSCRIPTIONS = ("application/+/device/+/command/+",)
"""What the link of an emulated network subscribes to."""

STEP_S = 0.01
"""How long it rests between two looks at the clock, in real time."""

WAITING_MAX = 100_000
"""Messages kept while the broker is away; ChirpStack keeps none at its default QoS 0."""


class EmulatedNetwork:
    """A network server's process: commands from the broker in, events to the broker out.

    The clock may be scaled: events carry the instants at which they happened, and ``behind_s``
    says how far the emulation lags behind the clock.
    """

    def __init__(self, server: NetworkServer, *, link: MessageLink, clock: Clock) -> None:
        self._server = server
        self._link = link
        self._clock = clock
        self._waiting: deque[Sequence[Message]] = deque()
        self.dropped = 0
        self.commands = 0

    @property
    def behind_s(self) -> float:
        """How far [s of the clock] the emulation lags."""
        return max(self._clock.now().timestamp() - self._server.next_s, 0.0)

    async def run(self) -> None:
        """Run until cancelled, through all failures of the broker."""
        self.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.take_commands(), name="emulated-network-commands")
            group.create_task(self._let_time_pass(), name="emulated-network-time")

    def start(self) -> None:
        """Switch the lanterns on; for who calls ``step`` instead of ``run``."""
        self._server.start(self._clock.now().timestamp())

    async def take_commands(self) -> None:
        """Take commands from the broker, for ever."""
        async for batch in self._link.messages():
            at_s = self._clock.now().timestamp()
            for message in batch.messages:
                self._server.command(message.topic, message.payload, at_s)
            self.commands += len(batch.messages)
            await batch.done()

    async def step(self) -> None:
        """Let happen what is due by the clock, and publish it.

        Raises:
            TransportError: the broker is away; what was to be published waits for the next step.
        """
        messages = self._server.advance(self._clock.now().timestamp())
        if messages:
            self._keep(messages)
        while self._waiting:
            await self._link.publish(self._waiting[0])
            self._waiting.popleft()

    async def _let_time_pass(self) -> None:
        while True:
            try:
                await self.step()
            except TransportError as exc:
                _LOG.info("emulated network: %s; %d batches wait", exc, len(self._waiting))
                await asyncio.sleep(1.0)
            await asyncio.sleep(0 if self.behind_s else STEP_S)

    def _keep(self, messages: Sequence[Message]) -> None:
        self._waiting.append(messages)
        while sum(map(len, self._waiting)) > WAITING_MAX:
            self.dropped += len(self._waiting.popleft())
