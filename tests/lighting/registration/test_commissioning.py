"""The life of a device: every allowed step, and every other one refused.

The expected moves are those of the table's own theory, written down here once more.
"""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from lighting.errors import RefusedError
from lighting.identifiers import DevEui
from lighting.registration.commissioning import (
    AWAITED,
    JOIN_WAIT,
    MOVES,
    NETWORK,
    OPEN,
    UPLINK_WAIT,
    Commissioning,
    Event,
    State,
    Step,
    allowed,
    diagram,
    is_step,
    move,
    overdue,
)
from lighting.registration.errors import IllegalStepError

EUI = DevEui("70b3d57ed0000123")
AT = datetime(2026, 11, 22, 20, tzinfo=UTC)

ALLOWED = {
    State.PLANNED: {Event.FIT: State.FITTED, Event.REGISTER: State.PREPARED},
    State.FITTED: {Event.REGISTER: State.REGISTERED, Event.FAIL: State.FAILED},
    State.PREPARED: {Event.FIT: State.REGISTERED},
    State.REGISTERED: {
        Event.JOIN: State.JOINED,
        Event.UPLINK: State.CONFIRMED,
        Event.FAIL: State.FAILED,
    },
    State.JOINED: {Event.UPLINK: State.CONFIRMED, Event.FAIL: State.FAILED},
    State.CONFIRMED: {},
    State.FAILED: {
        Event.REGISTER: State.REGISTERED,
        Event.JOIN: State.JOINED,
        Event.UPLINK: State.CONFIRMED,
    },
    State.REMOVED: {},
    State.SWAPPED: {},
}
ENDED = {State.REMOVED, State.SWAPPED}
for _state, _moves in ALLOWED.items():
    if _state not in ENDED:
        _moves[Event.REMOVE] = State.REMOVED
    if _state not in ENDED | {State.PLANNED, State.PREPARED}:
        _moves[Event.SWAP] = State.SWAPPED


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_each_step_leads_where_it_should_or_is_refused_by_name(state: State, event: Event) -> None:
    if after := ALLOWED[state].get(event):
        assert move(state, event) is after
        return
    with pytest.raises(IllegalStepError, match=state.value) as refused:
        move(state, event)
    assert event.value in str(refused.value)
    assert isinstance(refused.value, RefusedError)
    assert refused.value.allowed == tuple(each.value for each in allowed(state))


def test_the_table_holds_nothing_else() -> None:
    assert len(MOVES) == sum(len(moves) for moves in ALLOWED.values())


def test_what_has_ended_never_moves_again_and_all_else_can_be_removed() -> None:
    assert frozenset(State) - ENDED == OPEN
    assert all(not allowed(state) for state in ENDED)
    assert all(Event.REMOVE in allowed(state) for state in OPEN)


def test_every_state_can_be_reached_from_a_plan() -> None:
    reached = {State.PLANNED}
    for _ in State:
        reached |= {after for (before, _), after in MOVES.items() if before in reached}
    assert reached == set(State)


def way(*events: Event) -> Commissioning:
    done = Commissioning(dev_eui=EUI)
    for place, event in enumerate(events):
        done = done.after(Step(event=event, at=AT + timedelta(minutes=place), by="ann"))
    return done


def test_fitting_and_registering_may_come_in_either_order() -> None:
    assert way(Event.FIT, Event.REGISTER).state is State.REGISTERED
    assert way(Event.REGISTER, Event.FIT).state is State.REGISTERED


def test_an_uplink_proves_a_join_that_nobody_saw() -> None:
    assert way(Event.FIT, Event.REGISTER, Event.UPLINK).state is State.CONFIRMED


def test_what_a_device_says_on_the_bench_proves_nothing() -> None:
    prepared = way(Event.REGISTER)
    assert not is_step(prepared.state, Event.JOIN)
    assert not is_step(prepared.state, Event.UPLINK)


def test_what_a_confirmed_or_removed_device_says_is_no_step() -> None:
    for state in (State.CONFIRMED, State.REMOVED, State.SWAPPED):
        assert not is_step(state, Event.JOIN)
        assert not is_step(state, Event.UPLINK)


def test_proof_that_comes_late_lifts_a_failure() -> None:
    failed = way(Event.FIT, Event.REGISTER, Event.FAIL)
    assert failed.state is State.FAILED
    assert is_step(failed.state, Event.UPLINK)
    assert way(Event.FIT, Event.REGISTER, Event.FAIL, Event.JOIN).state is State.JOINED


def test_history_says_who_and_when_and_is_never_rewritten() -> None:
    before = way(Event.FIT)
    after = before.after(Step(event=Event.REGISTER, at=AT, by=NETWORK, note="bulk 7"))
    assert [step.by for step in after.steps] == ["ann", NETWORK]
    assert before.steps == after.steps[:1]
    with pytest.raises(IllegalStepError):
        after.after(Step(event=Event.FIT, at=AT, by="ann"))


def test_a_step_needs_somebody_and_an_aware_time() -> None:
    with pytest.raises(ValueError, match="somebody"):
        Step(event=Event.FIT, at=AT, by=" ")
    with pytest.raises(ValueError, match="aware"):
        Step(event=Event.FIT, at=AT.replace(tzinfo=None), by="ann")


@pytest.mark.parametrize(
    ("state", "wait", "word"),
    [(State.REGISTERED, JOIN_WAIT, "join"), (State.JOINED, UPLINK_WAIT, "uplink")],
)
def test_a_device_that_stays_silent_too_long_is_overdue(
    state: State, wait: timedelta, word: str
) -> None:
    assert overdue(state, AT, AT + wait - timedelta(seconds=1)) is None
    assert word in (overdue(state, AT, AT + wait) or "")


def test_only_what_is_waited_for_can_be_overdue() -> None:
    late = AT + timedelta(days=365)
    assert {state for state in State if overdue(state, AT, late)} == AWAITED
    assert all(Event.FAIL in allowed(state) for state in AWAITED)


def test_the_diagram_in_the_readme_is_the_tables() -> None:
    readme = Path(__file__).parents[3] / "lighting" / "registration" / "README.md"
    assert diagram() in readme.read_text()
