"""Ports 49, 51 and 60: read-back requests, restarts and commands; and how a node answers commands.

A node repeats a command on port 60. Queries are answered on the same port in a longer form, so the
direction decides how bytes are read: ``03 48 A1`` asks, ``03 48 A1 FE`` answers.
"""

from typing import Final

from firmware_profiles.fields import Choice, Flags, Hex, Number
from firmware_profiles.nas_ul20xx_1_1.addresses import Address
from firmware_profiles.nas_ul20xx_1_1.config import MULTICAST_SLOTS, PROFILES_MAX
from firmware_profiles.nas_ul20xx_1_1.fields import LEVEL, NOT_SET, Blob
from firmware_profiles.packet import Items, Packet, Rest
from firmware_profiles.wire import U8

READ_BACK_PORT: Final = 49
RESTART_PORT: Final = 51
COMMAND_PORT: Final = 60

OVERRIDE_MIN_MAX: Final = 255  # minutes: the duration is one byte

_MANY: Final = 99  # rows of one command; the payload ends long before
_BYTE: Final = (0, U8.high)
_MEMORY: Final = (Address(), Number("bank", U8, *_BYTE), Number("location", U8, *_BYTE))
_QUERY: Final = (Address(), Number("query", U8, *_BYTE))
_BIT: Final = {0: False, 1: True}


def _ids(count: int) -> dict[int, object]:
    """Return the values of a byte that names one of ``count`` things, or all of them."""
    return {**{number: number for number in range(count)}, NOT_SET: "all"}


_SIMPLE_READ_BACKS: Final = {
    0x01: "ldr (1.0)",
    0x03: "dig input (1.0)",
    0x07: "status interval",
    0x09: "clock",
    0x0B: "usage interval",
    0x0D: "boot delay",
    0x15: "led",
    0x16: "metering alerts",
    0x20: "calendar",
    0x22: "fade",
    0x23: "holidays",
    0x24: "dali monitor",
    0x25: "fallback",
    0x26: "location",
    0x27: "lumalink",
    0x28: "dig input",
    0x29: "light sensor",
    0x2A: "dim notify",
    0x2B: "interface",
}

READ_BACKS: Final = (
    *(
        Packet(READ_BACK_PORT, bytes([header]), f"read {name}")
        for header, name in _SIMPLE_READ_BACKS.items()
    ),
    Packet(READ_BACK_PORT, b"\x08", "read profiles (1.0)", (Choice("id", _ids(NOT_SET)),)),
    Packet(READ_BACK_PORT, b"\x21", "read profiles", (Choice("id", _ids(PROFILES_MAX)),)),
    Packet(READ_BACK_PORT, b"\x52", "read multicast", (Choice("slot", _ids(MULTICAST_SLOTS)),)),
)

RESTARTS: Final = (
    Packet(RESTART_PORT, b"\xff", "firmware update mode"),  # the boot loader waits for 2 minutes
    Packet(RESTART_PORT, b"\xfe", "restart"),
)

# What a node repeats word for word.
_ECHOED: Final = (
    Packet(COMMAND_PORT, b"\x01", "dim", (Rest(Items("lamps", (Address(), LEVEL), most=_MANY)),)),
    Packet(
        COMMAND_PORT,
        b"\x09",
        "timed dim",
        (
            Rest(
                Items(
                    "lamps",
                    (Address(), LEVEL, Number("minutes", U8, 1, OVERRIDE_MIN_MAX)),
                    most=_MANY,
                )
            ),
        ),
    ),
    Packet(COMMAND_PORT, b"\x04", "dali command", (Hex("bytes"),)),
    Packet(COMMAND_PORT, b"\x08", "write memory", (*_MEMORY, Hex("data"))),
    Packet(COMMAND_PORT, b"\x0a", "address driver", (Address(every="rescan"),)),
    Packet(COMMAND_PORT, b"\x0b", "identify"),
    Packet(COMMAND_PORT, b"\x0c", "open drain", (Choice("on", _BIT),)),
)

_REPORTS: Final = Packet(
    COMMAND_PORT, b"\x05", "report", (Flags({"usage": 0, "status": 1, "dim_map": 2, "gnss": 3}),)
)

COMMANDS: Final = (
    *_ECHOED,
    _REPORTS,
    Packet(COMMAND_PORT, b"\x03", "dali query", (Rest(Items("queries", _QUERY, most=_MANY)),)),
    Packet(COMMAND_PORT, b"\x07", "read memory", (*_MEMORY, Number("size", U8, 1, U8.high))),
    Packet(COMMAND_PORT, b"\x00\xfe", "dali status (1.0)"),
    Packet(COMMAND_PORT, b"\x06\xff", "interfaces (1.0)"),
)

# How a node answers on port 60 where it says more than the command did.
REPLIES: Final = (
    *_ECHOED,
    Packet(
        COMMAND_PORT,
        b"\x05\x04",
        "dim map",
        (
            Rest(
                Items(
                    "drivers",
                    (
                        Address(),
                        Number("dali_level_min", U8, *_BYTE),
                        Number("dali_level_max", U8, *_BYTE),
                        Choice("curve", {0: "logarithmic", 1: "linear"}),
                    ),
                    most=_MANY,
                ),
                least=0,
            ),
        ),
    ),
    _REPORTS,
    Packet(
        COMMAND_PORT,
        b"\x03",
        "dali answers",
        (Rest(Items("answers", (*_QUERY, Number("answer", U8, *_BYTE)), most=_MANY)),),
    ),
    Packet(COMMAND_PORT, b"\x07", "memory", (*_MEMORY, Blob())),
)

ECHOED_COMMANDS: Final = frozenset(packet.name for packet in (*_ECHOED, _REPORTS))
