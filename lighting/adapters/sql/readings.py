"""SqlReadingStore: what nodes said, by time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Table, select

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import METER, NOTE, STATUS
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui
from lighting.operations.records import MeterRow, Note, StatusRow

Said = TypeVar("Said", MeterRow, StatusRow, Note)


class SqlReadingStore:
    """Readings in the database; see ``lighting.operations.stores.ReadingStore``.

    The keys begin with the node and go on with the time: a node's stretch of time is one range of
    the table, however long its history is. All raise StoreError if the database cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meters_of(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime
    ) -> dict[DevEui, list[MeterRow]]:
        """Return the meter rows of these nodes, start <= at < end, in order of time."""
        return await self._said(METER, _meter, dev_euis, (start, end))

    async def statuses_of(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime
    ) -> dict[DevEui, list[StatusRow]]:
        """Return the statuses of these nodes, start <= at < end, in order of time."""
        return await self._said(STATUS, _status, dev_euis, (start, end))

    async def notes_of(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime, kind: str | None = None
    ) -> dict[DevEui, list[Note]]:
        """Return the notes on these nodes, start <= at < end, in order of time.

        With ``kind`` only those of one kind.
        """
        only = [] if kind is None else [NOTE.c.kind == kind]
        return await self._said(NOTE, _note, dev_euis, (start, end), *only)

    async def _said(
        self,
        table: Table,
        read: Callable[[Row[Any]], Said],
        dev_euis: Sequence[DevEui],
        stretch: tuple[datetime, datetime],
        *only: ColumnElement[bool],
    ) -> dict[DevEui, list[Said]]:
        start, end = map(to_ms, stretch)
        async with self._database.reading() as connection:
            query = (
                select(table)
                .where(among(connection, table.c.dev_eui, dev_euis))
                .where(table.c.at >= start, table.c.at < end, *only)
                .order_by(*table.primary_key.columns)
            )
            said = map(read, await connection.execute(query))
            return {key: list(rows) for key, rows in groupby(said, attrgetter("dev_eui"))}


def _meter(row: Row[Any]) -> MeterRow:
    return MeterRow(
        dev_eui=DevEui(row.dev_eui),
        at=from_ms(row.at),
        energy_wh=row.energy_wh,
        power_w=row.power_w,
        lamp_on_s=row.lamp_on_s,
        voltage_v=row.voltage_v,
    )


def _status(row: Row[Any]) -> StatusRow:
    return StatusRow(
        dev_eui=DevEui(row.dev_eui),
        at=from_ms(row.at),
        level=row.level,
        reason=row.reason,
        faults=row.faults,
        temperature_c=row.temperature_c,
    )


def _note(row: Row[Any]) -> Note:
    return Note(DevEui(row.dev_eui), from_ms(row.at), row.kind, row.text)
