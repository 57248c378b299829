"""Who was heard: awaited devices of which the network has reported something since.

Asked of what is recorded anyway, so nothing has to be told to anybody, and a restart loses nothing.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.commissioning_rows import read, reading
from lighting.adapters.sql.commissioning_tables import COMMISSIONING, IS_AWAITED
from lighting.adapters.sql.sensing_tables import ADD_ON, SAMPLE, SERIES
from lighting.adapters.sql.tables import METER, NODE, NOTE, STATUS
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.operations.commissionings import Commissioned, News
from lighting.operations.records import BY_RADIO, BY_SERVER, NOT_UNDERSTOOD
from lighting.registration.commissioning import AWAITED, State

NO_PROOF = (NOT_UNDERSTOOD, BY_SERVER, BY_RADIO)
"""Kinds of note that do not come from a decoded uplink."""


async def news(connection: AsyncConnection, limit: int) -> list[News]:
    """Return awaited devices that were heard since; see ``CommissioningStore.news``.

    A device that was heard and not understood is news once; one that failed has to be understood.
    """
    proofs = (_first(STATUS), _first(METER), _first(NOTE, NOTE.c.kind.not_in(NO_PROOF)))
    decoded = func.coalesce(*proofs, _measured(), _heard_well()).label("decoded")
    seen = func.coalesce(_last(NODE), _last(ADD_ON)).label("seen")
    unheard = COMMISSIONING.c.state == State.REGISTERED.value
    key = COMMISSIONING.c.commissioning_id
    awaited = select(key, decoded, seen, unheard.label("unheard")).where(IS_AWAITED).subquery()
    told = or_(awaited.c.decoded.is_not(None), awaited.c.unheard & awaited.c.seen.is_not(None))
    query = select(awaited).where(told).order_by(awaited.c.commissioning_id).limit(limit)
    rows = {row.commissioning_id: row for row in await connection.execute(query)}
    if not rows:
        return []  # as at nearly every look, every quarter of a minute
    found = []
    for each in await read(connection, reading(key.in_(rows))):
        row = rows[each.commissioning_id]
        at = row.seen if row.decoded is None else row.decoded
        found.append(News(commissioned=each, at=from_ms(at), decoded=row.decoded is not None))
    return found


async def overdue(connection: AsyncConnection, before: datetime, limit: int) -> list[Commissioned]:
    """Return those that the network should have moved, in their state since before a time."""
    waited = COMMISSIONING.c.state.in_([state.value for state in AWAITED])
    query = reading(IS_AWAITED, waited, COMMISSIONING.c.since <= to_ms(before))
    return await read(connection, query.limit(limit))


def _first(of: Table, *only: ColumnElement[bool]) -> ColumnElement[int | None]:
    """Return when a table first has something of an awaited device since it is awaited."""
    same = of.c.dev_eui == COMMISSIONING.c.dev_eui
    query = select(func.min(of.c.at)).where(same, of.c.at > COMMISSIONING.c.since, *only)
    return query.correlate(COMMISSIONING).scalar_subquery()


def _last(of: Table, *only: ColumnElement[bool]) -> ColumnElement[int | None]:
    """Return when an awaited device was last heard, if that was since it is awaited."""
    same = of.c.dev_eui == COMMISSIONING.c.dev_eui
    query = select(of.c.last_seen_at).where(same, of.c.last_seen_at > COMMISSIONING.c.since, *only)
    return query.correlate(COMMISSIONING).scalar_subquery()


def _measured() -> ColumnElement[int | None]:
    """Return when something that an add-on has measured since was measured first."""
    same = (SERIES.c.dev_eui == COMMISSIONING.c.dev_eui, SAMPLE.c.series_id == SERIES.c.series_id)
    query = select(func.min(SAMPLE.c.at)).where(*same, SAMPLE.c.at > COMMISSIONING.c.since)
    return query.correlate(COMMISSIONING).scalar_subquery()


def _heard_well() -> ColumnElement[int | None]:
    """Return when an add-on was heard of which nothing was found not to be understood.

    Where its stream is off, or its payload is not public, frames are not read: then being heard is
    all that can be proved.
    """
    bad = select(NOTE.c.at).where(
        NOTE.c.dev_eui == COMMISSIONING.c.dev_eui,
        NOTE.c.kind == NOT_UNDERSTOOD,
        NOTE.c.at > COMMISSIONING.c.since,
    )
    return _last(ADD_ON, ~bad.correlate(COMMISSIONING).exists())
