"""How time passes in these tests: in steps, each taken when the chain has settled."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from lighting.errors import TransportError
from lighting.operations.controller import Controller
from lighting.operations.keeping import LOOPS
from lighting.testing.clock import SteppedClock
from lighting.testing.network import EmulatedNetwork
from lighting.testing.network_server import NetworkServer

BUSY_STEP = timedelta(seconds=2)
QUIET_STEP = timedelta(minutes=10)
QUIET_AFTER = timedelta(minutes=3)
PAUSE_S = 0.0005
SETTLE_S_MAX = 30.0
"""A chain that has not settled after this [s, real] never will."""

LULL_S = 0.5
"""When nothing has arrived for so long [s, real], nothing is on its way."""


@dataclass(slots=True, kw_only=True)
class Passing:
    """Moves the clock of a controller and its emulated network."""

    clock: SteppedClock
    controller: Controller
    network: EmulatedNetwork
    server: NetworkServer
    busy_step: timedelta = BUSY_STEP
    lost: int = field(default=0, init=False)
    lost_commands: int = field(default=0, init=False)
    """Messages that the broker took and never gave (it was killed), either way; strangers' messages
    count against them."""

    async def let_pass(self, duration: timedelta, *, settle: bool = True) -> None:
        """Let ``duration`` pass; without ``settle`` no message is waited for (servers are away)."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            step = self.busy_step if self._is_busy() else QUIET_STEP
            await self.step(min(step, end - self.clock.now()), settle=settle)

    async def until(
        self,
        holds: Callable[[], Awaitable[bool]],
        *,
        at_most: timedelta = timedelta(hours=1),
        look_every: timedelta = QUIET_STEP,
    ) -> None:
        """Let time pass until something holds.

        Raises:
            AssertionError: it does not, after ``at_most``.
        """
        latest = self.clock.now() + at_most
        while not await holds():
            assert self.clock.now() < latest, f"still not so after {at_most}"
            await self.let_pass(self.busy_step if self._is_busy() else look_every)

    async def step(self, step: timedelta, *, settle: bool = True) -> None:
        """Take one step."""
        self.clock.advance(step)
        with suppress(TransportError):  # the broker is away: messages wait for the next step
            await self.network.step()
        await self._settle(messages=settle)

    async def start_over(self) -> None:
        """Count from here: what has not arrived never will, and strangers' messages are over."""
        await self._network_back()
        before = (-1, -1)
        while before != (now := (self._heard(), self.network.commands)):
            before = now
            await asyncio.sleep(LULL_S)
        self.lost = sum(self.server.sent.values()) - self._heard()
        self.lost_commands = self.controller.dispatcher.sent - self.network.commands

    async def _network_back(self) -> None:
        # Its link and the controller's find the broker again each in its own time.
        async with asyncio.timeout(SETTLE_S_MAX):
            while True:
                with suppress(TransportError):
                    return await self.network.step()
                await asyncio.sleep(PAUSE_S)

    def _is_busy(self) -> bool:
        last = self.controller.dispatcher.last_sent_at
        return last is not None and self.clock.now() - last <= QUIET_AFTER

    async def _settle(self, *, messages: bool) -> None:
        latest_s = time.monotonic() + SETTLE_S_MAX
        while self.clock.asleep < LOOPS or (messages and not self._has_arrived()):
            assert time.monotonic() < latest_s, "messages were lost, or a loop is stuck"
            await asyncio.sleep(PAUSE_S)

    def _heard(self) -> int:
        return self.controller.recorder.heard.kinds.total()

    def _has_arrived(self) -> bool:
        commands = self.network.commands + self.lost_commands
        return (
            self._heard() + self.lost >= sum(self.server.sent.values())
            and commands >= self.controller.dispatcher.sent
        )
