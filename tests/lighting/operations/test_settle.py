"""Units proposed from the inventory, and the default by the sun."""

from dataclasses import replace
from datetime import date

import pytest

from lighting.inventory.store import LanternFilter
from lighting.operations.settle import dusk_to_dawn
from lighting.settlement.codes import Regime, SubMeterId
from lighting.settlement.equivalent_meter import UnitLoad, equivalent_meter
from lighting.settlement.stretches import window_of
from lighting.settlement.units import LeftOut, Proposal
from schedules.site import Site
from tests.lighting.operations.town import Town, lantern, lantern_id
from tests.lighting.settlement.street import A

LEEDS = Site(latitude_deg=53.80, longitude_deg=-1.55, zone="Europe/London")
TROMSO = Site(latitude_deg=69.65, longitude_deg=18.96, zone="Europe/Oslo")


async def propose(town: Town) -> Proposal:
    return await town.office.settlement.propose(
        LanternFilter(), sub_meter=SubMeterId("leeds01"), switched_by=Regime("999"), prefix="LCC"
    )


async def test_lanterns_that_have_a_unit_are_not_proposed_again(town: Town) -> None:
    led = [replace(lantern(number), lamp="LED") for number in (1, 2)]
    await town.hang(*led, lantern(3, power_w=None))
    first = await propose(town)
    assert [unit.unit_ref for unit in first.units] == ["LCC000000001", "LCC000000002"]
    assert first.left_out == {lantern_id(3): LeftOut.NO_WATTAGE}
    await town.office.settlement.units.put_units(first.units[:1])
    again = await propose(town)
    assert [(u.lantern_id, u.unit_ref) for u in again.units] == [(lantern_id(2), "LCC000000002")]


def test_by_the_sun_a_day_without_events_is_lit_from_sunset_to_sunrise() -> None:
    # tests/golden/sun_pyephem.txt, Leeds: sunset 15:46:34 on the 21st, sunrise 08:22:26 next day.
    first, last = date(2026, 12, 21), date(2026, 12, 22)
    window = window_of(first, last)
    load = UnitLoad(unit_ref=A, items=1, circuit_w=60.0)
    found = equivalent_meter([load], [], default=dusk_to_dawn(LEEDS, window), window=window)
    lit_min = found.billing_wh[2]  # 60 W: a watt-hour a minute
    assert lit_min[31] == pytest.approx(13 + 26 / 60, abs=1)
    assert lit_min[48 + 16] == pytest.approx(22 + 26 / 60, abs=1)
    assert lit_min[32 : 48 + 16].tolist() == [30.0] * 32
    assert lit_min[48 + 17 : 48 + 31].tolist() == [0.0] * 14


def test_where_the_sun_does_not_set_nothing_is_zero() -> None:
    day = date(2026, 6, 21)
    window = window_of(day, day)
    load = UnitLoad(unit_ref=A, items=1, circuit_w=60.0)
    found = equivalent_meter([load], [], default=dusk_to_dawn(TROMSO, window), window=window)
    assert found.billing_wh[2].tolist() == [30.0] * 48
