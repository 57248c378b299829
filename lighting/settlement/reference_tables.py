"""Charge codes and switch regimes as their owner publishes them: imported, never hard-coded.

Elexon publishes both as spreadsheets; a person saves them as CSV with the columns named here.
What a table does not state stays None: unknown, never zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lighting.settlement.codes import (
    ChargeCode,
    Regime,
    charge_code,
    generic_watts,
    regime,
)
from lighting.settlement.errors import SettlementValueError, UnknownWattsError
from lighting.settlement.tables import Faults, TableRow, number, table_rows

HOURS_IN_A_YEAR_MAX = 8784.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeCodeRow:
    """A charge code: what it is, and its circuit watts at full power [W] where stated."""

    code: ChargeCode
    description: str
    circuit_w: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeRow:
    """A switch regime: what it is, its annual burning hours [h], lux on and off, and since when.

    ``dim_steps`` keeps the publisher's own words.
    """

    code: Regime
    description: str
    annual_hours: float | None
    on_lux: float | None
    off_lux: float | None
    dim_steps: str
    valid_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTables:
    """What is known of codes and regimes; empty tables know generic LED codes only."""

    charge_codes: Mapping[ChargeCode, ChargeCodeRow] = field(default_factory=dict)
    regimes: Mapping[Regime, RegimeRow] = field(default_factory=dict)

    def circuit_w(self, code: ChargeCode) -> float | None:
        """Return circuit watts [W]: a generic code's own, else the table's, else None."""
        own = generic_watts(code)
        row = self.charge_codes.get(code)
        return float(own) if own is not None else row.circuit_w if row else None

    def all_watts(self, codes: Iterable[ChargeCode]) -> dict[ChargeCode, float]:
        """Return the circuit watts [W] of every one of ``codes``.

        Raises:
            UnknownWattsError: of some nothing is known; names all of them.
        """
        known = {code: self.circuit_w(code) for code in codes}
        unknown = sorted(code for code, watts in known.items() if watts is None)
        if unknown:
            raise UnknownWattsError(unknown)
        return {code: watts for code, watts in known.items() if watts is not None}

    def annual_hours(self, code: Regime) -> float | None:
        """Return the burning hours of a year [h], or None where no table states them."""
        row = self.regimes.get(code)
        return row.annual_hours if row else None


def read_charge_codes(text: str) -> dict[ChargeCode, ChargeCodeRow]:
    """Read a CSV with the columns code, description, circuit_w (may be empty: unknown).

    Raises:
        SettlementFileError: anything wrong, by line and column; nothing is taken then.
    """
    faults, rows = Faults("charge codes"), {}
    for row in table_rows(text, ("code", "description", "circuit_w"), faults):
        code = faults.read(row, "code", charge_code)
        watts = _maybe(row, "circuit_w", faults)
        if code is None:
            continue
        if code in rows:
            faults.add(row.line, "code", f"{code} a second time", "each code once")
        own = generic_watts(code)
        if own is not None and watts not in (None, own):
            faults.add(row.line, "circuit_w", f"{watts:g} W", f"{own}, as the code itself says")
        rows[code] = ChargeCodeRow(code=code, description=row.cells["description"], circuit_w=watts)
    faults.check()
    return rows


def read_regimes(text: str) -> dict[Regime, RegimeRow]:
    """Read a CSV with the columns code, description, annual_hours; the others may be missing.

    The others: on_lux, off_lux, dim_steps, valid_from (YYYY-MM-DD). Empty cells are unknown.

    Raises:
        SettlementFileError: anything wrong, by line and column; nothing is taken then.
    """
    faults, rows = Faults("switch regimes"), {}
    more = ("on_lux", "off_lux", "dim_steps", "valid_from")
    for row in table_rows(text, ("code", "description", "annual_hours"), faults, optional=more):
        code = faults.read(row, "code", regime)
        hours = _maybe(row, "annual_hours", faults)
        if hours is not None and hours > HOURS_IN_A_YEAR_MAX:
            allowed = f"at most {HOURS_IN_A_YEAR_MAX:g}, all hours of a leap year"
            faults.add(row.line, "annual_hours", f"{hours:g} h", allowed)
        if code in rows:
            faults.add(row.line, "code", f"{code} a second time", "each code once")
        if code is not None:
            rows[code] = RegimeRow(
                code=code,
                description=row.cells["description"],
                annual_hours=hours,
                on_lux=_maybe(row, "on_lux", faults),
                off_lux=_maybe(row, "off_lux", faults),
                dim_steps=row.cells["dim_steps"],
                valid_from=faults.read(row, "valid_from", _date),
            )
    faults.check()
    return rows


def _maybe(row: TableRow, column: str, faults: Faults) -> float | None:
    return faults.read(row, column, number(column)) if row.cells[column] else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettlementValueError("valid_from", text, "YYYY-MM-DD, or empty") from None
