"""The life of an order: every allowed move, and every other one refused.

The expected moves are those of the ARCHITECTURE page's rule *written first, sent second, proved by
the node's own echo*, and of the diagram in the package's README, written down here once more.
"""

from itertools import product

import pytest

from lighting.downlink.lifecycle import (
    IN_FLIGHT,
    MOVES,
    OPEN,
    PROVED,
    Event,
    IllegalMoveError,
    State,
    diagram,
    move,
    sources,
)

ALLOWED = {
    (State.WAITING, Event.SEND): State.SENT,
    (State.WAITING, Event.ECHO): State.ECHOED,
    (State.WAITING, Event.REJECT): State.REJECTED,
    (State.WAITING, Event.EXPIRE): State.EXPIRED,
    (State.WAITING, Event.SUPERSEDE): State.SUPERSEDED,
    (State.SENT, Event.ACCEPT): State.ACCEPTED,
    **{
        (flying, event): after
        for flying in (State.SENT, State.ACCEPTED)
        for event, after in (
            (Event.ECHO, State.ECHOED),
            (Event.COMPLETE, State.DELIVERED),
            (Event.LOSE, State.WAITING),
            (Event.REJECT, State.REJECTED),
            (Event.EXPIRE, State.EXPIRED),
            (Event.SUPERSEDE, State.SUPERSEDED),
        )
    },
}

PAIRS = list(product(State, Event))


@pytest.mark.parametrize(("state", "event"), [pair for pair in PAIRS if pair in ALLOWED])
def test_an_allowed_move_leads_where_it_should(state: State, event: Event) -> None:
    assert move(state, event) is ALLOWED[state, event]


@pytest.mark.parametrize(("state", "event"), [pair for pair in PAIRS if pair not in ALLOWED])
def test_every_other_move_is_refused_by_name(state: State, event: Event) -> None:
    with pytest.raises(IllegalMoveError, match=state.value) as refused:
        move(state, event)
    assert (refused.value.state, refused.value.event) == (state, event)
    assert event.value in str(refused.value)


def test_the_table_holds_nothing_else() -> None:
    assert MOVES == ALLOWED


@pytest.mark.parametrize("state", State)
def test_an_order_that_has_ended_never_moves_again(state: State) -> None:
    can_move = any(before is state for before, _ in MOVES)
    assert can_move == (state in OPEN)


def test_the_sets_of_states_are_what_their_names_say() -> None:
    assert {State.SENT, State.ACCEPTED} == IN_FLIGHT
    assert {State.WAITING, State.SENT, State.ACCEPTED} == OPEN
    assert {State.ECHOED, State.DELIVERED} == PROVED


def test_only_a_waiting_order_is_sent_and_only_one_in_flight_is_lost() -> None:
    assert sources(Event.SEND) == {State.WAITING}
    assert sources(Event.LOSE) == {State.SENT, State.ACCEPTED}
    assert sources(Event.SUPERSEDE) == OPEN


def test_an_event_leads_to_one_state_only_so_that_one_statement_can_move_many() -> None:
    for event in Event:
        assert len({after for (_, known), after in MOVES.items() if known is event}) == 1


def test_the_diagram_shows_every_state_and_every_move() -> None:
    lines = [line.strip() for line in diagram().splitlines()]
    assert lines[0] == "stateDiagram-v2"
    for state in State:
        assert any(state.value in line.replace(":", " ").split() for line in lines)
    for (before, event), after in ALLOWED.items():
        assert f"{before.value} --> {after.value}: {event.value}" in lines
    for state in set(State) - OPEN:
        assert f"{state.value} --> [*]" in lines
