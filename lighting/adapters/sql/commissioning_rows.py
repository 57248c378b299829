"""Commissionings to rows and back, and reading them."""

from collections import defaultdict
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, TextClause, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.commissioning_tables import COMMISSIONING, COMMISSIONING_STEP
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.sockets import SocketId
from lighting.operations.commissionings import (
    Commissioned,
    Errand,
    NewCommissioning,
    Particulars,
    Pending,
)
from lighting.registration.commissioning import Event, State, Step

_PARTICULARS = tuple(field.name for field in fields(Particulars))

READ: tuple[ColumnElement[Any], ...] = (
    *(column for column in COMMISSIONING.c if column.name != "sealed"),
    func.length(COMMISSIONING.c.sealed).label("keys_held"),
)
"""Keys leave the table by one method only, so no record of it can show them. (Their length tells
whether there are any: in RETURNING, SQLite 3.40 answers IS NOT NULL with what was before.)"""


def new_row(new: NewCommissioning) -> dict[str, Any]:
    """Return a new commissioning's values by column; it is planned, and seated later."""
    return {
        "dev_eui": new.dev_eui,
        **{name: getattr(new.particulars, name) for name in _PARTICULARS},
        "lantern_id": None,
        "socket_id": None,
        "occupancy_id": None,
        "state": State.PLANNED.value,
        "since": to_ms(new.at),
        "begun_at": to_ms(new.at),
        "begun_by": new.by,
        "ended_at": None,
        **pending_row(Pending()),
        "sealed": new.sealed,
    }


def pending_row(pending: Pending) -> dict[str, Any]:
    """Return an errand's values by column."""
    at = pending.next_try_at
    return {
        "errand": pending.errand.value,
        "tries": pending.tries,
        "next_try_at": None if at is None else to_ms(at),
        "problem": pending.problem,
    }


def step_row(commissioning_id: int, number: int, step: Step) -> dict[str, Any]:
    """Return a step's values by column."""
    return {
        "commissioning_id": commissioning_id,
        "number": number,
        "event": step.event.value,
        "at": to_ms(step.at),
        "by": step.by,
        "note": step.note,
    }


def reading(*only: ColumnElement[bool] | TextClause) -> Select[Any]:
    """Return the query for commissionings, in order of id."""
    return select(*READ).where(*only).order_by(COMMISSIONING.c.commissioning_id)


async def read(connection: AsyncConnection, query: Select[Any]) -> list[Commissioned]:
    """Return the commissionings that a query of ``reading`` finds, with their steps."""
    rows = (await connection.execute(query)).all()
    if not rows:
        return []
    ids = [row.commissioning_id for row in rows]
    steps: defaultdict[int, list[Step]] = defaultdict(list)
    of_these = among(connection, COMMISSIONING_STEP.c.commissioning_id, ids)
    taken = select(COMMISSIONING_STEP).where(of_these).order_by(COMMISSIONING_STEP.c.number)
    for row in await connection.execute(taken):
        steps[row.commissioning_id].append(_step(row))
    return [commissioned(row, tuple(steps[row.commissioning_id])) for row in rows]


def commissioned(row: Row[Any], steps: tuple[Step, ...] = ()) -> Commissioned:
    """Return the commissioning that a row holds."""
    values = row._asdict()
    return Commissioned(
        commissioning_id=row.commissioning_id,
        dev_eui=DevEui(row.dev_eui),
        particulars=Particulars(**{name: values[name] for name in _PARTICULARS}),
        lantern_id=None if row.lantern_id is None else LanternId(row.lantern_id),
        socket_id=None if row.socket_id is None else SocketId(row.socket_id),
        occupancy_id=row.occupancy_id,
        state=State(row.state),
        since=from_ms(row.since),
        begun_at=from_ms(row.begun_at),
        begun_by=row.begun_by,
        ended_at=from_ms(row.ended_at),
        pending=Pending(
            errand=Errand(row.errand),
            tries=row.tries,
            next_try_at=from_ms(row.next_try_at),
            problem=row.problem,
        ),
        keys_held=bool(row.keys_held),
        steps=steps,
    )


def _step(row: Row[Any]) -> Step:
    return Step(event=Event(row.event), at=from_ms(row.at), by=row.by, note=row.note)
