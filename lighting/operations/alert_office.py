"""What alerts are made of: rules, alerts, deliveries, reports; built once, for API, CLI, loops."""

from dataclasses import dataclass
from datetime import datetime

from lighting.clock import Clock
from lighting.faults.store import FaultStore
from lighting.operations.alert_rules import RuleBook
from lighting.operations.daily_reports import DailyReports, ReportSources
from lighting.operations.deliver import Postman
from lighting.operations.judge_rules import RuleWatch
from lighting.operations.rule_sources import Sensed
from lighting.sensing.alerts.areas import Telling
from lighting.sensing.alerts.store import AlertStore, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStores:
    """The database, by what alerts ask of it."""

    sensed: Sensed
    alerts: AlertStore
    outbox: Outbox
    faults: FaultStore


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOffice:
    """Everything about alerts."""

    store: AlertStore
    outbox: Outbox
    book: RuleBook
    watch: RuleWatch
    postman: Postman
    reports: DailyReports

    async def tell(self, at: datetime) -> None:
        """Send what waits, and write the reports that are due; they go with the next call.

        Raises:
            StoreError: the database could not be read or written; the next call goes on.
        """
        await self.postman.tend(at)
        await self.reports.tend(at)


def make_alert_office(
    stores: AlertStores, telling: Telling, clock: Clock, zone: str
) -> AlertOffice:
    """Return the office for alerts over a database and ways to people."""
    sources = ReportSources(
        sensed=stores.sensed, alerts=stores.alerts, faults=stores.faults, outbox=stores.outbox
    )
    return AlertOffice(
        store=stores.alerts,
        outbox=stores.outbox,
        book=RuleBook(stores.alerts, stores.sensed, telling.channels.keys(), zone),
        watch=RuleWatch(stores.sensed, stores.alerts, zone, telling.shares),
        postman=Postman(stores.outbox, telling.channels, clock),
        reports=DailyReports(sources, telling.areas, zone),
    )
