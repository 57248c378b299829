"""Units proposed for the lanterns of Camden; counts by lamp are those of the data's own notes."""

from collections import Counter
from pathlib import Path

from lighting.inventory.council_file import read_lanterns
from lighting.inventory.mapping_text import shipped_mapping
from lighting.inventory.rows import Accepted
from lighting.settlement.codes import Regime, SubMeterId, generic_watts
from lighting.settlement.units import InventoryLoad, LeftOut, propose_units


def test_every_camden_lantern_has_a_proposal_or_a_reason(shared_data: Path) -> None:
    with (shared_data / "camden" / "lanterns.csv").open("rb") as stream:
        rows = read_lanterns(stream, shipped_mapping("camden"))
        lanterns = [row.lantern for row in rows if isinstance(row, Accepted)]
    loads = [
        InventoryLoad(lantern_id=x.lantern_id, lamp=x.lamp, power_w=x.power_w) for x in lanterns
    ]
    found = propose_units(
        loads, sub_meter=SubMeterId("camden1"), switched_by=Regime("999"), prefix="CAM"
    )
    # Four names mean LED: 7,591 + 1,108 + 399, and 481 Belisha beacons. 109 rows have no wattage.
    assert len(found.units) == 7_591 + 1_108 + 399 + 481
    assert Counter(found.left_out.values()) == {
        LeftOut.NO_WATTAGE: 109,
        LeftOut.NOT_LED: 11_649 - 9_579 - 109,
    }
    led_w = {x.lantern_id: x.power_w for x in lanterns}
    assert all(generic_watts(unit.charge_code) == led_w[unit.lantern_id] for unit in found.units)
