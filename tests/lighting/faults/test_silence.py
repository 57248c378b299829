"""Who is silent, and what they have in common: network, gateway, stretch, or each alone."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lighting.faults.fault import LANTERNS_LISTED_MAX, TOLD_AS
from lighting.faults.health import silence_over
from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.faults.neighbours import clusters, pairs_within
from lighting.faults.rules import DEFAULT_RULES
from lighting.faults.silence import NEVER_HEARD_S, NO_GATEWAY, Fleet, Silence, silence
from lighting.identifiers import GatewayId, LanternId
from tests.lighting.faults.made import EVENING, fault, found

NOW_S = int(EVENING.timestamp())
HOUR_S = 3600
GATEWAYS = tuple(GatewayId(f"{number:016x}") for number in range(40))
APART_DEG = 0.0003
"""33 m of latitude."""


def fleet(
    lanterns: int,
    silent_h: Mapping[int, float],
    *,
    gateways: int = 2,
    apart_deg: float = APART_DEG,
) -> Fleet:
    """Return lanterns in a row, heard a quarter of an hour ago but for those in ``silent_h``."""
    numbers = np.arange(lanterns)
    hours = np.array([silent_h.get(number, 0.25) for number in range(lanterns)])
    return Fleet(
        ids=[LanternId(f"leeds:{number:05d}") for number in range(lanterns)],
        latitude_deg=np.array([53.8 + number * apart_deg for number in range(lanterns)]),
        longitude_deg=np.full(lanterns, -1.55),
        road=np.zeros(lanterns, dtype=np.int64),
        roads=["Otley Road"],
        sensitive=numbers == 3,
        gateway=numbers % gateways,
        gateways=GATEWAYS[:gateways],
        last_seen_s=np.where(
            np.isinf(hours), NEVER_HEARD_S, NOW_S - np.nan_to_num(hours, posinf=0) * HOUR_S
        ).astype(np.int64),
    )


def look(of: Fleet) -> Silence:
    return silence(of, DEFAULT_RULES, at_s=NOW_S)


def told(of: Fleet) -> list[tuple[FaultKind, int]]:
    return [(each.kind, each.size) for each in look(of).found]


def test_a_fleet_that_is_heard_or_was_never_heard_has_no_fault() -> None:
    assert told(fleet(50, {5: 5.9, 7: float("inf")})) == []
    assert told(fleet(0, {})) == []


def test_one_silent_node_is_one_fault_and_sure_after_a_day() -> None:
    (one,) = look(fleet(50, {7: 8})).found
    assert (one.kind, one.subject) == (FaultKind.SILENT, "leeds:00007")
    assert (one.severity, one.confidence) == (Severity.CONTROL, Confidence.MEDIUM)
    assert one.last_seen - one.first_seen == timedelta(hours=8)
    (one,) = look(fleet(50, {7: 24})).found
    assert one.confidence is Confidence.HIGH


def test_everybody_silent_is_one_fault_of_the_network_however_many_they_are() -> None:
    (network,) = look(fleet(20_000, dict.fromkeys(range(19_000), 9.0))).found
    assert (network.kind, network.subject) == (FaultKind.NETWORK, "network")
    assert network.size == 19_000
    assert len(network.lanterns) == LANTERNS_LISTED_MAX
    assert network.confidence is Confidence.HIGH
    assert "19000 of 20000" in network.evidence[0]


def test_nodes_that_died_weeks_ago_neither_make_nor_mask_an_outage() -> None:
    long_dead = dict.fromkeys(range(45), 30 * 24.0)
    assert FaultKind.NETWORK not in dict(told(fleet(50, long_dead)))
    away = long_dead | dict.fromkeys(range(45, 50), 7.0)
    (network,) = look(fleet(50, away)).found
    assert (network.kind, network.size) == (FaultKind.NETWORK, 5)


def test_a_silent_gateway_is_one_fault_and_its_nodes_have_none_of_their_own() -> None:
    behind = {number: 8.0 for number in range(200) if number % 8 == 3}
    result = look(fleet(200, behind, gateways=8))
    (gateway,) = result.found
    assert (gateway.kind, gateway.subject) == (FaultKind.GATEWAY, f"gateway {GATEWAYS[3]}")
    assert gateway.size == 25
    assert set(result.covered) == result.silent == set(gateway.lanterns)


def test_neighbours_that_fell_silent_together_are_one_stretch() -> None:
    supply = {number: 8 + number / 100 for number in range(20, 31)}
    (stretch,) = look(fleet(100, supply)).found
    assert (stretch.kind, stretch.size) == (FaultKind.FEEDER, 11)
    assert stretch.subject == "stretch leeds:00020"
    assert (stretch.severity, stretch.place) == (Severity.LIGHT, "Otley Road")


def test_three_in_a_road_are_a_stretch_and_one_between_them_may_be_heard() -> None:
    assert told(fleet(100, dict.fromkeys((10, 11, 12), 8.0), gateways=7)) == [(FaultKind.FEEDER, 3)]
    gap = dict.fromkeys((10, 11, 13, 14), 8.0)
    assert told(fleet(100, gap, gateways=7)) == [(FaultKind.FEEDER, 4)]


def test_a_stretch_with_a_crossing_in_it_is_a_matter_of_safety() -> None:
    (stretch,) = look(fleet(100, dict.fromkeys(range(2, 8), 8.0))).found
    assert stretch.severity is Severity.SAFETY


@pytest.mark.parametrize(
    "silent",
    [
        {10: 8.0, 11: 8.0},  # two are no stretch
        {10: 8.0, 30: 8.0, 50: 8.0},  # far apart
        {10: 8.0, 11: 13.0, 12: 18.0, 13: 23.0},  # hours between them
    ],
    ids=["two", "far apart", "at other times"],
)
def test_silent_nodes_without_a_common_cause_are_told_one_by_one(
    silent: dict[int, float],
) -> None:
    assert told(fleet(100, silent)) == [(FaultKind.SILENT, 1)] * len(silent)


def test_silent_nodes_among_many_that_are_heard_are_no_stretch() -> None:
    # Columns 4 m apart: every fourth is silent, so a supply that feeds them all is not out.
    every_fourth = {number: 8.0 for number in range(100) if number % 4 == 0}
    kinds = dict(told(fleet(100, every_fourth, gateways=7, apart_deg=0.00004)))
    assert FaultKind.FEEDER not in kinds


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 59)), st.integers(1, 9))
def test_every_silent_lantern_is_told_exactly_once(quiet: set[int], gateways: int) -> None:
    result = look(fleet(60, dict.fromkeys(quiet, 8.0), gateways=gateways))
    listed = [lantern_id for each in result.found for lantern_id in each.lanterns]
    assert len(listed) == len(set(listed))
    assert set(listed) == {f"leeds:{number:05d}" for number in quiet} == set(result.silent)


def test_nodes_without_a_gateway_are_told_too() -> None:
    quiet = fleet(50, {7: 8.0})
    quiet.gateway[:] = NO_GATEWAY
    assert told(quiet) == [(FaultKind.SILENT, 1)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), max_size=40),
    st.floats(1, 200),
)
@example([(1.0, 0.0), (-3.3e-132, 0.0)], 1.0)  # apart by the distance itself, once rounded
def test_pairs_are_those_that_measuring_each_with_each_finds(
    points: list[tuple[float, float]], distance_m: float
) -> None:
    north, east = (np.array([point[axis] for point in points]) for axis in (0, 1))
    expected = {
        frozenset((i, j))
        for i in range(len(points))
        for j in range(i)
        if np.hypot(north[i] - north[j], east[i] - east[j]) <= distance_m
    }
    pairs = [frozenset(pair) for pair in pairs_within(north, east, distance_m).tolist()]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_clusters_are_what_joining_one_pair_after_the_other_gives(
    pairs: list[tuple[int, int]],
) -> None:
    label = list(range(30))
    for one, other in pairs * 30:
        label[one] = label[other] = min(label[one], label[other])
    assert clusters(30, np.array(pairs, dtype=np.int64).reshape(-1, 2)).tolist() == label


def test_a_long_street_is_one_cluster() -> None:
    street = np.array(list(pairwise(range(3000))))
    assert set(clusters(3000, street).tolist()) == {0}


SINGLE = fault(1, found("leeds:00007", kind=FaultKind.SILENT))
GROUP = fault(
    2,
    found(*(f"leeds:{n:05d}" for n in range(20, 30)), kind=FaultKind.FEEDER, subject="stretch x"),
)


def over(of: Fleet, subject: object = SINGLE) -> str | None:
    known = SINGLE if subject is SINGLE else GROUP
    well = silence_over(known, look(of), DEFAULT_RULES, at=EVENING)
    return None if well is None else well[1]


def test_a_silence_is_over_when_the_node_is_heard_gone_or_told_for_by_another_fault() -> None:
    assert over(fleet(50, {7: 8.0})) is None
    assert over(fleet(50, {})) == "it is heard again"
    assert over(fleet(5, {})) == "none of its lanterns has a node any more"
    by_gateway = {number: 8.0 for number in range(50) if number % 8 == 7}
    assert over(fleet(50, by_gateway, gateways=8)) == f"{TOLD_AS}gateway {GATEWAYS[7]}"


def test_what_is_not_heard_is_not_over_because_the_network_is_silent() -> None:
    assert over(fleet(50, dict.fromkeys(range(45), 8.0))) is None
    assert over(fleet(50, dict.fromkeys(range(50), 8.0)), GROUP) is None


def test_a_group_is_over_when_most_of_its_nodes_are_heard_again() -> None:
    assert (
        over(fleet(50, dict.fromkeys(range(20, 26), 8.0)), GROUP) == f"{TOLD_AS}stretch leeds:00020"
    )
    assert over(fleet(50, {20: 8.0, 23: 8.0}), GROUP) == "8 of its 10 nodes are heard again"
