"""Which nights a condition holds for, against published calendars."""

from datetime import date, timedelta

import pytest

from schedules.calendar import bank_holidays, holds, plan_for
from schedules.level import FULL
from schedules.policy import (
    Condition,
    DateRange,
    Nation,
    NthWeekday,
    Plan,
    Policy,
    Step,
    SunAnchor,
    SunEvent,
    SwitchOn,
)

# The government's own list behind gov.uk/bank-holidays (github alphagov/frontend,
# lib/data/bank-holidays.json of February 2026), month and day.
ENGLAND_AND_WALES = {
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}
SCOTLAND = {
    2022: "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27",
    2026: "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
}
NORTHERN_IRELAND = {
    2022: "01-03 03-17 04-15 04-18 05-02 06-02 06-03 07-12 08-29 09-19 12-26 12-27",
    2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
    2027: "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
    2028: "01-03 03-17 04-14 04-17 05-01 05-29 07-12 08-28 12-25 12-26",
}
PUBLISHED = [
    (nation, year, days)
    for nation, by_year in (
        (Nation.ENGLAND, ENGLAND_AND_WALES),
        (Nation.WALES, ENGLAND_AND_WALES),
        (Nation.SCOTLAND, SCOTLAND),
        (Nation.NORTHERN_IRELAND, NORTHERN_IRELAND),
    )
    for year, days in by_year.items()
]


def nights_of(condition: Condition, year: int) -> list[str]:
    """Return the evenings of a year for which a condition holds, as month and day."""
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return [f"{day:%m-%d}" for day in days if day.year == year and holds(condition, day)]


def yearly(first: str, last: str) -> Condition:
    ends = (date.fromisoformat(f"2000-{first}"), date.fromisoformat(f"2000-{last}"))
    return Condition(dates=(DateRange(first=ends[0], last=ends[1], yearly=True),))


@pytest.mark.parametrize(("nation", "year", "days"), PUBLISHED)
def test_bank_holidays_are_those_the_government_publishes(
    nation: Nation, year: int, days: str
) -> None:
    assert nights_of(Condition(bank_holidays=frozenset({nation})), year) == days.split()


def test_the_saturday_before_a_substitute_day_is_no_bank_holiday() -> None:
    # Boxing Day 2026 is a Saturday; gov.uk lists Monday 28 December only.
    assert date(2026, 12, 26) not in bank_holidays(Nation.ENGLAND, 2026)


def test_bank_holidays_of_two_nations_are_those_of_either() -> None:
    both = Condition(bank_holidays=frozenset({Nation.ENGLAND, Nation.SCOTLAND}))
    # 2 January is Scotland's alone, Easter Monday England's alone.
    assert holds(both, date(2026, 1, 2))
    assert holds(both, date(2026, 4, 6))
    assert not holds(both, date(2026, 3, 17))  # St Patrick's Day: Northern Ireland


def test_christmas_to_new_year_wraps_over_the_year_end() -> None:
    assert nights_of(yearly("12-24", "01-02"), 2026) == [
        "01-01",
        "01-02",
        *[f"12-{day}" for day in range(24, 32)],
    ]


def test_a_range_with_years_holds_once() -> None:
    once = Condition(dates=(DateRange(first=date(2026, 12, 30), last=date(2027, 1, 1)),))
    assert nights_of(once, 2026) == ["12-30", "12-31"]
    assert nights_of(once, 2027) == ["01-01"]
    assert nights_of(once, 2028) == []


def test_29_february_every_year_holds_in_leap_years_only() -> None:
    assert nights_of(yearly("02-29", "02-29"), 2028) == ["02-29"]
    assert nights_of(yearly("02-29", "02-29"), 2027) == []
    assert nights_of(yearly("02-28", "03-01"), 2027) == ["02-28", "03-01"]
    assert nights_of(yearly("02-28", "03-01"), 2028) == ["02-28", "02-29", "03-01"]


@pytest.mark.parametrize(
    ("nth", "year", "expected"),
    [
        (NthWeekday(nth=1, weekday=4, month=6), 2026, ["06-04"]),  # first Thursday of June
        (NthWeekday(nth=-1, weekday=7, month=3), 2026, ["03-29"]),  # BST begins (gov.uk)
        (NthWeekday(nth=-1, weekday=7, month=10), 2026, ["10-25"]),  # BST ends (gov.uk)
        (NthWeekday(nth=5, weekday=7, month=2), 2026, []),  # February 2026 has four Sundays
        (NthWeekday(nth=5, weekday=2, month=2), 2028, ["02-29"]),  # a leap day on a Tuesday
        (NthWeekday(nth=-1, weekday=1, month=2), 2027, ["02-22"]),  # 28 days: fourth is last
    ],
)
def test_nth_weekdays_fall_where_the_almanac_says(
    nth: NthWeekday, year: int, expected: list[str]
) -> None:
    assert nights_of(Condition(nth_weekdays=(nth,)), year) == expected


def test_an_nth_weekday_without_month_comes_twelve_times_a_year() -> None:
    last_sundays = nights_of(Condition(nth_weekdays=(NthWeekday(nth=-1, weekday=7),)), 2026)
    assert len(last_sundays) == 12
    assert last_sundays[0] == "01-25"


def test_every_part_of_a_condition_must_hold() -> None:
    # 25 December is a Friday in 2026 and a Saturday in 2027.
    christmas = yearly("12-25", "12-25").dates
    friday_christmas = Condition(weekdays=frozenset({5}), dates=christmas)
    assert holds(friday_christmas, date(2026, 12, 25))
    assert not holds(friday_christmas, date(2027, 12, 25))
    assert not holds(friday_christmas, date(2026, 12, 18))


def plan(name: str, when: Condition | None) -> Plan:
    return Plan(name=name, when=when, steps=(Step(at=SwitchOn(), level=FULL),))


def test_the_first_plan_whose_condition_holds_is_the_plan_of_the_night() -> None:
    # The TALQ case: "first Thursday in June" against "4 June"; the first listed wins.
    thursday = plan("thursday", Condition(nth_weekdays=(NthWeekday(nth=1, weekday=4, month=6),)))
    fourth = plan("fourth", yearly("06-04", "06-04"))
    rest = plan("rest", None)
    policy = Policy(
        name="talq",
        title="TALQ rule order",
        switch_on=SunAnchor(event=SunEvent.SUNSET),
        switch_off=SunAnchor(event=SunEvent.SUNRISE),
        plans=(thursday, fourth, rest),
    )
    assert plan_for(policy, date(2026, 6, 4)) is thursday  # both hold
    assert plan_for(policy, date(2027, 6, 4)) is fourth  # a Friday
    assert plan_for(policy, date(2026, 6, 5)) is rest
