"""Report documents: the sentence, figures with unit and source, what is missing and why."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.baseline import Baseline
from lighting.energy.document import Figure, How, Table, figure
from lighting.energy.document_build import document_of
from lighting.energy.document_format import ReportFormat
from lighting.energy.document_parts import Decomposition, Interval, LoadCurve, ReportParts
from lighting.energy.document_plain import document_as_plain
from lighting.energy.document_scale import Scale, spoken
from lighting.energy.errors import EnergyValueError, ReportPartsError
from lighting.energy.factors import ScopeLine
from lighting.energy.metering import FindingKind
from lighting.energy.report import savings_report
from tests.lighting.energy.reported import (
    DUSK,
    FIRST,
    LAST,
    PARTS,
    night,
    small_document,
    unknown,
)


def table(key: str, parts: ReportParts = PARTS) -> Table:
    (found,) = (each for each in small_document(parts=parts).tables if each.key == key)
    return found


def texts(row: tuple[object, ...]) -> list[str]:
    return [cell.text if isinstance(cell, Figure) else str(cell) for cell in row]


def test_the_headline_is_the_sentence_of_the_pages_design() -> None:
    # design/PAGES.md, story 3; 2.5 of 4 kWh used is 37.5 % saved, 1.32 and 1.68 are 33 and 42 %
    assert small_document(parts=PARTS).headline == (
        "Street lighting used 2.5 kWh, 38 % less than the same LED lights at full power all night"
        " (33–42 %)."
    )


def test_the_headline_claims_no_led_and_no_interval_that_nobody_gave() -> None:
    assert small_document().headline == (
        "Street lighting used 2.5 kWh, 38 % less than the same lanterns at full power all night."
    )


def test_a_report_that_used_more_says_more() -> None:
    report = savings_report(
        [night("a", FIRST, metered=1.5, modelled=0.0)], baseline=Baseline.ALL_NIGHT
    )
    parts = ReportParts(saved_kwh=Interval(low=-0.7, high=0.1, method="by hand"))
    told = document_of(report, FIRST, FIRST, by="ward", parts=parts)
    assert "50 % more than" in told.headline
    assert "(-10 to 70 %)" in told.headline
    assert told.period == "Night of 30 November 2025"


def test_a_report_of_nothing_known_gives_no_figure_and_no_zero() -> None:
    report = savings_report([unknown("a")], baseline=Baseline.ALL_NIGHT)
    told = document_of(report, FIRST, LAST, by="ward")
    assert told.headline.startswith("Nothing can be reported")
    saved = {key.name: key.figure for key in told.key_figures}["Saved of the baseline"]
    assert (saved.value, saved.text, saved.plain) == (None, "unknown", "")


@pytest.mark.parametrize(
    ("energy_kwh", "words"),
    [(15_600_000.0, "15.6 GWh"), (2_500.0, "2.5 MWh"), (12.0, "12.0 kWh"), (0.25, "0.250 kWh")],
)
def test_energies_are_spoken_in_the_unit_that_people_use(energy_kwh: float, words: str) -> None:
    assert spoken(energy_kwh).with_unit == words


def test_key_figures_say_unit_source_and_evidence() -> None:
    keys = {key.name: key for key in small_document(parts=PARTS).key_figures}
    assert keys["of which metered"].figure == figure(1.5, "kWh", 3)
    assert (keys["of which metered"].how, keys["of which metered"].evidence) == (How.METERED, "E3")
    assert keys["of which modelled"].how is How.MODELLED
    assert keys["Energy used"].evidence == "60.0 % metered"
    assert keys["Energy saved"].interval == "1.320 to 1.680 kWh"
    assert keys["Baseline"].interval == "not stated"
    # 2025: 0.17700 + 0.01853 kg CO2e/kWh (DESNZ), times 2.5 kWh
    assert keys["Carbon emitted"].figure == figure(2.5 * 0.19553, "kg CO2e", 3)
    assert keys["Cost of the energy"].figure.with_unit == "1,234 GBP"
    assert keys["of which without a known wattage"].figure.text == "1"


def test_groups_and_months_add_up_and_state_their_units() -> None:
    groups = table("by_group")
    assert [texts(row)[:7] for row in groups.rows] == [
        ["Armley", "2", "0.250", "0.875", "1.125", "2.000", "0.875"],
        ["Headingley", "1", "1.250", "0.125", "1.375", "2.000", "0.625"],
        ["Total", "3", "1.500", "1.000", "2.500", "4.000", "1.500"],
    ]
    assert [column.unit for column in groups.columns[2:]] == ["kWh"] * 5 + ["%", "kg CO2e"]
    months = table("by_month")
    assert [texts(row)[0] for row in months.rows] == ["2025-11", "2025-12", "Total"]
    assert [texts(row)[-1] for row in months.rows] == ["3.000", "3.000", "6.000"]


def test_a_baseline_that_lacks_a_month_has_no_total() -> None:
    parts = replace(PARTS, other_baselines_kwh={"Lamps of 2018": {"2025-11": 3.0}})
    assert [texts(row)[-1] for row in table("by_month", parts).rows] == [
        "3.000", "unknown", "unknown",
    ]  # fmt: skip


def test_causes_end_at_what_was_used_and_carbon_causes_have_no_energy() -> None:
    assert [texts(row) for row in table("causes").rows] == [
        ["lamp change", "2.000", "0.400"],
        ["dimming", "1.750", "0.300"],
        ["node's own load", "-0.250", "unknown"],
        ["grid factor", "no energy", "0.200"],
        ["Total", "3.500", "0.900"],
    ]
    (drawn,) = (chart for chart in small_document(parts=PARTS).charts if chart.table == "causes")
    steps = drawn.spec["data"]["values"]  # type: ignore[index] # plain JSON
    assert [(step["start"], step["end"]) for step in steps] == [
        (0.0, 6.0), (6.0, 4.0), (4.0, 2.25), (2.25, 2.5), (0.0, 2.5),
    ]  # fmt: skip


def test_scope_lines_take_each_years_factor_and_well_to_tank_stands_apart() -> None:
    (table,) = (each for each in small_document().tables if each.key == "scopes")
    # DESNZ 2025: 0.177, 0.01853, 0.0459 and 0.00397 kg CO2e/kWh; 2.5 kWh used, 1.5 kWh saved
    factors = (0.177, 0.01853, 0.0459, 0.00397)
    assert [row[0] for row in table.rows] == list(ScopeLine)
    for row, factor in zip(table.rows, factors, strict=True):
        for cell, energy_kwh in zip(row[1:], (2.5, 1.5), strict=True):
            assert isinstance(cell, Figure)
            assert cell.value == pytest.approx(energy_kwh * factor, abs=5.1e-4)  # told in grams


def test_every_chart_has_a_title_alt_text_and_the_table_that_says_the_same() -> None:
    told = small_document(parts=PARTS)
    keys = {each.key for each in told.tables}
    assert [chart.table for chart in told.charts] == ["by_month", "causes", "load_curve", "scopes"]
    for chart in told.charts:
        assert chart.table in keys
        assert chart.title
        assert len(chart.alt) > 40
    assert "2.500 kWh used in all, against a baseline of 4.000 kWh" in told.charts[0].alt


def test_missing_parts_are_named_with_the_reason_and_leave_no_section() -> None:
    bare = small_document()
    absent = {each.what: each.why for each in bare.absent}
    assert absent["Cost"] == "no tariff was given"
    assert {chart.table for chart in bare.charts} == {"by_month", "scopes"}
    assert {"causes", "load_curve", "time_matched"} & {each.key for each in bare.tables} == set()
    assert small_document(parts=PARTS).absent == ()


def test_a_saving_is_stated_with_what_ipmvp_asks_for() -> None:
    # reference energy.md 6.1: what a savings statement must carry
    told = dict(small_document(parts=PARTS).statement)
    assert set(told) == {
        "Baseline", "Baseline version", "Boundary", "Adjustments", "Factors", "Uncertainty",
        "Evidence",
    }  # fmt: skip
    assert told["Baseline version"] == "snapshot 3"
    assert "2025 by UK Government GHG Conversion Factors" in told["Factors"]
    assert told["Uncertainty"] == "90 % interval: by hand"
    assert dict(small_document().statement)["Uncertainty"] == "not stated"


def test_what_is_unverified_or_unknown_is_listed() -> None:
    told = small_document()
    assert any("unverified" in paragraph for paragraph in told.method)
    assert table("without_wattage").rows == (("leeds:9",),)
    assert [texts(row) for row in table("findings").rows] == [[FindingKind.RESET.value, "3"]]


def test_parts_that_contradict_themselves_or_the_report_are_refused() -> None:
    with pytest.raises(ReportPartsError, match=r"add up to 1\.000000 kWh, but 2\.000000"):
        Decomposition(baseline="b", baseline_kwh=3.0, used_kwh=1.0, by_cause_kwh={"dimming": 1.0})
    with pytest.raises(ReportPartsError, match="1 starts, 2 used"):
        LoadCurve(starts=(DUSK,), used_kwh=(1, 2), baseline_kwh=(1,), why_this_night="")
    elsewhere = ReportParts(saved_kwh=Interval(low=2.0, high=3.0, method="by hand"))
    with pytest.raises(ReportPartsError, match=r"does not hold the saving of 1\.500 kWh"):
        small_document(parts=elsewhere)


def test_the_same_content_has_the_same_edition_and_another_has_another() -> None:
    assert small_document().edition == small_document().edition
    assert small_document().edition != small_document(group="Hyde Park").edition
    json.dumps(document_as_plain(small_document(parts=PARTS)), allow_nan=False)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 6))
def test_a_figure_is_never_further_from_its_value_than_half_its_last_digit(
    value: float, decimals: int
) -> None:
    told = figure(value, "kWh", decimals)
    assert told.value is not None
    assert float(told.plain) == pytest.approx(value, abs=0.5 * 10**-decimals, rel=1e-12)
    assert float(told.text.replace(",", "")) == float(told.plain)
    assert told.plain != f"-{0:.{decimals}f}"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    for decimals in (0, 3):
        with pytest.raises(EnergyValueError):
            figure(value, "kWh", decimals)


def test_a_city_is_told_in_whole_kwh_and_tonnes() -> None:
    scale = Scale(kwh_decimals=0, tonnes=True)
    assert scale.kwh(1234.5678).text == "1,235"
    assert scale.carbon(7_050_000.0).with_unit == "7,050.0 t CO2e"


def test_pages_print_the_first_rows_and_the_total_and_say_what_is_left_out() -> None:
    rows = tuple((f"road {n:03}",) for n in range(150))
    long = Table(key="k", title="t", columns=(), rows=(*rows, ("Total",)))
    assert len(long.printed_rows) == 100
    assert long.printed_rows[-1] == ("Total",)
    assert "51 of 151 rows are not printed here" in long.printed_note


def test_every_format_has_a_media_type() -> None:
    assert len({form.media_type for form in ReportFormat}) == len(ReportFormat)
