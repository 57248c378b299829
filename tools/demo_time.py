"""How time passes in the demo: in steps, each taken only when the chain has settled.

A step is as long as the chosen speed allows and no longer than the work at hand bears: two seconds
while orders are on their way (a network server serves and a node answers within seconds), two
minutes in a quiet night: what is said in one is heard at its end. So a slow machine changes how
long the demo takes and nothing else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lighting.operations.controller import Controller
from lighting.operations.keeping import LOOPS
from lighting.testing.clock import SteppedClock
from lighting.testing.network import EmulatedNetwork
from lighting.testing.network_server import NetworkServer

BUSY_STEP = timedelta(seconds=2)
QUIET_STEP = timedelta(minutes=2)
QUIET_AFTER = timedelta(minutes=3)
"""No order sent for so long: what is on its way has been answered or lost (after 90 s)."""

SETTLE_S_MAX = 5.0
"""A chain that has not settled after this [s, real] has lost something; time goes on."""

PAUSE_S = 0.0005


@dataclass(slots=True, kw_only=True)
class DemoTime:
    """Drives the clock of a controller and its emulated network."""

    clock: SteppedClock
    controller: Controller
    network: EmulatedNetwork
    server: NetworkServer
    unsettled: int = field(default=0, init=False)

    async def run_until(
        self,
        until: Callable[[datetime], Awaitable[bool]],
        look: Callable[[], Awaitable[None]],
        *,
        speed: float,
    ) -> None:
        """Let time pass at ``speed`` until ``until`` says so; ``look`` is called all the while."""
        began_s, began = time.monotonic(), self.clock.now()
        while not await until(self.clock.now()):
            allowed = began + timedelta(seconds=(time.monotonic() - began_s) * speed)
            step = min(self._step(), allowed - self.clock.now())
            if step < BUSY_STEP / 2:
                await asyncio.sleep(PAUSE_S)
                continue
            self.clock.advance(step)
            await self.network.step()
            await self._settle()
            await look()

    def _step(self) -> timedelta:
        last = self.controller.dispatcher.last_sent_at
        quiet = last is None or self.clock.now() - last > QUIET_AFTER
        return QUIET_STEP if quiet else BUSY_STEP

    async def _settle(self) -> None:
        """Wait until all that was said has been heard and written down."""
        latest_s = time.monotonic() + SETTLE_S_MAX
        while not self._is_settled():
            if time.monotonic() > latest_s:
                self.unsettled += 1
                return
            await asyncio.sleep(PAUSE_S)

    def _is_settled(self) -> bool:
        heard = self.controller.recorder.heard.kinds.total()
        return (
            self.clock.asleep >= LOOPS
            and heard >= sum(self.server.sent.values())
            and self.network.commands >= self.controller.dispatcher.sent
        )
