"""SqlCommissioningStore: devices on their way into service, and what the server is to be told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql import commissioning_moves as moves
from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.commissioning_rows import commissioned, pending_row, read, reading
from lighting.adapters.sql.commissioning_tables import COMMISSIONING, HAS_ERRAND, IS_OPEN
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.heard import news, overdue
from lighting.adapters.sql.times import to_ms
from lighting.errors import LightingError, StoreError
from lighting.identifiers import DevEui
from lighting.operations.commissionings import (
    Begun,
    Commissioned,
    KeptKeys,
    Leaving,
    NewCommissioning,
    News,
    Pending,
    Seat,
)
from lighting.registration.commissioning import State, Step, is_step

SAME_LABEL = 10
BLOCK_DIGITS = 9
"""Hex digits of a DevEUI that makers' blocks have in common at the most (IEEE MA-S: 36 bits)."""


class SqlCommissioningStore:
    """See ``lighting.operations.commissionings.CommissioningStore``.

    Every method raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, new: NewCommissioning, seat: Seat | None, *, replacing: Leaving | None = None
    ) -> Begun:
        """Take a device into service, in one transaction."""
        async with self._database.writing() as connection:
            return await moves.begin(connection, new, seat, replacing)

    async def rehearse(
        self, asked: Sequence[tuple[NewCommissioning, Seat | None]]
    ) -> list[LightingError | Begun]:
        """Begin all of them one after another, and take everything back."""
        async with self._database.writing() as connection:
            nothing_done = await connection.begin_nested()
            found = [await _rehearsed(connection, new, seat) for new, seat in asked]
            await nothing_done.rollback()
        return found

    async def leave(self, leaving: Leaving) -> Commissioned:
        """Take a device off, in one transaction."""
        async with self._database.writing() as connection:
            return await moves.leave(connection, leaving)

    async def find(self, dev_eui: DevEui) -> Commissioned | None:
        """Return the open commissioning of a device, else its last one."""
        found = await self.history(dev_eui)
        return next((each for each in found if each.ended_at is None), found[-1] if found else None)

    async def find_many(self, dev_euis: Sequence[DevEui]) -> Mapping[DevEui, Commissioned]:
        """Return the open commissionings of these devices, without their steps."""
        async with self._database.reading() as connection:
            these = among(connection, COMMISSIONING.c.dev_eui, dev_euis)
            rows = (await connection.execute(reading(these, IS_OPEN))).all()
        return {DevEui(row.dev_eui): commissioned(row) for row in rows}

    async def history(self, dev_eui: DevEui) -> list[Commissioned]:
        """Return all commissionings of a device, earliest first."""
        async with self._database.reading() as connection:
            return await read(connection, reading(COMMISSIONING.c.dev_eui == dev_eui))

    async def waiting(self, *, after: int | None = None, limit: int = 100) -> list[Commissioned]:
        """Return those that are not in service, and errands that are not done, in order of id."""
        on_its_way = and_(IS_OPEN, COMMISSIONING.c.state != State.CONFIRMED.value)
        key = COMMISSIONING.c.commissioning_id
        query = reading(or_(on_its_way, HAS_ERRAND), key > (after or 0)).limit(limit)
        async with self._database.reading() as connection:
            return await read(connection, query)

    async def due(self, at: datetime, *, limit: int = 100) -> list[Commissioned]:
        """Return those whose errand is due, the longest due first."""
        next_try = COMMISSIONING.c.next_try_at
        query = reading(HAS_ERRAND, next_try <= to_ms(at)).order_by(None)
        async with self._database.reading() as connection:
            return await read(connection, query.order_by(next_try).limit(limit))

    async def sealed_keys(self, commissioning_id: int) -> bytes | None:
        """Return the encrypted keys that are held for the network server."""
        query = select(COMMISSIONING.c.sealed)
        query = query.where(COMMISSIONING.c.commissioning_id == commissioning_id)
        async with self._database.reading() as connection:
            sealed: bytes | None = (await connection.execute(query)).scalar()
            return sealed

    async def kept_keys(self, *, after: int = 0, limit: int = 100) -> list[KeptKeys]:
        """Return the encrypted keys that are held, in order of the commissionings' ids."""
        made = COMMISSIONING.c
        query = select(made.commissioning_id, made.dev_eui, made.sealed)
        query = query.where(made.sealed.is_not(None), made.commissioning_id > after)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(made.commissioning_id).limit(limit))
            return [
                KeptKeys(
                    commissioning_id=row.commissioning_id,
                    dev_eui=DevEui(row.dev_eui),
                    sealed=row.sealed,
                )
                for row in rows
            ]

    async def replace_keys(self, before: KeptKeys, sealed: bytes) -> bool:
        """Put ``sealed`` in the place of keys that are still as they were."""
        same = (
            COMMISSIONING.c.commissioning_id == before.commissioning_id,
            COMMISSIONING.c.sealed == before.sealed,
        )
        async with self._database.writing() as connection:
            put = await connection.execute(update(COMMISSIONING).where(*same).values(sealed=sealed))
            return put.rowcount == 1

    async def errand_done(
        self, before: Commissioned, step: Step | None, *, keep_keys: bool
    ) -> Commissioned:
        """Note that the server was told; keys go unless they are kept."""
        changes = pending_row(Pending()) | ({} if keep_keys else {"sealed": None})
        return await self._after_errand(before, step, changes)

    async def errand_failed(
        self, before: Commissioned, pending: Pending, step: Step | None = None
    ) -> Commissioned:
        """Note why the server could not be told, and when it is tried next."""
        return await self._after_errand(before, step, pending_row(pending))

    async def _after_errand(
        self, before: Commissioned, step: Step | None, changes: dict[str, Any]
    ) -> Commissioned:
        async with self._database.writing() as connection:
            now = await moves.one(connection, before.commissioning_id)
            if now.pending.errand is not before.pending.errand:
                return now  # it was removed, or done by somebody else, while we asked the server
            if step is not None and is_step(now.state, step.event):
                return await moves.take(connection, now, step, changes)
            return await moves.change(connection, now, changes)

    async def hurry(self, dev_eui: DevEui | None, at: datetime) -> int:
        """Make the errands of a device (None: of all) due at once."""
        these = [] if dev_eui is None else [COMMISSIONING.c.dev_eui == dev_eui]
        async with self._database.writing() as connection:
            made = update(COMMISSIONING).where(HAS_ERRAND, *these).values(next_try_at=to_ms(at))
            return int((await connection.execute(made)).rowcount)

    async def take_step(self, before: Commissioned, step: Step) -> bool:
        """Move a commissioning on, unless somebody else has moved it meanwhile."""
        async with self._database.writing() as connection:
            now = await moves.one(connection, before.commissioning_id)
            if now.state is not before.state or not is_step(now.state, step.event):
                return False
            await moves.take(connection, now, step, {})
            return True

    async def news(self, *, limit: int = 1000) -> list[News]:
        """Return awaited devices that were heard since they have been waited for."""
        async with self._database.reading() as connection:
            return await news(connection, limit)

    async def overdue(self, before: datetime, *, limit: int = 1000) -> list[Commissioned]:
        """Return awaited devices that have been in their state since before a time."""
        async with self._database.reading() as connection:
            return await overdue(connection, before, limit)

    async def models_like(self, label: str, dev_eui: DevEui) -> Mapping[str, int]:
        """Return how often a model was registered with this label, or from the same block."""
        block = COMMISSIONING.c.dev_eui.startswith(dev_eui[:BLOCK_DIGITS])
        same_label = COMMISSIONING.c.label == label
        alike = or_(block, same_label) if label else block
        by = (COMMISSIONING.c.device_id, same_label.label("same"))
        query = select(*by, func.count().label("times")).where(alike).group_by(*by)
        found: Counter[str] = Counter()
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                weight = SAME_LABEL if label and row.same else 1
                found[row.device_id] += weight * row.times
        return found


async def _rehearsed(
    connection: AsyncConnection, new: NewCommissioning, seat: Seat | None
) -> LightingError | Begun:
    try:
        async with connection.begin_nested():
            return await moves.begin(connection, new, seat)
    except StoreError:
        raise
    except LightingError as exc:
        return exc
