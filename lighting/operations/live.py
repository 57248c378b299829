"""Feed: what was just stored, for whoever listens. It is no truth: the database is.

One ring of the latest samples serves all listeners; each knows only how far it has read. One that
is so slow that the ring has passed it over is told so, and no listener ever costs memory.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from lighting.errors import UnavailableError
from lighting.sensing.series import Sample

KEPT = 10_000
"""Samples in the ring: some seconds of a whole city, minutes of a usual day."""

LISTENERS_MAX = 100
"""Each costs a connection; a page that shows live values needs one."""


class FeedFullError(UnavailableError):
    """As many listen already as we serve."""

    def __init__(self) -> None:
        super().__init__(f"{LISTENERS_MAX} clients listen already; try again later")


class FeedClosedError(Exception):
    """The program stops; listeners are let go."""


class PassedOverError(Exception):
    """A listener was too slow, or was away too long: samples after its place are gone."""


@dataclass(frozen=True, slots=True)
class Live:
    """A stored sample and its number in the feed."""

    number: int
    sample: Sample


class Feed:
    """The latest samples, numbered from 1. ``name`` tells one run of the program from another."""

    def __init__(self, name: str, *, kept: int = KEPT) -> None:
        self.name = name
        self.listeners = 0
        self._ring: deque[Live] = deque(maxlen=kept)
        self._last = 0
        self._news = asyncio.Event()
        self._closed = False

    def close(self) -> None:
        """Let all listeners go, so that a server can stop without waiting for them."""
        self._closed = True
        self._news.set()

    @property
    def last(self) -> int:
        """The number of the newest sample; 0 if there was none."""
        return self._last

    def publish(self, samples: Iterable[Sample]) -> None:
        """Add samples that were stored, and wake who listens."""
        before = self._last
        for sample in samples:
            self._last += 1
            self._ring.append(Live(self._last, sample))
        if self._last > before:
            self._news.set()
            self._news = asyncio.Event()

    def check_room(self) -> None:
        """Refuse one more listener where there are enough.

        Raises:
            FeedFullError: there are too many.
        """
        if self.listeners >= LISTENERS_MAX:
            raise FeedFullError

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count a listener while it listens."""
        self.listeners += 1
        try:
            yield
        finally:
            self.listeners -= 1

    def still_has(self, number: int) -> bool:
        """Return whether all samples after ``number`` are still in the ring."""
        return number >= self._last - len(self._ring)

    async def after(self, number: int, *, wait_s: float) -> list[Live]:
        """Return the samples after ``number``; wait for some for up to ``wait_s``.

        Raises:
            PassedOverError: some of them are gone already.
            FeedClosedError: the program stops.
        """
        if number >= self._last and not self._closed:
            try:
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
            except TimeoutError:
                return []
        if self._closed:
            raise FeedClosedError
        if not self.still_has(number):
            raise PassedOverError
        first = self._last - len(self._ring) + 1
        return list(islice(self._ring, number + 1 - first, None))
