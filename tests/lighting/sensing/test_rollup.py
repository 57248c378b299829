"""Roll-ups by hour and civil day; the days of 2026 on which clocks change are gov.uk's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from firmware_profiles.quantities import quantity_for
from lighting.sensing.rollup import Period, Point, rolled, span_of
from lighting.sensing.series import Quality

LONDON = ZoneInfo("Europe/London")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("inside", "start", "end", "hours"),
    [
        # gov.uk/when-do-the-clocks-change: 29 March and 25 October 2026
        ("2026-03-29T12:00", "2026-03-29T00:00", "2026-03-29T23:00", 23),
        ("2026-10-25T12:00", "2026-10-24T23:00", "2026-10-26T00:00", 25),
        ("2026-07-01T23:30", "2026-07-01T23:00", "2026-07-02T23:00", 24),
        ("2026-11-22T00:00", "2026-11-22T00:00", "2026-11-23T00:00", 24),
    ],
)
def test_a_day_runs_from_local_midnight_to_the_next(
    inside: str, start: str, end: str, hours: int
) -> None:
    assert span_of(utc(inside), Period.DAY, LONDON) == (utc(start), utc(end))
    assert utc(end) - utc(start) == timedelta(hours=hours)


def test_both_hours_of_the_fold_are_hours_of_their_own() -> None:
    first = span_of(utc("2026-10-25T00:30"), Period.HOUR, LONDON)
    second = span_of(utc("2026-10-25T01:30"), Period.HOUR, LONDON)
    assert first == (utc("2026-10-25T00:00"), utc("2026-10-25T01:00"))
    assert second == (utc("2026-10-25T01:00"), utc("2026-10-25T02:00"))


def points(*values: float, flagged: tuple[int, ...] = ()) -> list[Point]:
    return [
        (
            utc("2026-11-22T10:00") + place * timedelta(minutes=10),
            value,
            Quality.OUT_OF_RANGE if place in flagged else Quality.GOOD,
        )
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("air_temperature", 3.0),  # mean of 1, 2, 6
        ("vehicle_count", 9.0),  # sum
        ("wind_direction", 6.0),  # last
        ("people_total", 5.0),  # rise from the first to the last
    ],
)
def test_the_value_of_an_hour_is_made_as_its_quantity_adds_up(quantity: str, value: float) -> None:
    (hour,) = rolled(points(1, 2, 6), quantity_for(quantity), Period.HOUR, LONDON)
    assert hour.value == value
    assert (hour.count, hour.mean, hour.low, hour.high, hour.total) == (3, 3.0, 1.0, 6.0, 9.0)


def test_flagged_values_are_counted_and_in_no_figure() -> None:
    given = points(1, 999, 3, flagged=(1,))
    (hour,) = rolled(given, quantity_for("air_temperature"), Period.HOUR, LONDON)
    assert (hour.count, hour.flagged, hour.mean, hour.high) == (2, 1, 2.0, 3.0)


def test_an_hour_of_flagged_values_alone_has_no_figure() -> None:
    (hour,) = rolled(
        points(999, flagged=(0,)), quantity_for("air_temperature"), Period.HOUR, LONDON
    )
    assert (hour.count, hour.flagged, hour.value, hour.mean) == (0, 1, None, None)


def test_a_counter_rises_from_the_value_before_and_begins_anew_after_a_restart() -> None:
    counter = quantity_for("people_total")
    (hour,) = rolled(points(105, 2, 4), counter, Period.HOUR, LONDON, before=100)
    assert hour.value == 5 + 2 + 2
    hours = rolled(points(*range(8)), counter, Period.HOUR, LONDON)
    assert [each.value for each in hours] == [5, 2]  # 0 to 5 in the first hour, then to 7


def test_a_late_value_restates_its_hour_by_being_there() -> None:
    temperature = quantity_for("air_temperature")
    before = rolled(points(1, 3), temperature, Period.HOUR, LONDON)
    late = (utc("2026-11-22T10:05"), 8.0, Quality.LATE)
    after = rolled(sorted([*points(1, 3), late]), temperature, Period.HOUR, LONDON)
    assert (before[0].mean, after[0].mean) == (2.0, 4.0)


def test_nothing_rolls_up_to_nothing() -> None:
    assert rolled([], quantity_for("rain"), Period.DAY, LONDON) == []
