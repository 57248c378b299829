"""Buckets in the database: fold messages in, close what is over, restate what was late."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import Upsert, insert_rows, update_rows
from lighting.adapters.sql.sample_rows import insert_new, key_of, with_pairs, write_again
from lighting.adapters.sql.sensing_tables import BUCKET, SERIES
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.sensing.aggregate import (
    GRACE,
    RESTATED_FOR,
    Bucket,
    bucket_start,
    folded,
    sample_of,
)
from lighting.sensing.series import Sample, SeriesKey
from lighting.sensing.store import Measured

CLOSED_AT_ONCE = 5_000
"""Buckets closed in one transaction."""

_MS = timedelta(milliseconds=1)
_FORGOTTEN_AFTER = RESTATED_FOR + timedelta(days=1)
_KEY = ("series_id", "start", "length_ms")
_TOLD = (
    "count", "flagged", "total", "low", "high", "last", "last_at", "flagged_value", "message_ids",
    "closed",
)  # fmt: skip
_EMPTY = (0, 0, 0.0, 0.0, 0.0, None, None, None, "[]", 0)

BucketKey = tuple[int, int, int]
"""(series id, start [ms], length [ms])."""

Folding = tuple[int, timedelta, Measured]
"""A value for the bucket of a series' id, and how long its buckets are."""


async def fold(
    connection: AsyncConnection, asked: Iterable[Folding], now: datetime
) -> list[Sample]:
    """Take values into their buckets; return the samples of closed buckets that are restated."""
    wanted: dict[BucketKey, list[Measured]] = {}
    for number, length, measured in asked:
        start = bucket_start(measured.sample.at, length)
        wanted.setdefault((number, to_ms(start), length // _MS), []).append(measured)
    if not wanted:
        return []
    empty = [(*key, *_EMPTY) for key in sorted(wanted)]
    await insert_rows(connection, BUCKET, (*_KEY, *_TOLD), empty, existing=Upsert(key=_KEY))
    changed: list[tuple[BucketKey, Bucket]] = []
    for key, before in (await _load(connection, wanted)).items():
        bucket = before
        for measured in wanted[key]:
            bucket = folded(bucket, measured.sample, measured.message_id)
        if bucket is not before:
            changed.append((key, bucket))
    rows = [(*key, *_row(bucket)) for key, bucket in sorted(changed, key=lambda each: each[0])]
    await update_rows(connection, BUCKET, key=_KEY, columns=_TOLD, rows=rows)
    restated = [(key[0], sample_of(each, now=now)) for key, each in changed if each.closed]
    await write_again(connection, restated)
    return [sample for _, sample in restated]


async def _load(
    connection: AsyncConnection, wanted: dict[BucketKey, list[Measured]]
) -> dict[BucketKey, Bucket]:
    pairs = {(number, start) for number, start, _ in wanted}
    query = with_pairs(connection, select(BUCKET), BUCKET, ("series_id", "start"), pairs)
    query = query.order_by(*(BUCKET.c[name] for name in _KEY)).with_for_update(of=BUCKET)
    found = {
        (row.series_id, row.start, row.length_ms): row for row in await connection.execute(query)
    }
    return {
        key: _bucket(row, wanted[key][0].sample.key) for key, row in found.items() if key in wanted
    }


async def close(connection: AsyncConnection, at: datetime) -> tuple[list[Sample], bool]:
    """Store some of the buckets that are over as samples; also return whether there are more."""
    query = (
        select(BUCKET, SERIES.c.dev_eui, SERIES.c.quantity, SERIES.c.channel)
        .join(SERIES, SERIES.c.series_id == BUCKET.c.series_id)
        .where(text("bucket.closed = 0"), BUCKET.c.start + BUCKET.c.length_ms <= to_ms(at - GRACE))
        .order_by(*(BUCKET.c[name] for name in _KEY))
        .limit(CLOSED_AT_ONCE)
        .with_for_update(of=BUCKET)
    )
    rows = (await connection.execute(query)).all()
    buckets = [(row, _bucket(row, key_of(row))) for row in rows]
    samples = [
        (row.series_id, sample_of(bucket, now=at))
        for row, bucket in buckets
        if bucket.count or bucket.flagged
    ]
    stored = await insert_new(connection, samples)
    closed = [(row.series_id, row.start, row.length_ms, 1) for row in rows]
    await update_rows(connection, BUCKET, key=_KEY, columns=("closed",), rows=closed)
    return stored, len(rows) == CLOSED_AT_ONCE


async def forget(connection: AsyncConnection, at: datetime) -> None:
    """Delete buckets that can no longer be restated, and with them the ids of their messages."""
    over = to_ms(at - _FORGOTTEN_AFTER)
    await connection.execute(
        delete(BUCKET).where(
            BUCKET.c.start < over, BUCKET.c.closed == 1, BUCKET.c.start + BUCKET.c.length_ms < over
        )
    )


def _row(bucket: Bucket) -> tuple[Any, ...]:
    return (
        bucket.count,
        bucket.flagged,
        bucket.total,
        bucket.low,
        bucket.high,
        bucket.last,
        None if bucket.last_at is None else to_ms(bucket.last_at),
        bucket.flagged_value,
        json.dumps(sorted(bucket.message_ids)),
        int(bucket.closed),
    )


def _bucket(row: Row[Any], key: SeriesKey) -> Bucket:
    return Bucket(
        key=key,
        start=from_ms(row.start),
        length=row.length_ms * _MS,
        count=row._mapping["count"],  # noqa: SLF001 - public, but for its name
        flagged=row.flagged,
        total=row.total,
        low=row.low,
        high=row.high,
        last=row.last,
        last_at=from_ms(row.last_at),
        flagged_value=row.flagged_value,
        message_ids=frozenset(json.loads(row.message_ids)),
        closed=bool(row.closed),
    )
