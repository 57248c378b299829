"""Samples to rows and back, the ids of series, and what is there already."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import Upsert, among, insert_rows
from lighting.adapters.sql.sensing_tables import SAMPLE, SERIES
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui
from lighting.sensing.series import Quality, Sample, SeriesKey

SeriesRow = tuple[str, str, str, str]
"""(DevEUI, quantity, channel, stream): what a series is known by."""

_SERIES = ("dev_eui", "quantity", "channel", "stream_id")
_SAMPLE = ("series_id", "at", "value", "received_at", "quality")
_KEPT = Upsert(key=("series_id", "at", "value"))


def series_row(key: SeriesKey, stream_id: str) -> SeriesRow:
    """Return what a series of a stream is known by."""
    return key.dev_eui, key.quantity, key.channel, stream_id


async def ids_of(
    connection: AsyncConnection, wanted: Collection[SeriesRow]
) -> dict[SeriesRow, int]:
    """Return the ids of these series; those that are not there are made."""
    if not wanted:
        return {}
    found = await _find(connection, wanted)
    missing = sorted(set(wanted) - found.keys())
    if missing:
        await insert_rows(connection, SERIES, _SERIES, missing, existing=Upsert(key=_SERIES))
        found = await _find(connection, wanted)
    return {key: found[key] for key in wanted}


async def _find(connection: AsyncConnection, wanted: Collection[SeriesRow]) -> dict[SeriesRow, int]:
    query = select(*(SERIES.c[name] for name in _SERIES), SERIES.c.series_id)
    query = query.where(among(connection, SERIES.c.dev_eui, {row[0] for row in wanted}))
    return {tuple(row[:4]): row[4] for row in await connection.execute(query)}


async def insert_new(
    connection: AsyncConnection, samples: Iterable[tuple[int, Sample]]
) -> list[Sample]:
    """Write samples that are not there yet, each with its series' id; return them.

    One whose instant holds another value already is flagged as a duplicate.
    """
    asked = list(samples)
    if not asked:
        return []
    there = await _values_there(connection, {(number, to_ms(each.at)) for number, each in asked})
    rows: list[tuple[Any, ...]] = []
    new: list[Sample] = []
    for number, sample in asked:
        at = to_ms(sample.at)
        values = there.setdefault((number, at), set())
        if sample.value in values:
            continue
        kept = _flagged(sample) if values else sample
        values.add(sample.value)
        new.append(kept)
        rows.append((number, at, kept.value, to_ms(kept.received_at), int(kept.quality)))
    rows.sort()
    await insert_rows(connection, SAMPLE, _SAMPLE, rows, existing=_KEPT)
    return new


def _flagged(sample: Sample) -> Sample:
    return Sample(
        key=sample.key,
        at=sample.at,
        value=sample.value,
        received_at=sample.received_at,
        quality=sample.quality | Quality.DUPLICATE,
    )


async def _values_there(
    connection: AsyncConnection, pairs: Collection[tuple[int, int]]
) -> dict[tuple[int, int], set[float]]:
    query = with_pairs(
        connection,
        select(SAMPLE.c.series_id, SAMPLE.c.at, SAMPLE.c.value),
        SAMPLE,
        ("series_id", "at"),
        pairs,
    )
    there: dict[tuple[int, int], set[float]] = {}
    for number, at, value in await connection.execute(query):
        there.setdefault((number, at), set()).add(value)
    return there


def with_pairs(
    connection: AsyncConnection,
    query: Select[Any],
    table: Table,
    names: tuple[str, str],
    pairs: Collection[tuple[int, int]],
) -> Select[Any]:
    """Return ``query`` over the rows of ``table`` whose two columns are one of ``pairs``.

    The pairs are one or two parameters, however many they are.
    """
    first, second = names
    given: FromClause
    left: ColumnElement[Any]
    right: ColumnElement[Any]
    if connection.dialect.name == "sqlite":
        items = func.json_each(json.dumps(sorted(pairs))).table_valued("value")
        left = func.json_extract(items.c.value, "$[0]")
        right = func.json_extract(items.c.value, "$[1]")
        given = items
    else:
        columns = list(zip(*sorted(pairs), strict=True)) or [(), ()]
        arrays = [bindparam(None, list(each), type_=ARRAY(BigInteger)) for each in columns]
        named = [column("left_one", BigInteger), column("right_one", BigInteger)]
        items = func.unnest(*arrays).table_valued(*named, name="given").render_derived()
        left, right = items.c.left_one, items.c.right_one
        given = items
    on = and_(table.c[first] == left, table.c[second] == right)
    # The list comes first: for each of its pairs one look-up by key.
    return query.select_from(given.join(table, on))


def key_of(row: Row[Any]) -> SeriesKey:
    """Return the series that a row names."""
    return SeriesKey(dev_eui=DevEui(row.dev_eui), quantity=row.quantity, channel=row.channel)


def sample_of_row(row: Row[Any], key: SeriesKey) -> Sample:
    """Return the sample that a row holds."""
    return Sample(
        key=key,
        at=from_ms(row.at),
        value=row.value,
        received_at=from_ms(row.received_at),
        quality=Quality(row.quality),
    )


async def write_again(connection: AsyncConnection, samples: Sequence[tuple[int, Sample]]) -> None:
    """Replace what is stored for an instant of a series: a closed bucket is restated."""
    for number, sample in samples:
        at = to_ms(sample.at)
        await connection.execute(
            SAMPLE.delete().where(SAMPLE.c.series_id == number, SAMPLE.c.at == at)
        )
    rows = [
        (number, to_ms(each.at), each.value, to_ms(each.received_at), int(each.quality))
        for number, each in samples
    ]
    await insert_rows(connection, SAMPLE, _SAMPLE, rows, existing=_KEPT)
