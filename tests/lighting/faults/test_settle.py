"""A fault's life: one row, cleared on health, opened again, never flapping."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lighting.faults.fault import TOLD_AS, Fault, Found
from lighting.faults.kinds import Confidence, FaultKind
from lighting.faults.rules import DEFAULT_RULES
from lighting.faults.settle import Changes, settle
from tests.lighting.faults.made import after, fault, found

LAMP = found("leeds:1")
OPEN = fault(1, LAMP, acknowledged_at=after(1), acknowledged_by="Jo", acknowledged_reason="seen")
CLEARED = replace(OPEN, cleared_at=after(10), cleared_why="2 good readings since")


def settled(
    *new: Found,
    known: tuple[Fault, ...] = (),
    cleared: tuple[Fault, ...] = (),
    well: tuple[datetime, str] | None = None,
) -> Changes:
    return settle(new, known, cleared, lambda _: well, DEFAULT_RULES)


def test_what_nobody_knew_is_opened() -> None:
    assert settled(LAMP) == Changes(opened=(LAMP,))


def test_what_is_known_and_shows_nothing_new_changes_nothing() -> None:
    assert settled(LAMP, known=(OPEN,)) == Changes()


def test_new_signs_are_added_to_the_row_and_its_acknowledgement_stays() -> None:
    later = replace(found("leeds:1", hours=(1, 5)), confidence=Confidence.HIGH)
    (row,) = settled(later, known=(OPEN,)).changed
    assert (row.first_seen, row.last_seen) == (after(0), after(5))
    assert (row.confidence, row.acknowledged_by) == (Confidence.HIGH, "Jo")


def test_a_look_at_older_readings_moves_only_when_it_was_first_seen() -> None:
    older = found("leeds:1", hours=(-8, -6), evidence=["old"])
    (row,) = settled(older, known=(OPEN,)).changed
    assert row == replace(OPEN, first_seen=after(-8))


def test_nothing_clears_without_evidence_of_health_or_on_evidence_that_is_older() -> None:
    assert settled(known=(OPEN,)) == Changes()
    assert settled(known=(OPEN,), well=(after(2), "2 good readings since")) == Changes()


def test_health_after_the_last_sign_clears_and_says_why() -> None:
    changes = settled(known=(OPEN,), well=(after(4), "2 good readings since"))
    assert changes.cleared == changes.changed
    (row,) = changes.cleared
    assert (row.cleared_at, row.cleared_why) == (after(4), "2 good readings since")


def test_what_comes_back_within_a_week_is_the_same_row_and_not_acknowledged_any_more() -> None:
    (row,) = settled(found("leeds:1", hours=(20, 22)), cleared=(CLEARED,)).changed
    assert (row.fault_id, row.reopened, row.is_open) == (1, 1, True)
    assert (row.first_seen, row.last_seen) == (after(0), after(22))
    assert (row.acknowledged_at, row.acknowledged_by, row.cleared_why) == (None, "", "")


def test_what_comes_back_after_more_than_a_week_is_another_fault() -> None:
    new = found("leeds:1", hours=(200, 202))
    assert settled(new, cleared=(CLEARED,)) == Changes(opened=(new,))


def test_late_signs_from_before_a_clearing_open_nothing() -> None:
    assert settled(found("leeds:1", hours=(3, 9)), cleared=(CLEARED,)) == Changes()


def test_a_fault_that_came_back_clears_only_after_a_day_of_health_for_each_time() -> None:
    twice = replace(OPEN, reopened=2)
    assert settled(known=(twice,), well=(after(2 + 47), "well")) == Changes()
    assert settled(known=(twice,), well=(after(2 + 48), "well")).cleared
    often = replace(OPEN, reopened=50)
    assert settled(known=(often,), well=(after(2 + 72), "well")).cleared


def test_one_that_a_group_told_for_comes_back_without_blame() -> None:
    told_for = replace(CLEARED, cleared_why=TOLD_AS + "gateway 00000000000000aa")
    (row,) = settled(found("leeds:1", hours=(20, 22)), cleared=(told_for,)).changed
    assert row.reopened == 0


def test_a_stretch_that_grows_shrinks_or_begins_elsewhere_is_the_same_fault() -> None:
    was = found("leeds:2", "leeds:3", "leeds:4", kind=FaultKind.FEEDER, subject="stretch leeds:2")
    now = found(
        "leeds:1",
        "leeds:2",
        "leeds:3",
        kind=FaultKind.FEEDER,
        subject="stretch leeds:1",
        hours=(0, 3),
    )
    changes = settled(now, known=(fault(1, was),))
    assert changes.opened == ()
    (row,) = changes.changed
    assert (row.subject, row.lanterns) == ("stretch leeds:2", now.lanterns)


def test_a_stretch_that_fell_in_two_is_the_old_fault_and_a_new_one() -> None:
    was = found(*"abcdefgh", kind=FaultKind.FEEDER, subject="stretch a")
    left = found(*"abc", kind=FaultKind.FEEDER, subject="stretch a", hours=(0, 3))
    right = found(*"fgh", kind=FaultKind.FEEDER, subject="stretch f", hours=(0, 3))
    changes = settled(left, right, known=(fault(1, was),))
    assert changes.opened == (right,)
    assert [row.lanterns for row in changes.changed] == [left.lanterns]


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.booleans()),
        min_size=1,
        max_size=30,
        unique_by=lambda x: x[0],
    )
)
def test_whatever_comes_in_whatever_order_of_looks_there_is_one_open_row_at_most(
    looks: list[tuple[int, bool]],
) -> None:
    rows: dict[int, Fault] = {}
    for hour, bad in sorted(looks):
        at = after(hour)
        changes = settle(
            [found("leeds:1", hours=(hour, hour))] if bad else [],
            [row for row in rows.values() if row.is_open],
            [row for row in rows.values() if not row.is_open],
            lambda _, at=at: (at, "well"),  # type: ignore[misc]  # a default binds the loop's value
            DEFAULT_RULES,
        )
        rows |= {row.fault_id: row for row in changes.changed}
        for new in changes.opened:
            rows[len(rows) + 1] = fault(len(rows) + 1, new)
        assert sum(row.is_open for row in rows.values()) <= 1
        assert not bad or any(row.is_open for row in rows.values())
    starts = sorted(row.first_seen for row in rows.values())
    # A week lies between the end of one and the beginning of the next, or it was the same one.
    assert all((later - sooner).days >= 7 for sooner, later in pairwise(starts))
