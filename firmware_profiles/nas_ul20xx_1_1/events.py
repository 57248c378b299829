"""Port 61: something happened at an input, a driver, the meter or the GNSS receiver."""

from collections.abc import Callable
from typing import Final

from firmware_profiles.nas_ul20xx_1_1.addresses import address_at
from firmware_profiles.nas_ul20xx_1_1.fields import moment_of, moment_text
from firmware_profiles.nas_ul20xx_1_1.status import DALI_FAULTS, DALI_NOT_ASKED
from firmware_profiles.reading import EventReading
from firmware_profiles.wire import U8, U16, U32, Reader, integers

PORT: Final = 61

_METER: Final = integers(U16, U16, U8)  # W, V, hundredths of the power factor
_POWER_FACTOR_UNKNOWN: Final = 0xFF
_METER_CONDITIONS: Final = {
    0: "lamp error",
    1: "over-current",
    2: "under-voltage",
    3: "over-voltage",
    4: "low power factor",
}
_FIX: Final = 0x00
_NO_FIX: Final = {0x01: "no fix", 0x02: "internal error", 0xFF: "internal error"}
_POSITION_DIGITS: Final = 6  # 0.1 m; a 32-bit float holds no more
_LATITUDE_DEG_MAX: Final = 90
_LONGITUDE_DEG_MAX: Final = 180


def decode_event(payload: bytes) -> EventReading:
    """Return what happened.

    Raises:
        DecodeError: the bytes are no event.
    """
    reader = Reader(PORT, payload)
    kind = reader.u8()
    if kind not in _KINDS:
        known = ", ".join(f"{known:02x}" for known in _KINDS)
        raise reader.error(f"event {kind:#04x}; known: {known}", offset=0)
    event = _KINDS[kind](reader)
    reader.end()
    return event


def _dig(reader: Reader) -> EventReading:
    state, size = reader.bits(4, 4)
    if size == U16.packer.size:
        return EventReading(kind="dig", values={"count": reader.integer(U16)})
    if size == U32.packer.size:
        values = {"on": bool(state & 1), "count": reader.integer(U32)}
        return EventReading(kind="dig", values=dict(values))
    raise reader.error(f"a counter of {size} bytes; known: 2, 4", offset=1)


def _ldr(reader: Reader) -> EventReading:
    _check_size(reader)
    on, value = bool(reader.u8() & 1), reader.u8()
    return EventReading(kind="ldr", values={"on": on, "ldr": value})


def _dali(reader: Reader) -> EventReading:
    _check_size(reader)
    drivers: list[dict[str, object]] = []
    while reader.left or not drivers:
        address, status = address_at(reader), reader.u8()
        faults = () if status == DALI_NOT_ASKED else DALI_FAULTS[status]
        drivers.append({"address": address, "faults": list(faults)})
    return EventReading(kind="dali alert", values={"drivers": drivers})


def _check_size(reader: Reader) -> None:
    """Check the byte that says in its high half that two bytes follow."""
    _, size = reader.bits(4, 4)
    if size != U16.packer.size:
        raise reader.error(f"values of {size} bytes; known: 2", offset=1)


def _metering(reader: Reader) -> EventReading:
    bits = reader.u8()
    power_w, voltage_v, hundredths = reader.take(_METER)
    unknown = hundredths == _POWER_FACTOR_UNKNOWN
    return EventReading(
        kind="metering alert",
        values={
            "conditions": [word for bit, word in _METER_CONDITIONS.items() if bits >> bit & 1],
            "power_w": power_w,
            "voltage_v": voltage_v,
            "power_factor": None if unknown else hundredths / 100,
        },
    )


def _light(reader: Reader) -> EventReading:
    return EventReading(kind="light step", values={"step": reader.u8()})


def _gnss(reader: Reader) -> EventReading:
    state = reader.u8()
    if state in _NO_FIX:
        return EventReading(kind="gnss", values={"state": _NO_FIX[state]})
    if state != _FIX:
        raise reader.error(f"GNSS state {state:#04x}; known: 00, 01, 02, ff", offset=1)
    latitude_deg, longitude_deg = reader.f32(), reader.f32()
    if abs(latitude_deg) > _LATITUDE_DEG_MAX or abs(longitude_deg) > _LONGITUDE_DEG_MAX:
        raise reader.error(f"{latitude_deg:g}, {longitude_deg:g} is nowhere on earth", offset=2)
    at = moment_of(reader.integer(U32))
    return EventReading(
        kind="gnss",
        values={
            "state": "fix",
            "latitude_deg": round(latitude_deg, _POSITION_DIGITS),
            "longitude_deg": round(longitude_deg, _POSITION_DIGITS),
            "at": None if at is None else moment_text(at),
        },
    )


_KINDS: Final[dict[int, Callable[[Reader], EventReading]]] = {
    0x80: _dig,
    0x81: _ldr,
    0x83: _dali,
    0x84: _metering,
    0x85: _light,
    0x86: _gnss,
}
