"""SettlementUnit: which lanterns are on which sub-meter, with which unit reference and code."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from lighting.identifiers import LanternId
from lighting.settlement.codes import (
    GENERIC_W_MAX,
    ChargeCode,
    Regime,
    SubMeterId,
    UnitRef,
    charge_code,
    generic_led_code,
    issued_ref,
    regime,
    sub_meter_id,
    unit_ref,
)
from lighting.settlement.control_file import ITEMS_MAX, ControlUnit
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.tables import Faults, TableRow, table_rows, whole

COLUMNS = ("lantern_id", "sub_meter_id", "unit_ref", "items", "regime", "charge_code")

_LED = re.compile(r"\bleds?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementUnit:
    """A lantern as settlement knows it: its sub-meter, unit and charge code. One unit a lantern."""

    lantern_id: LanternId
    sub_meter_id: SubMeterId
    unit_ref: UnitRef
    items: int
    regime: Regime
    charge_code: ChargeCode

    def as_control_unit(self) -> ControlUnit:
        """Return the body record of a control file.

        Raises:
            SettlementValueError: its regime is not one of a CMS.
        """
        return ControlUnit(
            unit_ref=self.unit_ref,
            items=self.items,
            regime=self.regime,
            charge_code=self.charge_code,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryLoad:
    """What a proposal needs of a lantern: the owner's word on its lamp, and circuit watts [W]."""

    lantern_id: LanternId
    lamp: str
    power_w: float | None


class LeftOut(Enum):
    """Why no charge code is proposed for a lantern."""

    NO_WATTAGE = "the inventory states no wattage"
    NOT_LED = "the inventory does not call it LED: its charge code is in Elexon's table"
    NOT_WHOLE = f"its watts are not whole, or not 1 to {GENERIC_W_MAX}: say how they are rounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Units proposed from the inventory, for a person to check, and every lantern left out."""

    units: tuple[SettlementUnit, ...]
    left_out: Mapping[LanternId, LeftOut]


def propose_units(
    loads: Iterable[InventoryLoad],
    *,
    sub_meter: SubMeterId,
    switched_by: Regime,
    prefix: str,
    taken: Iterable[UnitRef] = (),
) -> Proposal:
    """Propose a unit of one item for each LED lantern of whole watts from 1 to 500.

    References go on behind the highest of ``prefix`` among ``taken``, in the order of ``loads``.

    Raises:
        SettlementValueError: a prefix that cannot be, or one with no numbers left.
    """
    number = _highest(prefix, taken)
    units, left_out = [], {}
    for load in loads:
        code = _proposed(load)
        if isinstance(code, LeftOut):
            left_out[load.lantern_id] = code
            continue
        number += 1
        units.append(
            SettlementUnit(
                lantern_id=load.lantern_id,
                sub_meter_id=sub_meter,
                unit_ref=issued_ref(prefix, number),
                items=1,
                regime=switched_by,
                charge_code=code,
            )
        )
    return Proposal(units=tuple(units), left_out=left_out)


def _proposed(load: InventoryLoad) -> ChargeCode | LeftOut:
    if load.power_w is None:
        return LeftOut.NO_WATTAGE
    if not _LED.search(load.lamp):
        return LeftOut.NOT_LED
    try:
        return generic_led_code(load.power_w)
    except SettlementValueError:
        return LeftOut.NOT_WHOLE


def _highest(prefix: str, taken: Iterable[UnitRef]) -> int:
    rests = (ref.removeprefix(prefix) for ref in taken if ref.startswith(prefix))
    return max((int(rest) for rest in rests if rest.isdigit()), default=0)


def units_text(units: Iterable[SettlementUnit]) -> str:
    """Return units as CSV; ``read_units`` reads the same back."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([getattr(unit, column) for column in COLUMNS] for unit in units)
    return text.getvalue()


def read_units(text: str) -> tuple[SettlementUnit, ...]:
    """Read units from a CSV with the columns of ``COLUMNS``.

    Raises:
        SettlementFileError: anything wrong, by line and column; nothing is taken then.
    """
    faults = Faults("units")
    rows = list(table_rows(text, COLUMNS, faults))
    units = [_unit(row, faults) for row in rows]
    for column in ("lantern_id", "unit_ref"):
        _check_once(rows, column, faults)
    faults.check()
    return tuple(unit for unit in units if unit is not None)


def _unit(row: TableRow, faults: Faults) -> SettlementUnit | None:
    sub_meter = faults.read(row, "sub_meter_id", sub_meter_id)
    ref = faults.read(row, "unit_ref", unit_ref)
    items = faults.read(row, "items", whole("items", 1, ITEMS_MAX))
    switched_by = faults.read(row, "regime", regime)
    code = faults.read(row, "charge_code", charge_code)
    if not row.cells["lantern_id"]:
        faults.add(row.line, "lantern_id", "empty", "the lantern's id in the inventory")
    if sub_meter is None or ref is None or items is None or switched_by is None or code is None:
        return None
    return SettlementUnit(
        lantern_id=LanternId(row.cells["lantern_id"]),
        sub_meter_id=sub_meter,
        unit_ref=ref,
        items=items,
        regime=switched_by,
        charge_code=code,
    )


def _check_once(rows: Sequence[TableRow], column: str, faults: Faults) -> None:
    first: dict[str, int] = {}
    for row in rows:
        value = row.cells[column]
        if value in first:
            problem = f"{value[:64]!r} again, as in line {first[value]}"
            faults.add(row.line, column, problem, "each once")
        first.setdefault(value, row.line)
