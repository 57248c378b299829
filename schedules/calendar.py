"""Calendar: on which nights a plan applies. Every date is that of the night's evening.

The only module that imports the ``holidays`` package, which knows the bank holidays of the four
nations, one-off ones included, as far as they were announced when it was released.
"""

from calendar import monthrange
from datetime import date
from functools import lru_cache

import holidays

from schedules.policy import Condition, DateRange, Nation, NthWeekday, Plan, Policy

_SUBDIVISION = {
    Nation.ENGLAND: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.WALES: "WLS",
    Nation.NORTHERN_IRELAND: "NIR",
}
_SATURDAY = 6  # ISO
_DAYS_A_WEEK = 7


@lru_cache(maxsize=256)
def bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """Return the bank holidays of one nation and year, as gov.uk publishes them.

    A holiday that falls on a weekend is published, and so returned, only as its substitute day:
    Boxing Day 2026 is Monday 28 December, not Saturday 26 December. The package gives both.
    """
    days = holidays.country_holidays("GB", subdiv=_SUBDIVISION[nation], years=year)
    return frozenset(day for day in days if day.isoweekday() < _SATURDAY)


def _in_range(dates: DateRange, evening: date) -> bool:
    """Tell whether the evening is in the range; a yearly one may wrap over the new year."""
    if not dates.yearly:
        return dates.first <= evening <= dates.last
    first = (dates.first.month, dates.first.day)
    last = (dates.last.month, dates.last.day)
    today = (evening.month, evening.day)
    return first <= today <= last if first <= last else today >= first or today <= last


def _is_nth(nth: NthWeekday, evening: date) -> bool:
    """Tell whether the evening is that weekday of its month, counted from either end."""
    if evening.isoweekday() != nth.weekday or nth.month not in (None, evening.month):
        return False
    if nth.nth > 0:
        return (evening.day - 1) // _DAYS_A_WEEK + 1 == nth.nth
    days_left = monthrange(evening.year, evening.month)[1] - evening.day
    return days_left // _DAYS_A_WEEK + 1 == -nth.nth


def holds(condition: Condition, evening: date) -> bool:
    """Tell whether ``condition`` holds for the night that begins on ``evening``.

    Every part that is given must hold; of each part, any one entry is enough.
    """
    weekdays, dates = condition.weekdays, condition.dates
    nths, nations = condition.nth_weekdays, condition.bank_holidays
    return (
        (not weekdays or evening.isoweekday() in weekdays)
        and (not dates or any(_in_range(one, evening) for one in dates))
        and (not nths or any(_is_nth(one, evening) for one in nths))
        and (not nations or any(evening in bank_holidays(one, evening.year) for one in nations))
    )


def plan_for(policy: Policy, evening: date) -> Plan:
    """Return the plan of the night that begins on ``evening``: the first whose condition holds.

    The last plan of a policy has no condition, so there always is one.
    """
    return next(plan for plan in policy.plans if plan.when is None or holds(plan.when, evening))
