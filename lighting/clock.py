"""Clock: what time it is and how to wait. No other module asks the machine for the time."""

import asyncio
from datetime import UTC, datetime
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
