"""Conditions in words: ``{ weekdays = ["fri"], dates = ["12-24..01-02"] }`` -> Condition, and back.

Words accepted are those printed: three-letter weekdays and months, ``first`` to ``fifth`` and
``last``, dates as ``2026-12-31`` (once) or ``12-31`` (every year).
"""

import re
from datetime import date

from schedules.fields import BadValueError, Kind, Table, shown
from schedules.policy import Condition, DateRange, Nation, NthWeekday
from schedules.values import as_text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NTHS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_NTH_WORDS = {number: word for word, number in _NTHS.items()}

YEARLY_YEAR = 2000
"""The year that yearly dates carry and nobody reads; a leap year, so that 29 February is a date."""

_NTH = re.compile(rf"({'|'.join(_NTHS)}) ({'|'.join(WEEKDAYS)})(?: of ({'|'.join(_MONTHS)}))?")
_DAY = r"(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}"
_DATES = re.compile(rf"({_DAY})(?:\.\.({_DAY}))?")
_YEARLY_CHARS = len("12-31")


def _weekday(raw: object) -> int:
    text = as_text(raw)
    if text not in WEEKDAYS:
        raise BadValueError(f"{shown(raw)} is not a weekday")
    return WEEKDAYS.index(text) + 1


def _nation(raw: object) -> Nation:
    try:
        return Nation(as_text(raw))
    except ValueError as exc:
        raise BadValueError(f"{shown(raw)} is not a nation of the United Kingdom") from exc


def _nth_weekday(raw: object) -> NthWeekday:
    found = _NTH.fullmatch(as_text(raw))
    if not found:
        raise BadValueError(f"{shown(raw)} is not an nth weekday")
    month = _MONTHS.index(found[3]) + 1 if found[3] else None
    return NthWeekday(nth=_NTHS[found[1]], weekday=WEEKDAYS.index(found[2]) + 1, month=month)


def _day(text: str) -> date:
    yearly = len(text) == _YEARLY_CHARS
    try:
        return date.fromisoformat(f"{YEARLY_YEAR}-{text}" if yearly else text)
    except ValueError as exc:
        raise BadValueError(f"{text} is no day of the calendar") from exc


def _date_range(raw: object) -> DateRange:
    found = _DATES.fullmatch(as_text(raw))
    if not found:
        raise BadValueError(f"{shown(raw)} is not a date or a range of dates")
    first, last = found[1], found[2] or found[1]
    if len(first) != len(last):
        raise BadValueError(f"{shown(raw)} has a year at one end only")
    yearly = len(first) == _YEARLY_CHARS
    dates = DateRange(first=_day(first), last=_day(last), yearly=yearly)
    if not yearly and dates.last < dates.first:
        raise BadValueError(f"{shown(raw)} ends before it begins")
    return dates


_WEEKDAY = Kind(", ".join(WEEKDAYS), _weekday)
_NATION = Kind(", ".join(nation.value for nation in Nation), _nation)
_NTH_WEEKDAY = Kind('such as "first thu of jun", or "last sun" (of every month)', _nth_weekday)
_DATE_RANGE = Kind(
    'in quotes: "2026-12-31", "2026-12-24..2027-01-02", or every year "12-25", "12-24..01-02"',
    _date_range,
)
_PARTS = ("weekdays", "dates", "nth_weekdays", "bank_holidays")


def read_condition(table: Table) -> Condition:
    """Return the condition that a ``when`` table states; problems go to its report."""
    if table.empty:
        table.report.add(table.path, "names no nights", "one or more of " + ", ".join(_PARTS))
    condition = Condition(
        weekdays=frozenset(table.each("weekdays", _WEEKDAY)),
        dates=table.each("dates", _DATE_RANGE),
        nth_weekdays=table.each("nth_weekdays", _NTH_WEEKDAY),
        bank_holidays=frozenset(table.each("bank_holidays", _NATION)),
    )
    table.close()
    return condition


def _dates_text(dates: DateRange) -> str:
    first, last = dates.first.isoformat(), dates.last.isoformat()
    if dates.yearly:
        first, last = first[-_YEARLY_CHARS:], last[-_YEARLY_CHARS:]
    return first if first == last else f"{first}..{last}"


def _nth_text(nth: NthWeekday) -> str:
    month = f" of {_MONTHS[nth.month - 1]}" if nth.month else ""
    return f"{_NTH_WORDS[nth.nth]} {WEEKDAYS[nth.weekday - 1]}{month}"


def condition_document(condition: Condition) -> dict[str, object]:
    """Return a condition as the ``when`` table that ``read_condition`` reads."""
    nations = [nation.value for nation in Nation if nation in condition.bank_holidays]
    parts = {
        "weekdays": [WEEKDAYS[day - 1] for day in sorted(condition.weekdays)],
        "dates": [_dates_text(dates) for dates in condition.dates],
        "nth_weekdays": [_nth_text(nth) for nth in condition.nth_weekdays],
        "bank_holidays": nations,
    }
    return {key: value for key, value in parts.items() if value}
