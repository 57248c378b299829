"""SqlOutbox: what is on its way to people."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.alert_rows import delivery_of, notice_text
from lighting.adapters.sql.alert_tables import DELIVERY, IS_WAITING, REPORT_DAY
from lighting.adapters.sql.bulk import Upsert, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.times import to_ms
from lighting.errors import NotFoundError
from lighting.sensing.alerts.notice import Delivery, DeliveryState, Notice

_COLUMNS = (
    "delivery_key", "channel", "notice", "alert_id", "state", "attempts", "created_at",
    "next_try_at", "sent_at", "problem",
)  # fmt: skip


class SqlOutbox:
    """Deliveries in the database; see ``lighting.sensing.alerts.store.Outbox``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_report(
        self, area: str, day: date, notice: Notice, *, channels: Sequence[str], at: datetime
    ) -> bool:
        """Write a day's report for each channel, unless that was done before; return whether."""
        told = {channel: f"report-{area}-{day.isoformat()}-{channel}" for channel in channels}
        this = (REPORT_DAY.c.area == area, REPORT_DAY.c.day == day.isoformat())
        async with self._database.writing() as connection:
            if (await connection.execute(select(REPORT_DAY).where(*this))).one_or_none():
                return False
            values = {"area": area, "day": day.isoformat(), "written_at": to_ms(at)}
            await connection.execute(REPORT_DAY.insert().values(**values))
            await put_deliveries(connection, notice, told, alert_id=None, at=at)
        return True

    async def last_reports(self) -> dict[str, date]:
        """Return the newest day that was reported for each area."""
        query = select(REPORT_DAY.c.area, func.max(REPORT_DAY.c.day)).group_by(REPORT_DAY.c.area)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return {area: date.fromisoformat(day) for area, day in rows}

    async def claim(self, *, at: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Take deliveries whose time has come, oldest first, and count the try."""
        due = (
            select(DELIVERY.c.delivery_id)
            .where(IS_WAITING, DELIVERY.c.next_try_at <= to_ms(at))
            .order_by(DELIVERY.c.next_try_at, DELIVERY.c.delivery_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as connection:
            ids = list((await connection.execute(due)).scalars())
            if not ids:
                return []
            taken = (
                update(DELIVERY)
                .where(DELIVERY.c.delivery_id.in_(ids))
                .values(attempts=DELIVERY.c.attempts + 1, next_try_at=to_ms(at + lease))
                .returning(DELIVERY)
            )
            found = [delivery_of(row) for row in await connection.execute(taken)]
        return sorted(found, key=lambda each: ids.index(each.delivery_id))

    async def sent(self, delivery_id: int, *, at: datetime, note: str) -> None:
        """Note that a delivery was taken."""
        values = {"state": DeliveryState.SENT.value, "sent_at": to_ms(at), "problem": note}
        await self._set(_this(delivery_id).values(**values))

    async def failed(self, delivery_id: int, problem: str, *, next_try_at: datetime | None) -> None:
        """Note that a delivery was not taken, and when it is tried again; None: never."""
        told = _this(delivery_id).values(problem=problem)
        if next_try_at is None:
            await self._set(told.values(state=DeliveryState.DEAD.value))
        else:
            await self._set(told.values(next_try_at=to_ms(next_try_at)))

    async def again(self, delivery_id: int, *, at: datetime) -> Delivery:
        """Let a dead delivery wait again, as if it were new.

        Raises:
            NotFoundError: there is no such delivery that is dead.
        """
        dead = _this(delivery_id).where(DELIVERY.c.state == DeliveryState.DEAD.value)
        values = {"created_at": to_ms(at), "next_try_at": to_ms(at), "attempts": 0}
        revived = dead.values(state=DeliveryState.WAITING.value, **values).returning(DELIVERY)
        async with self._database.writing() as connection:
            row = (await connection.execute(revived)).one_or_none()
            if row is None:
                raise NotFoundError("dead delivery", delivery_id)
            return delivery_of(row)

    async def deliveries(
        self,
        *,
        state: DeliveryState | None = None,
        alert_id: int | None = None,
        after: int | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        """Return deliveries, newest first, those older than delivery ``after``."""
        query = select(DELIVERY).order_by(DELIVERY.c.delivery_id.desc()).limit(limit)
        if state is not None:
            query = query.where(DELIVERY.c.state == state.value)
        if alert_id is not None:
            query = query.where(DELIVERY.c.alert_id == alert_id)
        if after is not None:
            query = query.where(DELIVERY.c.delivery_id < after)
        async with self._database.reading() as connection:
            return [delivery_of(row) for row in await connection.execute(query)]

    async def _set(self, statement: Update) -> None:
        async with self._database.writing() as connection:
            await connection.execute(statement)


async def put_deliveries(
    connection: AsyncConnection,
    notice: Notice,
    keys: Mapping[str, str],
    *,
    alert_id: int | None,
    at: datetime,
) -> None:
    """Write a notice for each channel of ``keys``, inside the caller's transaction.

    A key that is there already is left as it is.
    """
    text, now = notice_text(notice), to_ms(at)
    waiting = DeliveryState.WAITING.value
    rows: list[tuple[Any, ...]] = [
        (key, channel, text, alert_id, waiting, 0, now, now, None, "")
        for channel, key in keys.items()
    ]
    await insert_rows(connection, DELIVERY, _COLUMNS, rows, existing=Upsert(key=("delivery_key",)))


def _this(delivery_id: int) -> Update:
    return update(DELIVERY).where(DELIVERY.c.delivery_id == delivery_id)
