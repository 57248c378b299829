"""Telling of faults: one message a look and channel, news only, nothing that nobody asked for."""

from dataclasses import replace

import pytest

from lighting.faults.fault import Fault
from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.faults.telling import (
    NAMED_MAX,
    NOT_TOLD,
    FaultChannel,
    FaultMessage,
    FaultTelling,
    Turn,
    fault_messages,
)
from tests.lighting.faults.made import after, fault, found

ASSETS = (FaultChannel(name="assets", documents=500),)
ALL = FaultTelling(channels=ASSETS, least=Confidence.LOW)
PEOPLE = (FaultChannel(name="desk", documents=None),)
LAMP = replace(found("leeds:1"), confidence=Confidence.MEDIUM)
OPEN = fault(1, LAMP)
CLEARED = replace(OPEN, cleared_at=after(5), cleared_why="2 good readings since")


def messages(*turns: Turn, telling: FaultTelling = ALL) -> list[FaultMessage]:
    return fault_messages(turns, telling, at=after(6))


def events(*turns: Turn, telling: FaultTelling = ALL) -> list[str]:
    return [
        each["event"]
        for message in messages(*turns, telling=telling)
        for each in message.data["faults"]  # type: ignore[attr-defined] # plain JSON
    ]


def turn(now: Fault, before: Fault | None = None) -> Turn:
    return Turn(fault=now, before=before)


def test_what_a_look_turned_is_one_message_for_each_channel() -> None:
    telling = FaultTelling(channels=ASSETS + PEOPLE, least=Confidence.LOW)
    told = messages(
        turn(OPEN), turn(replace(CLEARED, fault_id=2), replace(OPEN, fault_id=2)), telling=telling
    )
    assert [each.channel for each in told] == ["assets", "desk"]
    assert told[0].subject == "Faults: 1 opened, 1 cleared"
    assert "2 good readings since" in told[0].text
    assert told[0].key != told[1].key


def test_newer_signs_of_the_same_fault_are_no_news() -> None:
    assert events(turn(replace(OPEN, last_seen=after(9)), OPEN)) == []
    assert events(turn(replace(OPEN, severity=Severity.SAFETY), OPEN)) == ["changed"]


@pytest.mark.parametrize(
    ("before", "now", "event"),
    [
        (None, OPEN, ["opened"]),
        (CLEARED, replace(OPEN, reopened=1), ["opened"]),
        (OPEN, CLEARED, ["cleared"]),
        (None, CLEARED, []),
        (CLEARED, replace(CLEARED, first_seen=after(0)), []),
    ],
)
def test_a_fault_is_told_when_it_opens_and_when_it_is_over(
    before: Fault | None, now: Fault, event: list[str]
) -> None:
    assert events(turn(now, before)) == event


def test_a_fault_is_told_as_opened_when_it_becomes_sure_enough() -> None:
    high = FaultTelling(channels=ASSETS, least=Confidence.HIGH)
    sure = replace(OPEN, confidence=Confidence.HIGH)
    assert events(turn(OPEN), telling=high) == []
    assert events(turn(sure, OPEN), telling=high) == ["opened"]
    assert events(turn(replace(CLEARED, confidence=Confidence.HIGH), sure), telling=high) == [
        "cleared"
    ]


def test_only_kinds_that_were_asked_for_are_told() -> None:
    tilt = FaultTelling(channels=ASSETS, kinds=frozenset({FaultKind.TILT}))
    assert events(turn(OPEN), telling=tilt) == []
    assert messages(turn(OPEN), telling=NOT_TOLD) == []


@pytest.mark.parametrize(("before", "now", "is_news"), [(3, 4, True), (4, 7, False), (9, 3, False)])
def test_a_group_is_news_again_when_it_is_twice_as_large(
    before: int, now: int, *, is_news: bool
) -> None:
    was = replace(OPEN, kind=FaultKind.GATEWAY, subject="gateway 01", size=before)
    grown = replace(was, size=now, last_seen=after(9))
    assert events(turn(grown, was)) == (["changed"] if is_news else [])


def dark(count: int) -> list[Turn]:
    return [turn(replace(OPEN, fault_id=i, subject=f"leeds:{i}")) for i in range(1, count + 1)]


def test_of_a_dark_district_a_program_gets_every_fault_in_parts() -> None:
    told = messages(*dark(1201))
    assert [len(each.data["faults"]) for each in told] == [500, 500, 201]  # type: ignore[arg-type] # plain JSON
    assert [each.data["part"] for each in told] == [1, 2, 3]
    assert told[0].subject == "Faults: 1201 opened, part 1 of 3"
    assert len({each.key for each in told}) == 3


def test_of_a_dark_district_people_get_one_summary_and_where_to_read_the_rest() -> None:
    crossing = replace(OPEN, fault_id=9999, subject="leeds:crossing", severity=Severity.SAFETY)
    (told,) = messages(*dark(4999), turn(crossing), telling=replace(ALL, channels=PEOPLE))
    assert told.subject == "Faults: 5000 opened"
    assert told.text.count("opened: ") == NAMED_MAX
    assert told.text.startswith(
        "  5000  lamp failure opened\n\nopened: lamp failure at leeds:crossing"
    )
    assert f"and {5000 - NAMED_MAX} more" in told.text
    assert "GET /api/v1/faults/export" in told.text
    assert told.data["not_listed"] == 5000 - NAMED_MAX
    assert len(told.text) < 10_000


def test_the_same_news_have_the_same_key() -> None:
    assert messages(turn(OPEN))[0].key == fault_messages([turn(OPEN)], ALL, at=after(7))[0].key
