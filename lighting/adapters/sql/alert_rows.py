"""Alerts and deliveries as rows, and back."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.alerts.alert import Alert, AlertPlace, NewAlert, RuleRevision
from lighting.sensing.alerts.notice import (
    Attachment,
    Delivery,
    DeliveryState,
    Notice,
    NoticeKind,
)
from lighting.sensing.rules.reason import Finding
from lighting.sensing.rules.rule import Severity
from lighting.sensing.rules.track import Point


def alert_values(alert: NewAlert, *, at: datetime) -> dict[str, Any]:
    """Return the row of an alert that is raised, noted at ``at``."""
    place = alert.place
    return {
        "rule_id": alert.rule_id,
        "revision": alert.revision,
        "severity": alert.severity.value,
        "lantern_id": place.lantern_id,
        "latitude_deg": place.latitude_deg,
        "longitude_deg": place.longitude_deg,
        "road": place.road,
        "ward": place.ward,
        "ward_key": place.ward.casefold(),
        "raised_at": to_ms(alert.raised_at),
        "noted_at": to_ms(at),
        "reason": alert.reason,
        "findings": _json([_finding_values(each) for each in alert.findings]),
        "note": alert.note,
        "tell": _json(list(alert.tell)),
        "cleared_at": None,
        "cleared_why": "",
        "acknowledged_at": None,
        "acknowledged_by": "",
        "acknowledged_why": "",
    }


def alert_of(row: Row[Any]) -> Alert:
    """Return the alert of a row."""
    return Alert(
        alert_id=row.alert_id,
        rule_id=row.rule_id,
        revision=row.revision,
        severity=Severity(row.severity),
        place=AlertPlace(
            lantern_id=LanternId(row.lantern_id),
            latitude_deg=row.latitude_deg,
            longitude_deg=row.longitude_deg,
            road=row.road,
            ward=row.ward,
        ),
        raised_at=from_ms(row.raised_at),
        noted_at=from_ms(row.noted_at),
        reason=row.reason,
        findings=tuple(_finding(each) for each in json.loads(row.findings)),
        note=row.note,
        tell=tuple(json.loads(row.tell)),
        cleared_at=from_ms(row.cleared_at),
        cleared_why=row.cleared_why,
        acknowledged_at=from_ms(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        acknowledged_why=row.acknowledged_why,
    )


def revision_of(row: Row[Any]) -> RuleRevision:
    """Return the saved rules of a row."""
    return RuleRevision(
        name=row.name,
        revision=row.revision,
        text=row.text,
        saved_at=from_ms(row.saved_at),
        saved_by=row.saved_by,
    )


def notice_text(notice: Notice) -> str:
    """Return a notice as it is stored."""
    return _json(
        {
            "kind": notice.kind.value,
            "subject": notice.subject,
            "text": notice.text,
            "at": to_ms(notice.at),
            "data": dict(notice.data),
            "attachments": [[a.name, a.media_type, a.text] for a in notice.attachments],
        }
    )


def delivery_of(row: Row[Any]) -> Delivery:
    """Return the delivery of a row."""
    return Delivery(
        delivery_id=row.delivery_id,
        key=row.delivery_key,
        channel=row.channel,
        notice=_notice(json.loads(row.notice)),
        alert_id=row.alert_id,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=from_ms(row.created_at),
        next_try_at=from_ms(row.next_try_at),
        sent_at=from_ms(row.sent_at),
        problem=row.problem,
    )


def _notice(stored: dict[str, Any]) -> Notice:
    return Notice(
        kind=NoticeKind(stored["kind"]),
        subject=stored["subject"],
        text=stored["text"],
        at=from_ms(stored["at"]),
        data=stored["data"],
        attachments=tuple(
            Attachment(name=name, media_type=media_type, text=text)
            for name, media_type, text in stored["attachments"]
        ),
    )


def _finding_values(finding: Finding) -> dict[str, Any]:
    return {
        "words": finding.words,
        "quantity": finding.quantity,
        "unit": finding.unit,
        "dev_euis": list(finding.dev_euis),
        "values": [[to_ms(point.at), point.value] for point in finding.values],
    }


def _finding(stored: dict[str, Any]) -> Finding:
    return Finding(
        words=stored["words"],
        quantity=stored["quantity"],
        unit=stored["unit"],
        dev_euis=tuple(DevEui(each) for each in stored["dev_euis"]),
        values=tuple(Point(from_ms(at), value) for at, value in stored["values"]),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
