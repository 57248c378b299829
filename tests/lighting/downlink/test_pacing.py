"""Duty cycle and pace: what may go now, at the edges, and whatever the order of requests.

The law is the reference's (``lorawan.md``, 4.2, band P): 10 % of one hour for each transmitter, so
360 s. The shares by rank are those that the package's README states.
"""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.downlink.airtime import Band
from lighting.downlink.order import Rank
from lighting.downlink.pacing import (
    EMISSION_WAIT_MAX,
    UNKNOWN_GATEWAY,
    AirtimeLedger,
    Pace,
    Transmission,
    repeats,
)
from lighting.identifiers import GatewayId

NEAR, FAR = GatewayId("00000000000000aa"), GatewayId("00000000000000bb")
START = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = HOUR + timedelta(seconds=45)
"""An hour, 35 s in which a network server may still offer a frame, 10 s of a gateway's queue."""
TICK = timedelta(microseconds=1)
BUDGET_MS = 360_000.0


def filled(used_ms: float, *, gateway_id: GatewayId = NEAR) -> AirtimeLedger:
    """Return a ledger in which a gateway has used some of the hour that began at ``START``."""
    ledger = AirtimeLedger(Band())
    ledger.charge(Transmission(gateway_id, START, used_ms))
    return ledger


LATER = START + timedelta(minutes=30)
"""Long after the frames of ``filled`` have left, so that no queue is in the way."""


@pytest.mark.parametrize(
    ("rank", "share"),
    [(Rank.EMERGENCY, 1.0), (Rank.OVERRIDE, 0.95), (Rank.PROGRAM, 0.80), (Rank.QUERY, 0.70)],
)
def test_a_rank_may_fill_its_share_to_the_brim_and_no_further(rank: Rank, share: float) -> None:
    ledger = filled(BUDGET_MS * share - 1000)
    assert ledger.allows(NEAR, 1000, rank, LATER)
    assert not ledger.allows(NEAR, 1001, rank, LATER)


def test_what_is_planned_counts_before_it_is_sent() -> None:
    ledger = filled(BUDGET_MS - 2000)
    assert ledger.allows(NEAR, 1000, Rank.EMERGENCY, LATER, planned_ms=1000)
    assert not ledger.allows(NEAR, 1000, Rank.EMERGENCY, LATER, planned_ms=1001)


def test_a_frame_counts_for_an_hour_from_the_latest_instant_at_which_it_can_be_on_the_air() -> None:
    ledger = filled(BUDGET_MS)
    assert ledger.used_ms(NEAR, START + WINDOW - TICK) == BUDGET_MS
    assert not ledger.allows(NEAR, 1, Rank.EMERGENCY, START + WINDOW - TICK)
    assert ledger.used_ms(NEAR, START + WINDOW) == 0
    assert ledger.allows(NEAR, BUDGET_MS, Rank.EMERGENCY, START + WINDOW)


def test_the_window_slides_frame_by_frame() -> None:
    ledger = AirtimeLedger(Band())
    for minute in range(60):
        ledger.charge(Transmission(NEAR, START + timedelta(minutes=minute), 6000))
    for minute in range(60):
        used_ms = ledger.used_ms(NEAR, START + WINDOW + timedelta(minutes=minute))
        assert used_ms == pytest.approx(BUDGET_MS - 6000 * (minute + 1))


def test_gateways_do_not_share_a_budget() -> None:
    ledger = filled(BUDGET_MS)
    assert not ledger.has_room(NEAR, 1, Rank.EMERGENCY, LATER)
    assert ledger.allows(FAR, 1000, Rank.PROGRAM, LATER)
    assert ledger.usage(LATER) == {NEAR: 1.0}


def test_nodes_never_heard_share_the_budget_of_one_gateway() -> None:
    ledger = filled(BUDGET_MS * 0.8, gateway_id=UNKNOWN_GATEWAY)
    assert not ledger.allows(UNKNOWN_GATEWAY, 1, Rank.PROGRAM, LATER)
    assert ledger.allows(UNKNOWN_GATEWAY, 1, Rank.EMERGENCY, LATER)


