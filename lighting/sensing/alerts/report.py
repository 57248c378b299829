"""Report: a day in plain English, and as CSV."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from firmware_profiles.quantities import quantity_for
from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.daily import Day, SeriesDay
from lighting.sensing.alerts.notice import Attachment, Notice, NoticeKind
from lighting.sensing.rules.names import readable
from lighting.sensing.rules.reason import told_time
from lighting.sensing.series import Place

LINES_MAX = 200
"""Of each part; what is left out is said. The CSV has every series."""

CSV_COLUMNS = (
    "day", "lantern_id", "road", "ward", "dev_eui", "quantity", "channel", "unit", "values",
    "doubtful", "lowest", "mean", "highest", "total", "longest_gap_min",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""


def report_notice(day: Day, *, zone: str, at: datetime) -> Notice:
    """Return a day's report as it is sent: the text, and the figures as CSV."""
    area = day.area
    return Notice(
        kind=NoticeKind.DAILY_REPORT,
        subject=f"{area.title}: {day.day.isoformat()}, {_headline(day)}",
        text=report_text(day, zone=zone),
        at=at,
        data={
            "area": area.area_id,
            "title": area.title,
            "day": day.day.isoformat(),
            "raised": [alert.alert_id for alert in day.raised],
            "cleared": [alert.alert_id for alert in day.cleared],
            "acknowledged": [alert.alert_id for alert in day.acknowledged],
            "still_open": [alert.alert_id for alert in day.still_open],
            "silent": [place.dev_eui for place in day.silent],
        },
        attachments=(
            Attachment(
                name=f"{area.area_id}-{day.day.isoformat()}.csv",
                media_type="text/csv",
                text=report_csv(day),
            ),
        ),
    )


def report_text(day: Day, *, zone: str) -> str:
    """Return what happened in a day, in plain English."""
    here = ZoneInfo(zone)
    parts = [
        [
            f"{day.area.title}: {day.day:%A %d %B %Y}",
            f"from {_clock(day.start, here)} to {_clock(day.end, here)}",
        ],
        _alerts(day, here),
    ]
    if day.area.uses:
        parts += [_readings(day), _silent(day.silent), _gaps(day)]
    if day.faults is not None:
        parts.append(_faults(day, here))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def report_csv(day: Day) -> str:
    """Return a day's figures, one line for each series."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(CSV_COLUMNS)
    for each in day.series:
        place, key = each.place, each.key
        words = (place.lantern_id, place.road, place.ward, key.dev_eui, key.quantity, key.channel)
        unit = quantity_for(key.quantity).unit
        figures = (each.lowest, each.mean, each.highest, each.total)
        writer.writerow(
            (
                day.day.isoformat(),
                *(_cell(word) for word in words),
                unit,
                each.values,
                each.doubtful,
                *("" if figure is None else f"{figure:.6g}" for figure in figures),
                int(each.longest_gap.total_seconds() // 60),
            )
        )
    return text.getvalue()


def _headline(day: Day) -> str:
    alerts = f"{len(day.raised)} alerts raised, {len(day.still_open)} open"
    return alerts if day.faults is None else f"{alerts}, {len(day.faults)} faults"


def _alerts(day: Day, here: ZoneInfo) -> list[str]:
    counts = (
        f"Alerts: {len(day.raised)} raised, {len(day.cleared)} over,"
        f" {len(day.acknowledged)} acknowledged, {len(day.still_open)} open at the end of the day"
    )
    return [counts, *_bounded([_alert(alert, day, here) for alert in day.alerts])]


def _alert(alert: Alert, day: Day, here: ZoneInfo) -> str:
    told = f"  {alert.alert_id} {alert.severity} {alert.rule_id} at {alert.place.words}"
    told += f": raised {_clock(alert.raised_at, here)} because {alert.reason}"
    if day.within(alert.cleared_at) and alert.cleared_at is not None:
        told += f"; over {_clock(alert.cleared_at, here)}"
    if day.within(alert.acknowledged_at) and alert.acknowledged_at is not None:
        told += f"; acknowledged by {alert.acknowledged_by}: {alert.acknowledged_why}"
    return told


def _readings(day: Day) -> list[str]:
    heard = [each for each in day.series if each.values]
    lines = [f"Readings: {len(heard)} series of {len({e.place.dev_eui for e in heard})} devices"]
    by_quantity: dict[str, list[SeriesDay]] = {}
    for each in heard:
        by_quantity.setdefault(each.key.quantity, []).append(each)
    shown: list[str] = []
    for key in sorted(by_quantity):
        quantity = quantity_for(key)
        shown.append(f"  {readable(quantity)} [{quantity.unit}]")
        shown += [f"    {_series(each)}" for each in by_quantity[key]]
    return [*lines, *_bounded(shown)]


def _series(each: SeriesDay) -> str:
    channel = f" channel {each.key.channel}" if each.key.channel else ""
    told = f"{_place(each.place)}{channel}: "
    if each.total is not None:
        told += f"{each.total:.6g} in all, most in one report {each.highest or 0:.6g}"
    else:
        told += f"lowest {each.lowest:.4g}, mean {each.mean:.4g}, highest {each.highest:.4g}"
    told += f" ({each.values} values"
    return told + (f", {each.doubtful} doubtful left out)" if each.doubtful else ")")


def _silent(places: Sequence[Place]) -> list[str]:
    if not places:
        return ["Silent devices: none"]
    told = [f"  {place.dev_eui} at {_place(place)} brought nothing all day" for place in places]
    return [f"Silent devices: {len(places)}", *_bounded(told)]


def _gaps(day: Day) -> list[str]:
    gaps = [each for each in day.series if each.has_gap and each.values]
    if not gaps:
        return ["Gaps: none of more than an hour and a half"]
    told = [
        f"  {readable(quantity_for(each.key.quantity))} at {_place(each.place)}:"
        f" nothing for {told_time(each.longest_gap)}"
        for each in gaps
    ]
    return [
        f"Gaps: {len(gaps)} series had gaps in which alerts may have been missed",
        *_bounded(told),
    ]


def _faults(day: Day, here: ZoneInfo) -> list[str]:
    faults = day.faults or ()
    told = [
        f"  {each.words} at {each.place}, first seen {_clock(each.first_seen, here)}"
        + (f", over {_clock(each.cleared_at, here)}" if each.cleared_at else "")
        for each in faults
    ]
    return [f"Lantern faults: {len(faults)} open in the day", *_bounded(told)]


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    shown = list(lines)
    yield from shown[:LINES_MAX]
    if len(shown) > LINES_MAX:
        yield f"  and {len(shown) - LINES_MAX} more lines: see the list of alerts and the CSV"


def _place(place: Place) -> str:
    named = ", ".join(part for part in (place.road, place.ward) if part)
    return f"{named} ({place.lantern_id})" if named else place.lantern_id


def _clock(at: datetime, here: ZoneInfo) -> str:
    return at.astimezone(here).strftime("%d %b %H:%M %Z")


def _cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
