"""Keep records for as long as the settings say: alerts, deliveries and faults that are over."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

_LOG = logging.getLogger(__name__)


class Records(StrEnum):
    """Records with a retention; the value names them in the log of deletions.

    No stream of the data register can have such a name: its ids have no slash.
    """

    ALERTS = "records/alerts"
    DELIVERIES = "records/deliveries"
    FAULTS = "records/faults"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFor:
    """How long records are kept after they are over."""

    over: timedelta = timedelta(days=730)
    """Alerts and faults: two winters, to compare one with the other."""
    deliveries: timedelta = timedelta(days=90)
    """What was sent or given up: a quarter, to answer who was told."""

    def of(self, records: Records) -> timedelta:
        """Return how long records of a kind are kept."""
        return self.deliveries if records is Records.DELIVERIES else self.over


class KeptRecords(Protocol):
    """Records in a database."""

    async def delete_over(
        self, records: Records, before: datetime, *, at: datetime, why: str
    ) -> int:
        """Delete what is over since before ``before``; log each part where it is deleted.

        What still is, or still waits, is never deleted. Returns how many; none is not logged.
        """


class RecordKeeper:
    """Deletes what has been kept long enough."""

    def __init__(self, store: KeptRecords, kept_for: KeptFor) -> None:
        self._store = store
        self._kept_for = kept_for

    async def tend(self, at: datetime) -> int:
        """Delete what has been kept long enough at ``at``; return how many records.

        Raises:
            StoreError: the database could not do it; it is tried again the next time.
        """
        total = 0
        for records in Records:
            kept = self._kept_for.of(records)
            why = f"kept for {kept.days} days after it was over"
            gone = await self._store.delete_over(records, at - kept, at=at, why=why)
            if gone:
                _LOG.info("%d %s deleted: %s", gone, records.value, why)
            total += gone
        return total
