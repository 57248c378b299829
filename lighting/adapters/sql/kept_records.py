"""SqlKeptRecords: alerts, deliveries and faults that are over, deleted when their time is."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, insert, select, true

from lighting.adapters.sql.alert_tables import ALERT, DELIVERY
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.fault_tables import FAULT
from lighting.adapters.sql.sensing_tables import DELETION
from lighting.adapters.sql.times import to_ms
from lighting.operations.keep_records import Records
from lighting.sensing.alerts.notice import DeliveryState

_AT_ONCE = 10_000
"""Rows deleted in one transaction: under a second, so that others need not wait long."""

_SENT_OR_DEAD = DELIVERY.c.state != DeliveryState.WAITING.value

_OVER: dict[Records, tuple[Table, ColumnElement[int | None], ColumnElement[bool]]] = {
    Records.ALERTS: (ALERT, ALERT.c.cleared_at, true()),
    Records.FAULTS: (FAULT, FAULT.c.cleared_at, true()),
    Records.DELIVERIES: (DELIVERY, DELIVERY.c.created_at, _SENT_OR_DEAD),
}
"""The table, since when a row is over (null: it is not), and what else must hold."""


class SqlKeptRecords:
    """Records in the database; see ``lighting.operations.keep_records.KeptRecords``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def delete_over(
        self, records: Records, before: datetime, *, at: datetime, why: str
    ) -> int:
        """Delete what is over since before ``before``; each part has its entry in the log.

        Raises:
            StoreError: the database cannot do it; of the part nothing was deleted.
        """
        table, since, condition = _OVER[records]
        (key,) = table.primary_key.columns
        oldest = select(key).where(since < to_ms(before), condition).order_by(key).limit(_AT_ONCE)
        gone = delete(table).where(key.in_(oldest)).returning(since)
        total = 0
        while True:
            async with self._database.writing() as connection:
                rows = await connection.execute(gone)
                times = [over_at for (over_at,) in rows if over_at is not None]
                if times:
                    span = {"first_at": min(times), "last_at": max(times), "samples": len(times)}
                    entry = {"stream_id": records.value, "at": to_ms(at), "why": why, **span}
                    await connection.execute(insert(DELETION).values(**entry))
            total += len(times)
            if len(times) < _AT_ONCE:
                return total
