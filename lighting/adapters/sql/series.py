"""SqlSeriesStore: samples by series and time, and where the add-ons are that gave them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql import buckets, measuring
from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.sample_rows import SeriesRow, key_of, sample_of_row
from lighting.adapters.sql.sensing_tables import ADD_ON, SAMPLE, SERIES
from lighting.adapters.sql.stays import PLACE, place_of, stays
from lighting.adapters.sql.tables import LANTERN
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui
from lighting.sensing.rollup import Point
from lighting.sensing.series import UNTRUSTED, Place, Quality, Sample, SeriesKey, Stay
from lighting.sensing.store import SensingBatch, Stored

_TRUSTED = SAMPLE.c.quality.op("&")(int(UNTRUSTED)) == 0
_KEY = (SERIES.c.dev_eui, SERIES.c.quantity, SERIES.c.channel)


class SqlSeriesStore:
    """Samples in the database; see ``lighting.sensing.store.MeasurementStore``.

    Every method but ``close_buckets`` is one transaction; all raise StoreError if the database
    cannot do it. It remembers the ids of series, which never change.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[SeriesRow, int] = {}

    async def record(self, batch: SensingBatch) -> Stored:
        """Record a batch in one transaction; the same batch again changes nothing."""
        async with self._database.writing() as connection:
            stored, fresh = await measuring.record(connection, batch, self._ids)
        self._ids |= fresh  # only now are they there for good
        return stored

    async def close_buckets(self, at: datetime) -> list[Sample]:
        """Store the buckets whose time is over as samples; forget what is past restating."""
        closed: list[Sample] = []
        more = True
        while more:
            async with self._database.writing() as connection:
                samples, more = await buckets.close(connection, at)
            closed += samples
        async with self._database.writing() as connection:
            await buckets.forget(connection, at)
        return closed

    async def latest(self, dev_euis: Sequence[DevEui]) -> list[Sample]:
        """Return the newest trusted sample of each series of these add-ons, in order."""
        newest = _newest()
        both = and_(SAMPLE.c.series_id == SERIES.c.series_id, SAMPLE.c.at == newest)
        now = and_(ADD_ON.c.dev_eui == SERIES.c.dev_eui, ADD_ON.c.stream_id == SERIES.c.stream_id)
        query = (
            select(SAMPLE, *_KEY)
            .select_from(SERIES.join(SAMPLE, both).join(ADD_ON, now))
            .where(_TRUSTED, SAMPLE.c.at >= ADD_ON.c.added_at)
            .order_by(*_KEY, SAMPLE.c.at)
        )
        async with self._database.reading() as connection:
            query = query.where(among(connection, SERIES.c.dev_eui, dev_euis))
            return [sample_of_row(row, key_of(row)) for row in await connection.execute(query)]

    async def history(
        self, key: SeriesKey, *, start: datetime, end: datetime, stream_id: str | None = None
    ) -> list[Sample]:
        """Return the samples of a series, start <= at < end, in order of time, flagged ones too."""
        query = _between(select(SAMPLE), key, start, end)
        if stream_id is not None:
            of_stream = select(SERIES.c.series_id).where(SERIES.c.stream_id == stream_id)
            query = query.where(SAMPLE.c.series_id.in_(of_stream))
        async with self._database.reading() as connection:
            return [sample_of_row(row, key) for row in await connection.execute(query)]

    async def points(self, key: SeriesKey, *, start: datetime, end: datetime) -> list[Point]:
        """Return the same as ``history``, as points for roll-ups: in half the time."""
        columns = (SAMPLE.c.at, SAMPLE.c.value, SAMPLE.c.quality)
        async with self._database.reading() as connection:
            rows = await connection.execute(_between(select(*columns), key, start, end))
            return [(from_ms(at), value, _QUALITIES[quality]) for at, value, quality in rows]

    async def before(self, key: SeriesKey, at: datetime) -> Sample | None:
        """Return the last sample of a series before ``at`` that can be trusted, or None."""
        query = (
            select(SAMPLE)
            .where(SAMPLE.c.series_id.in_(_ids(key)), SAMPLE.c.at < to_ms(at), _TRUSTED)
            .order_by(SAMPLE.c.at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else sample_of_row(row, key)

    async def keys(self, dev_euis: Sequence[DevEui] | None = None) -> list[SeriesKey]:
        """Return the series that these add-ons have, in order; of all if none are named."""
        query = select(*_KEY).distinct().order_by(*_KEY)
        async with self._database.reading() as connection:
            if dev_euis is not None:
                query = query.where(among(connection, SERIES.c.dev_eui, dev_euis))
            rows: Iterable[Row[Any]] = await connection.execute(query)
            return [key_of(row) for row in rows]

    async def stays(self, *, start: datetime, end: datetime) -> list[Stay]:
        """Return where add-ons were between ``start`` and ``end``, those that are gone too."""
        async with self._database.reading() as connection:
            return await stays(connection, start, end)

    async def places(self, dev_euis: Sequence[DevEui] | None = None) -> list[Place]:
        """Return where add-ons are, all of them if none are named, by DevEUI."""
        async with self._database.reading() as connection:
            return await _places(connection, dev_euis)


_QUALITIES = [Quality(number) for number in range(16)]


def _ids(key: SeriesKey) -> Select[Any]:
    return select(SERIES.c.series_id).where(
        SERIES.c.dev_eui == key.dev_eui,
        SERIES.c.quantity == key.quantity,
        SERIES.c.channel == key.channel,
    )


def _newest() -> ScalarSelect[Any]:
    inner = SAMPLE.alias("inner_sample")
    return (
        select(inner.c.at)
        .where(
            inner.c.series_id == SERIES.c.series_id,
            inner.c.quality.op("&")(int(UNTRUSTED)) == 0,
        )
        .order_by(inner.c.at.desc())
        .limit(1)
        .correlate(SERIES)
        .scalar_subquery()
    )


def _between(query: Select[Any], key: SeriesKey, start: datetime, end: datetime) -> Select[Any]:
    return query.where(
        SAMPLE.c.series_id.in_(_ids(key)), SAMPLE.c.at >= to_ms(start), SAMPLE.c.at < to_ms(end)
    ).order_by(SAMPLE.c.at, SAMPLE.c.quality)


async def _places(connection: AsyncConnection, dev_euis: Sequence[DevEui] | None) -> list[Place]:
    query = (
        select(ADD_ON.c.dev_eui, ADD_ON.c.model_id, ADD_ON.c.stream_id, ADD_ON.c.added_at, *PLACE)
        .join(LANTERN, LANTERN.c.lantern_id == ADD_ON.c.lantern_id)
        .order_by(ADD_ON.c.dev_eui)
    )
    if dev_euis is not None:
        query = query.where(among(connection, ADD_ON.c.dev_eui, dev_euis))
    return [
        replace(
            place_of(row, row.dev_eui, row.model_id, row.stream_id or ""),
            since=from_ms(row.added_at),
        )
        for row in await connection.execute(query)
    ]
