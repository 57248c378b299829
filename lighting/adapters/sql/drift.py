"""Drift: which nodes do not hold what is wanted, and the orders that bring them there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    values,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from firmware_profiles.frame import Frame
from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.order_rows import (
    FRAME_COLUMNS,
    NEW_ORDER_COLUMNS,
    frame_row,
    new_order_row,
)
from lighting.adapters.sql.order_tables import ORDER, in_states, program_batch
from lighting.adapters.sql.states import lock_nodes
from lighting.adapters.sql.tables import NODE
from lighting.downlink.lifecycle import OPEN, State
from lighting.downlink.order import NewOrder, Purpose, Rank
from lighting.identifiers import DevEui, ProgramId
from lighting.operations.stores import PROGRAM_BATCH


def adrift() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of nodes that neither hold what is wanted nor have an order for it."""
    return (
        NODE.c.wanted.is_not(None),
        or_(NODE.c.held.is_(None), NODE.c.held != NODE.c.wanted),
        ~_has_order(in_states(OPEN)),
    )


def _repairable() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of nodes that are adrift and worth an order.

    One that rejected the program would reject it again. One that could not be reached until an
    order expired costs no more air time until it is heard.
    """
    unheard_since = func.coalesce(NODE.c.last_seen_at, 0) <= ORDER.c.expires_at
    return (
        *adrift(),
        ~_has_order(in_states({State.REJECTED})),
        ~_has_order(in_states({State.EXPIRED}), unheard_since),
    )


def _has_order(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a node has an order for what is wanted of it, of a kind."""
    for_wanted = (ORDER.c.dev_eui == NODE.c.dev_eui, ORDER.c.batch == program_batch(NODE.c.wanted))
    return exists().where(*for_wanted, *which).correlate(NODE)


async def adrift_pairs(connection: AsyncConnection) -> list[tuple[ProgramId, ProgramId | None]]:
    """Return the distinct (wanted, held) of nodes worth an order."""
    query = select(NODE.c.wanted, NODE.c.held).where(*_repairable()).distinct()
    pairs = await connection.execute(query)
    return sorted(pairs, key=lambda pair: (pair[0], pair[1] or ""))


async def order_programs(
    connection: AsyncConnection,
    wanted: ProgramId,
    held: ProgramId | None,
    frames: Sequence[Frame],
    *,
    created_at: datetime,
    expires_at: datetime,
) -> int:
    """Write orders of ``frames`` for the nodes adrift from ``held`` to ``wanted``.

    One statement crosses nodes with frames inside the database: a city's first rollout is most of a
    million orders, and none of them needs to pass through Python.
    """
    if not frames:
        return 0
    holding = NODE.c.held.is_(None) if held is None else NODE.c.held == held
    concerned = (NODE.c.wanted == wanted, holding, *_repairable())
    if connection.dialect.name == "postgresql":
        # Another controller may be repairing too: who holds the nodes sees what it has written.
        found = (await connection.execute(select(NODE.c.dev_eui).where(*concerned))).scalars().all()
        await lock_nodes(connection, found)
        concerned = (*concerned, among(connection, NODE.c.dev_eui, found))
    model = NewOrder(
        dev_eui=DevEui(""),
        rank=Rank.PROGRAM,
        purpose=Purpose.PROGRAM,
        batch=PROGRAM_BATCH + wanted,
        frame=frames[0],
        created_at=created_at,
        not_before=created_at,
        expires_at=expires_at,
    )
    given = _frames_cte(frames)
    same = dict(zip(NEW_ORDER_COLUMNS, new_order_row(model), strict=True))
    columns: list[ColumnElement[Any]] = [
        NODE.c.dev_eui
        if name == "dev_eui"
        else given.c[name]
        if name in FRAME_COLUMNS
        else literal(same[name], ORDER.c[name].type)
        for name in NEW_ORDER_COLUMNS
    ]
    crossed = select(*columns).select_from(NODE.join(given, true())).where(*concerned)
    crossed = crossed.order_by(NODE.c.dev_eui, given.c.place)
    nodes = select(func.count()).select_from(NODE).where(*concerned)
    count: int = (await connection.execute(nodes)).scalar_one()
    await connection.execute(ORDER.insert().from_select(list(NEW_ORDER_COLUMNS), crossed))
    return count


def _frames_cte(frames: Sequence[Frame]) -> CTE:
    """Return ``frames`` as a table, with their place in the program."""
    columns = [column("place", Integer), *(column(n, ORDER.c[n].type) for n in FRAME_COLUMNS)]
    rows = [(place, *frame_row(frame)) for place, frame in enumerate(frames)]
    return values(*columns, name="given").data(rows).cte("given")
