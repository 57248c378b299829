"""The parts that packets are made of: each reads itself from bytes and writes itself, checked.

A packet is a row of fields (``packet.py``), so that one description serves both directions. Values
are JSON-ready. ``None`` stands for the code by which a firmware says *off*, *not set* or *resume*.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Protocol

from firmware_profiles.errors import EncodeError
from firmware_profiles.wire import (
    U8,
    IntType,
    Reader,
    checked_int,
    checked_number,
    pack_bits,
    pack_f32,
    shortest_f32,
)

Values = dict[str, Any]

# How far [in units of the wire] a value may lie from the grid before it is no longer a rounding
# error of floating point: 1e-7 degrees times 180 needs 4e-7, and nobody means a thousandth.
_OFF_GRID = 1e-3


class Field(Protocol):
    """One part of a packet. It owns the keys in ``names``."""

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that it reads and writes."""

    def read(self, reader: Reader) -> Values:
        """Return its values from the next bytes.

        Raises:
            DecodeError: the bytes are not what belongs here.
        """

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return its values as bytes.

        Raises:
            EncodeError: a value is missing or not allowed.
        """


def value_of(values: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return ``values[name]``.

    Raises:
        EncodeError: it is missing.
    """
    if name not in values:
        raise EncodeError(name, "(missing)", "it must be given")
    return values[name]


