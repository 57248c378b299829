"""Stored nights against a stored baseline: by cause, with all that was left out.

The street is that of the nights' tests: 40 W LEDs under ``dim-late`` in Leeds on 22 November 2026,
lit from 15:57:45 to 07:48:06 (15.839 h), of them 7 h at 50 % (20.808 W by the default model).
"""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO

import pytest

from lighting.energy.adjustments import NonRoutine
from lighting.energy.causes import Cause, NodeLoad
from lighting.energy.causes_report import CausesReport, causes_as_plain
from lighting.energy.causes_sum import kwh_of
from lighting.errors import NotFoundError, RefusedError
from lighting.faults.kinds import FaultKind
from lighting.faults.settle import Changes
from lighting.operations.baseline_header import parse_header
from lighting.operations.baseline_rows import BaselineRow, read_baseline
from lighting.operations.cause_counts import CausesAsked
from lighting.operations.nights import GROUPINGS
from lighting.operations.records import MeterRow, UplinkBatch
from tests.lighting.faults.made import found
from tests.lighting.operations.test_nights import NOON
from tests.lighting.operations.town import (
    ALL_NIGHT,
    DIM_LATE,
    TONIGHT,
    Town,
    dev,
    lantern,
    lantern_id,
)

HEADER = """\
lamplighter_baseline = 1
name = "before-led"
kind = "before"
title = "Otley Road before LED"
taken_on = 2019-08-31
place = [53.80, -1.55]
zone = "Europe/London"
[watts]
evidence = "charge code"
source = "inventory of August 2019"
[quantity]
evidence = "inventory"
source = "inventory of August 2019"
[hours]
rule = "sun -0.833"
evidence = "stated"
source = "engineer's letter"
"""
ROWS = """\
lantern_id,lamp,circuit_watts
leeds:0001,SON 70,84
leeds:0002,SON 70,84
leeds:0003,SOX 55,70
leeds:0009,SOX 35,50
"""
LIT = 15.839
DIMMED_WH = 7 * (40 - 20.808)


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town whose third lantern has no known wattage and whose fourth is new."""
    hung = lantern(1), lantern(2, ward="City"), lantern(3, power_w=None), lantern(4)
    await town.hang(*hung)
    await town.give(DIM_LATE, 1, 2, 3, 4)
    await bring_in(town)
    return town


async def bring_in(town: Town, rows: str = ROWS, header: str = HEADER) -> str:
    head = parse_header(header, document="header")
    stream = BytesIO(rows.encode())
    return (await town.office.energy.baselines.bring_in(stream, head, by="Ann")).saved


async def report(town: Town, **asked: object) -> CausesReport:
    values: Mapping[str, object] = {
        "first": TONIGHT,
        "last": TONIGHT + timedelta(days=6),
        "baseline": "before-led",
        "by": GROUPINGS["ward"],
        "carry_forward": True,
    } | asked
    return await town.office.energy.causes.report(CausesAsked(**values))  # type: ignore[arg-type]


def wh(of: CausesReport, cause: Cause, group: str = "") -> float:
    line = of.by_group[group] if group else of.total
    return 1000 * kwh_of(line.parts_uwh[cause])


def sums_up(of: CausesReport) -> None:
    """Everything adds up to the last unit: causes, groups, months, the bridge to the snapshot."""
    assert sum(of.total.parts_uwh.values()) == of.total.saved_uwh
    for lines in (of.by_group.values(), of.by_month.values()):
        assert sum(line.saved_uwh for line in lines) == of.total.saved_uwh
        assert sum(line.carbon.own_years for line in lines) == of.total.carbon.own_years
    left_out = sum(each.baseline_uwh for each in of.left_out.values())
    non_routine = of.total.parts_uwh[Cause.NON_ROUTINE]
    assert of.snapshot_uwh - left_out + of.added_uwh + non_routine == of.total.baseline_uwh


async def test_a_night_is_split_by_cause(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    of = await report(street)
    sums_up(of)
    # Two 84 W lamps over (nearly) the same hours: sunset is where the sun's centre is at -0.833.
    assert wh(of, Cause.LAMP) == pytest.approx(2 * 44 * LIT, rel=2e-3)
    assert wh(of, Cause.HOURS) == pytest.approx(0, abs=3)
    assert wh(of, Cause.DIMMING, "City") == pytest.approx(DIMMED_WH, rel=1e-4)
    assert wh(of, Cause.OWN_LOAD) == pytest.approx(-2 * 8.161 * 0.5, rel=1e-3)
    assert wh(of, Cause.MEASURED) == wh(of, Cause.FAULTS) == 0
    assert of.total.lantern_nights == 2


async def test_what_cannot_be_judged_is_named_and_taken_out_at_its_own_figures(
    street: Town,
) -> None:
    await street.office.energy.nights.close(TONIGHT)
    of = await report(street)
    no_watts = of.left_out["the inventory states no wattage"]
    assert no_watts.lanterns == ("leeds:0003",)
    assert kwh_of(no_watts.baseline_uwh) == pytest.approx(0.070 * LIT, rel=2e-3)
    gone = of.left_out["no longer in the inventory"]
    assert (gone.lanterns, gone.lantern_nights) == (("leeds:0009",), 1)
    assert of.not_in_baseline == ("leeds:0004",)


async def test_routine_adjustments_take_lanterns_in_and_out(street: Town) -> None:
    stored = await street.office.energy.baselines.found("before-led")
    head = parse_header(HEADER, document="header")
    rows = BytesIO(b"lantern_id,lamp,circuit_watts\nleeds:0004,LED 40,40\n")
    (new,) = [row for row in read_baseline(rows, head) if isinstance(row, BaselineRow)]
    baselines = street.office.energy.baselines
    await baselines.add_lanterns(stored, [new.entry], since=TONIGHT, why="new", by="Ann")
    await baselines.remove_lanterns(
        stored, [lantern_id(2)], since=TONIGHT, why="taken down", by="Ann"
    )
    await street.office.energy.nights.close(TONIGHT)
    of = await report(street)
    sums_up(of)
    assert (of.added, of.not_in_baseline) == (("leeds:0004",), ())
    assert of.left_out["recorded as removed"].lanterns == ("leeds:0002",)
    assert "City" not in of.by_group
    # Lantern 1 was 84 W; lantern 4 changed nothing but its levels.
    assert wh(of, Cause.LAMP) == pytest.approx(44 * LIT, rel=2e-3)
    assert wh(of, Cause.DIMMING) == pytest.approx(2 * DIMMED_WH, rel=1e-4)


async def test_a_non_routine_adjustment_is_a_line_of_its_own_with_its_reason(street: Town) -> None:
    stored = await street.office.energy.baselines.found("before-led")
    widened = NonRoutine(first=TONIGHT, last=TONIGHT, kwh_a_night=0.25)
    await street.office.energy.baselines.adjust(stored, widened, why="road widened", by="Ann")
    await street.office.energy.nights.close(TONIGHT)
    of = await report(street)
    sums_up(of)
    assert wh(of, Cause.NON_ROUTINE) == pytest.approx(250)
    assert wh(of, Cause.NON_ROUTINE, "(non-routine adjustments)") == pytest.approx(250)
    told = causes_as_plain(of)["adjustments"]
    assert isinstance(told, list)
    assert [(each["reason"], each["made_by"]) for each in told] == [("road widened", "Ann")]


async def test_an_adjustment_without_reason_or_for_no_member_is_refused(street: Town) -> None:
    stored = await street.office.energy.baselines.found("before-led")
    baselines = street.office.energy.baselines
    change = NonRoutine(first=TONIGHT, last=TONIGHT, kwh_a_night=1.0)
    with pytest.raises(RefusedError, match="needs a reason and a name"):
        await baselines.adjust(stored, change, why=" ", by="Ann")
    with pytest.raises(RefusedError, match="leeds:0004 is not in before-led version 1"):
        await baselines.remove_lanterns(stored, [lantern_id(4)], since=TONIGHT, why="x", by="Ann")
    assert await baselines.store.adjustments(stored) == []


async def test_a_lamp_that_was_dark_is_a_fault_and_no_dimming(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    # Lantern 1 is dark from 18:00 to 20:00, at full light: 80 Wh; lantern 2 burns 13:00 to 14:00
    # UTC, as seen on the next day, of the same night: 40 W less its standby.
    dark = found("leeds:0001", hours=(0, 2))
    lit = found("leeds:0002", kind=FaultKind.DAY_BURNER, hours=(-5, -4))
    await street.office.stores.faults.write(Changes(opened=(dark, lit)))
    of = await report(street)
    sums_up(of)
    assert wh(of, Cause.FAULTS, "Headingley") == pytest.approx(80)
    assert wh(of, Cause.FAULTS, "City") == pytest.approx(-39.5)
    assert wh(of, Cause.DIMMING) == pytest.approx(2 * DIMMED_WH, rel=1e-4)


async def test_a_meter_that_says_other_than_the_model_is_a_cause_of_its_own(street: Town) -> None:
    meters = [
        MeterRow(dev(1), NOON + timedelta(hours=h), 20 * h, None, None, None) for h in (0, 24)
    ]
    await street.office.stores.nodes.record(UplinkBatch(meters=meters))
    await street.office.energy.nights.close(TONIGHT)
    of = await report(street, node=NodeLoad(power_w=1.0, in_meter=True, source="test"))
    sums_up(of)
    model_wh = LIT * 40 - DIMMED_WH + 8.161 * 0.5 + 24
    assert wh(of, Cause.MEASURED) == pytest.approx(model_wh - 480, abs=0.02)  # LIT is to 1.8 s
    assert wh(of, Cause.MEASURED, "City") == 0
    assert wh(of, Cause.OWN_LOAD, "City") == pytest.approx(-24 - 8.161 * 0.5, rel=1e-3)


async def test_nights_from_before_the_asked_energy_was_kept_are_worked_out_again(
    street: Town,
) -> None:
    await street.office.energy.nights.close(TONIGHT)
    nights = street.office.stores.nights
    kept = await report(street)
    rows = [dict(row) for row in await nights.nights(first=TONIGHT, last=TONIGHT)]
    await nights.put_nights([{k: v for k, v in row.items() if k != "asked"} for row in rows])
    again = await report(street)
    assert again.recomputed_lantern_nights == 2
    assert again.total == kept.total


async def test_a_night_that_cannot_be_worked_out_again_is_left_out(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    nights = street.office.stores.nights
    rows = [dict(row) for row in await nights.nights(first=TONIGHT, last=TONIGHT)]
    del rows[0]["asked"]
    rows[0]["modelled_kwh"] = 0.5  # as of another timeline: the lantern was moved on the map
    await nights.put_nights(rows)
    of = await report(street)
    sums_up(of)
    why = "closed before nights kept what was asked, and cannot be worked out again"
    assert of.left_out[why].lanterns == ("leeds:0001",)


async def test_against_an_earlier_policy_only_what_changed_since_is_credited(
    street: Town,
) -> None:
    await street.give(ALL_NIGHT, 2)
    header = HEADER.replace('"before"', '"earlier policy"').replace("before-led", "dim-late-1")
    header = header.replace("sun -0.833", "policy dim-late@1")
    rows = "lantern_id,lamp,circuit_watts\nleeds:0001,LED 40,40\nleeds:0002,LED 40,40\n"
    await bring_in(street, rows, header)
    await street.office.energy.nights.close(TONIGHT)
    of = await report(street, baseline="dim-late-1", constant_year=2025)
    sums_up(of)
    assert wh(of, Cause.LAMP) == wh(of, Cause.HOURS) == wh(of, Cause.DIMMING, "Headingley") == 0
    assert wh(of, Cause.DIMMING, "City") == pytest.approx(-DIMMED_WH, rel=1e-4)


async def test_hours_of_a_policy_that_is_not_saved_are_refused(street: Town) -> None:
    header = HEADER.replace("sun -0.833", "policy dim-late@9")
    with pytest.raises(RefusedError, match="'policy dim-late@9': this revision is not saved"):
        await bring_in(street, header=header)


async def test_carbon_stands_at_its_own_year_and_at_the_baselines(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    plain = causes_as_plain(await report(street))
    total = plain["total"]
    assert isinstance(total, dict)
    # 2026 has no factor: that of 2025 (0.19553) is carried forward; 2019 is 0.27730.
    assert total["saved_kg_co2e"] == pytest.approx(total["saved_kwh"] * 0.19553, abs=1e-8)
    constant = total["saved_kg_co2e_at_constant_factor"]
    assert constant == pytest.approx(total["saved_kwh"] * 0.27730, abs=1e-8)
    causes = total["saved_kg_co2e_by_cause"]
    assert sum(causes.values()) == pytest.approx(total["saved_kg_co2e"], abs=1e-8)
    assert causes["grid factor"] < 0
    assert "carried forward" in str(plain["factors"])
    assert "unknown: in no figure" in str(plain["node"])


async def test_a_baseline_that_is_not_there_is_told(street: Town) -> None:
    with pytest.raises(NotFoundError, match="no baseline 'before-led version 2'"):
        await report(street, version=2)
