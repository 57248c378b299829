"""Little-endian numbers on the wire: the only module that packs bytes, and it never clamps."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from firmware_profiles.errors import DecodeError, EncodeError


def checked_int(field: str, value: object, low: int, high: int) -> int:
    """Return ``value`` if it is a whole number from ``low`` to ``high``.

    Raises:
        EncodeError: it is not; True and 3.0 are no whole numbers here.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise EncodeError(field, value, f"a whole number from {low} to {high}")
    return value


def checked_number(field: str, value: object) -> float:
    """Return ``value`` if it is a finite number.

    Raises:
        EncodeError: it is not; True is no number here.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise EncodeError(field, value, "a finite number")
    return value


@dataclass(frozen=True, slots=True)
class IntType:
    """One little-endian integer: its name, limits (inclusive) and packer."""

    name: str
    low: int
    high: int
    packer: struct.Struct

    def pack(self, field: str, value: object) -> bytes:
        """Return ``value`` as bytes.

        Raises:
            EncodeError: it is not a whole number of this type.
        """
        return self.packer.pack(checked_int(field, value, self.low, self.high))


U8 = IntType("u8", 0, 0xFF, struct.Struct("<B"))
I8 = IntType("i8", -0x80, 0x7F, struct.Struct("<b"))
U16 = IntType("u16", 0, 0xFFFF, struct.Struct("<H"))
I16 = IntType("i16", -0x8000, 0x7FFF, struct.Struct("<h"))
U32 = IntType("u32", 0, 0xFFFFFFFF, struct.Struct("<I"))
I32 = IntType("i32", -0x80000000, 0x7FFFFFFF, struct.Struct("<i"))
_F32 = struct.Struct("<f")


def integers(*kinds: IntType) -> struct.Struct:
    """Return the packer of several integers in a row, for ``Reader.take``."""
    return struct.Struct("<" + "".join(kind.packer.format.lstrip("<") for kind in kinds))


def pack_f32(field: str, value: object) -> bytes:
    """Return ``value`` as the nearest 32-bit float.

    Raises:
        EncodeError: it is not a finite number, or larger than a 32-bit float.
    """
    number = checked_number(field, value)
    try:
        return _F32.pack(number)
    except OverflowError as exc:
        raise EncodeError(field, value, "a number that a 32-bit float can hold") from exc


def pack_bits(field: str, parts: Sequence[tuple[int, int]]) -> bytes:
    """Return one byte from (value, width in bits) parts, the lowest bits first.

    Raises:
        EncodeError: a value that its width cannot hold.
    """
    byte, position = 0, 0
    for value, width in parts:
        byte |= checked_int(field, value, 0, (1 << width) - 1) << position
        position += width
    return U8.pack(field, byte)


def shortest_f32(number: float) -> float:
    """Return the number with the fewest digits that is the same 32-bit float: 123.4, not 123.40…2.

    Nine significant digits always suffice (IEEE 754 single precision).
    """
    wire = _F32.pack(number)
    for digits in (6, 7, 8):
        short = float(f"{number:.{digits}g}")
        if isfinite(short) and abs(short) <= _F32_MAX and _F32.pack(short) == wire:
            return short
    return float(f"{number:.9g}")


_F32_MAX: float = _F32.unpack(bytes.fromhex("ffff7f7f"))[0]


class Reader:
    """A payload read from front to end; every shortfall is a DecodeError that tells its byte."""

    __slots__ = ("f_port", "offset", "payload")

    def __init__(self, f_port: int, payload: bytes, offset: int = 0) -> None:
        self.f_port = f_port
        self.payload = payload
        self.offset = offset

    @property
    def left(self) -> int:
        """How many bytes are still unread."""
        return len(self.payload) - self.offset

    def error(self, problem: str, *, offset: int | None = None) -> DecodeError:
        """Return the error to raise about the byte at ``offset``, else about the next one."""
        at = self.offset if offset is None else offset
        return DecodeError(self.f_port, self.payload, at, problem)

    def take(self, packer: struct.Struct) -> tuple[int, ...]:
        """Return the next integers.

        Raises:
            DecodeError: the payload ends within them.
        """
        end = self.offset + packer.size
        if end > len(self.payload):
            raise self._short(packer.size)
        values = packer.unpack_from(self.payload, self.offset)
        self.offset = end
        return values

    def integer(self, kind: IntType) -> int:
        """Return the next integer.

        Raises:
            DecodeError: the payload ends within it.
        """
        return self.take(kind.packer)[0]

    def u8(self) -> int:
        """Return the next byte as a number.

        Raises:
            DecodeError: there is none.
        """
        if self.offset >= len(self.payload):
            raise self._short(1)
        value = self.payload[self.offset]
        self.offset += 1
        return value

    def bits(self, *widths: int) -> tuple[int, ...]:
        """Return the parts of the next byte, the lowest bits first.

        Raises:
            DecodeError: there is no next byte.
        """
        byte = self.u8()
        parts = []
        for width in widths:
            parts.append(byte & ((1 << width) - 1))
            byte >>= width
        return tuple(parts)

    def f32(self) -> float:
        """Return the next 32-bit float.

        Raises:
            DecodeError: the payload ends within it, or it is not a finite number.
        """
        start = self.offset
        value: float = _F32.unpack(self.raw(_F32.size))[0]
        if not isfinite(value):
            raise self.error(f"{value} where a finite number belongs", offset=start)
        return value

    def raw(self, size: int) -> bytes:
        """Return the next ``size`` bytes.

        Raises:
            DecodeError: there are fewer.
        """
        if size > self.left:
            raise self._short(size)
        start, self.offset = self.offset, self.offset + size
        return self.payload[start : self.offset]

    def end(self) -> None:
        """Check that nothing is left.

        Raises:
            DecodeError: bytes are left over.
        """
        if self.offset != len(self.payload):
            raise self.error(f"{self.left} bytes too many")

    def _short(self, size: int) -> DecodeError:
        return self.error(f"too short: {size} more bytes belong here, {self.left} are left")
