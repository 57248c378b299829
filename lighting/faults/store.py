"""FaultStore and NightReader: what finding and keeping faults needs from a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lighting.faults.fault import Fault
from lighting.faults.kinds import FaultKind
from lighting.faults.rows import Meters, Statuses, Values
from lighting.faults.settle import Changes
from lighting.faults.telling import Teller, tell_nobody
from lighting.identifiers import DevEui, LanternId


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultFilter:
    """Which faults: every part that is given must hold; ``is_open`` None is open and cleared."""

    is_open: bool | None = True
    kind: FaultKind | None = None
    subject: str | None = None
    acknowledged: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRows:
    """What some nodes told in a stretch of time; ``lantern`` is a place among those asked."""

    statuses: Statuses
    meters: Meters
    boots: Values
    tilts: Values


class FaultStore(Protocol):
    """Durable faults: at most one open fault has a kind and subject."""

    async def open_faults(self) -> list[Fault]:
        """Return all open faults, in order of id."""

    async def cleared_since(self, at: datetime) -> list[Fault]:
        """Return the faults that were cleared at ``at`` or later, in order of id."""

    async def write(self, changes: Changes, tell: Teller = tell_nobody) -> list[Fault]:
        """Write what changes, and what ``tell`` makes of it, in one transaction.

        Returns the opened faults with their ids. A fault that is open already is not opened again.
        Acknowledgements stay as they are, save of faults that came back.
        """

    async def find(
        self, where: FaultFilter, *, after: int | None = None, limit: int = 1000
    ) -> list[Fault]:
        """Return up to ``limit`` faults in the order of the work list, those after fault ``after``.

        Raises:
            NotFoundError: there is no fault ``after``.
        """

    async def ranked(self, where: FaultFilter) -> list[int]:
        """Return the ids of all faults of a filter, in the order of the work list."""

    async def those(self, fault_ids: Sequence[int]) -> list[Fault]:
        """Return these faults in this order; one that is not there any more is left out."""

    async def get(self, fault_id: int) -> Fault:
        """Return a fault.

        Raises:
            NotFoundError: there is none.
        """

    async def acknowledge(self, fault_id: int, *, at: datetime, by: str, reason: str) -> Fault:
        """Note that somebody knows of an open fault; the newest word counts.

        Raises:
            NotFoundError: there is no such fault that is open.
        """


class NightReader(Protocol):
    """What nodes told, as columns, and where people rely on light most."""

    async def sensitive(self) -> frozenset[LanternId]:
        """Return the lanterns at such places, as ``kinds.is_sensitive`` has it."""

    async def read(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime
    ) -> NightRows:
        """Return what these nodes told, start <= at < end, by node and time.

        Alerts of a lamp count as a status without a level, alerts of the mains as a reading of it.
        """
