"""Port 99: a node has started, or it refused a downlink."""

from typing import Final

from firmware_profiles.nas_ul20xx_1_1.fields import moment_of
from firmware_profiles.reading import BootReading, RejectionReading
from firmware_profiles.wire import U8, U32, Reader, integers

PORT: Final = 99

_BOOT: Final = 0x00
_REJECTION: Final = 0x13
# serial, firmware × 3, clock, interface, features, DALI supply, drivers
_BOOT_FIELDS: Final = integers(U32, U8, U8, U8, U32, U8, U8, U8, U8)
_HIGH_BIT: Final = 0x80
_LOW_BITS: Final = 0x7F

_INTERFACES: Final = (  # nc, no: the relay is normally closed or normally open
    "dali",
    "dali nc",
    "dali no",
    "analog nc",
    "analog no",
    "dali analog nc",
    "dali analog no",
    "dali analog nc no",
)
_FEATURES: Final = {2: "dig", 3: "ldr", 4: "open drain", 5: "metering"}
_RESETS: Final = {1: "watchdog", 2: "soft"}
_SUPPLY_V_BELOW: Final = 0x70
_SUPPLIES: Final = {0x7E: "bus high", 0x7F: "bus error"}

_REASONS: Final = {
    0x02: "unknown port",
    0x03: "too short",
    0x04: "too long",
    0x05: "value error",
    0x06: "parse error",
    0x07: "reserved flag set",
    0x08: "invalid combination of flags",
    0x09: "feature not available",
    0x0A: "unsupported header",
    0x0B: "hardware not reachable",
    0x0C: "address not available",
    0x0D: "internal error",
    0x0E: "wrong size",
    0x81: "profile ids out of sequence",
    0x82: "profile destination",
    0x83: "profile days",
    0x84: "profile step count",
    0x85: "profile step value",
    0x86: "profile steps not sorted",
}


def decode_system(payload: bytes) -> BootReading | RejectionReading:
    """Return what a node said on port 99.

    Raises:
        DecodeError: the bytes are neither a start nor a refusal.
    """
    reader = Reader(PORT, payload)
    header = reader.u8()
    if header == _BOOT:
        return _boot(reader)
    if header == _REJECTION:
        f_port, code = reader.u8(), reader.u8()
        reader.end()
        reason = _REASONS.get(code, f"undocumented {code:#04x}")
        return RejectionReading(f_port=f_port, code=code, reason=reason)
    raise reader.error(f"header {header:#04x}; known: 00 (start), 13 (refusal)", offset=0)


def _boot(reader: Reader) -> BootReading:
    serial, *firmware, epoch_s, interface, features, supply, drivers = reader.take(_BOOT_FIELDS)
    resets = reader.u8() if reader.left else 0
    reader.end()
    return BootReading(
        serial=f"{serial:08X}",
        firmware=".".join(str(number) for number in firmware),
        at=moment_of(epoch_s),
        interface=_interface(interface),
        features=tuple(word for bit, word in _FEATURES.items() if features >> bit & 1),
        drivers=drivers & _LOW_BITS,
        unaddressed_driver=bool(drivers & _HIGH_BIT),
        dali_supply=_supply(supply),
        reset_reasons=tuple(
            _RESETS.get(bit, f"undocumented bit {bit}") for bit in range(8) if resets >> bit & 1
        ),
    )


def _interface(code: int) -> str:
    return _INTERFACES[code] if code < len(_INTERFACES) else f"undocumented {code:#04x}"


def _supply(byte: int) -> str:
    """Return the state of the DALI bus and who feeds it."""
    state = byte & _LOW_BITS
    volts = f"{state} V" if state < _SUPPLY_V_BELOW else f"undocumented {state:#04x}"
    source = "external" if byte & _HIGH_BIT else "internal"
    return f"{_SUPPLIES.get(state, volts)}, {source}"
