"""SqlOverrideStore: overrides and the nodes that they hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from lighting.adapters.sql.bulk import insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import OVERRIDE, OVERRIDE_NODE
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.errors import NotFoundError
from lighting.identifiers import DevEui
from lighting.operations.records import Override


class SqlOverrideStore:
    """Overrides in the database; see ``lighting.operations.stores.OverrideStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_override(self, override: Override, dev_euis: Sequence[DevEui]) -> Override:
        """Write an override and its nodes; return it with its id and the number of nodes."""
        nodes = sorted(set(dev_euis))
        new = insert(OVERRIDE).values(
            selection=override.selection,
            level=override.level,
            starts_at=to_ms(override.starts_at),
            ends_at=to_ms(override.ends_at),
            reason=override.reason,
            emergency=override.emergency,
            ended_at=None if override.ended_at is None else to_ms(override.ended_at),
            nodes=len(nodes),
        )
        async with self._database.writing() as connection:
            inserted = await connection.execute(new.returning(OVERRIDE.c.override_id))
            override_id = int(inserted.scalar_one())
            rows = ((override_id, dev_eui) for dev_eui in nodes)
            await insert_rows(connection, OVERRIDE_NODE, OVERRIDE_NODE.c.keys(), rows)
        return replace(override, override_id=override_id, nodes=len(nodes))

    async def open_overrides(self, at: datetime) -> list[Override]:
        """Return overrides that have not been ended by ``at``, earliest first."""
        open_then = or_(OVERRIDE.c.ended_at.is_(None), OVERRIDE.c.ended_at > to_ms(at))
        query = select(OVERRIDE).where(open_then)
        query = query.order_by(OVERRIDE.c.starts_at, OVERRIDE.c.override_id)
        async with self._database.reading() as connection:
            return [_override(row) for row in await connection.execute(query)]

    async def override_nodes(self, override_id: int) -> list[DevEui]:
        """Return the nodes of an override, in order of DevEUI."""
        query = (
            select(OVERRIDE_NODE.c.dev_eui)
            .where(OVERRIDE_NODE.c.override_id == override_id)
            .order_by(OVERRIDE_NODE.c.dev_eui)
        )
        async with self._database.reading() as connection:
            return [DevEui(dev_eui) for dev_eui in (await connection.execute(query)).scalars()]

    async def end_override(self, override_id: int, *, at: datetime) -> Override:
        """Mark an override as ended; one that has ended keeps its time.

        Raises:
            NotFoundError: there is none.
        """
        this = OVERRIDE.c.override_id == override_id
        ended = update(OVERRIDE).where(this, OVERRIDE.c.ended_at.is_(None))
        async with self._database.writing() as connection:
            await connection.execute(ended.values(ended_at=to_ms(at)))
            row = (await connection.execute(select(OVERRIDE).where(this))).one_or_none()
        if row is None:
            raise NotFoundError("override", override_id)
        return _override(row)


def _override(row: Row[Any]) -> Override:
    return Override(
        override_id=row.override_id,
        selection=row.selection,
        level=row.level,
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        reason=row.reason,
        emergency=bool(row.emergency),
        ended_at=from_ms(row.ended_at),
        nodes=row.nodes,
    )
