"""Faults found in a street of virtual lanterns, from their bytes to the work list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.identifiers import DevEui, GatewayId, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.operations.override import OverrideRequest
from lighting.testing.lantern_spec import Faults
from schedules.library import library_text
from tests.lighting.operations.fault_street import HOUR, FaultStreet
from tests.lighting.operations.town import (
    ALL_NIGHT,
    MORNING,
    PROFILE_ID,
    Town,
    dev,
    lantern,
    lantern_id,
)

NOON = MORNING + timedelta(hours=2)
DUSK = MORNING + timedelta(hours=6, minutes=30)
MIDNIGHT = MORNING + timedelta(hours=14)
NEXT_NOON = NOON + timedelta(days=1)
FEW = 5
"""Enough that one of them is not the network."""


@pytest.fixture
def street(town: Town) -> FaultStreet:
    return FaultStreet(town)


async def test_a_healthy_street_has_no_fault_in_any_hour_of_a_night(street: FaultStreet) -> None:
    await street.build(FEW)
    await street.watch(MORNING, NEXT_NOON + timedelta(hours=4), every=HOUR)
    assert await street.every_fault() == []


@dataclass(frozen=True)
class Case:
    """A fault that is put in at dusk, and what it must be told as."""

    faults: Callable[[float], Faults]
    kind: FaultKind
    severity: Severity
    words: str


CASES = [
    Case(lambda s: Faults(lamp_fails_s=s), FaultKind.LAMP, Severity.LIGHT, "no light"),
    Case(lambda _: Faults(lies=True), FaultKind.DAY_BURNER, Severity.SAVING, "by day show light"),
    Case(lambda _: Faults(dims_not=True), FaultKind.DIMMING, Severity.SAVING, "do not go down"),
    Case(lambda s: Faults(cycles_from_s=s), FaultKind.CYCLING, Severity.LIGHT, "dark and lit"),
    Case(lambda _: Faults(draws=1.6), FaultKind.POWER, Severity.SAVING, "64 W where 100 %"),
    Case(lambda s: Faults(sags_from_s=s), FaultKind.VOLTAGE, Severity.CONTROL, "204 V"),
    Case(lambda s: Faults(tilts_from_s=s), FaultKind.TILT, Severity.SAFETY, "34 degrees"),
    Case(lambda s: Faults(dead_from_s=s), FaultKind.SILENT, Severity.CONTROL, "last heard"),
]


async def test_each_fault_is_told_once_with_its_evidence_and_clears_when_it_is_mended(
    street: FaultStreet,
) -> None:
    # Every fault on a lantern of its own, healthy ones between them.
    of = {lantern_id(2 * n): case for n, case in enumerate(CASES, start=1)}
    begun = {2 * n: case.faults(DUSK.timestamp()) for n, case in enumerate(CASES, start=1)}
    await street.build(2 * len(CASES), begun)
    dawn = MIDNIGHT + timedelta(hours=7)
    await street.watch(MORNING, dawn)
    told = {fault.subject: fault for fault in await street.look(dawn)}
    assert len(await street.every_fault()) == len(CASES)
    assert {subject: told[subject].kind for subject in told} == {k: c.kind for k, c in of.items()}
    for subject, fault in told.items():
        case = of[LanternId(subject)]
        assert fault.severity == case.severity
        assert case.words in " ".join(fault.evidence)
        assert fault.lanterns == (subject,)
        assert fault.first_seen < fault.last_seen <= dawn
        assert fault.place == "Otley Road"
    for number in begun:
        street.mend(number, dawn)
    await street.watch(dawn, NEXT_NOON + timedelta(hours=20), every=6 * HOUR)
    after = {fault.subject: fault for fault in await street.every_fault()}
    assert {each.fault_id for each in after.values()} == {each.fault_id for each in told.values()}
    for fault in after.values():
        assert fault.cleared_at is not None
        assert fault.cleared_at > dawn
        assert fault.cleared_why


async def test_a_dark_crossing_stands_above_a_dark_lane_and_both_above_any_saving(
    street: FaultStreet,
) -> None:
    dark = Faults(lamp_fails_s=DUSK.timestamp())
    await street.build(FEW, {1: dark, 2: Faults(lies=True), 3: dark}, tags={3: ("led", "crossing")})
    await street.run(MIDNIGHT)
    told = [(fault.subject, fault.severity) for fault in await street.look(MIDNIGHT)]
    assert told == [
        (lantern_id(3), Severity.SAFETY),
        (lantern_id(1), Severity.LIGHT),
        (lantern_id(2), Severity.SAVING),
    ]


async def test_the_word_of_the_node_and_its_meter_together_make_it_sure(
    street: FaultStreet,
) -> None:
    await street.build(FEW, {1: Faults(lamp_fails_s=DUSK.timestamp())})
    await street.run(DUSK + 3 * HOUR)
    (fault,) = await street.look(DUSK + 3 * HOUR)
    assert fault.confidence is Confidence.HIGH
    assert len(fault.evidence) == 2


async def test_a_node_without_a_meter_is_judged_by_its_word(street: FaultStreet) -> None:
    await street.build(FEW, {1: Faults(lamp_fails_s=DUSK.timestamp())}, usage_interval_s=10_000_000)
    await street.run(DUSK + 4 * HOUR)
    (fault,) = await street.look(DUSK + 4 * HOUR)
    assert (fault.kind, fault.subject) == (FaultKind.LAMP, lantern_id(1))
    assert fault.confidence is Confidence.MEDIUM


async def test_an_override_makes_no_fault_of_anybody(street: FaultStreet) -> None:
    await street.build(FEW)
    await street.run(DUSK + HOUR)
    overrides = street.town.office.overrides
    begun = DUSK + HOUR
    await overrides.begin(
        OverrideRequest(
            selection="Otley Road",
            level=20,
            starts_at=begun,
            ends_at=begun + 6 * HOUR,
            reason="a film",
        ),
        [dev(number) for number in range(1, FEW + 1)],
        at=begun,
    )
    at = begun
    while at < begun + 8 * HOUR:
        await overrides.tend(at)
        await street.deliver(at)
        at += HOUR
        await street.run(at)
        await street.look(at)
    assert any(each.level == 50 for each in street.lanterns.values())
    assert await street.every_fault() == []


@pytest.mark.parametrize("planned", [True, False], ids=["planned", "only assigned"])
async def test_a_rollout_that_is_under_way_makes_no_fault_of_anybody(
    street: FaultStreet,
    planned: bool,  # noqa: FBT001 - both ways
) -> None:
    await street.build(FEW, policy=library_text("leeds-part-night"))
    await street.watch(MORNING, MIDNIGHT - 4 * HOUR)
    await street.town.give(ALL_NIGHT, *range(1, FEW + 1))
    if planned:
        await street.town.office.planner.plan(MIDNIGHT - 4 * HOUR)  # no node hears of it tonight
    await street.watch(MIDNIGHT - 4 * HOUR, NEXT_NOON + HOUR)
    assert await street.every_fault() == []


async def test_readings_that_come_late_are_told_once_by_the_look_at_last_night(
    street: FaultStreet,
) -> None:
    await street.build(FEW, {2: Faults(lamp_fails_s=DUSK.timestamp())})
    await street.watch(MORNING, DUSK - HOUR)
    street.kept_back = []
    await street.run(NEXT_NOON + HOUR / 2)
    street.mend(2, NEXT_NOON + HOUR / 2)
    assert await street.every_fault() == []
    await street.come_late()
    for hours in range(1, 4):
        await street.look(NEXT_NOON + hours * HOUR)
    (fault,) = await street.every_fault()
    assert (fault.kind, fault.subject) == (FaultKind.LAMP, lantern_id(2))
    assert DUSK < fault.first_seen < DUSK + 2 * HOUR
    await street.watch(NEXT_NOON + 3 * HOUR, NEXT_NOON + 10 * HOUR)
    (cleared,) = await street.every_fault()
    assert cleared.cleared_at is not None
    assert cleared.fault_id == fault.fault_id


async def test_everybody_silent_is_told_as_the_networks_outage_and_as_nothing_else(
    street: FaultStreet,
) -> None:
    await street.build(FEW, {1: Faults(dead_from_s=(NOON + HOUR).timestamp())})
    out, back = MIDNIGHT, MIDNIGHT + 9 * HOUR
    street.lost = lambda _, at: out <= at < back
    await street.watch(MORNING, back)
    faults = {fault.kind: fault for fault in await street.look(back)}
    assert set(faults) == {FaultKind.SILENT, FaultKind.NETWORK}
    network = faults[FaultKind.NETWORK]
    assert network.size == FEW
    assert network.confidence is Confidence.LOW  # with one gateway it may be that gateway
    assert f"{FEW} of {FEW} nodes" in network.evidence[0]
    await street.watch(back, back + 3 * HOUR)
    (left,) = await street.look(back + 3 * HOUR)
    assert (left.kind, left.subject, left.reopened) == (FaultKind.SILENT, lantern_id(1), 0)
    assert len(await street.every_fault()) == 2


async def test_nodes_that_only_one_gateway_hears_are_told_as_that_gateway(
    street: FaultStreet,
) -> None:
    far = GatewayId("00000000000000bb")
    behind = {dev(number) for number in range(1, 7)}
    street.gateways = dict.fromkeys(behind, far)
    await street.build(14)
    street.lost = lambda dev_eui, at: dev_eui in behind and MIDNIGHT <= at < MIDNIGHT + 9 * HOUR
    await street.run(MIDNIGHT + 8 * HOUR)
    (fault,) = await street.look(MIDNIGHT + 8 * HOUR)
    assert (fault.kind, fault.subject) == (FaultKind.GATEWAY, f"gateway {far}")
    assert fault.lanterns == tuple(lantern_id(number) for number in range(1, 7))
    await street.watch(MIDNIGHT + 8 * HOUR, MIDNIGHT + 12 * HOUR)
    assert await street.look(MIDNIGHT + 12 * HOUR) == []


async def test_neighbours_that_fall_silent_together_are_one_stretch_and_its_crossing_is_safety(
    street: FaultStreet,
) -> None:
    dead: dict[DevEui, datetime] = {dev(number): MIDNIGHT for number in range(5, 9)}
    dead[dev(14)] = MIDNIGHT
    street.lost = lambda dev_eui, at: dev_eui in dead and at >= dead[dev_eui]
    await street.build(16, tags={6: ("crossing",)})
    await street.run(MIDNIGHT + 8 * HOUR)
    stretch, single = await street.look(MIDNIGHT + 8 * HOUR)
    assert stretch.kind is FaultKind.FEEDER
    assert stretch.lanterns == tuple(lantern_id(number) for number in range(5, 9))
    assert stretch.severity is Severity.SAFETY
    assert stretch.place == "Otley Road"
    assert "4 of the" in stretch.evidence[0]
    assert (single.kind, single.subject) == (FaultKind.SILENT, lantern_id(14))
    dead.clear()
    await street.watch(MIDNIGHT + 8 * HOUR, MIDNIGHT + 10 * HOUR)
    assert await street.look(MIDNIGHT + 10 * HOUR) == []


async def test_a_fault_that_comes_back_is_the_same_row_and_takes_longer_to_clear(
    street: FaultStreet,
) -> None:
    quiet = [(MIDNIGHT, MIDNIGHT + 9 * HOUR), (MIDNIGHT + 13 * HOUR, MIDNIGHT + 21 * HOUR)]
    street.lost = lambda dev_eui, at: dev_eui == dev(4) and any(a <= at < b for a, b in quiet)
    await street.build(FEW)
    await street.watch(MORNING, MIDNIGHT + 12 * HOUR)
    (first,) = await street.every_fault()
    assert not first.is_open
    await street.watch(MIDNIGHT + 12 * HOUR, MIDNIGHT + 24 * HOUR)
    (again,) = await street.every_fault()
    assert (again.fault_id, again.is_open, again.reopened) == (first.fault_id, True, 1)
    assert again.first_seen == first.first_seen
    await street.watch(MIDNIGHT + 24 * HOUR, MIDNIGHT + 46 * HOUR)
    (over,) = await street.every_fault()
    assert over.cleared_at is not None
    assert over.cleared_at - over.last_seen >= timedelta(hours=24)


async def test_a_lantern_that_loses_its_node_has_no_fault_any_more(street: FaultStreet) -> None:
    await street.build(FEW, {2: Faults(lamp_fails_s=DUSK.timestamp())})
    await street.run(MIDNIGHT)
    await street.look(MIDNIGHT)
    lanterns = street.town.office.stores.lanterns
    await lanterns.put([lantern(9)])
    moved = NodeLink(
        lantern_id=lantern_id(9), dev_eui=dev(2), profile_id=PROFILE_ID, application_id="street"
    )
    await lanterns.fit_nodes([moved])
    await street.look(MIDNIGHT + HOUR)
    (old,) = [fault for fault in await street.every_fault() if fault.subject == lantern_id(2)]
    assert old.cleared_why == "its lantern has no node any more"


async def test_a_look_at_the_same_readings_writes_nothing_and_an_acknowledged_fault_stays_open(
    street: FaultStreet,
) -> None:
    await street.build(FEW, {2: Faults(lamp_fails_s=DUSK.timestamp())})
    await street.run(MIDNIGHT)
    (fault,) = await street.look(MIDNIGHT)
    for look in await street.town.office.faults.tend(MIDNIGHT):
        assert look.opened == look.changed == ()
    store = street.town.office.stores.faults
    await store.acknowledge(fault.fault_id, at=MIDNIGHT, by="Jo", reason="crew is out")
    await street.watch(MIDNIGHT, MIDNIGHT + 3 * HOUR)
    (known,) = await street.look(MIDNIGHT + 3 * HOUR)
    assert (known.acknowledged_by, known.acknowledged_reason) == ("Jo", "crew is out")
    assert known.last_seen > fault.last_seen
