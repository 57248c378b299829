"""SqlIntensityStore: carbon intensity by region and half-hour, with its source."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lighting.adapters.sql.bulk import Upsert, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.intensity_tables import INTENSITY
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.energy.intensity import IntensityRow, Region
from lighting.energy.intensity_store import StoredIntensity

_KEY = ("region_id", "half_hour")
_FIGURES = ("forecast_g_per_kwh", "actual_g_per_kwh", "conflict", "fetched_at", "source")
_LATER_COMES = Upsert(key=_KEY, columns=_FIGURES)


class SqlIntensityStore:
    """Half-hours in the database; see ``lighting.energy.intensity_store.IntensityStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def half_hours(self, region: Region, *, first: int, end: int) -> list[StoredIntensity]:
        """Return what is kept of half-hours ``first`` to before ``end``, in order.

        Raises:
            StoreError: the database cannot be read.
        """
        query = (
            select(*(INTENSITY.c[name] for name in ("half_hour", *_FIGURES)))
            .where(
                INTENSITY.c.region_id == region.value,
                INTENSITY.c.half_hour >= first,
                INTENSITY.c.half_hour < end,
            )
            .order_by(INTENSITY.c.half_hour)
        )
        async with self._database.reading() as connection:
            return [
                StoredIntensity(
                    IntensityRow(half_hour, forecast, actual, conflict=bool(conflict)),
                    from_ms(fetched_at),
                    source,
                )
                for half_hour, forecast, actual, conflict, fetched_at, source in (
                    await connection.execute(query)
                )
            ]

    async def put(
        self, region: Region, rows: Sequence[IntensityRow], *, source: str, at: datetime
    ) -> None:
        """Keep ``rows``, one a half-hour, in the place of what was kept of them.

        Raises:
            StoreError: the database cannot be written; nothing of it is kept.
        """
        fetched_at = to_ms(at)
        written = (
            (
                region.value,
                row.half_hour,
                row.forecast_g_per_kwh,
                row.actual_g_per_kwh,
                row.conflict,
                fetched_at,
                source,
            )
            for row in rows
        )
        async with self._database.writing() as connection:
            columns = (*_KEY, *_FIGURES)
            await insert_rows(connection, INTENSITY, columns, written, existing=_LATER_COMES)
