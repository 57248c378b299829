"""BaselineStore: what baselines need from a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lighting.energy.adjustments import Recorded
from lighting.energy.snapshot import BaselineSnapshot, SnapshotHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHeader:
    """A version of a named snapshot, without its entries; ``saved_at`` is aware UTC."""

    header: SnapshotHeader
    version: int
    lanterns: int
    fingerprint: str
    saved_at: datetime
    saved_by: str

    @property
    def label(self) -> str:
        """What reports call it: ``before-led version 2 (3f9a0c12)``."""
        return f"{self.header.name} version {self.version} ({self.fingerprint[:8]})"


class BaselineStore(Protocol):
    """Durable snapshots, never changed, and the adjustments recorded beside them.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    async def save(self, snapshot: BaselineSnapshot, *, at: datetime, by: str) -> StoredHeader:
        """Write the next version of a name, or return the newest if it holds the same."""

    async def headers(self) -> list[StoredHeader]:
        """Return every version of every snapshot, by name and version."""

    async def find(self, name: str, version: int | None = None) -> StoredHeader | None:
        """Return a version, the newest if none is given, or None."""

    async def load(self, stored: StoredHeader) -> BaselineSnapshot:
        """Return a version with all its entries."""

    async def record(self, stored: StoredHeader, adjustments: Sequence[Recorded]) -> None:
        """Add adjustments to a version."""

    async def adjustments(self, stored: StoredHeader) -> list[Recorded]:
        """Return the adjustments of a version, in the order in which they were recorded."""
