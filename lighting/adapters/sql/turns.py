"""Whose turn it is: which orders may go now, and which of those asked for really go."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among, insert_rows, update_rows
from lighting.adapters.sql.order_rows import outcome, stored_orders
from lighting.adapters.sql.order_tables import ORDER, TRANSMISSION, in_states
from lighting.adapters.sql.states import lock_nodes
from lighting.adapters.sql.tables import NODE
from lighting.adapters.sql.times import to_ms
from lighting.downlink.lifecycle import IN_FLIGHT, OPEN, Event, sources
from lighting.downlink.pacing import UNKNOWN_GATEWAY
from lighting.downlink.store import Sending
from lighting.identifiers import GatewayId


def due_orders(
    connection: AsyncConnection, *, at: datetime, limit: int, closed: Collection[GatewayId]
) -> Select[Any]:
    """Return the query of the orders that may go at ``at``; see ``OrderBook.due``.

    The index of turns is walked in order (rank, time since when it may go, order id) until
    ``limit`` orders stand at the head of their node's queue; nothing is sorted. Orders past their
    deadline stay where they are until ``expire`` ends them, but they do not go.
    """
    now = to_ms(at)
    query = stored_orders(fitted_only=True).where(
        in_states(sources(Event.SEND)),
        ORDER.c.next_try <= now,
        ORDER.c.expires_at > now,
        ORDER.c.order_id == _head_of_queue(now),
        ~_has_one_in_flight(),
    )
    if closed:
        gateway = func.coalesce(NODE.c.gateway_id, UNKNOWN_GATEWAY)
        query = query.where(~among(connection, gateway, closed))
    return query.order_by(ORDER.c.rank, ORDER.c.next_try, ORDER.c.order_id).limit(limit)


def _head_of_queue(now: int) -> ColumnElement[int]:
    queue = ORDER.alias("queue")
    return (
        select(queue.c.order_id)
        .where(
            queue.c.dev_eui == ORDER.c.dev_eui,
            in_states(OPEN, queue),
            queue.c.not_before <= now,
        )
        .order_by(queue.c.rank, queue.c.order_id)
        .limit(1)
        .scalar_subquery()
    )


def _has_one_in_flight() -> ColumnElement[bool]:
    flying = ORDER.alias("flying")
    same_node = flying.c.dev_eui == ORDER.c.dev_eui
    return exists().where(same_node, in_states(IN_FLIGHT, flying)).correlate(ORDER)


async def send(connection: AsyncConnection, tries: Sequence[Sending]) -> list[int]:
    """Move orders to sent, write their transmissions, return the ids that moved.

    The nodes are locked before their orders are read: of two controllers that want to send to one
    node, the second sees what the first has done. A try whose number is not the next one was
    planned on an old state and does not go.
    """
    by_order = {each.order_id: each for each in tries}
    of = select(ORDER.c.dev_eui).where(among(connection, ORDER.c.order_id, by_order))
    await lock_nodes(connection, set((await connection.execute(of)).scalars()))
    ready = await connection.execute(_ready(connection, by_order))
    going: dict[str, Sending] = {}
    for order_id, dev_eui, attempts, _rank in sorted(ready, key=lambda row: (row.rank, row[0])):
        if by_order[order_id].attempts == attempts + 1:
            going.setdefault(dev_eui, by_order[order_id])
    await _write(connection, list(going.values()))
    return [each.order_id for each in going.values()]


def _ready(connection: AsyncConnection, order_ids: Collection[int]) -> Select[Any]:
    return (
        select(ORDER.c.order_id, ORDER.c.dev_eui, ORDER.c.attempts, ORDER.c.rank)
        .join(NODE, NODE.c.dev_eui == ORDER.c.dev_eui)
        .where(
            among(connection, ORDER.c.order_id, order_ids),
            in_states(sources(Event.SEND)),
            ~_has_one_in_flight(),
        )
        .order_by(ORDER.c.order_id)
        .with_for_update(of=ORDER)
    )


async def _write(connection: AsyncConnection, going: Sequence[Sending]) -> None:
    sent = outcome(Event.SEND).value
    moved = (
        (each.order_id, sent, each.attempts, to_ms(each.sent_at), to_ms(each.reply_by))
        for each in going
    )
    columns = ("state", "attempts", "sent_at", "reply_by")
    await update_rows(connection, ORDER, key=("order_id",), columns=columns, rows=moved)
    charged = (
        (
            each.order_id,
            each.attempts,
            each.queue_item_id.hex,
            each.gateway_id,
            to_ms(each.sent_at),
            each.airtime_ms,
            1,
        )
        for each in going
    )
    await insert_rows(connection, TRANSMISSION, TRANSMISSION.c.keys(), charged)
