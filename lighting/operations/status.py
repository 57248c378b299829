"""Status: one look at the whole system, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from lighting.errors import StoreError
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Controller, Office
from lighting.operations.records import Evidence
from lighting.operations.tonight import Plain, utc_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Is it well: database and broker now, and how long the oldest order has waited."""

    database: str
    """Empty if it answers, else why not."""
    broker_connected: bool
    broker_since: datetime
    broker_reconnects: int
    broker_problem: str
    oldest_waiting_at: datetime | None

    @property
    def well(self) -> bool:
        """Whether database and broker are there."""
        return not self.database and self.broker_connected


async def health(controller: Controller) -> Health:
    """Ask database and broker how they are; never raises for either being away."""
    stores = controller.office.stores
    link = controller.link.state
    problem, oldest = "", None
    try:
        await stores.database.check()
        oldest = await stores.book.oldest_waiting()
    except StoreError as exc:
        problem = str(exc)
    return Health(
        database=problem,
        broker_connected=link.connected,
        broker_since=link.last_change,
        broker_reconnects=link.reconnects,
        broker_problem="" if link.connected else link.problem,
        oldest_waiting_at=oldest,
    )


async def status(office: Office) -> Plain:
    """Return lanterns, evidence, orders and overrides as JSON-ready values.

    Raises:
        StoreError: the database could not be read.
    """
    stores = office.stores
    at = office.clock.now()
    evidence = await stores.nodes.evidence_counts()
    orders = await stores.book.counts()
    oldest = await stores.book.oldest_waiting()
    overrides = await stores.overrides.open_overrides(at)
    wanted = sum(count for level, count in evidence.items() if level is not Evidence.NONE)
    proved = sum(count for level, count in evidence.items() if level >= Evidence.ECHOED)
    return {
        "at": utc_text(at),
        "lanterns": await stores.lanterns.count(LanternFilter()),
        "with_node": await stores.lanterns.count(LanternFilter(with_node=True)),
        "programs_wanted": wanted,
        "programs_proved": proved,
        "evidence": {level.words: evidence.get(level, 0) for level in Evidence},
        "orders": {state.value: count for state, count in orders.items()},
        "oldest_waiting_at": None if oldest is None else utc_text(oldest),
        "overrides": [
            {
                "override_id": override.override_id,
                "selection": override.selection,
                "level": override.level,
                "starts_at": utc_text(override.starts_at),
                "ends_at": utc_text(override.ends_at),
                "reason": override.reason,
                "emergency": override.emergency,
                "nodes": override.nodes,
            }
            for override in overrides
        ],
    }
