"""SqlOverrideStore: overrides and the nodes that they hold."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    case,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.order_tables import ORDER, in_states
from lighting.adapters.sql.orders import add_orders, begins_with, supersede
from lighting.adapters.sql.tables import OVERRIDE, OVERRIDE_NODE
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.downlink.lifecycle import OPEN, PROVED, State
from lighting.downlink.order import NewOrder
from lighting.errors import NotFoundError
from lighting.identifiers import DevEui
from lighting.operations.records import Override
from lighting.operations.stores import OVERRIDE_BATCH, RESUME_BATCH, override_batch

MS_PER_S = 1000


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
        async with self._database.reading() as connection:
            return await _held(connection, override_id)

    async def nodes_to_renew(
        self, override_id: int, *, until: datetime, besides: Collection[int] = ()
    ) -> list[DevEui]:
        """Return the nodes of an override whose latest order of it is of no more use.

        Of use is an order that is open, one that was rejected, and one that was proved and lasts to
        ``until``. Nodes that the overrides ``besides`` hold too are left out.
        """
        prefix = override_batch(override_id)
        lasting = ORDER.c.batch >= f"{prefix}{ceil(until.timestamp())}"
        of_use = or_(in_states(OPEN | {State.REJECTED}), in_states(PROVED) & lasting)
        newer = ORDER.alias("newer")
        latest = ~(
            select(newer.c.order_id)
            .where(newer.c.dev_eui == ORDER.c.dev_eui, begins_with(prefix, newer))
            .where(newer.c.order_id > ORDER.c.order_id)
            .exists()
        )
        useful = (
            select(ORDER.c.order_id)
            .where(ORDER.c.dev_eui == OVERRIDE_NODE.c.dev_eui, begins_with(prefix))
            .where(of_use, latest)
            .exists()
        )
        query = (
            select(OVERRIDE_NODE.c.dev_eui)
            .where(OVERRIDE_NODE.c.override_id == override_id, ~useful)
            .where(OVERRIDE_NODE.c.dev_eui.not_in(_nodes_of(besides)))
            .order_by(OVERRIDE_NODE.c.dev_eui)
        )
        async with self._database.reading() as connection:
            return [DevEui(dev_eui) for dev_eui in (await connection.execute(query)).scalars()]

    async def nodes_to_release(
        self, override_id: int, *, beyond: datetime, besides: Collection[int] = ()
    ) -> list[DevEui]:
        """Return the nodes that may hold an override's level beyond a time, if they were told late.

        Nodes that were told at all count if the overrides ``besides`` hold them too.
        """
        prefix = override_batch(override_id)
        # What is no such batch must not be cast, in whatever order the conditions are looked at.
        until_s = case(
            (begins_with(prefix), cast(func.substr(ORDER.c.batch, len(prefix) + 1), BigInteger))
        )
        delay = ORDER.c.sent_at - ORDER.c.created_at
        late = until_s * MS_PER_S + delay > to_ms(beyond)
        query = (
            select(ORDER.c.dev_eui)
            .where(begins_with(prefix), ORDER.c.sent_at.is_not(None))
            .where(ORDER.c.state != State.REJECTED.value)
            .where(or_(late, ORDER.c.dev_eui.in_(_nodes_of(besides))))
            .distinct()
            .order_by(ORDER.c.dev_eui)
        )
        async with self._database.reading() as connection:
            return [DevEui(dev_eui) for dev_eui in (await connection.execute(query)).scalars()]

    async def renew_override(self, override_id: int, orders: Sequence[NewOrder]) -> int:
        """Write orders of an override, unless it has been ended; return how many.

        They replace what is on its way to these nodes from any override, or from the end of one.
        """
        async with self._database.writing() as connection:
            override = await _locked(connection, override_id)
            if override.ended_at is not None:
                return 0
            dev_euis = [order.dev_eui for order in orders]
            await supersede(connection, dev_euis, _of_any_override())
            await add_orders(connection, orders)
        return len(orders)

    async def end_override(
        self, override_id: int, *, at: datetime, orders: Sequence[NewOrder] = ()
    ) -> Override:
        """Mark an override as ended and write what its nodes are told then, in one transaction.

        Its own orders that could go after ``at`` are superseded; ``orders`` replace what is on its
        way to their nodes, as in ``renew_override``. One that has ended is left as it is.

        Raises:
            NotFoundError: there is none.
        """
        async with self._database.writing() as connection:
            override = await _locked(connection, override_id)
            if override.ended_at is not None:
                return override
            ended = update(OVERRIDE).where(OVERRIDE.c.override_id == override_id)
            await connection.execute(ended.values(ended_at=to_ms(at)))
            told = {order.dev_eui for order in orders}
            replaced = _of_any_override() & among(connection, ORDER.c.dev_eui, told)
            own = begins_with(override_batch(override_id)) & (ORDER.c.expires_at > to_ms(at))
            # One statement: orders are locked in order of id, so that nobody waits in a ring.
            concerned = told.union(await _held(connection, override_id))
            await supersede(connection, concerned, or_(own, replaced))
            await add_orders(connection, orders)
        return replace(override, ended_at=from_ms(to_ms(at)))


def _nodes_of(overrides: Collection[int]) -> Select[tuple[str]]:
    others = OVERRIDE_NODE.alias("others")
    return select(others.c.dev_eui).where(others.c.override_id.in_(overrides))


def _of_any_override() -> ColumnElement[bool]:
    return or_(begins_with(OVERRIDE_BATCH), begins_with(RESUME_BATCH))


async def _held(connection: AsyncConnection, override_id: int) -> list[DevEui]:
    query = select(OVERRIDE_NODE.c.dev_eui).where(OVERRIDE_NODE.c.override_id == override_id)
    held = await connection.execute(query.order_by(OVERRIDE_NODE.c.dev_eui))
    return [DevEui(dev_eui) for dev_eui in held.scalars()]


async def _locked(connection: AsyncConnection, override_id: int) -> Override:
    """Return an override that nobody else can change before this transaction ends."""
    this = select(OVERRIDE).where(OVERRIDE.c.override_id == override_id).with_for_update()
    row = (await connection.execute(this)).one_or_none()
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
