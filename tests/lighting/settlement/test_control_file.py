"""The CMS control file, to the layout of BSCP520 4.6.3.3(a) (reference energy.md 1.4, S)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.settlement.codes import ChargeCode, Regime, SubMeterId, UnitRef, generic_led_code
from lighting.settlement.control_file import (
    ControlFile,
    ControlUnit,
    LineEnd,
    control_file_name,
    write_control_file,
)
from lighting.settlement.control_reading import control_name_parts, read_control_file
from lighting.settlement.errors import FileFault, SettlementFileError, SettlementValueError

EXAMPLE = b"Hleeds0120261101001\nLCC0000123450000019994200200000100\nT000003\n"
"""The example of reference energy.md 1.4 (D: built to the layout)."""

UNIT = ControlUnit(
    unit_ref=UnitRef("LCC000012345"),
    items=1,
    regime=Regime("999"),
    charge_code=ChargeCode("4200200000100"),
)
FILE = ControlFile(
    sub_meter_id=SubMeterId("leeds01"),
    effective_from=date(2026, 11, 1),
    version=1,
    units=(UNIT,),
)
NAME = "controlleeds0120261101.log"


def faults(content: bytes, *, several_codes: bool = False) -> list[tuple[int, int | str, str, str]]:
    """Return what is found wrong: line, column, problem, what is allowed."""
    with pytest.raises(SettlementFileError) as refused:
        read_control_file(content, several_codes=several_codes)
    return [(f.line, f.column, f.problem, f.allowed) for f in refused.value.faults]


def test_the_references_example_is_read_and_written_byte_for_byte() -> None:
    assert read_control_file(EXAMPLE, name=NAME) == FILE
    assert write_control_file(FILE) == EXAMPLE
    assert [len(line) for line in EXAMPLE.splitlines()] == [19, 34, 7]


def test_the_files_name_is_lower_case_with_sub_meter_and_inventory_date() -> None:
    assert control_file_name(SubMeterId("leeds01"), date(2026, 11, 1)) == NAME
    assert control_name_parts(NAME) == ("leeds01", date(2026, 11, 1))
    for wrong in (NAME.upper(), "controlLeeds0120261101.log", NAME + ".txt", NAME[1:]):
        with pytest.raises(SettlementValueError, match="all lower case"):
            control_name_parts(wrong)
    with pytest.raises(SettlementValueError, match="YYYYMMDD"):
        control_name_parts("controlleeds0120261131.log")


def test_the_header_must_tell_the_sub_meter_of_the_files_name() -> None:
    with pytest.raises(SettlementFileError, match=r"line 1, column 2: .*leeds02.*in the file's"):
        read_control_file(EXAMPLE, name="controlleeds0220261101.log")


REFS = st.from_regex(r"[0-9A-Za-z]{12}", fullmatch=True).map(UnitRef)
UNITS = st.builds(
    ControlUnit,
    unit_ref=REFS,
    items=st.integers(0, 999_999),
    regime=st.sampled_from(["998", "999"]).map(Regime),
    charge_code=st.integers(1, 500).map(generic_led_code)
    | st.from_regex(r"41[0-9]{11}", fullmatch=True).map(ChargeCode),
)
FILES = st.builds(
    ControlFile,
    sub_meter_id=st.from_regex(r"[0-9a-z]{7}", fullmatch=True).map(SubMeterId),
    effective_from=st.dates(),
    version=st.integers(0, 999),
    units=st.lists(UNITS, max_size=5, unique_by=lambda unit: unit.unit_ref).map(tuple),
    line_end=st.sampled_from(LineEnd),
    ends=st.booleans(),
)


@given(FILES)
def test_any_file_round_trips_both_ways(control: ControlFile) -> None:
    content = write_control_file(control)
    read = read_control_file(content)
    assert read == control
    assert write_control_file(read) == content


@given(st.binary(max_size=200) | FILES.map(write_control_file), st.data())
def test_whatever_is_read_is_written_the_same_and_all_else_is_told(
    content: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, max(0, len(content) - 1)))
    damaged = content[:place] + data.draw(st.binary(max_size=2)) + content[place + 1 :]
    found: Sequence[FileFault] = ()
    written: bytes | None = None
    try:
        written = write_control_file(read_control_file(damaged))
    except SettlementFileError as exc:
        found = exc.faults
    assert (written == damaged) != bool(found)
    assert all(fault.line >= 1 and fault.problem and fault.allowed for fault in found)


def test_both_line_ends_are_read_with_or_without_the_last_one() -> None:
    crlf = EXAMPLE.replace(b"\n", b"\r\n")
    for content in (EXAMPLE, EXAMPLE[:-1], crlf, crlf[:-2]):
        assert write_control_file(read_control_file(content)) == content


def test_mixed_line_ends_are_refused() -> None:
    mixed = EXAMPLE.replace(b"100\n", b"100\r\n")
    assert faults(mixed) == [(2, 35, "ends with CRLF", "LF, as line 1 does")]


def test_a_byte_order_mark_an_empty_file_and_foreign_letters_are_refused() -> None:
    assert faults(b"\xef\xbb\xbf" + EXAMPLE)[0][:3] == (1, 1, "a byte-order mark")
    assert faults(b"")[0][:3] == (1, 1, "the file is empty")
    assert faults(EXAMPLE.replace(b"LCC", b"L\xc9C"))[0][:3] == (2, 2, "byte 0xc9")


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "problem", "allowed"),
    [
        (b"Hleeds01", b"hleeds01", 1, 1, "begins with 'h'", "H: the header is the first line"),
        (b"Hleeds01", b"HLeeds01", 1, 2, "sub-meter id is 'Leeds01'", "7 lower-case"),
        (b"20261101001", b"20261131001", 1, 9, "effective-from date is '20261131'", "YYYYMMDD"),
        (b"20261101001", b"202611010A1", 1, 17, "version is '0A1'", "3 digits"),
        (b"Hleeds01", b"Hleeds1", 1, 19, "the line has 18 characters", "19 characters in a header"),
        (b"LCC000012345", b"LCC00001234 ", 2, 1, "Reference is 'LCC00001234 '", "12 letters"),
        (b"LCC000012345", b"LCC00012345", 2, 34, "the line has 33 characters", "34 characters"),
        (b"100\n", b"100 \n", 2, 35, "the line has 35 characters", "34 characters in a body"),
        (b"000001999", b"00001 999", 2, 13, "number of items is '00001 '", "6 digits"),
        (b"000001999", b"000001001", 2, 19, "switch regime is '001'", "998 or 999"),
        (b"4200200000100", b"42002000001O0", 2, 22, "charge code is", "13 digits"),
        (b"4200200000100", b"4205010000100", 2, 22, "charge code is", "from 0001 to 500"),
        (b"T000003", b"T000004", 3, 2, "number of lines is 000004", "000003, header and"),
        (b"T000003", b"T00003", 3, 7, "the line has 6 characters", "7 characters in a trailer"),
        (b"T000003", b"T00000x", 3, 2, "number of lines is '00000x'", "6 digits"),
        (b"T000003", b"t000003", 3, 1, "no trailer", "T and 6 digits"),
    ],
)
def test_a_fault_names_line_column_what_is_wrong_and_what_is_allowed(
    old: bytes, new: bytes, line: int, column: int, problem: str, allowed: str
) -> None:
    assert EXAMPLE.count(old) == 1
    found = faults(EXAMPLE.replace(old, new))
    assert found[0][:2] == (line, column)
    assert problem in found[0][2]
    assert allowed in found[0][3]


def test_a_file_that_was_cut_off_has_no_trailer() -> None:
    for length in (19, 20, 40, 54):
        assert any("cut off" in allowed for *_, allowed in faults(EXAMPLE[:length]))


def test_every_fault_of_a_file_is_told_at_once() -> None:
    wrong = EXAMPLE.replace(b"999", b"123").replace(b"leeds01", b"LEEDS01").replace(b"03", b"09")
    assert [place[:2] for place in faults(wrong)] == [(1, 2), (3, 2), (2, 19)]


def test_a_unit_may_stand_there_once_or_once_for_each_charge_code_when_asked() -> None:
    first, second, _ = EXAMPLE.splitlines()
    other = second.replace(b"0020", b"0021")
    for twice in (second, other):
        content = b"\n".join([first, second, twice, b"T000004"])
        assert faults(content) == [
            (3, 1, "unit LCC000012345 again, as in line 2", "each unit once")
        ]
    both = read_control_file(b"\n".join([first, second, other, b"T000004"]), several_codes=True)
    assert len(both.units) == 2
    assert faults(b"\n".join([first, second, second, b"T000004"]), several_codes=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": 10**6},
        {"items": -1},
        {"regime": Regime("001")},
        {"unit_ref": UnitRef("LCC1")},
        {"charge_code": ChargeCode("42")},
    ],
    ids=str,
)
def test_a_record_that_its_line_cannot_hold_is_not_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettlementValueError):
        replace(UNIT, **wrong)


@pytest.mark.parametrize("wrong", [{"version": 1000}, {"sub_meter_id": SubMeterId("X")}], ids=str)
def test_a_header_that_its_line_cannot_hold_is_not_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettlementValueError):
        replace(FILE, **wrong)
