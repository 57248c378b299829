"""Packets of firmware 1.0.x, for nodes that were not yet upgraded: known, but in no program.

No header of these means anything else in 1.1, so both lines fit into one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from firmware_profiles.errors import EncodeError
from firmware_profiles.fields import Field, Flags, Number, Scaled, Values
from firmware_profiles.nas_ul20xx_1_1.addresses import Address
from firmware_profiles.nas_ul20xx_1_1.fields import (
    FADE,
    LEVEL,
    LEVEL_MAX,
    NOT_SET,
    Days,
    Maybe,
    StepTime,
)
from firmware_profiles.packet import Items, Packet, Rest
from firmware_profiles.wire import I8, I16, U8, U16, Reader, pack_bits

_CONFIG: Final = 50
_VERSION_MAX: Final = 239  # from 240 on the byte is a reason code in status packets
_MANY: Final = 99  # how many steps or holidays 1.0 takes is not stated


@dataclass(frozen=True, slots=True)
class Defaults:
    """The defaults packet: a byte of bits says which of the fields follow."""

    fields: tuple[Field, ...] = (
        Number("level", U8, 0, LEVEL_MAX),
        Number("level_max", U8, 0, LEVEL_MAX, none=NOT_SET),
        FADE,
        Flags({"switches_at_sunset": 0}),
        Flags({"legacy_mode": 0}),
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of all fields; each may be left out."""
        return tuple(name for field in self.fields for name in field.names)

    def read(self, reader: Reader) -> Values:
        """Return the values of the fields that are there."""
        *given, reserved = reader.bits(1, 1, 1, 1, 1, 3)
        if reserved:
            raise reader.error("reserved bits are set", offset=reader.offset - 1)
        values: Values = {}
        for field, present in zip(self.fields, given, strict=True):
            if present:
                values.update(field.read(reader))
        return values

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the bits and the fields that are given."""
        given = [field.names[0] in values for field in self.fields]
        if not any(given):
            raise EncodeError("defaults", dict(values), f"one or more of {', '.join(self.names)}")
        bits = pack_bits("defaults", [(int(present), 1) for present in given])
        parts = [f.write(values) for f, present in zip(self.fields, given, strict=True) if present]
        return bits + b"".join(parts)


CONFIGS_1_0: Final = (
    Packet(
        _CONFIG,
        b"\x01",
        "ldr (1.0)",
        (
            Number("off_above", U8, 0, NOT_SET - 1, none=NOT_SET),
            Number("on_below", U8, 0, NOT_SET - 1, none=NOT_SET),
            Flags({"alerts": 2}),
        ),
    ),
    Packet(
        _CONFIG,
        b"\x03",
        "dig input (1.0)",
        (
            Number("on_for_s", U16, 0, U16.high - 1, none=U16.high),
            Flags({"rising": 1, "alerts": 2}),
            Address(),
            LEVEL,
        ),
    ),
    Packet(
        _CONFIG,
        b"\x06",
        "calendar (1.0)",
        (
            # Both offsets at -1 (FF FF) switch the calendar off.
            Number("sunrise_offset_min", I8, I8.low, I8.high),
            Number("sunset_offset_min", I8, I8.low, I8.high),
            Scaled("latitude_deg", I16, per=100, low=-9_000, high=9_000),
            Scaled("longitude_deg", I16, per=100, low=-18_000, high=18_000),
        ),
    ),
    Packet(
        _CONFIG,
        b"\x08",
        "profile (1.0)",
        (
            Number("id", U8, 0, U8.high - 1, none=NOT_SET),
            Number("version", U8, 0, _VERSION_MAX),
            Address(),
            Days(),
            Rest(Items("steps", (StepTime(), LEVEL), most=_MANY, order="at")),
        ),
    ),
    Packet(_CONFIG, b"\x0e", "defaults (1.0)", (Defaults(),)),
    Packet(
        _CONFIG,
        b"\xff\x04",
        "clear profiles (1.0)",
        (Address(), Maybe(Number("id", U8, 0, U8.high - 1))),
    ),
)
