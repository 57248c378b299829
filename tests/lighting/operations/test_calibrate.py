"""A street's own meters calibrate its lantern model, through uplinks, database and timelines.

The virtual lanterns draw the line of 40 W at full and 4 W at 1 % (``LanternSpec.watts``), 0.3 W of
standby: 50 % is 4 + 36 x 49/99 = 21.82 W. Their counters show whole Wh.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from lighting.energy.errors import CalibrationError
from lighting.errors import NotFoundError
from lighting.operations.calibrate import OVERRIDDEN, UNPROVED, Calibrated
from lighting.operations.records import Override
from lighting.testing.lantern_spec import Faults
from tests.lighting.operations.fault_street import HOUR, FaultStreet
from tests.lighting.operations.town import (
    DIM_LATE,
    MORNING,
    TONIGHT,
    Town,
    dev,
    lantern,
    lantern_id,
)

DAY = timedelta(days=1)
TAGGED = dict.fromkeys(range(1, 13), ("model:road-40",))


async def a_street(
    town: Town, *, nights: int = 2, faults: Mapping[int, Faults] | None = None, lanterns: int = 12
) -> FaultStreet:
    """Return a street of lanterns of one model that has burned for some nights."""
    street = FaultStreet(town)
    await street.build(lanterns, faults, tags=TAGGED)
    await street.run(MORNING + nights * DAY + 4 * HOUR)
    return street


async def calibrate(town: Town, *, nights: int = 2) -> Calibrated:
    last = TONIGHT + (nights - 1) * DAY
    return await town.office.energy.calibrator.calibrate("road-40", TONIGHT, last)


async def test_the_street_gives_back_the_line_that_its_lanterns_draw(town: Town) -> None:
    await a_street(town, nights=3)
    found = await calibrate(town, nights=3)
    powers_w = {int(fit.level): fit.power_w for fit in found.calibration.fits}
    # Each stretch is off by less than a count: one a night at 50 %, two at 100 % and at standby.
    assert powers_w[50] == pytest.approx(21.82, abs=3 / 15)
    assert powers_w[100] == pytest.approx(40.0, abs=6 / 20)
    assert powers_w[0] == pytest.approx(0.3, abs=6 / 15)
    assert (found.lanterns, found.calibration.lanterns) == (12, 12)
    assert found.calibration.outliers == ()
    assert found.calibration.residual_90 < 0.02
    assert found.left_out_h == {}


async def test_lanterns_that_are_faulty_are_listed_and_do_not_carry_the_fit(town: Town) -> None:
    await a_street(town, faults={3: Faults(dims_not=True), 8: Faults(draws=3.0)})
    found = await calibrate(town)
    powers_w = {int(fit.level): fit.power_w for fit in found.calibration.fits}
    assert powers_w[50] == pytest.approx(21.82, rel=0.02)
    listed = {(each.lantern_id, each.level) for each in found.calibration.outliers}
    assert {(lantern_id(3), 50), (lantern_id(8), 50), (lantern_id(8), 100)} <= listed
    assert {each for each, _ in listed} == {lantern_id(3), lantern_id(8)}


async def test_one_night_is_too_short_for_its_dimmed_hours(town: Town) -> None:
    await a_street(town, nights=1)
    with pytest.raises(CalibrationError, match=r"at most 0 have\); take more nights"):
        await calibrate(town, nights=1)


async def test_what_an_override_held_does_not_count_and_is_told(town: Town) -> None:
    await a_street(town)
    start = MORNING + 8 * HOUR  # 18:00, at full light
    await town.office.stores.overrides.add_override(
        Override(
            override_id=0,
            selection="lantern 1",
            level=30,
            starts_at=start,
            ends_at=start + HOUR,
            reason="a test",
        ),
        [dev(1)],
    )
    found = await calibrate(town)
    assert set(found.left_out_h) == {OVERRIDDEN}
    assert 4 <= found.left_out_h[OVERRIDDEN] <= 6.5  # on at 15:58, dimmed at 22:00


async def test_nights_before_the_program_was_proved_do_not_count_and_are_told(town: Town) -> None:
    await a_street(town)
    nodes = town.office.stores.nodes
    before = await calibrate(town)
    (node,) = await nodes.find_nodes([dev(1)])
    assert node.held is not None
    assert node.wanted == node.held
    # Another revision, of which the node has not been told: it no longer holds what is wanted.
    await town.give(DIM_LATE.replace("level = 50", "level = 30"), 1)
    await town.office.planner.plan(MORNING + 2 * DAY + 5 * HOUR)
    after = await calibrate(town)
    assert after.calibration.lanterns == before.calibration.lanterns - 1
    assert after.unmetered == 1
    assert set(after.left_out_h) == {UNPROVED}


async def test_lanterns_without_a_node_are_of_the_model_and_counted(town: Town) -> None:
    await a_street(town)
    bare = lantern(99)
    await town.office.stores.lanterns.put([replace(bare, tags=frozenset({"model:road-40"}))])
    found = await calibrate(town)
    assert (found.lanterns, found.without_node, found.unmetered) == (13, 1, 0)


async def test_a_model_that_no_lantern_is_of_is_not_found(town: Town) -> None:
    with pytest.raises(NotFoundError, match="no lantern of model 'road-40'"):
        await calibrate(town)
