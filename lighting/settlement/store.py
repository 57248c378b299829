"""What settlement needs from a database: the units, and every switching event."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from lighting.settlement.codes import SubMeterId, UnitRef
from lighting.settlement.events import SwitchingEvent
from lighting.settlement.units import SettlementUnit


class UnitStore(Protocol):
    """Units: one for each lantern."""

    async def put_units(self, units: Sequence[SettlementUnit]) -> None:
        """Add units, or replace those of the same lanterns; all of them or none.

        Raises:
            RefusedError: a unit reference is another lantern's.
            StoreError: the database cannot be written.
        """

    async def units(self, sub_meter: SubMeterId | None = None) -> list[SettlementUnit]:
        """Return the units of a sub-meter, or all, by unit reference."""


class EventStore(Protocol):
    """Switching events: only ever added, but for what was inferred, which may be inferred anew."""

    async def add_events(self, events: Sequence[SwitchingEvent]) -> int:
        """Add events; one that is there is left. Return how many were new."""

    async def infer_anew(
        self,
        units: Collection[UnitRef],
        events: Sequence[SwitchingEvent],
        *,
        start: datetime,
        end: datetime,
    ) -> None:
        """Put ``events`` in the place of what was inferred of ``units``, start <= at < end.

        What is of quality inferred or default goes; what is actual stays. One transaction: the same
        twice changes nothing.
        """

    async def events_of(
        self, units: Collection[UnitRef], *, start: datetime, end: datetime
    ) -> list[SwitchingEvent]:
        """Return the events of units, start <= at < end, by unit and time.

        Before them, for each unit, come those of the last instant before ``start`` that has any:
        the state in force when the stretch begins.
        """
