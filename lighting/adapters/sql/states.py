"""The states of nodes and their orders: loaded and locked, and written back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among, update_rows
from lighting.adapters.sql.order_tables import ORDER, in_states, program_batch
from lighting.adapters.sql.standing import FrameKey, NodeState, OrderState
from lighting.adapters.sql.tables import NODE, PROGRAM_FRAME
from lighting.downlink.lifecycle import OPEN, State
from lighting.downlink.order import Purpose, Rank
from lighting.operations.records import Evidence

_HEARD_COLUMNS = ("gateway_id", "last_seen_at")
_NODE_COLUMNS = ("held", "held_at", "evidence", "evidence_at")
_ORDER_COLUMNS = ("state", "next_try", "note", "reply_by", "proved_at")
_READ_OF_ORDERS = (
    "order_id", "dev_eui", "rank", "purpose", "batch", "f_port", "payload", "echo_f_port",
    "echo_payload", "confirmed", "attempts", "created_at", "sent_at", *_ORDER_COLUMNS,
)  # fmt: skip


async def lock_nodes(connection: AsyncConnection, dev_euis: Collection[str]) -> None:
    """Hold these nodes until the transaction ends; whoever wants them too waits.

    All who change nodes lock them first, in order of DevEUI, and their orders after that, in order
    of id: two transactions cannot lock each other out. (SQLite has one writer at a time anyway.)
    """
    nodes = select(NODE.c.dev_eui).where(among(connection, NODE.c.dev_eui, dev_euis))
    await connection.execute(nodes.order_by(NODE.c.dev_eui).with_for_update())


async def load_nodes(
    connection: AsyncConnection, dev_euis: Collection[str]
) -> dict[str, NodeState]:
    """Return the nodes that exist among ``dev_euis``, locked, without their orders."""
    columns = [NODE.c[name] for name in ("dev_eui", "wanted", *_HEARD_COLUMNS, *_NODE_COLUMNS)]
    query = select(*columns).where(among(connection, NODE.c.dev_eui, dev_euis))
    query = query.order_by(NODE.c.dev_eui).with_for_update()  # as lock_nodes
    return {row.dev_eui: _node(row) for row in await connection.execute(query)}


async def load_orders(
    connection: AsyncConnection, nodes: Mapping[str, NodeState], *, all_of: Collection[str]
) -> None:
    """Give the nodes their open orders, locked.

    Of nodes that are not in ``all_of`` only those that were sent before and wait for another try:
    nothing else about them changes when a node is merely heard.
    """
    concerned = or_(among(connection, ORDER.c.dev_eui, all_of), ORDER.c.attempts > 0)
    query = (
        select(*(ORDER.c[name] for name in _READ_OF_ORDERS))
        .where(among(connection, ORDER.c.dev_eui, nodes), in_states(OPEN), concerned)
        .order_by(ORDER.c.order_id)
        .with_for_update()
    )
    _hand_out(nodes, await connection.execute(query))


async def load_programs(
    connection: AsyncConnection, nodes: Mapping[str, NodeState], dev_euis: Collection[str]
) -> None:
    """Give these nodes the ended orders and the frames of the programs that are wanted of them."""
    of_wanted = ORDER.c.batch == program_batch(NODE.c.wanted)
    ended = (
        select(*(ORDER.c[name] for name in _READ_OF_ORDERS))
        .join(NODE, and_(NODE.c.dev_eui == ORDER.c.dev_eui, of_wanted))
        .where(among(connection, ORDER.c.dev_eui, dev_euis), in_states(set(State) - OPEN))
    )
    _hand_out(nodes, await connection.execute(ended))
    wanted = {node.wanted for dev_eui in dev_euis if (node := nodes[dev_eui]).wanted is not None}
    frames: defaultdict[str, list[FrameKey]] = defaultdict(list)
    query = select(PROGRAM_FRAME.c.program_id, PROGRAM_FRAME.c.f_port, PROGRAM_FRAME.c.payload)
    query = query.where(among(connection, PROGRAM_FRAME.c.program_id, wanted))
    for program_id, f_port, payload in await connection.execute(query):
        frames[program_id].append((f_port, payload))
    for dev_eui in dev_euis:
        nodes[dev_eui].frames = frames.get(nodes[dev_eui].wanted or "", ())


async def save_nodes(connection: AsyncConnection, nodes: Iterable[NodeState]) -> None:
    """Write the nodes and orders that have changed.

    What is indexed is written only where it has: SQLite would put every row's index entry anew.
    """
    nodes = list(nodes)
    heard = ((node.dev_eui, node.gateway_id, node.last_seen_at) for node in nodes if node.heard)
    await update_rows(connection, NODE, key=("dev_eui",), columns=_HEARD_COLUMNS, rows=heard)
    node_rows = (
        (node.dev_eui, node.held, node.held_at, node.evidence.value, node.evidence_at)
        for node in nodes
        if node.changed
    )
    await update_rows(connection, NODE, key=("dev_eui",), columns=_NODE_COLUMNS, rows=node_rows)
    order_rows = (
        (
            order.order_id,
            order.state.value,
            order.next_try,
            order.note,
            order.reply_by,
            order.proved_at,
        )
        for node in nodes
        for order in node.orders
        if order.changed
    )
    await update_rows(connection, ORDER, key=("order_id",), columns=_ORDER_COLUMNS, rows=order_rows)


def _node(row: Row[Any]) -> NodeState:
    return NodeState(
        dev_eui=row.dev_eui,
        gateway_id=row.gateway_id,
        last_seen_at=row.last_seen_at,
        wanted=row.wanted,
        held=row.held,
        held_at=row.held_at,
        evidence=Evidence(row.evidence),
        evidence_at=row.evidence_at,
    )


def _hand_out(nodes: Mapping[str, NodeState], rows: Iterable[Row[Any]]) -> None:
    for row in rows:
        nodes[row.dev_eui].orders.append(_order(row))


def _order(row: Row[Any]) -> OrderState:
    return OrderState(
        order_id=row.order_id,
        rank=Rank(row.rank),
        purpose=Purpose(row.purpose),
        batch=row.batch,
        f_port=row.f_port,
        payload=row.payload,
        echo=None if row.echo_f_port is None else (row.echo_f_port, row.echo_payload),
        confirmed=bool(row.confirmed),
        state=State(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_try=row.next_try,
        sent_at=row.sent_at,
        reply_by=row.reply_by,
        proved_at=row.proved_at,
        note=row.note,
    )
