"""SqlBaselineStore: baseline snapshots as immutable versions, with adjustments beside them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.baseline_tables import BASELINE, BASELINE_ADJUSTMENT, BASELINE_ENTRY
from lighting.adapters.sql.bulk import insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.energy.adjustments import Recorded, adjustment_as_plain, adjustment_from_plain
from lighting.energy.baseline_store import StoredHeader
from lighting.energy.snapshot import (
    BaselineSnapshot,
    entry_as_plain,
    entry_from_plain,
    header_as_plain,
    header_from_plain,
)

_ENTRY = ("name", "version", "lantern_id", "figures")


class SqlBaselineStore:
    """Baselines in the database; see ``lighting.energy.baseline_store.BaselineStore``.

    Every method is one transaction and raises StoreError if the database cannot do it, also when
    two people save one name in the same moment: then the second saves again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, snapshot: BaselineSnapshot, *, at: datetime, by: str) -> StoredHeader:
        """Write the next version of a name, or return the newest if it holds the same."""
        name, fingerprint = snapshot.header.name, snapshot.fingerprint
        async with self._database.writing() as connection:
            newest = await _find(connection, name, None)
            if newest is not None and newest.fingerprint == fingerprint:
                return newest
            version = 1 if newest is None else newest.version + 1
            values = {
                "name": name,
                "version": version,
                "header": json.dumps(header_as_plain(snapshot.header)),
                "lanterns": len(snapshot.entries),
                "fingerprint": fingerprint,
                "saved_at": to_ms(at),
                "saved_by": by,
            }
            new = insert(BASELINE).values(**values).returning(BASELINE)
            stored = _stored((await connection.execute(new)).one())
            rows = (
                (name, version, entry.lantern_id, json.dumps(entry_as_plain(entry)))
                for entry in snapshot.entries
            )
            await insert_rows(connection, BASELINE_ENTRY, _ENTRY, rows)
            return stored

    async def headers(self) -> list[StoredHeader]:
        """Return every version of every snapshot, by name and version."""
        query = select(BASELINE).order_by(BASELINE.c.name, BASELINE.c.version)
        async with self._database.reading() as connection:
            return [_stored(row) for row in await connection.execute(query)]

    async def find(self, name: str, version: int | None = None) -> StoredHeader | None:
        """Return a version, the newest if none is given, or None."""
        async with self._database.reading() as connection:
            return await _find(connection, name, version)

    async def load(self, stored: StoredHeader) -> BaselineSnapshot:
        """Return a version with all its entries."""
        of = BASELINE_ENTRY.c
        query = (
            select(of.figures)
            .where(of.name == stored.header.name, of.version == stored.version)
            .order_by(of.lantern_id)
        )
        async with self._database.reading() as connection:
            figures = (await connection.execute(query)).scalars().all()
        entries = tuple(entry_from_plain(json.loads(each)) for each in figures)
        return BaselineSnapshot(header=stored.header, entries=entries)

    async def record(self, stored: StoredHeader, adjustments: Sequence[Recorded]) -> None:
        """Add adjustments to a version."""
        rows = [
            {
                "name": stored.header.name,
                "version": stored.version,
                "adjustment": json.dumps(adjustment_as_plain(each.adjustment)),
                "reason": each.reason,
                "made_by": each.made_by,
                "made_at": to_ms(each.made_at),
            }
            for each in adjustments
        ]
        if not rows:
            return
        async with self._database.writing() as connection:
            await connection.execute(insert(BASELINE_ADJUSTMENT), rows)

    async def adjustments(self, stored: StoredHeader) -> list[Recorded]:
        """Return the adjustments of a version, in the order in which they were recorded."""
        of = BASELINE_ADJUSTMENT.c
        query = (
            select(BASELINE_ADJUSTMENT)
            .where(of.name == stored.header.name, of.version == stored.version)
            .order_by(of.adjustment_id)
        )
        async with self._database.reading() as connection:
            return [_recorded(row) for row in await connection.execute(query)]


async def _find(connection: AsyncConnection, name: str, version: int | None) -> StoredHeader | None:
    query = select(BASELINE).where(BASELINE.c.name == name)
    if version is not None:
        query = query.where(BASELINE.c.version == version)
    found = await connection.execute(query.order_by(BASELINE.c.version.desc()).limit(1))
    row = found.one_or_none()
    return None if row is None else _stored(row)


def _stored(row: Row[Any]) -> StoredHeader:
    return StoredHeader(
        header=header_from_plain(json.loads(row.header)),
        version=row.version,
        lanterns=row.lanterns,
        fingerprint=row.fingerprint,
        saved_at=from_ms(row.saved_at),
        saved_by=row.saved_by,
    )


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(
        adjustment=adjustment_from_plain(json.loads(row.adjustment)),
        reason=row.reason,
        made_by=row.made_by,
        made_at=from_ms(row.made_at),
    )
