"""Alerts, the rules that raise them, and what was told to whom."""

from datetime import date
from typing import Any

from api.schemas.base import Asked, Instant, Text, Told
from lighting.operations.alert_rules import Tried
from lighting.sensing.alerts.alert import Alert, NewAlert, RuleRevision
from lighting.sensing.alerts.daily import Day
from lighting.sensing.alerts.notice import Delivery
from lighting.sensing.rules.reason import Finding, told_condition
from lighting.sensing.rules.rule import Rule


class ValueTold(Told, kw_only=True):
    """One measured value, in the unit of its finding."""

    at: Instant
    value: float


class FindingTold(Told, kw_only=True):
    """What one measurement of a rule said: in words, and the values that show it."""

    words: str
    quantity: str
    unit: str
    dev_euis: tuple[str, ...]
    values: tuple[ValueTold, ...]


class RaisedTold(Told, kw_only=True):
    """What was raised: by which rule (``document/rule``) and revision, where, when and why."""

    rule: str
    revision: int
    severity: str
    lantern_id: str
    latitude_deg: float
    longitude_deg: float
    road: str
    ward: str
    raised_at: Instant
    reason: str
    findings: tuple[FindingTold, ...]
    note: str
    tell: tuple[str, ...]


class AlertTold(RaisedTold, kw_only=True):
    """An alert; times are of measurements, ``noted_at`` is when it was written."""

    alert_id: int
    noted_at: Instant
    cleared_at: Instant | None
    cleared_why: str
    acknowledged_at: Instant | None
    acknowledged_by: str
    acknowledged_why: str


class AlertPage(Told, kw_only=True):
    """Alerts, newest first; give ``next`` as ``after`` for the page that follows."""

    items: tuple[AlertTold, ...]
    next: int | None


class DeliveryTold(Told, kw_only=True):
    """A notice on its way to a channel: waiting, sent, or dead (given up)."""

    delivery_id: int
    key: str
    channel: str
    kind: str
    subject: str
    alert_id: int | None
    state: str
    attempts: int
    created_at: Instant
    next_try_at: Instant
    sent_at: Instant | None
    problem: str


class DeliveryPage(Told, kw_only=True):
    """Deliveries, newest first; give ``next`` as ``after`` for the page that follows."""

    items: tuple[DeliveryTold, ...]
    next: int | None


class AlertDetail(Told, kw_only=True):
    """An alert and what was told of it."""

    alert: AlertTold
    deliveries: tuple[DeliveryTold, ...]


class AcknowledgementAsked(Asked, kw_only=True):
    """Who knows of an alert, and what they do about it."""

    by: Text
    why: Text


class RuleTold(Told, kw_only=True):
    """A rule as it was understood; ``places`` is at how many lanterns it looks now."""

    rule: str
    when: str
    until: str
    until_by_default: bool
    severity: str
    tell: tuple[str, ...]
    gap_min: float
    note: str
    places: int


class RulesListed(Told, kw_only=True):
    """The newest revision of a document of rules."""

    name: str
    revision: int
    saved_at: Instant
    saved_by: str


class AlertRulesTold(RulesListed, kw_only=True):
    """One saved revision: the text as it was given, and the rules it holds."""

    text: str
    rules: tuple[RuleTold, ...]


class AlertRulesPage(Told, kw_only=True):
    """All documents of rules, by name, and the channels that rules may tell."""

    items: tuple[RulesListed, ...]
    channels: tuple[str, ...]


class TriedTold(RaisedTold, kw_only=True):
    """What a rule would have raised, and how it would have ended."""

    cleared_at: Instant | None
    cleared_why: str


class TriedPage(Told, kw_only=True):
    """What rules would have raised, earliest first; ``more`` were left out."""

    items: tuple[TriedTold, ...]
    more: int


class DailyReportTold(Told, kw_only=True):
    """A service area's day, as it is known now."""

    area: str
    day: date
    starts_at: Instant
    ends_at: Instant
    raised: tuple[int, ...]
    cleared: tuple[int, ...]
    acknowledged: tuple[int, ...]
    still_open: tuple[int, ...]
    silent: tuple[str, ...]
    text: str
    csv: str


def alert_told(alert: Alert) -> AlertTold:
    """Return an alert as it is told."""
    return AlertTold(
        **_raised(alert),
        alert_id=alert.alert_id,
        noted_at=alert.noted_at,
        cleared_at=alert.cleared_at,
        cleared_why=alert.cleared_why,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_why=alert.acknowledged_why,
    )


def tried_told(tried: Tried) -> TriedTold:
    """Return what a rule would have raised as it is told."""
    ending = tried.ending
    return TriedTold(
        **_raised(tried.alert),
        cleared_at=None if ending is None else ending.at,
        cleared_why="" if ending is None else ending.why,
    )


def delivery_told(delivery: Delivery) -> DeliveryTold:
    """Return a delivery as it is told."""
    return DeliveryTold(
        delivery_id=delivery.delivery_id,
        key=delivery.key,
        channel=delivery.channel,
        kind=delivery.notice.kind.value,
        subject=delivery.notice.subject,
        alert_id=delivery.alert_id,
        state=delivery.state.value,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        next_try_at=delivery.next_try_at,
        sent_at=delivery.sent_at,
        problem=delivery.problem,
    )


def rule_told(rule: Rule, places: int) -> RuleTold:
    """Return a rule as it is told."""
    return RuleTold(
        rule=rule.rule_id,
        when=told_condition(rule.when),
        until=told_condition(rule.until),
        until_by_default=rule.until_by_default,
        severity=rule.severity.value,
        tell=rule.tell,
        gap_min=rule.gap.total_seconds() / 60,
        note=rule.note,
        places=places,
    )


def listed(found: RuleRevision) -> RulesListed:
    """Return a revision of rules as it is listed."""
    return RulesListed(
        name=found.name,
        revision=found.revision,
        saved_at=found.saved_at,
        saved_by=found.saved_by,
    )


def day_told(day: Day, *, text: str, csv: str) -> DailyReportTold:
    """Return a day as it is told."""
    return DailyReportTold(
        area=day.area.area_id,
        day=day.day,
        starts_at=day.start,
        ends_at=day.end,
        raised=tuple(alert.alert_id for alert in day.raised),
        cleared=tuple(alert.alert_id for alert in day.cleared),
        acknowledged=tuple(alert.alert_id for alert in day.acknowledged),
        still_open=tuple(alert.alert_id for alert in day.still_open),
        silent=tuple(place.dev_eui for place in day.silent),
        text=text,
        csv=csv,
    )


def _raised(alert: NewAlert) -> dict[str, Any]:
    return {
        "rule": alert.rule_id,
        "revision": alert.revision,
        "severity": alert.severity.value,
        "lantern_id": alert.place.lantern_id,
        "latitude_deg": alert.place.latitude_deg,
        "longitude_deg": alert.place.longitude_deg,
        "road": alert.place.road,
        "ward": alert.place.ward,
        "raised_at": alert.raised_at,
        "reason": alert.reason,
        "findings": tuple(_finding(each) for each in alert.findings),
        "note": alert.note,
        "tell": alert.tell,
    }


def _finding(finding: Finding) -> FindingTold:
    return FindingTold(
        words=finding.words,
        quantity=finding.quantity,
        unit=finding.unit,
        dev_euis=finding.dev_euis,
        values=tuple(ValueTold(at=point.at, value=point.value) for point in finding.values),
    )
