"""TCR: counts and mean speeds by direction, one message per category of vehicle.

Source of the layout: akenza-io/device-type-library and actility/device-catalog (see vectors.toml).
All numbers are big-endian. The message tells at which time of its own clock the interval ended;
the zone of that clock is not published, so the time of reception stands.
"""

from struct import Struct
from typing import Final

from firmware_profiles.addons.codec import Codec, measured
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import Reader

SETUP_PORT: Final = 1
IDENTITY_PORT: Final = 190
# What each port counts: all that moves, then those categories that its owner has defined.
_COUNT_PORTS: Final = {
    13: "",
    14: "category 1, ",
    15: "category 2, ",
    16: "category 3, ",
    17: "category 4, ",
}
_COUNTS: Final = 0xA2
_IDENTITY: Final = 0xD2
_SETUP: Final = 0xC2
_IDENTITY_BYTES: Final = 8
_SETUP_BYTES: Final = (3, 4)
_INTERVAL: Final = Struct(">BBHBHBB")  # hours, minutes, count and speed twice, supply [0.1 V]
_HOURS: Final = 24
_MINUTES: Final = 60
_KM_H_PER_M_S: Final = 3.6


def _way(channel: str, count: int, speed_km_h: int) -> tuple[Measurement, ...]:
    counted = measured("vehicle_count", count, channel)
    if not count:  # a mean speed of nothing is no speed
        return (counted,)
    return (counted, measured("vehicle_speed", speed_km_h / _KM_H_PER_M_S, channel))


def _counts(reader: Reader) -> tuple[Measurement, ...]:
    hours, minutes, ltr, ltr_km_h, rtl, rtl_km_h, supply = reader.take(_INTERVAL)
    reader.end()
    if hours >= _HOURS or minutes >= _MINUTES:
        raise reader.error(f"{hours}:{minutes:02} is no time of day", offset=1)
    category = _COUNT_PORTS[reader.f_port]
    return (
        *_way(f"{category}left to right", ltr, ltr_km_h),
        *_way(f"{category}right to left", rtl, rtl_km_h),
        measured("supply_voltage", supply / 10),
    )


def _unmeasured(reader: Reader, sizes: tuple[int, ...]) -> tuple[Measurement, ...]:
    if len(reader.payload) not in sizes:
        raise reader.error(f"this message has {' or '.join(map(str, sizes))} bytes")
    return ()


def _read(reader: Reader) -> tuple[Measurement, ...]:
    kind = reader.u8()
    if kind == _COUNTS and reader.f_port in _COUNT_PORTS:
        return _counts(reader)
    if kind == _IDENTITY and reader.f_port == IDENTITY_PORT:
        return _unmeasured(reader, (_IDENTITY_BYTES,))
    if kind == _SETUP and reader.f_port == SETUP_PORT:
        return _unmeasured(reader, _SETUP_BYTES)
    raise reader.error(f"no message {kind:#04x} on this port", offset=0)


CODEC: Final = Codec(
    codec_id="pmx_tcr",
    title="PMX TCR",
    ports=(SETUP_PORT, *_COUNT_PORTS, IDENTITY_PORT),
    read=_read,
)
