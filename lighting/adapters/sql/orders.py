"""SqlOrderBook: the durable book of orders."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among, insert_rows, update_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.order_rows import (
    NEW_ORDER_COLUMNS,
    new_order_row,
    outcome,
    stored_order,
    stored_orders,
)
from lighting.adapters.sql.order_tables import ORDER, TRANSMISSION, in_states
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.adapters.sql.turns import due_orders, send
from lighting.downlink.lifecycle import IN_FLIGHT, Event, State, sources
from lighting.downlink.order import NewOrder, Order, Rank
from lighting.downlink.pacing import Transmission
from lighting.downlink.retry import back_off
from lighting.downlink.store import Sending
from lighting.errors import NotFoundError
from lighting.identifiers import DevEui, GatewayId

_LAST_CHARACTER = "\U0010ffff"  # nothing that can follow a prefix comes after it


class SqlOrderBook:
    """Orders in the database; see ``lighting.downlink.store.OrderBook``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, orders: Sequence[NewOrder]) -> None:
        """Write orders, waiting."""
        async with self._database.writing() as connection:
            await add_orders(connection, orders)

    async def due(
        self, *, at: datetime, limit: int, closed: Collection[GatewayId] = ()
    ) -> list[Order]:
        """Return orders that may go at ``at``: by rank, then those that may go the longest."""
        async with self._database.reading() as connection:
            if self._database.kind == "postgresql":
                # Until it has counted a large batch of new orders, it would rather sort them all.
                await connection.execute(select(func.set_config("enable_sort", "off", True)))
            query = due_orders(connection, at=at, limit=limit, closed=closed)
            return [stored_order(row) for row in await connection.execute(query)]

    async def sending(self, tries: Sequence[Sending]) -> list[int]:
        """Move orders waiting -> sent and write their transmissions; return the ids that moved."""
        async with self._database.writing() as connection:
            return await send(connection, tries)

    async def time_out(self, at: datetime) -> int:
        """Lose in-flight orders whose reply time is over (back to waiting, with back-off)."""
        overdue: Select[Any] = (
            select(ORDER.c.order_id, ORDER.c.attempts, ORDER.c.rank, ORDER.c.state)
            .where(in_states(sources(Event.LOSE)), ORDER.c.reply_by <= to_ms(at))
            .with_for_update(skip_locked=True)  # one that is being moved now is left to its mover
        )
        lost = outcome(Event.LOSE).value
        async with self._database.writing() as connection:
            rows = [
                (row.order_id, lost, to_ms(at + _wait_after(row)), "no reply in time")
                for row in await connection.execute(overdue)
            ]
            columns = ("state", "next_try", "note")
            await update_rows(connection, ORDER, key=("order_id",), columns=columns, rows=rows)
        return len(rows)

    async def expire(self, at: datetime) -> int:
        """Expire open orders whose deadline has passed; return how many."""
        over = (
            select(ORDER.c.order_id)
            .where(in_states(sources(Event.EXPIRE)), ORDER.c.expires_at <= to_ms(at))
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as connection:
            return await _end(connection, ORDER.c.order_id.in_(over), Event.EXPIRE)

    async def supersede(self, dev_euis: Sequence[DevEui], *, batch_prefix: str = "") -> int:
        """End the open orders of these nodes whose batch begins with ``batch_prefix``."""
        async with self._database.writing() as connection:
            return await supersede(connection, dev_euis, begins_with(batch_prefix))

    async def get(self, order_id: int) -> Order:
        """Return one order.

        Raises:
            NotFoundError: there is none.
        """
        query = stored_orders().where(ORDER.c.order_id == order_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError("order", order_id)
        return stored_order(row)

    async def of_node(self, dev_eui: DevEui, *, limit: int = 50) -> list[Order]:
        """Return a node's orders, newest first."""
        query = stored_orders().where(ORDER.c.dev_eui == dev_eui)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(ORDER.c.order_id.desc()).limit(limit))
            return [stored_order(row) for row in rows]

    async def in_flight(self) -> list[DevEui]:
        """Return the nodes that have an order in flight."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(ORDER.c.dev_eui).where(in_states(IN_FLIGHT)))
            return [DevEui(dev_eui) for dev_eui in found.scalars()]

    async def counts(self, *, batch: str | None = None) -> dict[State, int]:
        """Return how many orders are in each state, of one batch or all; every state is there."""
        async with self._database.reading() as connection:
            only = [] if batch is None else [ORDER.c.batch == batch]
            return await count_by_state(connection, *only)

    async def oldest_waiting(self) -> datetime | None:
        """Return when the oldest waiting order was created, or None."""
        query = select(func.min(ORDER.c.created_at)).where(in_states({State.WAITING}))
        async with self._database.reading() as connection:
            oldest: int | None = (await connection.execute(query)).scalar_one()
        return from_ms(oldest)

    async def transmissions_since(self, at: datetime) -> list[Transmission]:
        """Return the air time used since ``at``, oldest first."""
        airtime_ms = TRANSMISSION.c.airtime_ms * TRANSMISSION.c.airings
        query = (
            select(TRANSMISSION.c.gateway_id, TRANSMISSION.c.sent_at, airtime_ms)
            .where(TRANSMISSION.c.sent_at >= to_ms(at))
            .order_by(TRANSMISSION.c.sent_at)
        )
        async with self._database.reading() as connection:
            return [
                Transmission(GatewayId(gateway_id), from_ms(sent_at), airtime_ms)
                for gateway_id, sent_at, airtime_ms in await connection.execute(query)
            ]


def begins_with(prefix: str, orders: FromClause = ORDER) -> ColumnElement[bool]:
    """Return the condition on a batch; LIKE would ignore case on SQLite, and use no index."""
    return (orders.c.batch >= prefix) & (orders.c.batch < prefix + _LAST_CHARACTER)


async def add_orders(connection: AsyncConnection, orders: Iterable[NewOrder]) -> None:
    """Write orders, waiting."""
    await insert_rows(connection, ORDER, NEW_ORDER_COLUMNS, map(new_order_row, orders))


async def supersede(
    connection: AsyncConnection, dev_euis: Collection[DevEui], which: ColumnElement[bool]
) -> int:
    """End the open orders of these nodes for which ``which`` holds."""
    open_ones = (
        select(ORDER.c.order_id)
        .where(
            among(connection, ORDER.c.dev_eui, dev_euis),
            in_states(sources(Event.SUPERSEDE)),
            which,
        )
        .order_by(ORDER.c.order_id)
        .with_for_update()
    )
    return await _end(connection, ORDER.c.order_id.in_(open_ones), Event.SUPERSEDE)


async def count_by_state(
    connection: AsyncConnection, *only: ColumnElement[bool]
) -> dict[State, int]:
    """Return how many orders are in each state, of those for which ``only`` holds."""
    query = select(ORDER.c.state, func.count()).where(*only).group_by(ORDER.c.state)
    found: dict[str, int] = dict((await connection.execute(query)).all())
    return {state: found.get(state.value, 0) for state in State}


def _wait_after(lost: Row[Any]) -> timedelta:
    taken = State(lost.state) is State.ACCEPTED
    return back_off(lost.attempts, Rank(lost.rank), taken=taken)


async def _end(connection: AsyncConnection, which: ColumnElement[Any], event: Event) -> int:
    ended = update(ORDER).where(which).values(state=outcome(event).value)
    return int((await connection.execute(ended)).rowcount)