def test_a_gateway_is_booked_two_seconds_ahead_at_most() -> None:
    ledger = AirtimeLedger(Band())
    ledger.charge(Transmission(NEAR, START, 2000))
    assert ledger.allows(NEAR, 1000, Rank.EMERGENCY, START)
    ledger.charge(Transmission(NEAR, START, 1000))
    assert not ledger.allows(NEAR, 1000, Rank.EMERGENCY, START)
    assert ledger.allows(NEAR, 1000, Rank.EMERGENCY, START + timedelta(seconds=1))


def test_planned_frames_are_in_the_queue_too() -> None:
    ledger = AirtimeLedger(Band())
    assert ledger.allows(NEAR, 1000, Rank.PROGRAM, START, planned_ms=2000)
    assert not ledger.allows(NEAR, 1000, Rank.PROGRAM, START, planned_ms=2001)


def test_a_queue_that_has_run_empty_is_no_credit() -> None:
    ledger = AirtimeLedger(Band())
    ledger.charge(Transmission(NEAR, START, 1000))
    ledger.charge(Transmission(NEAR, LATER, 2001))
    assert not ledger.allows(NEAR, 1000, Rank.PROGRAM, LATER)


def test_a_transmission_moves_to_the_gateway_that_made_it() -> None:
    ledger = filled(5000)
    ledger.move(Transmission(NEAR, START, 5000), FAR)
    assert (ledger.used_ms(NEAR, LATER), ledger.used_ms(FAR, LATER)) == (0, 5000)
    ledger.move(Transmission(NEAR, START, 5000), FAR)  # told twice
    assert ledger.used_ms(FAR, LATER) == 5000


def test_only_the_transmission_that_is_named_moves() -> None:
    ledger = filled(5000)
    ledger.charge(Transmission(NEAR, START + TICK, 5000))
    ledger.move(Transmission(NEAR, START, 4000), FAR)
    ledger.move(Transmission(FAR, START, 5000), NEAR)
    assert ledger.usage(LATER) == {NEAR: pytest.approx(10_000 / BUDGET_MS)}
    ledger.move(Transmission(NEAR, START, 5000), FAR)
    assert ledger.used_ms(NEAR, START + WINDOW) == 5000  # the later one is still there


def test_a_transmission_that_moved_leaves_the_window_when_it_would_have() -> None:
    ledger = filled(5000)
    ledger.move(Transmission(NEAR, START, 5000), UNKNOWN_GATEWAY)
    assert ledger.used_ms(UNKNOWN_GATEWAY, START + WINDOW - TICK) == 5000
    assert ledger.used_ms(UNKNOWN_GATEWAY, START + WINDOW) == 0


def test_equal_frames_in_one_millisecond_are_each_charged() -> None:
    ledger = filled(5000)
    ledger.charge(Transmission(NEAR, START, 5000))
    assert ledger.used_ms(NEAR, LATER) == 10_000


@pytest.mark.parametrize(
    ("after_echo_s", "times"), [(-2.0, 0), (0.5, 0), (3.9, 0), (5.0, 1), (8.0, 1), (10.4, 2)]
)
def test_a_tx_ack_five_seconds_behind_the_echo_is_of_another_emission(
    after_echo_s: float, times: int
) -> None:
    """ChirpStack leaves a node alone for 5 s after an uplink (reference ``lorawan.md``, 2.1)."""
    assert repeats(START, START + timedelta(seconds=after_echo_s)) == times


def test_the_record_of_the_last_hour_is_taken_up_at_a_start() -> None:
    ledger = AirtimeLedger(Band())
    ledger.load(
        [Transmission(NEAR, START - WINDOW, 1000), Transmission(NEAR, START, BUDGET_MS - 1000)]
    )
    assert ledger.used_ms(NEAR, START) == BUDGET_MS - 1000


def test_a_clock_that_is_set_back_gives_no_air_time_back() -> None:
    ledger = filled(BUDGET_MS)
    for minutes in (1, 30, 600):
        earlier = START - timedelta(minutes=minutes)
        assert not ledger.allows(NEAR, 1, Rank.EMERGENCY, earlier)
    ledger.charge(Transmission(NEAR, START - timedelta(minutes=5), 1000))
    assert ledger.used_ms(NEAR, START + WINDOW - TICK) >= BUDGET_MS


