"""Status reports: port 23 (firmware 1.1, both headers) and port 24 (firmware 1.0)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from firmware_profiles.nas_ul20xx_1_1.addresses import ADDRESS_WORDS
from firmware_profiles.nas_ul20xx_1_1.fields import LEVEL_MAX, NOT_SET, moment_of
from firmware_profiles.reading import LampState, StatusReading
from firmware_profiles.wire import I8, U8, U16, U32, Reader, integers

PORT: Final = 23
PORT_1_0: Final = 24

_SINCE_1_1_4: Final = 0x01
_BEFORE_1_1_4: Final = 0x00
_CLOCK_AND_FLAGS: Final = integers(U32, U8)
_RADIO: Final = integers(U8, I8, I8)  # -RSSI [dBm], SNR [dB], temperature [°C]

_RELAY_CLOSED: Final = 0x80
_LAMP_BYTES: Final = 4
_LAMP_BYTES_1_0: Final = 5
_REASON_CODES_FROM_1_0: Final = 240  # below it, the byte is the version of the profile
_LUX_UNAVAILABLE: Final = 0xFFFF
_LDR_SENT: Final = 0x02
_ALERTS_SENT: Final = 0x10
_SENSORS: Final = {1: "ldr", 2: "lux", 3: "d4i_lux", 4: "dig_on", 8: "tilt_deg"}

Sensors = dict[str, float | bool | None]


def _by_byte(words: Mapping[int, str]) -> tuple[tuple[str, ...], ...]:
    """Return for each byte the words of the bits that are set in it."""
    return tuple(
        tuple(word for bit, word in words.items() if byte >> bit & 1) for byte in range(256)
    )


_FAULTS: Final = _by_byte(
    {1: "dali connection error", 5: "metering communication error", 6: "external clock warning"}
)
_FAULTS_1_0: Final = _by_byte(
    {0: "external dali error", 1: "dali connection error", 5: "hardware error"}
)
_ALERTS: Final = _by_byte(
    {
        4: "voltage alert in 24 h",
        5: "lamp error alert in 24 h",
        6: "power alert in 24 h",
        7: "power factor alert in 24 h",
    }
)
# DALI status, IEC 62386-102 QUERY STATUS; bits 2 (lamp on) and 4 (fade running) are no faults.
DALI_FAULTS: Final = _by_byte(
    {
        0: "gear failure",
        1: "lamp failure",
        3: "limit error",
        5: "reset state",
        6: "missing short address",
        7: "power cycle seen",
    }
)
DALI_NOT_ASKED: Final = 0xFF
_LAMP_ON: Final = 1 << 2
_FADING: Final = 1 << 4

_REASONS: Final = {
    **{profile: f"profile {profile}" for profile in range(8)},
    0x21: "calendar day",
    0x22: "calendar night",
    **{0x30 + step: f"dawn step {step}" for step in range(16)},
    **{0x50 + step: f"dusk step {step}" for step in range(16)},
    0x70: "dig inactive",
    0x71: "dig active",
    **{0x80 + step: f"light step {step}" for step in range(8)},
    245: "relay off",
    246: "driver not found",
    248: "fallback",
    250: "ldr",
    252: "dig",
    253: "manual",
    255: "unknown",
}
_REASONS_1_0: Final = {
    246: "driver not found",
    247: "calendar",
    248: "start-up",
    249: "profile not active",
    250: "ldr",
    252: "dig",
    253: "manual",
    254: "value differs",
    255: "unknown",
}


def decode_status(payload: bytes) -> StatusReading:
    """Return a status of firmware 1.1.

    Raises:
        DecodeError: the bytes are no status.
    """
    reader = Reader(PORT, payload)
    header = reader.u8()
    if header == _SINCE_1_1_4:
        epoch_s, flags = reader.take(_CLOCK_AND_FLAGS)
        more = reader.u8()
        radio = reader.take(_RADIO)
        faults = _FAULTS[flags] + _ALERTS[reader.u8()]
        sensors: Sensors = {
            "open_drain_on": bool(more & 0x04),
            "lumalink_connected": bool(more & 0x40),
            "lumalink_connected_after_boot": bool(more & 0x80),
        }
        _read_sensors(reader, sensors)
    elif header == _BEFORE_1_1_4:
        epoch_s, flags = reader.take(_CLOCK_AND_FLAGS)
        radio = reader.take(_RADIO)
        more = reader.u8()
        sensors = _read_inputs(reader, flags, more)
        faults = _FAULTS[flags] + _ALERTS[reader.u8() if more & _ALERTS_SENT else 0]
    else:
        raise reader.error(f"status header {header:#04x}; known: 00 and 01", offset=0)
    lamps = _read_lamps(reader, _LAMP_BYTES)
    return _reading(epoch_s, flags, radio, faults, sensors=sensors, lamps=lamps)


def decode_status_1_0(payload: bytes) -> StatusReading:
    """Return a status of firmware 1.0.

    Raises:
        DecodeError: the bytes are no status.
    """
    reader = Reader(PORT_1_0, payload)
    epoch_s, flags = reader.take(_CLOCK_AND_FLAGS)
    radio = reader.take(_RADIO)
    more = reader.u8()
    sensors = _read_inputs(reader, flags, more)
    faults = _FAULTS_1_0[flags] + _ALERTS[more]
    lamps = _read_lamps(reader, _LAMP_BYTES_1_0)
    return _reading(epoch_s, flags, radio, faults, sensors=sensors, lamps=lamps)


def _reading(
    epoch_s: int,
    flags: int,
    radio: tuple[int, ...],
    faults: tuple[str, ...],
    *,
    sensors: Sensors,
    lamps: tuple[LampState, ...],
) -> StatusReading:
    rssi, snr_db, temperature_c = radio
    return StatusReading(
        at=moment_of(epoch_s),
        lamps=lamps,
        relay_closed=bool(flags & _RELAY_CLOSED),
        temperature_c=temperature_c,
        downlink_rssi_dbm=-rssi,
        downlink_snr_db=snr_db,
        faults=faults,
        sensors=sensors,
    )


def _read_inputs(reader: Reader, flags: int, more: int) -> Sensors:
    """Return the inputs as firmware before 1.1.4 tells them: in the bits, and the LDR if sent."""
    sensors: Sensors = {
        "ldr_on": bool(flags & 0x04),
        "dig_on": bool(flags & 0x10),
        "open_drain_on": bool(more & 0x04),
    }
    if more & _LDR_SENT:
        sensors["ldr"] = reader.u8()
    return sensors


def _read_sensors(reader: Reader, sensors: Sensors) -> None:
    """Add the sensors of a block: its length, then a kind and a value for each."""
    size = reader.u8()
    end = reader.offset + size
    while reader.offset < end:
        start, kind = reader.offset, reader.u8()
        name = _SENSORS.get(kind)
        if name is None:
            # The lengths of kinds that we do not know are unknown too: the rest of the block is
            # left out, the kind is told, and the report stays good for all it says besides.
            sensors[f"unknown {kind:#04x}"] = None
            reader.raw(end - reader.offset)
            return
        sensors[name] = _sensor_value(reader, name)
        if reader.offset > end:
            raise reader.error(f"{name} runs past the {size} bytes of sensors", offset=start)


def _sensor_value(reader: Reader, name: str) -> float | bool | None:
    if name.endswith("lux"):
        return _lux(reader.integer(U16))
    value = reader.u8()
    if name == "dig_on":
        return bool(value & 1)
    return None if name == "tilt_deg" and value == NOT_SET else value


def _lux(raw: int) -> float | None:
    """Return an illuminance [lx] from its code: 1/4000 of a decade each, from 0.001 lx."""
    if raw == _LUX_UNAVAILABLE:
        return None
    # A step of the code is 0.06 %, so four digits say all that it can.
    return float(f"{10 ** ((raw & 0x7FFF) / 4000) / 1000:.4g}")


def _read_lamps(reader: Reader, size: int) -> tuple[LampState, ...]:
    """Return the outputs that fill the rest of the report, ``size`` bytes each."""
    read = _lamp if size == _LAMP_BYTES else _lamp_1_0
    lamps = []
    while reader.left:
        start = reader.offset
        lamp = read(reader.raw(size))
        if isinstance(lamp, str):
            raise reader.error(lamp, offset=start)
        lamps.append(lamp)
    return tuple(lamps)


@lru_cache(maxsize=4096)
def _lamp(data: bytes) -> LampState | str:
    """Return an output (address, reason, level, DALI status), or what is wrong with it."""
    address, reason, level, dali = data
    words = ADDRESS_WORDS[address]
    if words is None:
        return f"{address:#04x} is no address"
    if level > LEVEL_MAX and level != NOT_SET:
        return f"level {level} %; allowed: 0 to 100, or FF"
    asked = dali != DALI_NOT_ASKED
    return LampState(
        address=words,
        level=None if level == NOT_SET else level,
        reason=_REASONS.get(reason, f"undocumented {reason:#04x}"),
        faults=DALI_FAULTS[dali] if asked else (),
        lamp_on=bool(dali & _LAMP_ON) if asked else None,
        fading=bool(dali & _FADING) if asked else None,
    )


@lru_cache(maxsize=4096)
def _lamp_1_0(data: bytes) -> LampState | str:
    """Return an output (profile, version, address, days, level), or what is wrong with it."""
    profile, version, address, _days, level = data
    words = ADDRESS_WORDS[address]
    if words is None:
        return f"{address:#04x} is no address"
    if level > LEVEL_MAX and level != NOT_SET:
        return f"level {level} %; allowed: 0 to 100, or FF"
    if version < _REASON_CODES_FROM_1_0:
        reason = "no profile" if profile == NOT_SET else f"profile {profile}"
    else:
        reason = _REASONS_1_0.get(version, f"undocumented {version:#04x}")
    return LampState(address=words, level=None if level == NOT_SET else level, reason=reason)
