"""A night's changes: simplifying them changes no light, and its hours add up."""

from datetime import date, timedelta

import pytest

from schedules.compiler import compile_night, compile_nights
from schedules.level import Level
from schedules.night import Night
from schedules.resolve import resolve
from schedules.simplify import simplify
from schedules.timeline import Cause, Change, NightTimeline
from tests.schedules.factories import PLACES, a_night, a_policy, wall


def a_timeline(*changes: tuple[str, int, Cause]) -> NightTimeline:
    return NightTimeline(
        night=a_night(),
        changes=tuple(
            Change(at=a_night().at(wall(at)), level=Level(level), cause=cause)
            for at, level, cause in changes
        ),
    )


def test_simplify_keeps_the_last_of_several_changes_at_one_instant() -> None:
    timeline = a_timeline(
        ("17:00", 100, Cause.SWITCH_ON),
        ("22:00", 60, Cause.STEP),
        ("22:00", 50, Cause.STEP),
        ("23:00", 80, Cause.STEP),
        ("23:00", 50, Cause.STEP),
    )
    assert [change.level for change in simplify(timeline).changes] == [100, 50]


def test_simplify_changes_no_light() -> None:
    policy = a_policy(("on", 0), ("18:00", 60), ("19:00", 60), ("00:00", 0), ("05:00", 0))
    night = a_night()
    before = resolve(policy, policy.plans[0], night)
    after = simplify(before)
    minutes = [night.start + timedelta(minutes=number) for number in range(24 * 60)]
    assert [before.level_at(at) for at in minutes] == [after.level_at(at) for at in minutes]
    assert len(after.changes) < len(before.changes)


def test_hours_of_a_night_add_up() -> None:
    timeline = a_timeline(
        ("17:00", 100, Cause.SWITCH_ON),
        ("22:00", 50, Cause.STEP),
        ("00:00", 0, Cause.STEP),
        ("05:00", 80, Cause.STEP),
        ("07:30", 0, Cause.SWITCH_OFF),
    )
    assert timeline.burning_hours() == pytest.approx(5 + 2 + 2.5)
    assert timeline.full_power_hours() == pytest.approx(5 + 1 + 2)
    assert sum(span.hours for span in timeline.spans()) == pytest.approx(24)


def test_nights_compiled_when_looked_at_are_those_compiled_one_by_one() -> None:
    policy = a_policy(("on", 100), ("22:00", 50))
    first = date(2026, 3, 20)
    nights = compile_nights(policy, PLACES["Leeds"], first, 20)
    one_by_one = [
        compile_night(policy, Night(site=PLACES["Leeds"], evening=first + timedelta(days=number)))
        for number in range(20)
    ]
    assert len(nights) == 20
    assert nights[7] == one_by_one[7]
    assert nights[-1] == one_by_one[-1]
    assert nights[3:6] == one_by_one[3:6]
    assert nights[15:] == one_by_one[15:]
    assert nights[10:5:-2] == one_by_one[10:5:-2]
    assert nights[5:5] == []
    assert list(nights) == one_by_one
    with pytest.raises(IndexError):
        nights[20]
