"""Savings reports: sums by group, night and month, in any order, with every doubt counted."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from random import Random

import pytest

from lighting.energy.baseline import Baseline
from lighting.energy.carbon import uk_factors
from lighting.energy.consumption import NO_WATTAGE, NightEnergy
from lighting.energy.errors import FactorMissingError, MixedBaselineError, RepeatedNightError
from lighting.energy.lines import Line
from lighting.energy.metering import Finding, FindingKind
from lighting.energy.plain import report_as_plain
from lighting.energy.report import LanternNight, savings_report
from lighting.identifiers import LanternId
from lighting.units import KilowattHours

AT = datetime(2025, 12, 1, 20, tzinfo=UTC)
RESET = Finding(kind=FindingKind.RESET, start=AT, end=AT)


def _night(
    lantern: str, evening: str, *, kwh: tuple[float, float, float], group: str = "Headingley"
) -> LanternNight:
    metered, modelled, baseline = map(KilowattHours, kwh)
    energy = NightEnergy(
        metered_kwh=metered,
        metered_hours=10.0 if metered else 0.0,
        modelled_kwh=modelled,
        modelled_hours=14.0 if metered else 24.0,
        baseline_kwh=baseline,
        baseline=Baseline.SAME_HOURS,
        power_basis="by hand",
        findings=(RESET, RESET) if metered else (),
    )
    return LanternNight(
        lantern_id=LanternId(lantern),
        group=group,
        evening=date.fromisoformat(evening),
        energy=energy,
    )


def _unknown(lantern: str, evening: str) -> LanternNight:
    return LanternNight(
        lantern_id=LanternId(lantern),
        group="Headingley",
        evening=date.fromisoformat(evening),
        energy=NO_WATTAGE,
    )


NIGHTS = (
    _night("a", "2024-12-31", kwh=(0.3, 0.1, 0.8)),
    _night("b", "2024-12-31", kwh=(0.0, 0.5, 1.0), group="Armley"),
    _night("a", "2025-01-01", kwh=(0.0, 0.4, 0.8)),
    _night("b", "2025-01-01", kwh=(0.0, 0.5, 1.0), group="Armley"),
    _night("b", "2025-01-02", kwh=(0.2, 0.4, 1.0), group="Armley"),
    _unknown("c", "2025-01-01"),
    _unknown("c", "2025-01-02"),
)


def test_the_total_keeps_metered_and_modelled_apart_and_states_its_baseline() -> None:
    report = savings_report(NIGHTS)
    total = report.total
    assert (total.metered_kwh, total.modelled_kwh) == (0.5, 1.9)
    assert (total.used_kwh, total.baseline_kwh) == (2.4, 4.6)
    assert total.saved_kwh == pytest.approx(2.2)
    assert total.saved_percent == pytest.approx(100 * 2.2 / 4.6)
    assert total.metered_percent == pytest.approx(100 * 0.5 / 2.4)
    assert (total.metered_hours, total.modelled_hours) == (20, 100)
    assert report.baseline is Baseline.SAME_HOURS


def test_each_years_energy_takes_that_years_factor() -> None:
    report = savings_report(NIGHTS)
    # reference energy.md 2: generation + T&D 0.22535 (2024), 0.19553 (2025)
    assert report.total.kg_co2e == pytest.approx(0.9 * 0.22535 + 1.5 * 0.19553)
    assert report.total.kg_co2e_saved == pytest.approx(0.9 * 0.22535 + 1.3 * 0.19553)
    assert report.total.kg_co2e_scope2 == pytest.approx(0.9 * 0.20705 + 1.5 * 0.17700)
    assert list(report.factors) == [2024, 2025]


def test_months_and_nights_are_named_by_the_evenings_date() -> None:
    report = savings_report(NIGHTS)
    assert list(report.by_month) == ["2024-12", "2025-01"]
    assert list(report.by_night) == ["2024-12-31", "2025-01-01", "2025-01-02"]
    assert report.by_month["2025-01"].used_kwh == pytest.approx(1.5)
    assert report.by_month["2025-01"].unknown_lantern_nights == 2


@pytest.mark.parametrize("part", ["by_group", "by_night", "by_month"])
def test_the_lines_of_every_part_add_up_to_the_total(part: str) -> None:
    report = savings_report(NIGHTS)
    lines = getattr(report, part).values()
    for figure in fields(Line):
        parts = [getattr(line, figure.name) for line in lines]
        assert sum(parts) == pytest.approx(getattr(report.total, figure.name)), figure.name


def test_a_lantern_without_wattage_is_counted_and_named_and_in_no_sum() -> None:
    report = savings_report(NIGHTS)
    assert report.lanterns == 3
    assert report.without_wattage == ("c",)
    assert (report.total.lantern_nights, report.total.unknown_lantern_nights) == (7, 2)
    assert report.lanterns_by_group == {"Armley": 1, "Headingley": 2}
    only_unknown = savings_report([_unknown("c", "2026-01-01")])
    assert only_unknown.total.saved_percent is None
    assert only_unknown.total.metered_percent is None


def test_findings_and_power_bases_count_lantern_nights_and_evidence_passes_through() -> None:
    report = savings_report(NIGHTS, evidence={"seen in power": 1, "echoed": 2})
    assert report.findings == {FindingKind.RESET.value: 2}
    assert report.power_bases == {"by hand": 5}
    assert list(report.evidence) == ["echoed", "seen in power"]


def test_the_lantern_as_group_gives_a_report_per_lantern() -> None:
    report = savings_report(
        LanternNight(
            lantern_id=night.lantern_id,
            group=night.lantern_id,
            evening=night.evening,
            energy=night.energy,
        )
        for night in NIGHTS
    )
    assert report.by_group["b"].used_kwh == pytest.approx(1.6)


def test_any_order_of_lantern_nights_gives_the_same_bytes() -> None:
    random = Random(42)
    nights = [
        _night(
            f"l{n % 50}", f"2025-{n // 50 + 1:02}-07", kwh=(0.0, random.random(), random.random())
        )
        for n in range(500)
    ]
    text = json.dumps(report_as_plain(savings_report(nights)))
    random.shuffle(nights)
    assert json.dumps(report_as_plain(savings_report(nights))) == text


def test_the_plain_report_is_json_with_factor_source_and_no_numbers_that_json_lacks() -> None:
    plain = report_as_plain(savings_report(NIGHTS))
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    factors = plain["factors"]
    assert isinstance(factors, list)
    assert factors[1]["kg_co2e_per_kwh"] == 0.19553
    assert "2025 (DESNZ)" in factors[1]["source"]
    assert factors[1]["factor_set"] == uk_factors().identity
    wtt = [each["wtt_generation_kg_co2e_per_kwh"] for each in factors]
    assert wtt == [None, 0.0459]  # reference energy.md 2: unknown for 2024
    assert "Open Government Licence v3.0" in str(plain["attribution"])
    assert plain["nights"] == 3


def test_an_empty_report_is_zero_lanterns_and_no_percentages() -> None:
    plain = report_as_plain(savings_report([]))
    assert plain["lanterns"] == 0
    total = plain["total"]
    assert isinstance(total, dict)
    assert (total["used_kwh"], total["saved_percent"]) == (0, None)


def test_a_year_without_a_factor_is_refused_or_carried_forward_with_a_label() -> None:
    night = _night("a", "2026-11-21", kwh=(0.0, 1.0, 2.0))
    with pytest.raises(FactorMissingError, match="2026"):
        savings_report([night])
    report = savings_report([night], carry_forward=True)
    assert report.total.kg_co2e == pytest.approx(0.19553)
    assert report.factors[2026].note == "2025 factor carried forward to 2026"


@pytest.mark.parametrize("again", [1, 3, 4])
def test_the_same_lantern_and_night_twice_is_refused(again: int) -> None:
    evening = NIGHTS[again].evening.isoformat()
    with pytest.raises(RepeatedNightError, match=f"'b' appears twice for the night of {evening}"):
        savings_report([*NIGHTS, NIGHTS[again]])


def test_results_against_another_baseline_are_refused() -> None:
    with pytest.raises(MixedBaselineError, match="one baseline"):
        savings_report(NIGHTS, baseline=Baseline.ALL_NIGHT)
