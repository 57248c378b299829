"""Tables that people import, and units proposed from the inventory."""

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.identifiers import LanternId
from lighting.settlement.codes import ChargeCode, Regime, SubMeterId, UnitRef, issued_ref
from lighting.settlement.errors import SettlementFileError, UnknownWattsError
from lighting.settlement.events import Quality, Source, SwitchingEvent, events_rows, read_events
from lighting.settlement.power_curve import read_curves
from lighting.settlement.reference_tables import (
    ReferenceTables,
    read_charge_codes,
    read_regimes,
)
from lighting.settlement.summary import summarise
from lighting.settlement.units import (
    InventoryLoad,
    LeftOut,
    SettlementUnit,
    propose_units,
    read_units,
    units_text,
)
from tests.lighting.settlement.street import A, event

CODES = """\
code,description,circuit_w
1000000000001,a made-up sodium lamp,83.5
1000000000002,unstated,
"""
REGIMES = (
    "code,description,annual_hours,on_lux,valid_from\n"
    "X01,a made-up regime,4000,35,2009-04-01\n999,CMS,,,\n"
)
UNITS_HEADER = "lantern_id,sub_meter_id,unit_ref,items,regime,charge_code\n"
TABLES = ReferenceTables(charge_codes=read_charge_codes(CODES), regimes=read_regimes(REGIMES))


def told(exc: pytest.ExceptionInfo[SettlementFileError]) -> list[tuple[int, int | str]]:
    return [(fault.line, fault.column) for fault in exc.value.faults]


def unit(number: int, code: str, switched_by: str = "999", items: int = 1) -> SettlementUnit:
    return SettlementUnit(
        lantern_id=LanternId(f"leeds:{number}"),
        sub_meter_id=SubMeterId("leeds01"),
        unit_ref=issued_ref("LCC", number),
        items=items,
        regime=Regime(switched_by),
        charge_code=ChargeCode(code),
    )


def test_tables_say_what_they_state_and_nothing_else() -> None:
    assert TABLES.circuit_w(ChargeCode("1000000000001")) == 83.5
    assert TABLES.circuit_w(ChargeCode("1000000000002")) is None
    assert TABLES.circuit_w(ChargeCode("1000000000003")) is None
    assert TABLES.circuit_w(ChargeCode("4200200000100")) == 20
    assert TABLES.annual_hours(Regime("X01")) == 4000
    assert TABLES.annual_hours(Regime("999")) is None
    assert TABLES.regimes[Regime("X01")].valid_from == date(2009, 4, 1)
    assert TABLES.regimes[Regime("X01")].off_lux is None


def test_no_codes_and_no_regimes_are_known_but_those_that_are_imported() -> None:
    empty = ReferenceTables()
    assert (empty.charge_codes, empty.regimes) == ({}, {})
    with pytest.raises(UnknownWattsError, match="1000000000001") as refused:
        empty.all_watts([ChargeCode("4200200000100"), ChargeCode("1000000000001")])
    assert refused.value.codes == ("1000000000001",)


def test_rows_of_tables_that_cannot_be_are_told_by_line_and_column() -> None:
    rows = "1,short,1\n4200200000100,LED,21\n1000000000001,x,-1\n1000000000001,again,2\n1,2\n"
    with pytest.raises(SettlementFileError) as codes:
        read_charge_codes("\ufeffcode,description,circuit_w\n" + rows)
    assert told(codes) == [
        (2, "code"),
        (3, "circuit_w"),
        (4, "circuit_w"),
        (5, "code"),
        (6, "(the row)"),
    ]
    with pytest.raises(SettlementFileError) as regimes:
        read_regimes(REGIMES + "X01,again,9000,dark,yesterday\n12,x,nan,,\n")
    assert told(regimes) == [
        (4, "annual_hours"),
        (4, "code"),
        (4, "on_lux"),
        (4, "valid_from"),
        (5, "code"),
        (5, "annual_hours"),
    ]
    for text in ("", "code,description\n", "code,code,description,circuit_w\n", 'code,"x\n'):
        with pytest.raises(SettlementFileError, match="line 1"):
            read_charge_codes(text)


def test_a_summary_counts_by_code_and_regime_and_leaves_unknown_what_is_unknown() -> None:
    units = [
        unit(1, "4200200000100"),
        unit(2, "4200200000100", items=3),
        unit(3, "4200200000100", "X01"),
        unit(4, "1000000000001", "X01", items=2),
        unit(5, "1000000000002", "X01"),
    ]
    found = summarise(units, TABLES)
    assert [(line.charge_code, line.regime, line.units, line.items) for line in found.lines] == [
        ("1000000000001", "X01", 1, 2),
        ("1000000000002", "X01", 1, 1),
        ("4200200000100", "999", 2, 4),
        ("4200200000100", "X01", 1, 1),
    ]
    # count x watts / 1000 x hours (reference energy.md 1.6): 2 x 83.5 W and 20 W for 4,000 h.
    assert [line.annual_kwh for line in found.lines] == [668.0, None, None, 80.0]
    assert (found.items, found.known_w, found.known_annual_kwh) == (8, 267.0, 748.0)
    assert (found.items_without_watts, found.items_without_annual_kwh) == (1, 5)


def load(number: int, lamp: str, power_w: float | None) -> InventoryLoad:
    return InventoryLoad(lantern_id=LanternId(f"leeds:{number}"), lamp=lamp, power_w=power_w)


