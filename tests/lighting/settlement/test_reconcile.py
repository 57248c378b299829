"""Beside a meter administrator's half-hours: local days of 46, 48 and 50 periods, and UTC days.

UK clocks change at 01:00 UTC on 28 March and 31 October 2027 (last Sundays). Period 1 begins at
local midnight.
"""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.settlement.administrator_file import (
    AdministratorFile,
    FileShape,
    Shape,
    read_administrator_file,
)
from lighting.settlement.equivalent_meter import HalfHourly
from lighting.settlement.errors import SettlementFileError
from lighting.settlement.half_hour_file import half_hours_text, read_half_hours
from lighting.settlement.half_hours import civil_day, half_hour_of, start_of, utc_day
from lighting.settlement.reconcile import OurHalfHour, half_hour_text, reconcile_files

LONDON = ZoneInfo("Europe/London")
LOCAL = FileShape(zone=LONDON)
LONG = FileShape(shape=Shape.LONG, zone=LONDON)
SPRING, AUTUMN, PLAIN = date(2027, 3, 28), date(2027, 10, 31), date(2027, 7, 1)
LONG_HEADER = "settlement_date,period,kwh\n"


def wide(day: date, figures: list[str], columns: int = 48) -> str:
    header = ",".join(["settlement_date", *(f"hh{n}" for n in range(1, columns + 1))])
    cells = [day.isoformat(), *figures, *[""] * (columns - len(figures))]
    return f"{header}\n{','.join(cells)}\n"


def long(*rows: tuple[date, int, str]) -> str:
    return LONG_HEADER + "".join(f"{day},{period},{kwh}\n" for day, period, kwh in rows)


@pytest.mark.parametrize(("day", "periods"), [(SPRING, 46), (AUTUMN, 50), (PLAIN, 48)])
def test_a_local_day_has_its_own_number_of_periods_from_local_midnight(
    day: date, periods: int
) -> None:
    figures = [str(n) for n in range(1, periods + 1)]
    found = read_administrator_file(wide(day, figures, max(48, periods)), LOCAL)
    assert found.missing == ()
    assert list(found.kwh) == list(civil_day(day, LONDON))
    assert list(found.kwh.values()) == [float(n) for n in range(1, periods + 1)]


def test_periods_after_a_change_of_clocks_stay_half_hours_of_utc() -> None:
    spring, autumn, summer = (
        read_administrator_file(long((day, period, "1")), LONG)
        for day, period in ((SPRING, 3), (AUTUMN, 5), (PLAIN, 1))
    )
    # 02:00 BST follows 00:30 GMT; 01:00 GMT follows 01:30 BST; BST midnight is 23:00 UTC.
    assert [half_hour_text(h) for h in spring.kwh] == ["2027-03-28T01:00Z"]
    assert [half_hour_text(h) for h in autumn.kwh] == ["2027-10-31T01:00Z"]
    assert [half_hour_text(h) for h in summer.kwh] == ["2027-06-30T23:00Z"]


def test_utc_days_have_48_periods_whatever_clocks_do() -> None:
    shape = FileShape(zone=None, date_format="%d/%m/%Y", date_column="Day", period_prefix="P")
    text = "Day," + ",".join(f"P{n}" for n in range(1, 49)) + "\n31/10/2027" + ",0.5" * 48 + "\n"
    found = read_administrator_file(text, shape)
    assert list(found.kwh) == list(utc_day(AUTUMN))
    assert found.missing == ()


def test_missing_duplicate_negative_and_surplus_periods_are_listed_and_nothing_is_filled() -> None:
    text = long(
        (PLAIN, 1, "1"),
        (PLAIN, 1, "1.0"),
        (PLAIN, 2, "2"),
        (PLAIN, 2, "3"),
        (PLAIN, 3, "-4"),
        (PLAIN, 4, ""),
        (PLAIN, 49, "5"),
    )
    found = read_administrator_file(text, LONG)
    first = civil_day(PLAIN, LONDON)[0]
    assert found.kwh == {first: 1.0}
    assert [(odd.line, odd.period, odd.problem) for odd in found.duplicates] == [
        (3, 1, "there again, with the same figure: used once"),
        (5, 2, "there with 2 different figures: not used"),
    ]
    assert [(odd.line, odd.problem) for odd in found.negatives] == [(6, "-4 is negative")]
    assert [(odd.period, odd.problem) for odd in found.beyond] == [(49, "the day has 48 periods")]
    assert found.missing == tuple((PLAIN, period) for period in range(4, 49))


