"""Clock: what time it is and how to wait. No other module asks the machine for the time."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of time; loops wait through it, so that a test or a demo can move it."""

    def now(self) -> datetime:
        """Return the present instant (aware UTC)."""

    async def sleep(self, delay_s: float) -> None:
        """Wait for ``delay_s`` seconds of this clock."""


class SystemClock:
    """The machine's clock, kept from running backwards.

    When the machine's time is set back, time stands still here until it has caught up: an order
    never seems younger than it is, and no air time is counted as long past when it is not.
    """

    def __init__(self) -> None:
        self._latest = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the present instant (aware UTC), never earlier than the one before."""
        self._latest = max(self._latest, datetime.now(UTC))
        return self._latest

    async def sleep(self, delay_s: float) -> None:
        """Wait for ``delay_s`` seconds."""
        await asyncio.sleep(delay_s)


class ScaledClock:
    """Time that runs ``speed`` times as fast as the machine's, from a chosen start."""

    def __init__(self, *, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._zero_s = time.monotonic()
        self._held_s = 0.0
        self._hold_began_s: float | None = None

    def now(self) -> datetime:
        """Return the present instant (aware UTC)."""
        real_s = (self._hold_began_s or time.monotonic()) - self._zero_s - self._held_s
        return self._start + timedelta(seconds=real_s * self._speed)

    async def sleep(self, delay_s: float) -> None:
        """Wait for ``delay_s`` seconds of scaled time (not counting holds that begin meanwhile)."""
        await asyncio.sleep(delay_s / self._speed)

    def hold(self) -> None:
        """Let time stand still until ``release``: the chain behind has to catch up."""
        if self._hold_began_s is None:
            self._hold_began_s = time.monotonic()

    def release(self) -> None:
        """Let time run on from where it was held."""
        if self._hold_began_s is not None:
            self._held_s += time.monotonic() - self._hold_began_s
            self._hold_began_s = None
