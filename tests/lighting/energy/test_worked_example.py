"""The worked example of lighting/energy/README.md, figure by figure."""

from collections.abc import Callable
from datetime import date

import pytest

from lighting.energy.consumption import NightEnergy, night_energy
from lighting.energy.metering import MeterSample, read_meter
from lighting.energy.plain import report_as_plain
from lighting.energy.power_model import default_power_model
from lighting.energy.report import LanternNight, savings_report
from lighting.identifiers import LanternId
from lighting.units import Watts
from schedules.timeline import Span


def test_the_readmes_example_holds_to_the_gram(
    make_spans: Callable[..., tuple[Span, ...]],
    make_samples: Callable[..., tuple[MeterSample, ...]],
) -> None:
    model = default_power_model(Watts(60.0))
    record = read_meter(make_samples((4, 120_000), (12, 120_425)), max_w=model.max_w)
    spans = make_spans((4, 0), (6, 100), (8, 50), (2, 100), (4, 0))
    energy = night_energy(spans, model=model, record=record)
    assert isinstance(energy, NightEnergy)
    assert (energy.metered_hours, energy.modelled_hours) == (8, 16)

    night = LanternNight(
        lantern_id=LanternId("leeds:1"), group="all", evening=date(2025, 12, 1), energy=energy
    )
    report = savings_report([night])
    total = report.total
    # By hand, in Wh: 425; 6 (3 + 57 x 49/99) + 120 + 4; 960
    assert 1000 * total.metered_kwh == pytest.approx(425)
    assert 1000 * total.modelled_kwh == pytest.approx(311.273, abs=5e-4)
    assert 1000 * total.used_kwh == pytest.approx(736.273, abs=5e-4)
    assert 1000 * total.baseline_kwh == pytest.approx(960)
    assert 1000 * total.saved_kwh == pytest.approx(223.727, abs=5e-4)
    assert total.saved_percent == pytest.approx(23.3, abs=0.05)
    grams = (total.kg_co2e, total.kg_co2e_scope2, total.kg_co2e_td, total.kg_co2e_saved)
    assert [round(1000 * kg) for kg in grams] == [144, 130, 14, 44]
    assert report_as_plain(report)["baseline"] == (
        "the same lanterns at full power over the same burning hours"
    )
