"""SqlStreamStore: the data register, what was done to it, and deletion by its rules."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import Upsert, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.sensing_tables import (
    ADD_ON,
    BUCKET,
    DELETION,
    SAMPLE,
    SERIES,
    STREAM,
    STREAM_CHANGE,
)
from lighting.adapters.sql.stream_rows import (
    change_of,
    change_row,
    deletion_of,
    stream_of,
    stream_row,
)
from lighting.adapters.sql.tables import NOTE
from lighting.adapters.sql.times import to_ms
from lighting.sensing.register import Deletion, StreamChange
from lighting.sensing.stream import Stream

_DELETE_AT_ONCE = 50_000
"""Samples deleted in one transaction: under a second, so that what comes in need not wait long."""


class SqlStreamStore:
    """The data register in the database; see ``lighting.sensing.register.StreamStore``.

    Every method raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def streams(self) -> list[Stream]:
        """Return every row, by id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(STREAM).order_by(STREAM.c.stream_id))
            return [stream_of(row) for row in rows]

    async def find_stream(self, stream_id: str) -> Stream | None:
        """Return one row or None."""
        async with self._database.reading() as connection:
            query = select(STREAM).where(STREAM.c.stream_id == stream_id)
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else stream_of(row)

    async def change_streams(self, changes: Sequence[StreamChange]) -> None:
        """Write rows as they are after these changes, and the changes, in one transaction."""
        rows = [stream_row(change.stream) for change in changes]
        if not rows:
            return
        names = tuple(rows[0])
        upsert = Upsert(key=("stream_id",), columns=names[1:])
        async with self._database.writing() as connection:
            values = [tuple(row.values()) for row in rows]
            await insert_rows(connection, STREAM, names, values, existing=upsert)
            await connection.execute(insert(STREAM_CHANGE), [change_row(each) for each in changes])

    async def stream_changes(self, stream_id: str) -> list[StreamChange]:
        """Return what was done to a row, earliest first."""
        query = (
            select(STREAM_CHANGE)
            .where(STREAM_CHANGE.c.stream_id == stream_id)
            .order_by(STREAM_CHANGE.c.change_id)
        )
        async with self._database.reading() as connection:
            return [change_of(row) for row in await connection.execute(query)]

    async def delete_before(self, stream: Stream, before: datetime, *, at: datetime) -> int:
        """Delete a stream's samples measured before ``before``; each part has its entry in the log.

        Returns how many; where there were none, nothing is logged. Buckets and notes go as well.
        """
        total = 0
        while True:
            async with self._database.writing() as connection:
                deleted = await _delete_some(connection, stream, to_ms(before), to_ms(at))
            total += deleted
            if deleted < _DELETE_AT_ONCE:
                return total

    async def deletions(self, stream_id: str | None = None) -> list[Deletion]:
        """Return what was deleted, latest first."""
        query = select(DELETION).order_by(DELETION.c.deletion_id.desc())
        if stream_id is not None:
            query = query.where(DELETION.c.stream_id == stream_id)
        async with self._database.reading() as connection:
            return [deletion_of(row) for row in await connection.execute(query)]


async def _delete_some(
    connection: AsyncConnection, stream: Stream, before_ms: int, at_ms: int
) -> int:
    own = select(SERIES.c.series_id).where(SERIES.c.stream_id == stream.stream_id)
    await connection.execute(
        delete(BUCKET).where(
            BUCKET.c.series_id.in_(own), BUCKET.c.start < before_ms, BUCKET.c.closed == 1
        )
    )
    members = select(ADD_ON.c.dev_eui).where(ADD_ON.c.stream_id == stream.stream_id)
    await connection.execute(delete(NOTE).where(NOTE.c.dev_eui.in_(members), NOTE.c.at < before_ms))
    old = (SAMPLE.c.series_id.in_(own), SAMPLE.c.at < before_ms)
    # The part's own border: all that is up to the instant of the last of the oldest so many.
    border = select(SAMPLE.c.at).where(*old).order_by(SAMPLE.c.at).limit(_DELETE_AT_ONCE).subquery()
    first, last, _ = (
        await connection.execute(
            select(func.min(border.c.at), func.max(border.c.at), func.count()).select_from(border)
        )
    ).one()
    if first is None:
        return 0
    gone = await connection.execute(delete(SAMPLE).where(*old, SAMPLE.c.at <= last))
    days = stream.retention.days if stream.retention else 0
    await connection.execute(
        insert(DELETION).values(
            stream_id=stream.stream_id,
            first_at=first,
            last_at=last,
            samples=gone.rowcount,
            at=at_ms,
            why=f"retention of {days} days is over",
        )
    )
    return gone.rowcount
