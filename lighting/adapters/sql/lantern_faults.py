"""SqlFaultStore: the faults of lanterns, open and cleared."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among, insert_rows, update_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.fault_tables import FAULT
from lighting.adapters.sql.outbox import put_deliveries
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.errors import NotFoundError
from lighting.faults.fault import Fault, Found
from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.faults.ranking import rank_of
from lighting.faults.settle import Changes
from lighting.faults.store import FaultFilter
from lighting.faults.telling import FaultMessage, Teller, Turn, tell_nobody
from lighting.identifiers import LanternId
from lighting.sensing.alerts.notice import Notice, NoticeKind

_FOUND = (
    "kind", "subject", "lanterns", "size", "evidence", "first_seen", "last_seen", "confidence",
    "severity", "rank", "place", "latitude_deg", "longitude_deg",
)  # fmt: skip
_LIFE = ("reopened", "cleared_at", "cleared_why")
_KNOWN = ("acknowledged_at", "acknowledged_by", "acknowledged_reason")
_NOBODY = (None, "", "")
_NEW = (0, None, "", *_NOBODY)
_ONE_AT_A_TIME = 5_702_342
"""Key of the PostgreSQL lock (any number does) under which a look is written: of two processes that
find the same, the second one finds it written, and tells nobody of it again."""

_PLACE = (FAULT.c.rank, FAULT.c.first_seen, FAULT.c.fault_id)


class SqlFaultStore:
    """Faults in the database; see ``lighting.faults.store.FaultStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_faults(self) -> list[Fault]:
        """Return all open faults, in order of id."""
        return await self._read(select(FAULT).where(FAULT.c.cleared_at.is_(None)))

    async def cleared_since(self, at: datetime) -> list[Fault]:
        """Return the faults that were cleared at ``at`` or later, in order of id."""
        return await self._read(select(FAULT).where(FAULT.c.cleared_at >= to_ms(at)))

    async def write(self, changes: Changes, tell: Teller = tell_nobody) -> list[Fault]:
        """Write what changes and what is told of it; return the opened faults with their ids."""
        async with self._database.writing() as connection:
            if self._database.kind == "postgresql":  # SQLite has one writer anyway
                await connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            newest = (await connection.execute(select(func.max(FAULT.c.fault_id)))).scalar() or 0
            before = await _those(connection, [each.fault_id for each in changes.changed])
            await _change(connection, changes.changed)
            await _open(connection, changes.opened)
            query = select(FAULT).where(FAULT.c.fault_id > newest).order_by(FAULT.c.fault_id)
            opened = [_fault(row) for row in await connection.execute(query)]
            turns = [Turn(fault=each, before=before.get(each.fault_id)) for each in changes.changed]
            turns += [Turn(fault=each, before=None) for each in opened]
            for message in tell(turns):
                keys, now = {message.channel: message.key}, message.at
                await put_deliveries(connection, _notice(message), keys, alert_id=None, at=now)
            return opened

    async def find(
        self, where: FaultFilter, *, after: int | None = None, limit: int = 1000
    ) -> list[Fault]:
        """Return up to ``limit`` faults in the order of the work list, those after ``after``.

        Raises:
            NotFoundError: there is no fault ``after``.
        """
        query = select(FAULT).where(*_conditions(where)).order_by(*_PLACE).limit(limit)
        async with self._database.reading() as connection:
            if after is not None:
                last = select(*_PLACE).where(FAULT.c.fault_id == after)
                place = (await connection.execute(last)).one_or_none()
                if place is None:
                    raise NotFoundError("fault", after)
                query = query.where(tuple_(*_PLACE) > tuple_(*place))
            return [_fault(row) for row in await connection.execute(query)]

    async def ranked(self, where: FaultFilter) -> list[int]:
        """Return the ids of all faults of a filter, in the order of the work list."""
        query = select(FAULT.c.fault_id).where(*_conditions(where)).order_by(*_PLACE)
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def those(self, fault_ids: Sequence[int]) -> list[Fault]:
        """Return these faults in this order; one that is not there any more is left out."""
        async with self._database.reading() as connection:
            found = await _those(connection, fault_ids)
        return [found[fault_id] for fault_id in fault_ids if fault_id in found]

    async def get(self, fault_id: int) -> Fault:
        """Return a fault.

        Raises:
            NotFoundError: there is none.
        """
        found = await self._read(select(FAULT).where(FAULT.c.fault_id == fault_id))
        if not found:
            raise NotFoundError("fault", fault_id)
        return found[0]

    async def acknowledge(self, fault_id: int, *, at: datetime, by: str, reason: str) -> Fault:
        """Note that somebody knows of an open fault; the newest word counts.

        Raises:
            NotFoundError: there is no such fault that is open.
        """
        this = FAULT.c.fault_id == fault_id
        known = update(FAULT).where(this, FAULT.c.cleared_at.is_(None))
        known = known.values(
            acknowledged_at=to_ms(at), acknowledged_by=by, acknowledged_reason=reason
        )
        async with self._database.writing() as connection:
            if (await connection.execute(known)).rowcount == 0:
                raise NotFoundError("open fault", fault_id)
            return _fault((await connection.execute(select(FAULT).where(this))).one())

    async def _read(self, query: Select[Any]) -> list[Fault]:
        async with self._database.reading() as connection:
            found = await connection.execute(query.order_by(FAULT.c.fault_id))
            return [_fault(row) for row in found]


