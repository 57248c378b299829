"""SqlLanternStore: lanterns, what the rules gave them, and the nodes fitted to them."""

from collections.abc import AsyncIterator, Mapping, Sequence

from sqlalchemy import func, select

from lighting.adapters.sql.bulk import Upsert, among, insert_rows, update_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.fitting import fit
from lighting.adapters.sql.lantern_rows import (
    ASSIGNED_COLUMNS,
    INVENTORY_COLUMNS,
    assigned_row,
    inventory_row,
    matching,
    stored_lantern,
    stored_lanterns,
)
from lighting.adapters.sql.lantern_rows import (
    after as comes_after,
)
from lighting.adapters.sql.socket_reading import sockets_changed
from lighting.adapters.sql.tables import LANTERN, NODE
from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern, NodeLink
from lighting.inventory.store import Assigned, LanternFilter, StoredLantern

_PAGE = 5000

_UNASSIGNED = assigned_row(Assigned())


class SqlLanternStore:
    """Lanterns in the database; see ``lighting.inventory.store.LanternStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, lanterns: Sequence[Lantern]) -> None:
        """Add lanterns, or replace those with the same id; assignments and nodes stay.

        Raises:
            StoreError: the database cannot be written.
        """
        newest = {lantern.lantern_id: lantern for lantern in lanterns}
        columns = (*INVENTORY_COLUMNS, *ASSIGNED_COLUMNS)
        rows = ((*inventory_row(lantern), *_UNASSIGNED) for lantern in newest.values())
        existing = Upsert(key=("lantern_id",), columns=INVENTORY_COLUMNS[1:])
        async with self._database.writing() as connection:
            await insert_rows(connection, LANTERN, columns, rows, existing=existing)
            await sockets_changed(connection, newest)

    async def get(self, lantern_ids: Sequence[LanternId]) -> Mapping[LanternId, StoredLantern]:
        """Return the lanterns that exist among ``lantern_ids``.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._database.reading() as connection:
            query = stored_lanterns().where(among(connection, LANTERN.c.lantern_id, lantern_ids))
            found = [stored_lantern(row) for row in await connection.execute(query)]
        return {each.lantern.lantern_id: each for each in found}

    async def find(
        self, where: LanternFilter, *, after: LanternId | None = None, limit: int = 1000
    ) -> list[StoredLantern]:
        """Return up to ``limit`` lanterns in order of id, those after ``after``.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._database.reading() as connection:
            query = stored_lanterns().where(*matching(connection, where), *comes_after(after))
            query = query.order_by(LANTERN.c.lantern_id).limit(limit)
            return [stored_lantern(row) for row in await connection.execute(query)]

    async def every(self, where: LanternFilter) -> AsyncIterator[list[StoredLantern]]:
        """Yield all lanterns in order of id, in chunks of a few thousand.

        Raises:
            StoreError: the database cannot be read.
        """
        page = await self.find(where, limit=_PAGE)
        while page:
            yield page
            page = await self.find(where, after=page[-1].lantern.lantern_id, limit=_PAGE)

    async def count(self, where: LanternFilter) -> int:
        """Return how many lanterns match.

        Raises:
            StoreError: the database cannot be read.
        """
        joined = LANTERN.outerjoin(NODE, NODE.c.lantern_id == LANTERN.c.lantern_id)
        async with self._database.reading() as connection:
            query = select(func.count()).select_from(joined).where(*matching(connection, where))
            return int((await connection.execute(query)).scalar_one())

    async def assign(self, assigned: Mapping[LanternId, Assigned]) -> None:
        """Set what the rules gave each lantern; ids that do not exist are passed over.

        Raises:
            StoreError: the database cannot be written.
        """
        # In order of id, as every writer of many rows: two of them cannot lock each other out.
        rows = ((key, *assigned_row(given)) for key, given in sorted(assigned.items()))
        async with self._database.writing() as connection:
            await update_rows(
                connection, LANTERN, key=("lantern_id",), columns=ASSIGNED_COLUMNS, rows=rows
            )

    async def fit_nodes(self, links: Sequence[NodeLink]) -> None:
        """Fit nodes to lanterns. A node moves if it was elsewhere; the old node is unfitted.

        Raises:
            StoreError: a lantern that does not exist; nothing is fitted then.
        """
        async with self._database.writing() as connection:
            await fit(connection, links)
