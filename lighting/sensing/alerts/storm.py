"""Storm: notices of many alerts at once; all of them for programs, a summary for people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lighting.sensing.alerts.notice import Notice, NoticeKind
from lighting.sensing.alerts.share import RAISED, Turned
from lighting.sensing.alerts.telling import (
    alert_as_plain,
    in_lines,
    rule_words,
    subject_line,
)
from lighting.sensing.rules.rule import Severity

NAMED_MAX = 20
"""Alerts that a text names one by one."""

WHERE = (
    "All are kept: lamplighter alerts list, lamplighter alerts show NUMBER; or GET /api/v1/alerts"
)

Sort = tuple[str, str, str]
"""Severity, rule and event, by which alerts are counted."""


def many_notice(turned: Sequence[Turned], *, at: datetime) -> Notice:
    """Return one notice of many alerts, for programs: each whole, with its event."""
    raised = sum(event == RAISED for event, _ in turned)
    return Notice(
        kind=NoticeKind.ALERTS_MANY,
        subject=subject_line(f"Alerts told together: {raised} raised, {len(turned) - raised} over"),
        text=in_lines(
            *_counted(_counts(turned)),
            "",
            *_named(turned),
            "",
            "They are told together: there were more in an hour than this channel gets one by one.",
            WHERE,
        ),
        at=at,
        data={"alerts": [{"event": event, **alert_as_plain(alert)} for event, alert in turned]},
    )


def held_notice(before: Notice | None, turned: Sequence[Turned], *, at: datetime) -> Notice:
    """Return a summary of alerts that are not told one by one, for people: how many, and where.

    ``before`` is the summary that did not go yet; the new one says all that it said.
    """
    said: Mapping[str, Any] = before.data if before else {"alert_ids": [], "counts": []}
    counts = _counts(turned)
    for each in said["counts"]:
        counts[each["severity"], each["rule"], each["event"]] += each["alerts"]
    since = at if before is None else before.at
    worst = max(counts, key=lambda sort: _RANK[sort[0]])[0]
    held = counts.total()
    raised = sum(count for (_, _, event), count in counts.items() if event == RAISED)
    return Notice(
        kind=NoticeKind.ALERTS_HELD,
        subject=subject_line(
            f"{worst.upper()}: alerts held back: {raised} raised, {held - raised} over"
        ),
        text=in_lines(
            f"Since {since:%Y-%m-%d %H:%M} UTC there was more than this channel gets one by one in"
            " an hour. Held back were:",
            "",
            *_counted(counts),
            "",
            WHERE,
        ),
        at=since,
        data={
            "held": held,
            "counts": [
                {"severity": severity, "rule": rule, "event": event, "alerts": count}
                for (severity, rule, event), count in _ranked(counts)
            ],
            "alert_ids": sorted({*said["alert_ids"], *(alert.alert_id for _, alert in turned)}),
        },
    )


_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


def _counts(turned: Sequence[Turned]) -> Counter[Sort]:
    return Counter((alert.severity.value, alert.rule_id, event) for event, alert in turned)


def _ranked(counts: Mapping[Sort, int]) -> list[tuple[Sort, int]]:
    """Return the counts, the gravest first and then the most."""
    return sorted(counts.items(), key=lambda each: (-_RANK[each[0][0]], -each[1], each[0]))


def _counted(counts: Mapping[Sort, int]) -> Iterator[str]:
    for (severity, rule, event), count in _ranked(counts):
        yield f"{count:>6}  {severity}: {rule_words(rule)} {event}"


def _named(turned: Sequence[Turned]) -> Iterator[str]:
    for event, alert in turned[:NAMED_MAX]:
        words = f"{rule_words(alert.rule_id)} at {alert.place.words}"
        yield f"{event}: {words} (alert {alert.alert_id})"
    if len(turned) > NAMED_MAX:
        yield f"and {len(turned) - NAMED_MAX} more"
