"""ControlFile: which units a sub-meter has, as its operator tells the meter administrator; writing.

The layout is that of BSCP520 4.6.3.3(a), 25 February 2021, read in a public copy (reference
energy.md 1.4): records of fixed width, header 19, body 34 and trailer 7 characters. The source says
nothing of line ends, of the last line's end, or of padding: both line ends are read and written,
none is preferred by a rule, and nothing is ever padded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lighting.settlement.codes import (
    CMS_REGIMES,
    ChargeCode,
    Regime,
    SubMeterId,
    UnitRef,
    charge_code,
    sub_meter_id,
    unit_ref,
)
from lighting.settlement.errors import SettlementValueError

HEADER_LENGTH, BODY_LENGTH, TRAILER_LENGTH = 19, 34, 7
ITEMS_MAX = 999_999
VERSION_MAX = 999
LINES_MAX = 999_999

REGIMES_ALLOWED = "998 or 999: load and switching come from the CMS"


class LineEnd(Enum):
    """How lines end; the source does not say which is right."""

    LF = "\n"
    CRLF = "\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlUnit:
    """One body record: ``items`` pieces of equipment of one charge code behind one unit.

    Raises:
        SettlementValueError: a field that its record cannot hold, or a regime other than 998, 999.
    """

    unit_ref: UnitRef
    items: int
    regime: Regime
    charge_code: ChargeCode

    def __post_init__(self) -> None:
        unit_ref(self.unit_ref)
        charge_code(self.charge_code)
        if not 0 <= self.items <= ITEMS_MAX:
            raise SettlementValueError("number of items", self.items, f"0 to {ITEMS_MAX}")
        if self.regime not in CMS_REGIMES:
            raise SettlementValueError("switch regime", self.regime, REGIMES_ALLOWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFile:
    """A control file. ``ends`` tells whether the last line has a line end too.

    Raises:
        SettlementValueError: a header field that its record cannot hold, or more units than the
            trailer can count.
    """

    sub_meter_id: SubMeterId
    effective_from: date
    version: int
    units: tuple[ControlUnit, ...]
    line_end: LineEnd = LineEnd.LF
    ends: bool = True

    def __post_init__(self) -> None:
        sub_meter_id(self.sub_meter_id)
        if not 0 <= self.version <= VERSION_MAX:
            raise SettlementValueError("version", self.version, f"0 to {VERSION_MAX}")
        if self.line_count > LINES_MAX:
            allowed = f"at most {LINES_MAX - 2:,}: the trailer counts lines in 6 digits"
            raise SettlementValueError("number of units", len(self.units), allowed)

    @property
    def line_count(self) -> int:
        """Lines, header and trailer included, as the trailer counts them."""
        return len(self.units) + 2


def control_file_name(sub_meter: SubMeterId, inventory_date: date) -> str:
    """Return the name of a control file: all lower case, the date being the inventory's."""
    return f"control{sub_meter_id(sub_meter)}{_eight(inventory_date)}.log"


def write_control_file(control: ControlFile) -> bytes:
    """Return the file's bytes; ``read_control_file`` gives the same ``control`` from them."""
    text = control.line_end.value.join(_lines(control))
    return (text + (control.line_end.value if control.ends else "")).encode("ascii")


def _lines(control: ControlFile) -> Iterator[str]:
    yield f"H{control.sub_meter_id}{_eight(control.effective_from)}{control.version:03d}"
    for unit in control.units:
        yield f"{unit.unit_ref}{unit.items:06d}{unit.regime}{unit.charge_code}"
    yield f"T{control.line_count:06d}"


def _eight(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"
