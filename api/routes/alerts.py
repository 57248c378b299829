"""Alerts: list them, look at one, say that somebody knows; what was told, and a day's report."""

from datetime import date
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from api.problems import fails
from api.schemas.alerts import (
    AcknowledgementAsked,
    AlertDetail,
    AlertPage,
    AlertTold,
    DailyReportTold,
    DeliveryPage,
    DeliveryTold,
    alert_told,
    day_told,
    delivery_told,
)
from api.schemas.base import Instant
from lighting.operations.controller import Office
from lighting.sensing.alerts.daily import area_named
from lighting.sensing.alerts.notice import DeliveryState
from lighting.sensing.alerts.report import report_csv, report_text
from lighting.sensing.alerts.store import AlertFilter
from lighting.sensing.rules.rule import Severity

PAGE_MAX = 1000
PAGE_DEFAULT = 100

NUMBER_MAX = 2**63 - 1
"""What every database holds."""

Number = Annotated[int, PathParameter(ge=1, le=NUMBER_MAX)]
After = Annotated[int | None, QueryParameter(ge=1, le=NUMBER_MAX)]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
Day = Annotated[date, QueryParameter(name="date")]


def alerts_asked(
    *,
    is_open: Annotated[bool | None, QueryParameter(name="open")] = None,
    acknowledged: FromQuery[bool | None] = None,
    severity: FromQuery[Severity | None] = None,
    rule: FromQuery[str | None] = None,
    ward: FromQuery[str | None] = None,
    since: FromQuery[Instant | None] = None,
) -> AlertFilter:
    """Return the filter of a query: every part that is given must hold."""
    return AlertFilter(
        is_open=is_open,
        acknowledged=acknowledged,
        severity=severity,
        rule=rule,
        ward=ward,
        since=since,
    )


@get(
    "/alerts",
    tags=["alerts"],
    dependencies={"where": Provide(alerts_asked, sync_to_thread=False)},
    responses=fails(),
)
async def list_alerts(
    office: NamedDependency[Office],
    where: NamedDependency[AlertFilter],
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> AlertPage:
    """Return alerts, newest first, those for which every filter holds.

    ``rule`` is a rule (``winter/ice-on-roads``) or a document (``winter``); those raised
    at ``since`` or later.
    """
    found = await office.alerts.store.find(where, after=after, limit=limit + 1)
    return AlertPage(
        items=tuple(alert_told(alert) for alert in found[:limit]),
        next=found[limit - 1].alert_id if len(found) > limit else None,
    )


@get("/alerts/{alert_id:int}", tags=["alerts"], responses=fails(404))
async def show_alert(office: NamedDependency[Office], alert_id: Number) -> AlertDetail:
    """Return an alert with what was told of it, newest first."""
    alert = await office.alerts.store.get(alert_id)
    deliveries = await office.alerts.outbox.deliveries(alert_id=alert_id)
    return AlertDetail(
        alert=alert_told(alert), deliveries=tuple(delivery_told(each) for each in deliveries)
    )


@post(
    "/alerts/{alert_id:int}/acknowledgement",
    tags=["alerts"],
    status_code=200,
    responses=fails(404, 413, 415),
)
async def acknowledge_alert(
    office: NamedDependency[Office],
    alert_id: Number,
    data: JSONBody[AcknowledgementAsked],
) -> AlertTold:
    """Note that somebody knows of an alert and what they do; the newest word counts."""
    alert = await office.alerts.store.acknowledge(
        alert_id, at=office.clock.now(), by=data.by, why=data.why
    )
    return alert_told(alert)


@get("/deliveries", tags=["alerts"], responses=fails())
async def list_deliveries(
    office: NamedDependency[Office],
    which: Annotated[DeliveryState | None, QueryParameter(name="state")] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> DeliveryPage:
    """Return deliveries, newest first; those that are ``dead`` wait for a person."""
    found = await office.alerts.outbox.deliveries(state=which, after=after, limit=limit + 1)
    return DeliveryPage(
        items=tuple(delivery_told(each) for each in found[:limit]),
        next=found[limit - 1].delivery_id if len(found) > limit else None,
    )


@post("/deliveries/{delivery_id:int}/again", tags=["alerts"], status_code=200, responses=fails(404))
async def deliver_again(office: NamedDependency[Office], delivery_id: Number) -> DeliveryTold:
    """Let a dead delivery go again, as if it were new; its key stays."""
    return delivery_told(await office.alerts.outbox.again(delivery_id, at=office.clock.now()))


@get("/reports/daily/{area:str}", tags=["alerts"], responses=fails(404))
async def show_daily_report(
    office: NamedDependency[Office], area: FromPath[str], day: Day
) -> DailyReportTold:
    """Return a service area's report of the civil day ``date``, as it is known now."""
    facts = await office.alerts.reports.day(area_named(office.alerts.reports.areas, area), day)
    return day_told(facts, text=report_text(facts, zone=office.zone), csv=report_csv(facts))


HANDLERS = (
    list_alerts,
    show_alert,
    acknowledge_alert,
    list_deliveries,
    deliver_again,
    show_daily_report,
)
