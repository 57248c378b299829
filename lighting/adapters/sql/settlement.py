"""SqlUnitStore and SqlEventStore: units of settlement, and every switching event."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import Upsert, among, insert_rows
from lighting.adapters.sql.columns import placed
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.settlement_tables import EVENT, UNIT
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.settlement.codes import ChargeCode, Regime, SubMeterId, UnitRef
from lighting.settlement.events import Quality, Source, SwitchingEvent
from lighting.settlement.units import SettlementUnit

_UNIT_COLUMNS = ("lantern_id", "sub_meter_id", "unit_ref", "items", "regime", "charge_code")
_EVENT_COLUMNS = ("unit_ref", "at", "source", "quality", "power_pct")
_ONCE = Upsert(key=_EVENT_COLUMNS)


class SqlUnitStore:
    """Units in the database; see ``lighting.settlement.store.UnitStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_units(self, units: Sequence[SettlementUnit]) -> None:
        """Add units, or replace those of the same lanterns; all of them or none.

        Raises:
            RefusedError: a unit reference is another lantern's.
            StoreError: the database cannot be written.
        """
        new = {unit.lantern_id: unit for unit in units}
        rows = [tuple(getattr(unit, name) for name in _UNIT_COLUMNS) for unit in new.values()]
        async with self._database.writing() as connection:
            # Out of each other's way first: two lanterns may exchange their references.
            await connection.execute(delete(UNIT).where(among(connection, UNIT.c.lantern_id, new)))
            await _check_free(connection, new.values())
            await insert_rows(connection, UNIT, _UNIT_COLUMNS, rows)

    async def units(self, sub_meter: SubMeterId | None = None) -> list[SettlementUnit]:
        """Return the units of a sub-meter, or all, by unit reference.

        Raises:
            StoreError: the database cannot be read.
        """
        query = select(UNIT).order_by(UNIT.c.unit_ref)
        if sub_meter is not None:
            query = query.where(UNIT.c.sub_meter_id == sub_meter)
        async with self._database.reading() as connection:
            return [_unit(row) for row in await connection.execute(query)]


async def _check_free(connection: AsyncConnection, units: Iterable[SettlementUnit]) -> None:
    """Refuse references that two lanterns would have; those of ``units`` are out of the table."""
    wanted: dict[str, str] = {}
    for unit in units:
        if unit.unit_ref in wanted:
            raise _taken(unit.unit_ref, wanted[unit.unit_ref], unit.lantern_id)
        wanted[unit.unit_ref] = unit.lantern_id
    held = select(UNIT.c.unit_ref, UNIT.c.lantern_id)
    held = held.where(among(connection, UNIT.c.unit_ref, wanted)).order_by(UNIT.c.unit_ref)
    first = (await connection.execute(held)).first()
    if first is not None:
        raise _taken(first.unit_ref, first.lantern_id, wanted[first.unit_ref])


def _taken(unit_ref: str, holder: str, asked: str) -> RefusedError:
    return RefusedError(
        f"unit reference {unit_ref} is lantern {holder}'s and cannot be {asked}'s too;"
        " give each lantern its own"
    )


class SqlEventStore:
    """Switching events in the database; see ``lighting.settlement.store.EventStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_events(self, events: Sequence[SwitchingEvent]) -> int:
        """Add events; one that is there is left. Return how many were new."""
        if not events:
            return 0
        async with self._database.writing() as connection:
            before = await _count(connection, events)
            await _insert(connection, events)
            return await _count(connection, events) - before

    async def infer_anew(
        self,
        units: Collection[UnitRef],
        events: Sequence[SwitchingEvent],
        *,
        start: datetime,
        end: datetime,
    ) -> None:
        """Put ``events`` in the place of what was inferred of ``units``, start <= at < end."""
        async with self._database.writing() as connection:
            old = (
                delete(EVENT)
                .where(among(connection, EVENT.c.unit_ref, units))
                .where(EVENT.c.at >= to_ms(start), EVENT.c.at < to_ms(end))
                .where(EVENT.c.quality != Quality.ACTUAL.value)
            )
            await connection.execute(old)
            await _insert(connection, events)

    async def events_of(
        self, units: Collection[UnitRef], *, start: datetime, end: datetime
    ) -> list[SwitchingEvent]:
        """Return the events of units, start <= at < end, by unit and time.

        Before them, for each unit, come those of the last instant before ``start`` that has any.
        """
        first, last = to_ms(start), to_ms(end)
        async with self._database.reading() as connection:
            asked, _ = placed(connection, sorted(set(units)), EVENT.c.unit_ref.type)
            before = EVENT.alias("before")
            in_force = (
                select(func.max(before.c.at))
                .where(before.c.unit_ref == asked.c.value, before.c.at < first)
                .scalar_subquery()
            )  # one look into the key for each unit, however long its history is
            query = (
                select(EVENT)
                .select_from(asked)
                .join(EVENT, EVENT.c.unit_ref == asked.c.value)
                .where(EVENT.c.at >= func.coalesce(in_force, first), EVENT.c.at < last)
                .order_by(*EVENT.primary_key.columns)
            )
            return [_event(row) for row in await connection.execute(query)]


async def _count(connection: AsyncConnection, events: Sequence[SwitchingEvent]) -> int:
    """Return how many events there are of the units and the time that ``events`` span."""
    times = [to_ms(event.at) for event in events]
    units = {event.unit_ref for event in events}
    query = (
        select(func.count())
        .select_from(EVENT)
        .where(among(connection, EVENT.c.unit_ref, units))
        .where(EVENT.c.at.between(min(times), max(times)))
    )
    counted = await connection.execute(query)
    return int(counted.scalar_one())


async def _insert(connection: AsyncConnection, events: Sequence[SwitchingEvent]) -> None:
    rows = sorted({_row(event) for event in events})
    await insert_rows(connection, EVENT, _EVENT_COLUMNS, rows, existing=_ONCE)


def _row(event: SwitchingEvent) -> tuple[str, int, str, str, int]:
    return (
        event.unit_ref,
        to_ms(event.at),
        event.source.value,
        event.quality.value,
        event.power_pct,
    )


def _event(row: Row[Any]) -> SwitchingEvent:
    return SwitchingEvent(
        unit_ref=UnitRef(row.unit_ref),
        at=from_ms(row.at),
        power_pct=row.power_pct,
        source=Source(row.source),
        quality=Quality(row.quality),
    )


def _unit(row: Row[Any]) -> SettlementUnit:
    return SettlementUnit(
        lantern_id=LanternId(row.lantern_id),
        sub_meter_id=SubMeterId(row.sub_meter_id),
        unit_ref=UnitRef(row.unit_ref),
        items=row.items,
        regime=Regime(row.regime),
        charge_code=ChargeCode(row.charge_code),
    )
