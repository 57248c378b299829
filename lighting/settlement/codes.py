"""The short codes of unmetered supplies: charge code, switch regime, unit and sub-meter.

Facts: reference energy.md 1.2 to 1.4. The generic LED charge code (in use since July 2016) holds
its own circuit watts; of any other charge code all that can be said from its text is that it has
13 digits. What a code or a regime means otherwise is in the tables that Elexon publishes, which
are imported (``reference_tables``) and never written down here.
"""

import re
from typing import Final, NewType

from lighting.settlement.errors import SettlementValueError

ChargeCode = NewType("ChargeCode", str)
"""13 digits that name a kind of equipment and how it is operated."""

Regime = NewType("Regime", str)
"""A switch regime: 3 letters or digits that stand for annual hours and an on/off rule."""

UnitRef = NewType("UnitRef", str)
"""A CMS Unit Reference: 12 letters or digits; events and control file meet by it."""

SubMeterId = NewType("SubMeterId", str)
"""A sub-meter: 7 lower-case letters or digits."""

GENERIC_W_MIN, GENERIC_W_MAX = 1, 500
"""Circuit watts at full power [W] that a generic LED charge code can hold (energy.md 1.2)."""

CMS_REGIMES: Final = (Regime("998"), Regime("999"))
"""The only regimes of a CMS control file (energy.md 1.4). What tells 998 from 999 is a gap: the
belief that 998 means measured load is general knowledge of low confidence, and nothing here
depends on it."""

CHARGE_CODE_ALLOWED = "13 digits, such as 4200200000100"
UNIT_REF_ALLOWED = "12 letters or digits, such as LCC000012345"
SUB_METER_ALLOWED = "7 lower-case letters or digits, such as leeds01"
REGIME_ALLOWED = "3 letters or digits, such as 999"

_CHARGE_CODE = re.compile(r"[0-9]{13}")
_GENERIC = re.compile(r"42([0-9]{4})0000100")
_REGIME = re.compile(r"[0-9A-Za-z]{3}")
_UNIT_REF = re.compile(r"[0-9A-Za-z]{12}")
_SUB_METER = re.compile(r"[0-9a-z]{7}")
_ISSUED = re.compile(r"[0-9A-Z]{1,6}")
_REF_LENGTH = 12


def generic_led_code(circuit_w: float) -> ChargeCode:
    """Return the generic LED charge code of ``circuit_w`` [W] at full power.

    Layout: ``42``, four digits of watts, ``0000``, ``100``. With driver-enabled constant light
    output the watts are those of mid-life (energy.md 1.2); which to give is the caller's.

    Raises:
        SettlementValueError: not whole watts from 1 to 500: the code has no place for a part of a
            watt, and how to round is for whoever answers for the inventory to say.
    """
    whole = float(circuit_w).is_integer() and GENERIC_W_MIN <= circuit_w <= GENERIC_W_MAX
    if isinstance(circuit_w, bool) or not whole:
        allowed = f"whole watts from {GENERIC_W_MIN} to {GENERIC_W_MAX}"
        raise SettlementValueError("circuit watts of a generic LED charge code", circuit_w, allowed)
    return ChargeCode(f"42{int(circuit_w):04d}0000100")


def charge_code(text: str) -> ChargeCode:
    """Return ``text`` as a charge code.

    Raises:
        SettlementValueError: not 13 digits, or built like a generic LED code with watts that such
            a code cannot hold.
    """
    if not _CHARGE_CODE.fullmatch(text):
        raise SettlementValueError("charge code", text, CHARGE_CODE_ALLOWED)
    generic = _GENERIC.fullmatch(text)
    if generic and not GENERIC_W_MIN <= int(generic[1]) <= GENERIC_W_MAX:
        allowed = f"digits 3 to 6 of a generic LED code from {GENERIC_W_MIN:04} to {GENERIC_W_MAX}"
        raise SettlementValueError("charge code", text, allowed)
    return ChargeCode(text)


def generic_watts(code: ChargeCode) -> int | None:
    """Return the circuit watts [W] that a generic LED code holds; None for any other code."""
    generic = _GENERIC.fullmatch(code)
    return int(generic[1]) if generic else None


def regime(text: str) -> Regime:
    """Return ``text`` as a switch regime; any that is well formed, also one that no table has.

    Raises:
        SettlementValueError: not 3 letters or digits.
    """
    if not _REGIME.fullmatch(text):
        raise SettlementValueError("switch regime", text, REGIME_ALLOWED)
    return Regime(text)


def unit_ref(text: str) -> UnitRef:
    """Return ``text`` as a CMS Unit Reference, letters as they are: nothing says that case is one.

    Raises:
        SettlementValueError: not 12 letters or digits. How a shorter one would be padded is a gap,
            so a shorter one is refused.
    """
    if not _UNIT_REF.fullmatch(text):
        raise SettlementValueError("CMS Unit Reference", text, UNIT_REF_ALLOWED)
    return UnitRef(text)


def sub_meter_id(text: str) -> SubMeterId:
    """Return ``text`` as a sub-meter id.

    Raises:
        SettlementValueError: not 7 lower-case letters or digits.
    """
    if not _SUB_METER.fullmatch(text):
        raise SettlementValueError("sub-meter id", text, SUB_METER_ALLOWED)
    return SubMeterId(text)


def issued_ref(prefix: str, number: int) -> UnitRef:
    """Return a reference of our own: ``prefix``, then ``number`` with zeros up to 12 characters.

    Raises:
        SettlementValueError: a prefix that is not 1 to 6 capitals or digits, or a number that has
            no place behind it.
    """
    if not _ISSUED.fullmatch(prefix):
        raise SettlementValueError("prefix", prefix, "1 to 6 capital letters or digits, as LCC")
    digits = _REF_LENGTH - len(prefix)
    if not 0 < number < 10**digits:
        raise SettlementValueError("number of a unit", number, f"1 to {10**digits - 1}")
    return UnitRef(f"{prefix}{number:0{digits}d}")
