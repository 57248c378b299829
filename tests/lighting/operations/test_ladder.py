"""Which rung of the evidence ladder a lantern-night's energy is of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lighting.energy.baseline import Baseline
from lighting.energy.consumption import NightEnergy
from lighting.energy.evidence import Rung
from lighting.identifiers import ProgramId
from lighting.operations.ladder import evidence_of_night, kwh_by_rung, rung_of
from lighting.operations.records import Evidence
from lighting.units import KilowattHours
from tests.lighting.operations.town import MORNING, Town, dev, lantern


def energy(*, metered_h: float, modelled_h: float) -> NightEnergy:
    """Return a night of 1 kWh an hour, so that its parts can be told."""
    return NightEnergy(
        metered_kwh=KilowattHours(metered_h),
        metered_hours=metered_h,
        modelled_kwh=KilowattHours(modelled_h),
        modelled_hours=modelled_h,
        baseline_kwh=KilowattHours(30.0),
        baseline=Baseline.ALL_NIGHT,
        power_basis="by hand",
    )


@pytest.mark.parametrize(
    ("evidence", "rung"),
    # reference energy.md 6.2: E0 design model, E1 commanded, E2 confirmed by the node
    [
        (Evidence.NONE, Rung.E0),
        (Evidence.INTENDED, Rung.E0),
        (Evidence.SENT, Rung.E1),
        (Evidence.ACCEPTED, Rung.E1),
        (Evidence.ECHOED, Rung.E2),
        (Evidence.SEEN_IN_POWER, Rung.E2),
    ],
)
def test_modelled_energy_is_as_good_as_the_evidence_for_its_program(
    evidence: Evidence, rung: Rung
) -> None:
    assert rung_of(evidence) is rung
    night = energy(metered_h=10.0, modelled_h=14.0)
    assert kwh_by_rung(night, evidence) == {rung: 14.0, Rung.E3: 10.0}


def test_a_part_that_there_is_none_of_is_not_listed() -> None:
    whole = energy(metered_h=24.0, modelled_h=0.0)
    assert kwh_by_rung(whole, Evidence.ECHOED) == {Rung.E3: 24.0}
    assert kwh_by_rung(energy(metered_h=0.0, modelled_h=24.0), Evidence.SENT) == {Rung.E1: 24.0}


async def test_what_a_node_proved_after_the_night_began_does_not_speak_for_it(town: Town) -> None:
    await town.hang(lantern(1))
    (node,) = await town.office.stores.nodes.find_nodes([dev(1)])
    proved = replace(
        node, evidence=Evidence.ECHOED, held=ProgramId("p"), held_at=MORNING, wanted=ProgramId("p")
    )
    hour = timedelta(hours=1)
    assert evidence_of_night(proved, MORNING + hour) is Evidence.ECHOED
    assert evidence_of_night(proved, MORNING - hour) is Evidence.SENT
    never = replace(node, evidence=Evidence.INTENDED)
    assert evidence_of_night(never, MORNING) is Evidence.INTENDED
