"""The controller in a process of its own, on a clock that runs fast: to be killed.

It is what ``lamplighter serve`` runs, without the API. Time has to run fast because an order that
was lost with its process is tried again only when its reply time (90 s) and back-off are over.
"""

import asyncio
import sys
import time
from datetime import timedelta

from lighting.config import Settings
from lighting.operations.keeping import Keeper
from lighting.testing.clock import ScaledClock
from lighting.wiring import open_controller
from tests.system.street import MORNING

SPEED = 60.0


def shared_clock(zero_s: float) -> ScaledClock:
    """Return a clock that shows the same in all processes of a machine that are given ``zero_s``.

    ``zero_s`` is the machine's monotonic time at which it was MORNING.
    """
    passed_s = (time.monotonic() - zero_s) * SPEED
    return ScaledClock(start=MORNING + timedelta(seconds=passed_s), speed=SPEED)


async def control(zero_s: float) -> None:
    """Run the controller that the environment's settings describe, for ever."""
    async with open_controller(Settings(), clock=shared_clock(zero_s)) as controller:
        await Keeper(controller).run()


if __name__ == "__main__":
    asyncio.run(control(float(sys.argv[1])))
