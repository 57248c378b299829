"""What is wanted of nodes: set, and weighed against what they hold."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among, update_rows
from lighting.adapters.sql.judge import CLOCKS_APART_MS
from lighting.adapters.sql.order_tables import ORDER, program_batch
from lighting.adapters.sql.states import (
    load_nodes,
    load_orders,
    load_programs,
    lock_nodes,
    save_nodes,
)
from lighting.adapters.sql.tables import NODE, PROGRAM_FRAME
from lighting.adapters.sql.times import to_ms
from lighting.downlink.order import Purpose
from lighting.identifiers import DevEui, ProgramId
from lighting.operations.records import Evidence

_COLUMNS = ("wanted", "wanted_at", "held", "held_at", "evidence", "evidence_at")


async def want(
    connection: AsyncConnection, wanted: Mapping[DevEui, ProgramId], at: datetime
) -> None:
    """Set what is wanted of nodes; one of which it is wanted already stays as it is.

    A node that may have taken a frame of another program since it proved what it holds is taken
    to hold nothing known: the next program must not be built on it.
    """
    await lock_nodes(connection, wanted)
    query = select(NODE.c.dev_eui, NODE.c.wanted, NODE.c.held, NODE.c.held_at)
    query = query.where(among(connection, NODE.c.dev_eui, wanted))
    changing = [
        row for row in await connection.execute(query) if row.wanted != wanted[DevEui(row.dev_eui)]
    ]
    overwritten = await _overwritten(connection, [r.dev_eui for r in changing if r.held])
    weak = await _without_echo(connection, {row.held for row in changing if row.held})
    now = to_ms(at)
    rows = []
    for row in changing:
        program_id = wanted[DevEui(row.dev_eui)]
        held, held_at = (None, now) if row.dev_eui in overwritten else (row.held, row.held_at)
        evidence = Evidence.INTENDED
        if held == program_id:
            evidence = Evidence.ACCEPTED if held in weak else Evidence.ECHOED
        rows.append((row.dev_eui, program_id, now, held, held_at, evidence.value, now))
    await update_rows(connection, NODE, key=("dev_eui",), columns=_COLUMNS, rows=rows)


async def _overwritten(connection: AsyncConnection, dev_euis: Collection[str]) -> set[str]:
    """Return the nodes that were sent a frame of another program after they proved theirs.

    The proof has the network server's time and the sending ours: in doubt a node is one of them.
    """
    if not dev_euis:
        return set()
    query = (
        select(ORDER.c.dev_eui)
        .join(NODE, NODE.c.dev_eui == ORDER.c.dev_eui)
        .where(
            among(connection, ORDER.c.dev_eui, dev_euis),
            ORDER.c.purpose == Purpose.PROGRAM.value,
            ORDER.c.batch != program_batch(NODE.c.held),
            ORDER.c.sent_at >= NODE.c.held_at - CLOCKS_APART_MS,
        )
    )
    return set((await connection.execute(query)).scalars())


async def _without_echo(connection: AsyncConnection, program_ids: Collection[str]) -> set[str]:
    """Return the programs of which a frame has no echo: no node can prove them by echoes alone."""
    query = select(PROGRAM_FRAME.c.program_id).where(
        among(connection, PROGRAM_FRAME.c.program_id, program_ids),
        PROGRAM_FRAME.c.echo_f_port.is_(None),
    )
    return set((await connection.execute(query)).scalars())


async def refresh_evidence(
    connection: AsyncConnection, dev_euis: Collection[DevEui], at: datetime
) -> None:
    """Weigh again what these nodes hold, after their orders have moved."""
    nodes = await load_nodes(connection, dev_euis)
    await load_orders(connection, nodes, all_of=nodes)
    await load_programs(connection, nodes, nodes.keys())
    for node in nodes.values():
        node.weigh(to_ms(at))
    await save_nodes(connection, nodes.values())
