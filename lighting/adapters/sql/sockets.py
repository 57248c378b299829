"""SqlSocketStore: sockets of lanterns, and all that ever sat in them."""

from collections.abc import AsyncIterator, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, update

from lighting.adapters.sql import occupancies as records
from lighting.adapters.sql.bulk import Upsert, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.socket_reading import (
    load,
    next_revision,
    occupancies,
    sockets_changed,
)
from lighting.adapters.sql.socket_rows import SOCKET_COLUMNS, retired_row, socket_row
from lighting.adapters.sql.socket_tables import OCCUPANCY, SOCKET
from lighting.errors import NotFoundError
from lighting.identifiers import LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Correction, Fitting, Occupancy, Removal
from lighting.inventory.seats import StoredSockets
from lighting.inventory.socket_store import (
    HistoryFilter,
    Judge,
    NodeJudge,
    SocketChoice,
    SocketJudge,
)
from lighting.inventory.sockets import Retirement, Socket

_PAGE = 5000


class SqlSocketStore:
    """The register in the database; see ``lighting.inventory.socket_store.SocketStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_sockets(
        self, sockets: Sequence[Socket], may: SocketJudge | None = None
    ) -> list[Socket]:
        """Add sockets, or replace those with the same id; return those that ``may`` refuses."""
        wanted: list[Socket] = []
        refused: list[Socket] = []
        if not sockets:
            return refused
        async with self._database.writing() as connection:
            known = await load(connection, sorted({each.lantern_id for each in sockets}), lock=True)
            for each in sockets:
                there = known.get(each.lantern_id)
                allowed = may is None or there is None or may(each, there)
                (wanted if allowed else refused).append(each)
            if not wanted:
                return refused
            number = await next_revision(connection)
            rows = [socket_row(each, number) for each in sorted(wanted, key=lambda s: s.socket_id)]
            existing = Upsert(key=("socket_id",), columns=SOCKET_COLUMNS[1:])
            await insert_rows(connection, SOCKET, SOCKET_COLUMNS, rows, existing=existing)
        return refused

    async def retire(
        self, lantern_id: LanternId, choose: SocketChoice, retirement: Retirement
    ) -> tuple[Socket, int]:
        """Take the chosen socket off the register; return how often it was used."""
        async with self._database.writing() as connection:
            found = await load(connection, [lantern_id], lock=True)
            if lantern_id not in found:
                raise NotFoundError("lantern", lantern_id)
            socket = choose(found[lantern_id])
            gone = update(SOCKET).where(SOCKET.c.socket_id == socket.socket_id)
            await connection.execute(gone.values(retired_row(retirement)))
            of_this = OCCUPANCY.c.socket_id == socket.socket_id
            used = select(func.count()).select_from(OCCUPANCY).where(of_this)
            fittings: int = (await connection.execute(used)).scalar_one()
            await sockets_changed(connection, [lantern_id])
        return socket, fittings

    async def sockets_of(
        self, lantern_ids: Sequence[LanternId]
    ) -> Mapping[LanternId, StoredSockets]:
        """Return the lanterns that exist among these, with their sockets, if any, in order."""
        async with self._database.reading() as connection:
            return await load(connection, lantern_ids)

    async def fit(self, asked: Fitting, judge: Judge, *, node: NodeLink | None = None) -> Occupancy:
        """Record what ``judge`` returns for the lantern as it stands; see ``SocketStore.fit``."""
        async with self._database.writing() as connection:
            return await records.fit(connection, asked, judge, node)

    async def fit_nodes(
        self, links: Sequence[NodeLink], judge: NodeJudge, *, leaving: Removal
    ) -> list[Occupancy]:
        """Fit nodes, and record them where lanterns have sockets."""
        async with self._database.writing() as connection:
            return await records.fit_nodes(connection, links, judge, leaving)

    async def find_occupancy(self, occupancy_id: int) -> Occupancy | None:
        """Return one occupancy or None."""
        async with self._database.reading() as connection:
            this = OCCUPANCY.c.occupancy_id == occupancy_id
            return next(iter(await occupancies(connection, this)), None)

    async def remove(self, occupancy_id: int, removal: Removal) -> Occupancy:
        """End an occupancy; a node that was fitted through it is taken off its lantern too."""
        async with self._database.writing() as connection:
            return await records.remove(connection, occupancy_id, removal)

    async def correct(
        self, occupancy_id: int, changes: Mapping[str, str], made: Correction
    ) -> Occupancy:
        """Change what was recorded; what it was is kept."""
        async with self._database.writing() as connection:
            return await records.correct(connection, occupancy_id, changes, made)

    async def history(
        self, where: HistoryFilter, *, after: int | None = None, limit: int = 100
    ) -> list[Occupancy]:
        """Return occupancies in order of id (as they were recorded), those after ``after``."""
        async with self._database.reading() as connection:
            return await occupancies(connection, *_matching(where, after), limit=limit)

    async def revision(self) -> int:
        """Return the number of the last change of any socket; 0 if there was none."""
        async with self._database.reading() as connection:
            number = (await connection.execute(select(func.max(SOCKET.c.revision)))).scalar()
            return number or 0

    async def changed_since(self, revision: int) -> AsyncIterator[list[StoredSockets]]:
        """Yield the lanterns whose sockets have changed after ``revision``, in chunks."""
        after = ""
        while True:
            query = (
                select(SOCKET.c.lantern_id)
                .where(SOCKET.c.revision > revision, SOCKET.c.lantern_id > after)
                .distinct()
                .order_by(SOCKET.c.lantern_id)
                .limit(_PAGE)
            )
            async with self._database.reading() as connection:
                ids = (await connection.execute(query)).scalars().all()
                found = await load(connection, ids)
            if not ids:
                return
            yield list(found.values())
            after = ids[-1]


def _matching(where: HistoryFilter, after: int | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (OCCUPANCY.c.lantern_id, where.lantern_id),
        (OCCUPANCY.c.dev_eui, where.dev_eui),
        (OCCUPANCY.c.owner, where.owner),
    ):
        if value is not None:
            found.append(column == value)
    if where.serial is not None:
        found.append(func.lower(OCCUPANCY.c.serial) == where.serial.lower())
    if where.open_only:
        found.append(OCCUPANCY.c.removed_at.is_(None))
    if after is not None:
        found.append(OCCUPANCY.c.occupancy_id > after)
    return found
