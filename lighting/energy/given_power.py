"""What somebody states of a lantern's power: a measured curve, two points, or DALI bank 1.

Each kind gives the points of a ``PowerModel``, the words for its basis, and what in it is general
knowledge, so that a report can say which of its watts nobody measured.
"""

from dataclasses import dataclass
from enum import Enum

from lighting.energy.errors import PowerModelError
from lighting.energy.power_model import LOWEST_LIGHT, CurvePoint, default_power_model
from lighting.units import Watts
from schedules.level import FULL, Level

BANK_1_BYTES = 4
"""Locations 0x15 to 0x18 of DALI memory bank 1 (Part 251): nominal input W, W at minimum dim."""

NO_MINIMUM = "power at 1 % is 5 % of full power: general knowledge, unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCurve:
    """Points of a curve, its words, and what of it is unverified (empty: nothing)."""

    points: tuple[CurvePoint, ...]
    words: str
    unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCurve:
    """Power measured at several levels, the last at 100 %."""

    points: tuple[CurvePoint, ...]

    def stated(self) -> StatedCurve:
        """Return the points as they were measured."""
        return StatedCurve(points=self.points, words="measured curve")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPoints:
    """Power at full output and at the lowest level; ``minimum_w`` is None where nobody said."""

    full_w: Watts
    minimum_w: Watts | None = None
    minimum_level: Level = LOWEST_LIGHT

    def stated(self) -> StatedCurve:
        """Return the line; without ``minimum_w`` it is the default line, and says so.

        Raises:
            PowerModelError: the minimum is above full power.
        """
        return _line(self.full_w, self.minimum_w, self.minimum_level, "two-point line")


class NotKnown(Enum):
    """What a DALI bank says in place of a value (reference devices.md 5.4)."""

    MASK = "unknown (MASK)"
    TMASK = "temporarily unavailable (TMASK): read the bank again"


_NO_VALUE = {0xFFFF: NotKnown.MASK, 0xFFFE: NotKnown.TMASK}


@dataclass(frozen=True, slots=True, kw_only=True)
class DaliBank:
    """Bank 1's nominal input power and power at minimum dim [W, whole], or why they lack."""

    nominal: Watts | NotKnown
    minimum: Watts | NotKnown

    def stated(self) -> StatedCurve:
        """Return the line from the minimum (taken to be 1 %: the bank does not say) to 100 %.

        Raises:
            PowerModelError: the bank tells no nominal power, or a minimum above it.
        """
        if isinstance(self.nominal, NotKnown):
            raise PowerModelError(
                "DALI nominal input power", self.nominal.value, "watts at 0x15-16 of bank 1"
            )
        minimum_w = None if isinstance(self.minimum, NotKnown) else self.minimum
        words = "DALI bank 1"
        if isinstance(self.minimum, NotKnown):
            words += f" (power at minimum dim {self.minimum.value})"
        return _line(self.nominal, minimum_w, LOWEST_LIGHT, words)


GivenPower = MeasuredCurve | TwoPoints | DaliBank


def read_bank_1(values: bytes) -> DaliBank:
    """Return what locations 0x15 to 0x18 of DALI memory bank 1 say, big-endian.

    Raises:
        PowerModelError: not four bytes.
    """
    if len(values) != BANK_1_BYTES:
        raise PowerModelError("DALI bank 1", values.hex(), "4 bytes, locations 0x15 to 0x18")
    nominal, minimum = (int.from_bytes(values[at : at + 2], "big") for at in (0, 2))
    return DaliBank(nominal=_word(nominal), minimum=_word(minimum))


def bank_1_bytes(bank: DaliBank) -> bytes:
    """Return the four bytes that ``read_bank_1`` reads as ``bank``."""
    back = {state: raw for raw, state in _NO_VALUE.items()}
    words = (
        back[each] if isinstance(each, NotKnown) else int(each)
        for each in (bank.nominal, bank.minimum)
    )
    return b"".join(word.to_bytes(2, "big") for word in words)


def _word(raw: int) -> Watts | NotKnown:
    return _NO_VALUE.get(raw) or Watts(float(raw))


def _line(full_w: Watts, minimum_w: Watts | None, minimum_level: Level, words: str) -> StatedCurve:
    if minimum_w is None:
        points = default_power_model(full_w).curve
        return StatedCurve(points=points, words=words, unverified=NO_MINIMUM)
    if minimum_w > full_w:
        raise PowerModelError("minimum_w", minimum_w, f"at most full power, {full_w:g} W")
    return StatedCurve(points=((minimum_level, minimum_w), (FULL, full_w)), words=words)