ASKED = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from([NEAR, FAR, UNKNOWN_GATEWAY]),
        st.sampled_from(list(Rank)),
        st.floats(1, 3000),
    ),
    max_size=120,
)
"""Requests: seconds since the one before, gateway, rank, air time [ms]."""

SHORT_BAND = Band(duty_cycle=0.10, window_s=60)
"""A window that a few requests fill: 6 s of every minute."""


@given(ASKED, st.randoms(use_true_random=False))
def test_no_gateway_exceeds_its_budget_in_any_window_whatever_is_asked_and_however_late_it_leaves(
    asked: list[tuple[float, GatewayId, Rank, float]], random: Random
) -> None:
    late_s = EMISSION_WAIT_MAX.total_seconds()
    ledger, at, made = AirtimeLedger(SHORT_BAND), START, list[Transmission]()
    for gap_s, gateway_id, rank, airtime_ms in asked:
        at += timedelta(seconds=gap_s)
        if ledger.allows(gateway_id, airtime_ms, rank, at):
            ledger.charge(Transmission(gateway_id, at, airtime_ms))
            emitted_at = at + timedelta(seconds=random.choice([0.0, random.uniform(0, late_s)]))
            made.append(Transmission(gateway_id, emitted_at, airtime_ms))
    for first in made:  # a window that holds most begins with a transmission
        until = first.at + timedelta(seconds=60)
        inside_ms = sum(
            each.airtime_ms
            for each in made
            if each.gateway_id == first.gateway_id and first.at <= each.at < until
        )
        assert inside_ms <= 6000 + 1e-6


@given(ASKED)
def test_the_last_fifth_is_always_there_for_an_emergency(
    asked: list[tuple[float, GatewayId, Rank, float]],
) -> None:
    ledger, at = AirtimeLedger(SHORT_BAND), START
    for gap_s, gateway_id, _, airtime_ms in asked:
        at += timedelta(seconds=gap_s)
        if ledger.allows(gateway_id, airtime_ms, Rank.PROGRAM, at):
            ledger.charge(Transmission(gateway_id, at, airtime_ms))
        assert ledger.used_ms(gateway_id, at) + 1200 <= 6000 + 1e-6


def test_the_pace_is_a_second_of_burst_and_then_so_many_a_second() -> None:
    pace = Pace(100)
    assert pace.take(1000, START) == 100
    assert pace.take(1, START) == 0
    assert pace.take(1000, START + timedelta(seconds=0.25)) == 25
    assert pace.take(1000, START + timedelta(seconds=10)) == 100


def test_a_clock_that_is_set_back_does_not_hasten_the_pace() -> None:
    pace = Pace(10)
    assert pace.take(10, START) == 10
    assert pace.take(10, START - HOUR) == 0
    assert pace.take(10, START) == 0
    assert pace.take(10, START + timedelta(seconds=0.5)) == 5


@pytest.mark.parametrize(("per_second", "in_a_minute"), [(0.5, 30), (0.1, 6), (1.5, 90)])
def test_a_pace_below_one_a_second_is_slow_and_not_none(
    per_second: float, in_a_minute: int
) -> None:
    pace = Pace(per_second)
    granted = sum(pace.take(1, START + timedelta(seconds=n / 2)) for n in range(121))
    assert in_a_minute <= granted <= in_a_minute + 1  # one is there at the start


@given(
    st.floats(0.2, 200),
    st.lists(st.tuples(st.floats(0, 5), st.integers(1, 300)), max_size=50),
)
def test_in_no_stretch_of_time_go_more_than_its_seconds_and_one_burst(
    per_second: float, asked: list[tuple[float, int]]
) -> None:
    pace, at, granted = Pace(per_second), START, list[tuple[datetime, int]]()
    for gap_s, wanted in asked:
        at += timedelta(seconds=gap_s)
        granted.append((at, pace.take(wanted, at)))
    for index, (first, _) in enumerate(granted):
        total = 0
        for last, count in granted[index:]:
            total += count
            most = (last - first).total_seconds() * per_second + max(per_second, 1)
            assert total <= most + 1e-6
