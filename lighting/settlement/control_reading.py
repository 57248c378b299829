"""Read a CMS control file strictly: every fault by line and column, or the whole file, exactly.

What comes back writes the same bytes again (``control_file.write_control_file``).
"""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from lighting.settlement.codes import (
    CHARGE_CODE_ALLOWED,
    CMS_REGIMES,
    SUB_METER_ALLOWED,
    UNIT_REF_ALLOWED,
    ChargeCode,
    Regime,
    SubMeterId,
    UnitRef,
    charge_code,
    sub_meter_id,
    unit_ref,
)
from lighting.settlement.control_file import (
    BODY_LENGTH,
    HEADER_LENGTH,
    REGIMES_ALLOWED,
    TRAILER_LENGTH,
    ControlFile,
    ControlUnit,
    LineEnd,
)
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.tables import Faults

Value = TypeVar("Value")

_MARK = b"\xef\xbb\xbf"
_ASCII_MAX = 127
_NAME = re.compile(r"control([0-9a-z]{7})([0-9]{8})\.log")
_NAME_ALLOWED = (
    "control, sub-meter id (7), yyyymmdd, .log, all lower case: control6e7x00120261101.log"
)


class _Field(NamedTuple):
    """Where a field stands in its line (from 0), what it is called and what it may be."""

    start: int
    end: int
    name: str
    allowed: str


_SUB_METER = _Field(1, 8, "sub-meter id", SUB_METER_ALLOWED)
_DATE = _Field(8, 16, "effective-from date", "a date YYYYMMDD")
_VERSION = _Field(16, 19, "version", "3 digits")
_UNIT = _Field(0, 12, "CMS Unit Reference", UNIT_REF_ALLOWED)
_ITEMS = _Field(12, 18, "number of items", "6 digits")
_REGIME = _Field(18, 21, "switch regime", REGIMES_ALLOWED)
_CODE = _Field(21, 34, "charge code", CHARGE_CODE_ALLOWED)
_COUNT = _Field(1, 7, "number of lines", "6 digits")


