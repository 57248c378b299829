"""Telling: an alert as a notice, for people and for programs."""

from collections.abc import Mapping
from datetime import UTC, datetime

from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.notice import Notice, NoticeKind

_SUBJECT_MAX = 200


def raised_notice(alert: Alert) -> Notice:
    """Return what is told when ``alert`` was raised."""
    return Notice(
        kind=NoticeKind.ALERT_RAISED,
        subject=subject_line(
            f"{alert.severity.upper()}: {rule_words(alert.rule_id)} at {alert.place.words}"
        ),
        text=in_lines(
            f"{rule_words(alert.rule_id)} at {alert.place.words}.",
            f"Why: {alert.reason}.",
            f"What to do: {alert.note}" if alert.note else "",
            *_about(alert),
        ),
        at=alert.raised_at,
        data=alert_as_plain(alert),
    )


def cleared_notice(alert: Alert) -> Notice:
    """Return what is told when ``alert`` is over."""
    return Notice(
        kind=NoticeKind.ALERT_CLEARED,
        subject=subject_line(f"Over: {rule_words(alert.rule_id)} at {alert.place.words}"),
        text=in_lines(
            f"{rule_words(alert.rule_id)} at {alert.place.words} is over.",
            f"Why: {alert.cleared_why}.",
            f"It was raised because: {alert.reason}.",
            *_about(alert),
        ),
        at=alert.cleared_at or alert.raised_at,
        data=alert_as_plain(alert),
    )


def alert_as_plain(alert: Alert) -> Mapping[str, object]:
    """Return an alert as plain JSON: times in ISO 8601 (UTC), units beside their values."""
    return {
        "alert_id": alert.alert_id,
        "rule": alert.rule_id,
        "revision": alert.revision,
        "severity": alert.severity.value,
        "lantern_id": alert.place.lantern_id,
        "road": alert.place.road,
        "ward": alert.place.ward,
        "latitude_deg": alert.place.latitude_deg,
        "longitude_deg": alert.place.longitude_deg,
        "raised_at": _iso(alert.raised_at),
        "noted_at": _iso(alert.noted_at),
        "cleared_at": _iso(alert.cleared_at),
        "cleared_why": alert.cleared_why,
        "reason": alert.reason,
        "note": alert.note,
        "acknowledged_at": _iso(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_why": alert.acknowledged_why,
        "findings": [
            {
                "words": each.words,
                "quantity": each.quantity,
                "unit": each.unit,
                "dev_euis": list(each.dev_euis),
                "values": [{"at": _iso(p.at), "value": p.value} for p in each.values],
            }
            for each in alert.findings
        ],
    }


def rule_words(rule_id: str) -> str:
    """Return a rule's name as people read it: ``ice on roads`` for ``winter/ice-on-roads``."""
    return rule_id.rpartition("/")[2].replace("-", " ")


def _about(alert: Alert) -> tuple[str, ...]:
    place = alert.place
    return (
        "",
        f"Place: {place.latitude_deg:.6f},{place.longitude_deg:.6f}",
        f"Rule: {alert.rule_id}, revision {alert.revision}",
        f"Alert {alert.alert_id}",
        *_to_acknowledge(alert),
    )


def _to_acknowledge(alert: Alert) -> tuple[str, ...]:
    if not alert.is_open:
        return ()
    return (
        "To say that you know of it, and what is done:",
        f'  lamplighter alerts acknowledge {alert.alert_id} --by "NAME" --why "WHAT IS DONE"',
    )


def in_lines(*lines: str) -> str:
    """Return a text of these lines."""
    return "\n".join(lines) + "\n"


def subject_line(text: str) -> str:
    """Return one line: whatever stands in a road's name, a subject has no line ends."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _SUBJECT_MAX else plain[: _SUBJECT_MAX - 1] + "…"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
