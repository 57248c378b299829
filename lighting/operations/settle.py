"""Settlement: units from the inventory, half-hours from events, the default by the sun."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from lighting.inventory.store import LanternFilter, LanternStore
from lighting.settlement.codes import ChargeCode, Regime, SubMeterId
from lighting.settlement.equivalent_meter import HalfHourly, UnitLoad, equivalent_meter
from lighting.settlement.events import FULL_PCT
from lighting.settlement.half_hours import days_between, start_of
from lighting.settlement.power_curve import PowerCurve
from lighting.settlement.reference_tables import ReferenceTables
from lighting.settlement.store import EventStore, UnitStore
from lighting.settlement.stretches import MS_PER_S, DefaultSwitching, Window, window_of
from lighting.settlement.units import InventoryLoad, Proposal, propose_units
from schedules.level import OFF
from schedules.night import Night
from schedules.site import Site
from schedules.sun import night_sun

PAGE = 2000
"""Units whose events are in memory together when half-hours are worked out."""

_DAY = timedelta(days=1)


class Settlement:
    """Proposes units and works out half-hours."""

    def __init__(self, units: UnitStore, events: EventStore, lanterns: LanternStore) -> None:
        self.units = units
        self.events = events
        self._lanterns = lanterns

    async def propose(
        self, where: LanternFilter, *, sub_meter: SubMeterId, switched_by: Regime, prefix: str
    ) -> Proposal:
        """Propose units for the lanterns of ``where`` that have none; nothing is written.

        Raises:
            SettlementValueError: a prefix that cannot be, or one with no numbers left.
            StoreError: the database could not be read.
        """
        there = await self.units.units()
        have = {unit.lantern_id for unit in there}
        loads = [
            InventoryLoad(
                lantern_id=each.lantern.lantern_id,
                lamp=each.lantern.lamp,
                power_w=each.lantern.power_w,
            )
            async for chunk in self._lanterns.every(where)
            for each in chunk
            if each.lantern.lantern_id not in have
        ]
        return propose_units(
            loads,
            sub_meter=sub_meter,
            switched_by=switched_by,
            prefix=prefix,
            taken=(unit.unit_ref for unit in there),
        )

    async def half_hours(
        self,
        first: date,
        last: date,
        *,
        sub_meter: SubMeterId | None,
        default: DefaultSwitching,
        tables: ReferenceTables,
        curves: Mapping[ChargeCode, PowerCurve],
    ) -> HalfHourly:
        """Return the half-hourly energy of the UTC days ``first`` to ``last``, both included.

        Raises:
            SettlementValueError: the days or the default cannot be.
            UnknownWattsError: charge codes whose watts nothing states.
            StoreError: the database could not be read.
        """
        window = window_of(first, last)
        units = await self.units.units(sub_meter)
        watts = tables.all_watts({unit.charge_code for unit in units})
        loads = [
            UnitLoad(
                unit_ref=unit.unit_ref,
                items=unit.items,
                circuit_w=watts[unit.charge_code],
                curve=curves.get(unit.charge_code),
            )
            for unit in units
        ]
        total = equivalent_meter([], [], default=default, window=window)
        for page in _pages(loads):
            events = await self.events.events_of(
                [load.unit_ref for load in page],
                start=start_of(window.first),
                end=start_of(window.first + window.count),
            )
            total = total.plus(equivalent_meter(page, events, default=default, window=window))
        return total


def dusk_to_dawn(site: Site, window: Window) -> DefaultSwitching:
    """Return full power from sunset to sunrise and off by day, as the default of ``window``.

    Where the sun does not set, or not rise, the night is lit from its start, or to its end: nothing
    is zero because a time is not known.
    """
    first = start_of(window.first).date() - 2 * _DAY
    last = start_of(window.first + window.count).date()
    changes: dict[int, int] = {}
    for evening in days_between(first, last):
        night = Night(site=site, evening=evening)
        sun = night_sun(night)
        changes[_ms(sun.sunset or night.start)] = FULL_PCT
        changes[_ms(sun.sunrise or night.end)] = OFF
    at_ms = sorted(changes)
    return DefaultSwitching(np.array(at_ms), np.array([changes[at] for at in at_ms]))


def _ms(at: datetime) -> int:
    return round((at - start_of(0)).total_seconds() * MS_PER_S)


def _pages(loads: Sequence[UnitLoad]) -> Iterator[Sequence[UnitLoad]]:
    for start in range(0, len(loads), PAGE):
        yield loads[start : start + PAGE]
