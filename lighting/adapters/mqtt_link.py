"""MqttLink: a link to an MQTT broker that heals itself.

Theory of operation. One task keeps a connection, a new client for each, so that nothing half-sent
on an old one comes out later. What arrives goes into a bounded queue and from there in batches to
the consumer; it is acknowledged only when the consumer calls ``Batch.done()``, so a process killed
before its database write gets the message again. When the queue is full we stop reading: the
broker holds back the rest. Publishing returns when the broker has acknowledged all.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random
from ssl import SSLContext
from types import TracebackType
from typing import NamedTuple, Self

from lighting.adapters.mqtt import Connection
from lighting.adapters.mqtt_settings import MqttSettings
from lighting.clock import Clock
from lighting.downlink.transport import Batch, Incoming
from lighting.errors import TransportError

_LOG = logging.getLogger(__name__)

PUBLISH_CHUNK = 1000
"""Messages handed to the client at once; far below the 65,535 packet ids of MQTT."""

STABLE_S = 10.0
"""A connection that lasted this long was a good one: the next back-off starts small again."""

LULL_S = 0.005
"""A pause of this length ends a batch before its full wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """How the link stands, for the health page; ``problem`` is why it is down, in words."""

    connected: bool
    last_change: datetime
    connections: int = 0
    problem: str = "not connected yet"

    @property
    def reconnects(self) -> int:
        """How often the link came back."""
        return max(self.connections - 1, 0)


class _Held(NamedTuple):
    """A message in the queue, and where to acknowledge it (packet id 0: nowhere)."""

    message: Incoming
    connection: Connection
    mid: int


class MqttLink:
    """A link for one task that consumes ``messages`` and any that ``publish``.

    Use it as an async context; entering it does not wait for the broker. ``sleep`` waits between
    tries; ``rng`` scatters them, so that many clients do not come back in step.
    """

    def __init__(
        self,
        settings: MqttSettings,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: Random | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or Random()  # noqa: S311 - jitter is no secret
        self._tls: SSLContext | None = None
        self._queue: deque[_Held] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._up = asyncio.Event()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._state = LinkState(connected=False, last_change=clock.now())

    @property
    def state(self) -> LinkState:
        """How the link stands now."""
        return self._state

    async def __aenter__(self) -> Self:
        """Start connecting, in the background.

        Raises:
            TransportError: the TLS files cannot be used.
        """
        self._tls = self._settings.tls.context() if self._settings.tls else None
        self._task = asyncio.create_task(self._keep_connected(), name="mqtt-link")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect; ``messages`` ends. What was not ``done`` stays with the broker."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._arrived.set()

    def is_up(self) -> bool:
        """Tell whether the link is connected now."""
        return self._connection is not None

    async def wait_until_connected(self) -> None:
        """Wait for the present or the next connection."""
        await self._up.wait()

    async def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (topic, payload) pairs; return when the broker has acknowledged all.

        Raises:
            TransportError: no connection, or it was lost or too slow meanwhile, or the broker
                refused a message. Some may have been taken.
        """
        broker, timeout_s = self._settings.broker, self._settings.timeout_s
        for start in range(0, len(messages), PUBLISH_CHUNK):
            chunk = messages[start : start + PUBLISH_CHUNK]
            if self._connection is None:
                raise TransportError(f"MQTT broker {broker}: {self._state.problem}")
            try:
                async with asyncio.timeout(timeout_s):
                    await self._connection.publish_all(chunk)
            except TimeoutError:
                raise TransportError(
                    f"MQTT broker {broker} did not acknowledge {len(chunk)} messages within"
                    f" {timeout_s:g} s"
                ) from None

    async def messages(self) -> AsyncIterator[Batch]:
        """Yield batches: at most ``batch_max`` messages, or what came before a lull."""
        while True:
            await self._wait_for_batch()
            count = min(len(self._queue), self._settings.batch_max)
            held = [self._queue.popleft() for _ in range(count)]
            if len(self._queue) <= self._settings.queue_max // 2:
                self._room.set()
                if self._connection is not None:
                    self._connection.resume()
            if not held:
                return  # the link was left
            yield Batch([h.message for h in held], partial(self._acknowledge, held))

    async def _wait_for_batch(self) -> None:
        while not self._queue and self._task is not None:
            self._arrived.clear()
            await self._arrived.wait()
        loop, most, seen = asyncio.get_running_loop(), self._settings.batch_max, 0
        latest = loop.time() + self._settings.batch_wait_s
        while seen < len(self._queue) < most and loop.time() < latest:
            seen = len(self._queue)
            await asyncio.sleep(LULL_S)

    def _acknowledge(self, held: Sequence[_Held]) -> None:
        # Packet ids count per connection: what came by an older one comes again by itself.
        live = self._connection
        if live is not None:
            live.acknowledge([h.mid for h in held if h.mid and h.connection is live])

    def _take(self, connection: Connection, topic: str, payload: bytes, mid: int) -> None:
        self._queue.append(_Held(Incoming(topic, payload, self._clock.now()), connection, mid))
        self._arrived.set()
        if len(self._queue) >= self._settings.queue_max:
            self._room.clear()
            connection.pause()

    async def _keep_connected(self) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            try:
                await self._one_connection()
                problem = "the connection was lost"
            except TransportError as exc:
                problem = str(exc)
            self._note_down(problem)
            failures = 1 if loop.time() - began > STABLE_S else failures + 1
            longest = self._settings.back_off_first_s * 2 ** min(failures - 1, 16)
            longest = min(longest, self._settings.back_off_max_s)
            await self._sleep(longest * self._rng.uniform(0.5, 1.0))
            await self._room.wait()  # a full queue could not take what the broker sends again

    async def _one_connection(self) -> None:
        connection = Connection(self._settings, self._tls, self._take)
        try:
            await connection.open(self._settings.filters())
            self._connection = connection
            self._note_up()
            await connection.lost()
        finally:
            self._connection = None
            self._up.clear()
            await connection.close()

    def _note_up(self) -> None:
        self._up.set()
        _LOG.info("connected to MQTT broker %s", self._settings.broker)
        self._state = LinkState(
            connected=True,
            last_change=self._clock.now(),
            connections=self._state.connections + 1,
            problem="",
        )

    def _note_down(self, problem: str) -> None:
        if problem != self._state.problem:
            _LOG.warning("MQTT broker %s: %s", self._settings.broker, problem)
        changed = self._clock.now() if self._state.connected else self._state.last_change
        self._state = replace(self._state, connected=False, last_change=changed, problem=problem)