class Named:
    """A field that owns one key, its ``name``."""

    __slots__ = ()
    name: str

    @property
    def names(self) -> tuple[str, ...]:
        """The one key."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Number(Named):
    """A whole number from ``low`` to ``high``, sent in units of ``step``.

    ``none`` is the raw code of None.
    """

    name: str
    kind: IntType
    low: int
    high: int
    _: KW_ONLY
    step: int = 1
    none: int | None = None

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        by = f" in steps of {self.step}" if self.step > 1 else ""
        return f"a whole number from {self.low} to {self.high}{by}{_or_none(self.none)}"

    def read(self, reader: Reader) -> Values:
        """Return the number, or None for its code."""
        start, raw = reader.offset, reader.integer(self.kind)
        value = raw * self.step
        if raw == self.none:
            return {self.name: None}
        if not self.low <= value <= self.high:
            raise reader.error(f"{self.name} = {value}; allowed: {self.allowed}", offset=start)
        return {self.name: value}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the number in its integer type."""
        value = value_of(values, self.name)
        if value is None and self.none is not None:
            return self.kind.pack(self.name, self.none)
        try:
            number = checked_int(self.name, value, self.low, self.high)
        except EncodeError as exc:
            raise EncodeError(self.name, value, self.allowed) from exc
        if number % self.step:
            raise EncodeError(self.name, value, self.allowed)
        return self.kind.pack(self.name, number // self.step)


@dataclass(frozen=True, slots=True)
class Scaled(Named):
    """A number held in steps of 1/``per``: raw = value × per − ``origin``, always rounded.

    ``low`` and ``high`` are raw limits. ``none`` is the raw code of None. A value that is not on
    the grid is refused: what the node holds is what was asked for.
    """

    name: str
    kind: IntType
    _: KW_ONLY
    per: int
    low: int
    high: int
    origin: int = 0
    none: int | None = None

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        low, high = self._value(self.low), self._value(self.high)
        none = _or_none(self.none)
        return f"a number from {low:.7g} to {high:.7g} in steps of 1/{self.per}{none}"

    def _value(self, raw: int) -> float:
        return (raw + self.origin) / self.per

    def read(self, reader: Reader) -> Values:
        """Return the number, or None for its code."""
        start, raw = reader.offset, reader.integer(self.kind)
        if raw == self.none:
            return {self.name: None}
        if not self.low <= raw <= self.high:
            value = self._value(raw)
            raise reader.error(f"{self.name} = {value:g}; allowed: {self.allowed}", offset=start)
        return {self.name: self._value(raw)}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the number in its integer type."""
        value = value_of(values, self.name)
        if value is None and self.none is not None:
            return self.kind.pack(self.name, self.none)
        scaled = checked_number(self.name, value) * self.per
        raw = round(scaled) - self.origin
        if abs(scaled - round(scaled)) > _OFF_GRID or not self.low <= raw <= self.high:
            raise EncodeError(self.name, value, self.allowed)
        return self.kind.pack(self.name, raw)


@dataclass(frozen=True, slots=True)
class Float(Named):
    """A 32-bit float from ``low`` to ``high``, told with the fewest digits that keep its bits."""

    name: str
    low: float
    high: float

    def read(self, reader: Reader) -> Values:
        """Return the number."""
        start, number = reader.offset, reader.f32()
        if not self.low <= number <= self.high:
            allowed = f"{self.low:g} to {self.high:g}"
            raise reader.error(f"{self.name} = {number:g}; allowed: {allowed}", offset=start)
        return {self.name: shortest_f32(number)}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the number as the nearest 32-bit float."""
        number = checked_number(self.name, value_of(values, self.name))
        if not self.low <= number <= self.high:
            raise EncodeError(self.name, number, f"{self.low:g} to {self.high:g}")
        return pack_f32(self.name, number)


@dataclass(frozen=True, slots=True)
class Choice(Named):
    """One byte that stands for one of a few values."""

    name: str
    values: Mapping[int, object]

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        return ", ".join(str(value) for value in self.values.values())

    def read(self, reader: Reader) -> Values:
        """Return the value that the byte stands for."""
        start, raw = reader.offset, reader.u8()
        if raw not in self.values:
            problem = f"{self.name}: no meaning is known of {raw:#04x}"
            raise reader.error(problem, offset=start)
        return {self.name: self.values[raw]}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the byte that stands for the value."""
        wanted = value_of(values, self.name)
        for raw, value in self.values.items():
            # True == 1 in Python, but not in a packet.
            if value == wanted and isinstance(value, bool) == isinstance(wanted, bool):
                return U8.pack(self.name, raw)
        raise EncodeError(self.name, wanted, self.allowed)


@dataclass(frozen=True, slots=True)
class Flags:
    """One byte of yes-or-no values: name -> bit. Bits without a name must be zero."""

    bits: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """The keys, in the order of the table."""
        return tuple(self.bits)

    def read(self, reader: Reader) -> Values:
        """Return a bool for each name."""
        start, raw = reader.offset, reader.u8()
        unknown = raw & ~sum(1 << bit for bit in self.bits.values())
        if unknown:
            raise reader.error(f"reserved bits {unknown:#04x} are set", offset=start)
        return {name: bool(raw >> bit & 1) for name, bit in self.bits.items()}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the byte."""
        by_bit = [(0, 1)] * 8
        for name, bit in self.bits.items():
            value = value_of(values, name)
            if not isinstance(value, bool):
                raise EncodeError(name, value, "true or false")
            by_bit[bit] = (int(value), 1)
        return pack_bits("flags", by_bit)


@dataclass(frozen=True, slots=True)
class Hex(Named):
    """Raw bytes as hexadecimal text: ``size`` of them, or all that are left where that is None.

    ``turned`` tells them the other way round: a little-endian number as people write it.
    ``upper`` tells them in capitals; either case may be written.
    """

    name: str
    size: int | None = None
    _: KW_ONLY
    turned: bool = False
    upper: bool = False

    def read(self, reader: Reader) -> Values:
        """Return the bytes as hexadecimal text."""
        size = reader.left if self.size is None else self.size
        if self.size is None and not size:
            raise reader.error(f"{self.name}: at least one byte belongs here")
        text = self._ordered(reader.raw(size)).hex()
        return {self.name: text.upper() if self.upper else text}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the bytes."""
        text = value_of(values, self.name)
        try:
            data = bytes.fromhex(text)
        except (TypeError, ValueError):
            data = b""
        if len(data) != (self.size or len(data)) or not data:
            size = "one or more" if self.size is None else str(self.size)
            raise EncodeError(self.name, text, f"hexadecimal text of {size} bytes")
        return self._ordered(data)

    def _ordered(self, data: bytes) -> bytes:
        return data[::-1] if self.turned else data


def _or_none(code: int | None) -> str:
    return "" if code is None else ", or none"
