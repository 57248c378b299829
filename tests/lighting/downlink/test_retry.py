"""When an order is tried again; the times are those of *Decisions* in the package's README."""

from datetime import UTC, datetime, timedelta

import pytest

from lighting.downlink.order import Rank
from lighting.downlink.retry import (
    GATEWAY_QUEUE,
    REPLY_WAIT,
    TAKEN_WAIT,
    back_off,
    network_expiry,
)

SENT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
ORDINARY = [Rank.OVERRIDE, Rank.PROGRAM, Rank.QUERY]


@pytest.mark.parametrize("rank", ORDINARY)
@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 64), (7, 128), (8, 240), (9, 240)],
)
def test_the_wait_doubles_from_two_minutes_to_four_hours(
    attempts: int, minutes: int, rank: Rank
) -> None:
    assert back_off(attempts, rank) == timedelta(minutes=minutes)


@pytest.mark.parametrize("attempts", [1, 2, 8, 1000])
def test_an_emergency_is_tried_every_two_minutes(attempts: int) -> None:
    assert back_off(attempts, Rank.EMERGENCY) == timedelta(minutes=2)


@pytest.mark.parametrize("rank", Rank)
def test_a_first_try_that_no_gateway_took_is_made_again_when_none_can_hold_it_still(
    rank: Rank,
) -> None:
    assert back_off(1, rank, taken=False) == GATEWAY_QUEUE == timedelta(seconds=10)
    assert back_off(2, rank, taken=False) == back_off(2, rank)


def test_a_frame_that_a_gateway_took_has_left_it_before_anything_else_goes_to_the_node() -> None:
    assert TAKEN_WAIT >= GATEWAY_QUEUE


def test_an_order_that_was_never_sent_waits_as_after_the_first_try() -> None:
    assert back_off(0, Rank.PROGRAM) == timedelta(minutes=2)


def test_a_million_tries_are_no_overflow() -> None:
    assert back_off(1_000_000, Rank.PROGRAM) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("life", "kept"),
    [
        (timedelta(hours=24), REPLY_WAIT),
        (REPLY_WAIT, REPLY_WAIT),
        (timedelta(seconds=10), timedelta(seconds=10)),
    ],
)
def test_the_network_server_never_keeps_a_frame_longer_than_we_wait_for_its_proof(
    life: timedelta, kept: timedelta
) -> None:
    assert network_expiry(SENT, SENT + life) == SENT + kept


def test_we_wait_as_long_as_the_network_server_can_still_tell_of_a_frame() -> None:
    # Reference, 2.2: ChirpStack keeps a downlink frame for 30 s; a later tx ack is dropped.
    assert timedelta(seconds=30) <= REPLY_WAIT