def control_name_parts(name: str) -> tuple[SubMeterId, date]:
    """Return the sub-meter and the inventory date that a file's name tells.

    Raises:
        SettlementValueError: it is not named as control files are.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise SettlementValueError("name of a control file", name, _NAME_ALLOWED)
    try:
        return SubMeterId(match[1]), _as_date(match[2])
    except ValueError:
        raise SettlementValueError("date in the file's name", match[2], _DATE.allowed) from None


def read_control_file(
    content: bytes, *, name: str | None = None, several_codes: bool = False
) -> ControlFile:
    """Return the control file that ``content`` is.

    With ``name`` the file's name is checked too, and that its sub-meter is the header's. A unit
    may stand in one record only; with ``several_codes`` in one for each charge code (the source
    does not say whether it may).

    Raises:
        SettlementFileError: anything is not to the layout; tells all of it by line and column.
        SettlementValueError: the name is not that of a control file.
    """
    named = control_name_parts(name)[0] if name is not None else None
    reading = _Reading(content)
    control = reading.control(several_codes=several_codes)
    if named is not None and named != control.sub_meter_id:
        problem = f"sub-meter id is {control.sub_meter_id!r}"
        reading.faults.add(1, _SUB_METER.start + 1, problem, f"{named!r}, as in the file's name")
        reading.faults.check()
    return control


class _Reading:
    """One reading of one file; faults are collected and told together."""

    def __init__(self, content: bytes) -> None:
        self.faults = Faults("control file")
        self._check_bytes(content)
        pieces = content.decode("ascii").split("\n")
        self.ends = pieces[-1] == ""
        self.line_end = LineEnd.CRLF if pieces[0].endswith("\r") else LineEnd.LF
        ended, last = pieces[:-1], pieces[-1:]
        self.lines = [self._without_end(*each) for each in enumerate(ended, 1)]
        self.lines += [] if self.ends else last

    def _check_bytes(self, content: bytes) -> None:
        if not content:
            self.faults.add(1, 1, "the file is empty", "a header, records and a trailer")
        if content.startswith(_MARK):
            self.faults.add(1, 1, "a byte-order mark", "H as the first byte: save it without")
        self.faults.check()
        for number, line in enumerate(content.split(b"\n"), 1):
            foreign = next((i for i, byte in enumerate(line) if byte > _ASCII_MAX), None)
            if foreign is not None:
                problem = f"byte 0x{line[foreign]:02x}"
                self.faults.add(number, foreign + 1, problem, "ASCII letters and digits")
        self.faults.check()

    def _without_end(self, number: int, piece: str) -> str:
        line_end = LineEnd.CRLF if piece.endswith("\r") else LineEnd.LF
        line = piece.removesuffix("\r")
        if line_end is not self.line_end:
            problem = f"ends with {line_end.name}"
            self.faults.add(number, len(line) + 1, problem, f"{self.line_end.name}, as line 1 does")
        return line

    def control(self, *, several_codes: bool) -> ControlFile:
        """Return the file, or raise all that is wrong with it."""
        body = list(enumerate(self.lines[1:], 2))
        trailer = body.pop() if body and body[-1][1].startswith("T") else None
        header = self._header(self.lines[0])
        if trailer is None:
            allowed = "T and 6 digits as the last line: the file may have been cut off"
            self.faults.add(len(self.lines), 1, "no trailer", allowed)
        else:
            self._trailer(*trailer)
        units = [self._unit(number, line) for number, line in body]
        self._check_repeats([number for number, _ in body], units, several_codes=several_codes)
        self.faults.check()
        sub_meter, effective_from, version = header
        return ControlFile(
            sub_meter_id=_given(sub_meter),
            effective_from=_given(effective_from),
            version=_given(version),
            units=tuple(_given(unit) for unit in units),
            line_end=self.line_end,
            ends=self.ends,
        )

    def _header(self, line: str) -> tuple[SubMeterId | None, date | None, int | None]:
        if not line.startswith("H"):
            self.faults.add(1, 1, f"begins with {line[:1]!r}", "H: the header is the first line")
        if not self._long_enough(1, line, HEADER_LENGTH, "header"):
            return None, None, None
        return (
            self._read(1, line, _SUB_METER, sub_meter_id),
            self._read(1, line, _DATE, _as_date),
            self._read(1, line, _VERSION, _as_number),
        )

    def _unit(self, number: int, line: str) -> ControlUnit | None:
        if not self._long_enough(number, line, BODY_LENGTH, "body record"):
            return None
        ref = self._read(number, line, _UNIT, unit_ref)
        items = self._read(number, line, _ITEMS, _as_number)
        switched = self._read(number, line, _REGIME, _as_regime)
        code = self._read(number, line, _CODE, charge_code)
        if ref is None or items is None or switched is None or code is None:
            return None
        return ControlUnit(unit_ref=ref, items=items, regime=switched, charge_code=code)

    def _trailer(self, number: int, line: str) -> None:
        if not self._long_enough(number, line, TRAILER_LENGTH, "trailer"):
            return
        told = self._read(number, line, _COUNT, _as_number)
        if told is not None and told != number:
            allowed = f"{number:06d}, header and trailer included"
            self.faults.add(number, _COUNT.start + 1, f"number of lines is {told:06d}", allowed)

    def _check_repeats(
        self, numbers: list[int], units: list[ControlUnit | None], *, several_codes: bool
    ) -> None:
        first: dict[tuple[UnitRef, ChargeCode | None], int] = {}
        for number, unit in zip(numbers, units, strict=True):
            if unit is None:
                continue
            key = (unit.unit_ref, unit.charge_code if several_codes else None)
            if key in first:
                problem = f"unit {unit.unit_ref} again, as in line {first[key]}"
                self.faults.add(number, _UNIT.start + 1, problem, "each unit once")
            first.setdefault(key, number)

    def _long_enough(self, number: int, line: str, length: int, what: str) -> bool:
        if len(line) == length:
            return True
        column = min(len(line), length) + 1
        allowed = f"{length} characters in a {what}"
        self.faults.add(number, column, f"the line has {len(line)} characters", allowed)
        return False

    def _read(
        self, number: int, line: str, field: _Field, parse: Callable[[str], Value]
    ) -> Value | None:
        text = line[field.start : field.end]
        try:
            return parse(text)
        except SettlementValueError as exc:
            allowed = exc.allowed
        except ValueError:
            allowed = field.allowed
        self.faults.add(number, field.start + 1, f"{field.name} is {text!r}", allowed)
        return None


def _given(value: Value | None) -> Value:
    """Return a value that was read: what could not be has been told as a fault before."""
    assert value is not None  # noqa: S101 - for the type checker; faults.check() came before
    return value


def _as_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _as_date(text: str) -> date:
    _as_number(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _as_regime(text: str) -> Regime:
    if text not in CMS_REGIMES:
        raise ValueError(text)
    return Regime(text)
