"""What is kept of carbon intensity, where more of it comes from, and when to ask again."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lighting.energy.half_hours import start_of
from lighting.energy.intensity import IntensityRow, Quality, Region

OPEN_FOR = timedelta(days=2)
"""How long after its end a half-hour's figure may still come or change. Our choice, unsourced."""


@dataclass(frozen=True, slots=True)
class StoredIntensity:
    """A half-hour that is kept, when it was fetched (aware UTC), and where it is from."""

    row: IntensityRow
    fetched_at: datetime
    source: str

    def is_settled(self, region: Region) -> bool:
        """Return whether asking again can tell nothing new.

        An actual value is final. Otherwise (a forecast, a zero, nothing) the half-hour is settled
        if it was fetched when its figures were no longer open. A contradiction never is.
        """
        quality = self.row.quality(region)
        if quality in {Quality.ACTUAL, Quality.CONFLICT}:
            return quality is Quality.ACTUAL
        return self.fetched_at >= start_of(self.row.half_hour + 1) + OPEN_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source said about half-hours ``first`` to before ``end``: those it has, in order."""

    first: int
    end: int
    rows: tuple[IntensityRow, ...]


class IntensityStore(Protocol):
    """Half-hours of carbon intensity in a database."""

    async def half_hours(self, region: Region, *, first: int, end: int) -> list[StoredIntensity]:
        """Return what is kept of half-hours ``first`` to before ``end``, in order."""

    async def put(
        self, region: Region, rows: Sequence[IntensityRow], *, source: str, at: datetime
    ) -> None:
        """Keep ``rows``, one a half-hour, in the place of what was kept of them."""


class IntensitySource(Protocol):
    """A service that publishes carbon intensity."""

    @property
    def name(self) -> str:
        """What it is called, with its licence."""

    def answers(self, region: Region, *, first: int, end: int) -> AsyncIterator[Answer]:
        """Ask about half-hours ``first`` to before ``end``; yield its answers, in order.

        Raises:
            IntensityAwayError: it does not answer as it should, after several tries.
            IntensityRefusedError: it refuses the question.
            MessageError: its answer cannot be understood.
        """
