"""SqlOldNights: nights of the past: found, added up, and deleted once they are archived."""

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    String,
    cast,
    delete,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import NIGHT
from lighting.operations.night_sums import MonthSums
from lighting.operations.packed_nights import MICRO_WH_PER_KWH, MS_PER_HOUR, Row

_MONTH = func.substr(NIGHT.c.night, 1, 7)
_SUMMED = (
    ("metered_kwh", MICRO_WH_PER_KWH),
    ("modelled_kwh", MICRO_WH_PER_KWH),
    ("baseline_kwh", MICRO_WH_PER_KWH),
    ("metered_hours", MS_PER_HOUR),
    ("modelled_hours", MS_PER_HOUR),
)
_UNKNOWN = "unknown"


class SqlOldNights:
    """Old nights in the database; see ``lighting.operations.archive_nights.OldNights``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first_evening(self, since: date = date.min) -> date | None:
        """Return the earliest night of which there are rows, from ``since`` on.

        Raises:
            StoreError: the database cannot be read.
        """
        query = select(func.min(NIGHT.c.night)).where(NIGHT.c.night >= since.isoformat())
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).scalar()
        return None if found is None else date.fromisoformat(found)

    async def forget(self, evening: date, rows: Sequence[Row]) -> bool:
        """Delete a night's rows if they are exactly these; return whether they were.

        Raises:
            StoreError: the database cannot do it; nothing was deleted.
        """
        given = {str(row["lantern_id"]): dict(row) for row in rows}
        night = NIGHT.c.night == evening.isoformat()
        query = select(NIGHT.c.lantern_id, NIGHT.c.figures).where(night).with_for_update()
        async with self._database.writing() as connection:
            told = {"night": evening.isoformat()}
            found = {
                lantern_id: {**told, "lantern_id": lantern_id, **json.loads(figures)}
                for lantern_id, figures in await connection.execute(query)
            }
            if found != given:
                return False
            # By their ids, so that a row that comes meanwhile stays.
            theirs = among(connection, NIGHT.c.lantern_id, list(given))
            await connection.execute(delete(NIGHT).where(night, theirs))
        return True

    async def sums(self, *, first: date, last: date) -> list[MonthSums]:
        """Return the sums of each lantern and month over nights ``first`` to ``last``.

        Figures are whole µWh and ms, rounded row by row, so that sums are exact. SQLite rounds a
        half away from zero, where a report rounds to the even number: at most 1 µWh of a row.

        Raises:
            StoreError: the database cannot be read.
        """
        whole = [
            func.coalesce(func.sum(cast(func.round(self._figure(name) * scale), BigInteger)), 0)
            for name, scale in _SUMMED
        ]
        unknown = func.count(self._figure_text(_UNKNOWN))
        query = (
            select(NIGHT.c.lantern_id, _MONTH, *whole, func.count() - unknown, unknown)
            .where(NIGHT.c.night.between(first.isoformat(), last.isoformat()))
            .group_by(NIGHT.c.lantern_id, _MONTH)
        )
        async with self._database.reading() as connection:
            return [
                MonthSums(lantern_id, int(month[:4]), int(month[5:]), *map(int, figures))
                for lantern_id, month, *figures in await connection.execute(query)
            ]

    def _figure(self, name: str) -> ColumnElement[float]:
        return cast(self._figure_text(name), Float(53))

    def _figure_text(self, name: str) -> ColumnElement[str]:
        if self._database.kind == "sqlite":
            return func.json_extract(NIGHT.c.figures, f"$.{name}", type_=String)
        return type_coerce(cast(NIGHT.c.figures, JSONB)[name].astext, String)