def test_units_are_proposed_for_led_of_whole_watts_and_all_others_are_left_out_by_name() -> None:
    loads = [
        load(1, "LED", 20.0),
        load(2, "Generic LED Lighting", None),
        load(3, "High Pressure Sodium", 70.0),
        load(4, "led", 20.5),
        load(5, "led", 501.0),
        load(6, "Light Emitting Diodes (LEDs)", 6.0),
        load(7, "", 20.0),
        load(8, "Sealed beam", 20.0),
    ]
    found = propose_units(
        loads,
        sub_meter=SubMeterId("leeds01"),
        switched_by=Regime("999"),
        prefix="LCC",
        taken=[UnitRef("LCC000000041"), UnitRef("XYZ000000099"), UnitRef("LCCA00000099")],
    )
    assert found.units == (
        SettlementUnit(
            lantern_id=LanternId("leeds:1"),
            sub_meter_id=SubMeterId("leeds01"),
            unit_ref=UnitRef("LCC000000042"),
            items=1,
            regime=Regime("999"),
            charge_code=ChargeCode("4200200000100"),
        ),
        SettlementUnit(
            lantern_id=LanternId("leeds:6"),
            sub_meter_id=SubMeterId("leeds01"),
            unit_ref=UnitRef("LCC000000043"),
            items=1,
            regime=Regime("999"),
            charge_code=ChargeCode("4200060000100"),
        ),
    )
    assert found.left_out == {
        "leeds:2": LeftOut.NO_WATTAGE,
        "leeds:3": LeftOut.NOT_LED,
        "leeds:4": LeftOut.NOT_WHOLE,
        "leeds:5": LeftOut.NOT_WHOLE,
        "leeds:7": LeftOut.NOT_LED,
        "leeds:8": LeftOut.NOT_LED,
    }
    assert len(found.units) + len(found.left_out) == len(loads)


def test_units_round_trip_as_csv_and_lanterns_with_commas_too() -> None:
    units = (unit(1, "4200200000100"), unit(2, "4112345678100", "001", items=12))
    assert read_units(units_text(units)) == units
    text = UNITS_HEADER + '"a, ""b""",leeds01,LCC000000001,1,999,4200200000100\n'
    assert read_units(text)[0].lantern_id == 'a, "b"'


def test_rows_of_units_that_cannot_be_are_told_by_line_and_column() -> None:
    good = "leeds:1,leeds01,LCC000000001,1,999,4200200000100\n"
    bad = "leeds:1,Leeds01,LCC1,0,99,42\n,leeds01,LCC000000001,1.5,999,4200200000100\n"
    with pytest.raises(SettlementFileError, match="units: line 3") as refused:
        read_units(UNITS_HEADER + good + bad)
    assert told(refused) == [
        (3, "sub_meter_id"),
        (3, "unit_ref"),
        (3, "items"),
        (3, "regime"),
        (3, "charge_code"),
        (4, "items"),
        (4, "lantern_id"),
        (3, "lantern_id"),
        (4, "unit_ref"),
    ]


EVENTS = st.builds(
    SwitchingEvent,
    unit_ref=st.just(A),
    at=st.datetimes(timezones=st.just(UTC)),
    power_pct=st.integers(0, 100),
    source=st.sampled_from(Source),
    quality=st.sampled_from(Quality),
)


@given(st.lists(EVENTS, max_size=4))
def test_events_round_trip_as_csv(events: list[SwitchingEvent]) -> None:
    header = "unit_ref,ts_utc,power_pct,source,quality\n"
    text = header + "".join(",".join(row) + "\n" for row in events_rows(events))
    assert read_events(text) == events


def test_events_that_cannot_be_are_told_by_line_and_column() -> None:
    header = "unit_ref,ts_utc,power_pct,source,quality\n"
    good = "LCC000000001,2026-12-01T16:00:00+00:00,70,schedule,actual\n"
    bad = (
        "LCC1,2026-12-01T16:00:00,101,moon,certain\n"
        "LCC000000001,2026-12-01T16:00:00+01:00,7.5,schedule,actual\n"
    )
    assert read_events(header + good) == [event("01 16:00", 70)]
    with pytest.raises(SettlementFileError) as refused:
        read_events(header + bad)
    assert told(refused) == [
        (2, "unit_ref"),
        (2, "ts_utc"),
        (2, "power_pct"),
        (2, "source"),
        (2, "quality"),
        (3, "ts_utc"),
        (3, "power_pct"),
    ]


def test_curves_are_drawn_no_further_than_they_were_measured() -> None:
    header = "charge_code,power_pct,power_w\n"
    rows = "".join(
        f"4201050000100,{pct},{watts}\n" for pct, watts in ((100, 101), (0, 0.5), (50, 47))
    )
    curve = read_curves(header + rows)[ChargeCode("4201050000100")]
    assert (curve.power_w[0], curve.power_w[50], curve.power_w[75]) == (0.5, 47.0, 74.0)
    for wrong in ("4201050000100,0,1\n", "4201050000100,100,1\n", rows + "4201050000100,50,48\n"):
        with pytest.raises(SettlementFileError, match="the first 0 and the last 100"):
            read_curves(header + wrong)
    with pytest.raises(SettlementFileError) as refused:
        read_curves(header + "42,101,-1\n")
    assert told(refused) == [(2, "charge_code"), (2, "power_pct"), (2, "power_w")]