async def _those(connection: AsyncConnection, fault_ids: Sequence[int]) -> dict[int, Fault]:
    """Return faults by id; under the lock of a look they are as the one before it left them."""
    found = await connection.execute(
        select(FAULT).where(among(connection, FAULT.c.fault_id, fault_ids))
    )
    return {row.fault_id: _fault(row) for row in found}


def _notice(message: FaultMessage) -> Notice:
    return Notice(
        kind=NoticeKind.FAULTS_TURNED,
        subject=message.subject,
        text=message.text,
        at=message.at,
        data=message.data,
    )


async def _change(connection: AsyncConnection, faults: Sequence[Fault]) -> None:
    rows = [(each.fault_id, *_found_row(each), *_life_row(each)) for each in faults]
    columns = (*_FOUND, *_LIFE)
    if not rows:
        return
    back = among(connection, FAULT.c.fault_id, [each.fault_id for each in faults if each.is_open])
    forgotten = update(FAULT).where(back, FAULT.c.cleared_at.is_not(None))
    await connection.execute(forgotten.values(dict(zip(_KNOWN, _NOBODY, strict=True))))
    await update_rows(connection, FAULT, key=("fault_id",), columns=columns, rows=rows)


async def _open(connection: AsyncConnection, found: Iterable[Found]) -> None:
    are_open = select(FAULT.c.kind, FAULT.c.subject).where(FAULT.c.cleared_at.is_(None))
    known = {(row.kind, row.subject) for row in await connection.execute(are_open)}
    rows = [
        (*_found_row(each), *_NEW) for each in found if (each.kind.value, each.subject) not in known
    ]
    await insert_rows(connection, FAULT, (*_FOUND, *_LIFE, *_KNOWN), rows)


def _conditions(where: FaultFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if where.is_open is not None:
        cleared = FAULT.c.cleared_at
        conditions.append(cleared.is_(None) if where.is_open else cleared.is_not(None))
    if where.kind is not None:
        conditions.append(FAULT.c.kind == where.kind.value)
    if where.subject is not None:
        conditions.append(FAULT.c.subject == where.subject)
    if where.acknowledged is not None:
        known = FAULT.c.acknowledged_at
        conditions.append(known.is_not(None) if where.acknowledged else known.is_(None))
    return conditions


def _found_row(found: Found) -> tuple[Any, ...]:
    return (
        found.kind.value,
        found.subject,
        json.dumps(found.lanterns, ensure_ascii=False),
        found.size,
        json.dumps(found.evidence, ensure_ascii=False),
        to_ms(found.first_seen),
        to_ms(found.last_seen),
        int(found.confidence),
        int(found.severity),
        rank_of(found),
        found.place,
        found.latitude_deg,
        found.longitude_deg,
    )


def _life_row(fault: Fault) -> tuple[Any, ...]:
    cleared_at = None if fault.cleared_at is None else to_ms(fault.cleared_at)
    return (fault.reopened, cleared_at, fault.cleared_why)


def _fault(row: Row[Any]) -> Fault:
    return Fault(
        fault_id=row.fault_id,
        kind=FaultKind(row.kind),
        subject=row.subject,
        lanterns=tuple(LanternId(each) for each in json.loads(row.lanterns)),
        size=row.size,
        evidence=tuple(json.loads(row.evidence)),
        first_seen=from_ms(row.first_seen),
        last_seen=from_ms(row.last_seen),
        confidence=Confidence(row.confidence),
        severity=Severity(row.severity),
        place=row.place,
        latitude_deg=row.latitude_deg,
        longitude_deg=row.longitude_deg,
        reopened=row.reopened,
        cleared_at=from_ms(row.cleared_at),
        cleared_why=row.cleared_why,
        acknowledged_at=from_ms(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        acknowledged_reason=row.acknowledged_reason,
    )
