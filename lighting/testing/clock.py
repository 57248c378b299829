"""Clocks to test with: one that moves only when it is told to, one that runs fast."""

import asyncio
import heapq
import time
from datetime import datetime, timedelta
from itertools import count


class SteppedClock:
    """A clock for tests and demos. ``asleep`` counts the tasks that wait for it."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Return the present instant (aware UTC)."""
        return self._now

    async def sleep(self, delay_s: float) -> None:
        """Wait until the clock has been moved by ``delay_s`` seconds or more."""
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due = self._now + timedelta(seconds=delay_s)
        heapq.heappush(self._sleepers, (due, next(self._order), wake))
        await wake

    @property
    def asleep(self) -> int:
        """How many tasks wait for the clock."""
        return sum(1 for _, _, wake in self._sleepers if not wake.done())

    def advance(self, by: timedelta) -> None:
        """Move time forward and wake those whose time has come, the earliest first.

        Raises:
            ValueError: time cannot be moved back.
        """
        if by < timedelta():
            raise ValueError(f"time cannot be moved by {by}")
        self._now += by
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                wake.set_result(None)


class ScaledClock:
    """Time that runs ``speed`` times as fast as the machine's, from a chosen start."""

    def __init__(self, *, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._zero_s = time.monotonic()

    def now(self) -> datetime:
        """Return the present instant (aware UTC)."""
        return self._start + timedelta(seconds=(time.monotonic() - self._zero_s) * self._speed)

    async def sleep(self, delay_s: float) -> None:
        """Wait for ``delay_s`` seconds of this clock."""
        await asyncio.sleep(delay_s / self._speed)