def test_a_wide_file_without_the_last_two_periods_lacks_them_on_the_longest_day() -> None:
    found = read_administrator_file(wide(AUTUMN, ["1"] * 48), LOCAL)
    assert found.missing == ((AUTUMN, 49), (AUTUMN, 50))
    short = read_administrator_file(wide(SPRING, ["1"] * 48), LOCAL)
    assert [odd.period for odd in short.beyond] == [47, 48]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LONG_HEADER + "2027-07-01,0,1\n", "line 2, column period"),
        (LONG_HEADER + "2027-07-01,51,1\n", "line 2, column period"),
        (LONG_HEADER + "01/07/2027,1,1\n", "line 2, column settlement_date"),
        (LONG_HEADER + "2027-07-01,1,much\n", "line 2, column kwh"),
        (LONG_HEADER + "2027-07-01,1,inf\n", "line 2, column kwh"),
        ("date,period,kwh\n", "line 1, column settlement_date: missing"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_by_line_and_column(text: str, told: str) -> None:
    with pytest.raises(SettlementFileError, match=told):
        read_administrator_file(text, LONG)


def ours(day: date, kwh: Callable[[int], float]) -> dict[int, OurHalfHour]:
    return {
        half_hour: OurHalfHour(kwh=kwh(period), default_kwh=0.25)
        for period, half_hour in enumerate(civil_day(day, LONDON), 1)
    }


def theirs(text: str) -> AdministratorFile:
    return read_administrator_file(text, LONG)


def test_only_half_hours_that_both_have_are_compared() -> None:
    rows = [(PLAIN, period, "2") for period in range(1, 11)]
    rows.append((date(2027, 7, 2), 1, "9"))
    found = reconcile_files(
        ours(PLAIN, lambda p: 1.0 if p > 1 else 4.0), theirs(long(*rows)), LONG, worst=2
    )
    total = found.total
    assert (total.half_hours, total.ours_kwh, total.theirs_kwh) == (10, 13.0, 20.0)
    assert (total.difference_kwh, total.difference_percent) == (7.0, 35.0)
    assert total.ours_default_kwh == 2.5
    assert {day: each.half_hours for day, each in found.by_day.items()} == {
        PLAIN: 10,
        date(2027, 7, 2): 0,
    }
    assert [half_hour_text(each.half_hour) for each in found.worst] == [
        "2027-06-30T23:00Z",
        "2027-06-30T23:30Z",
    ]
    assert [half_hour_text(h) for h in found.only_theirs] == ["2027-07-01T23:00Z"]
    assert len(found.only_ours) == 38


def test_equal_half_hours_are_not_among_the_worst_and_a_percentage_of_nothing_is_unknown() -> None:
    rows = [(PLAIN, period, "0") for period in range(1, 49)]
    found = reconcile_files(ours(PLAIN, lambda _: 0.0), theirs(long(*rows)), LONG)
    assert found.worst == ()
    assert found.total.difference_percent is None


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=48, max_size=48))
def test_days_add_up_to_the_total(figures: list[tuple[float, float]]) -> None:
    mine = ours(PLAIN, lambda period: figures[period - 1][0])
    rows = [(PLAIN, period, repr(kwh)) for period, (_, kwh) in enumerate(figures, 1)]
    found = reconcile_files(mine, theirs(long(*rows)), LONG)
    days = [each.difference_kwh for each in found.by_day.values()]
    assert sum(days) == pytest.approx(found.total.difference_kwh)


def half_hourly(units: int) -> HalfHourly:
    wh = np.arange(9, dtype=np.float64).reshape(3, 3) / 7
    return HalfHourly(
        first=half_hour_of(start_of(10**6)),
        billing_wh=wh,
        engineering_wh=wh / 3,
        engineering_billing_wh=wh / 2,
        units=4,
        engineering_units=units,
        unit_hours=np.zeros(3),
    )


def test_our_figures_read_back_as_they_were_and_unknown_ones_are_empty() -> None:
    found = half_hourly(2)
    read = read_half_hours(half_hours_text(found))
    assert list(read) == [10**6, 10**6 + 1, 10**6 + 2]
    sums = [each.kwh for each in read.values()]
    assert sums == pytest.approx((found.billing_wh.sum(axis=0) / 1000).tolist(), rel=1e-15)
    assert [each.default_kwh for each in read.values()] == (found.billing_wh[2] / 1000).tolist()
    assert half_hours_text(half_hourly(0)).splitlines()[1].endswith(",,")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("2026-12-01T16:10Z,1,0,0,1", "half_hour_utc"),
        ("2026-12-01T16:00,1,0,0,1", "half_hour_utc"),
        ("2026-12-01T15:30Z,1,0,0,1", "half_hour_utc"),
        ("2026-12-01T16:00Z,-1,0,0,1", "billing_kwh"),
        ("2026-12-01T16:00Z,1,0,0,", "default_kwh"),
    ],
)
def test_our_own_file_is_checked_too(row: str, column: str) -> None:
    head = (
        "half_hour_utc,billing_kwh,actual_kwh,inferred_kwh,default_kwh\n2026-12-01T15:30Z,1,0,0,1\n"
    )
    with pytest.raises(SettlementFileError, match=f"line 3, column {column}"):
        read_half_hours(head + row + "\n")
