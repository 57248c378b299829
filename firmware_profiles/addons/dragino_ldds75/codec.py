"""LDDS75: battery, distance and a temperature probe in eight bytes, big-endian.

Source of the layout: chirpstack/lorawan-device-profiles (see vectors.toml).
"""

from struct import Struct
from typing import Final

from firmware_profiles.addons.codec import MM_PER_M, Codec, measured
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import Reader

PORT: Final = 2
_FRAME: Final = Struct(">HHBhB")  # battery, distance, interrupt flag, temperature, sensor flag
_BATTERY_BITS: Final = 0x3FFF
_NO_DISTANCE_MM: Final = (0, 20)  # no sensor; a reading that the sensor itself calls invalid
# Without a probe the field is 0000 (the published vector) or FFFF (akenza's note). Both would be
# near the freezing point, where a wrong number does harm: they are told as no reading.
_NO_PROBE: Final = (0, -1)


def _read(reader: Reader) -> tuple[Measurement, ...]:
    battery, distance_mm, _interrupt, temperature, _sensor = reader.take(_FRAME)
    reader.end()
    fault = distance_mm in _NO_DISTANCE_MM
    found = [
        measured("battery_voltage", (battery & _BATTERY_BITS) / 1000),
        measured("sensor_fault", fault, "distance"),
    ]
    if not fault:
        found.append(measured("distance", distance_mm / MM_PER_M))
    if temperature not in _NO_PROBE:
        found.append(measured("probe_temperature", temperature / 10))
    return tuple(found)


CODEC: Final = Codec(codec_id="dragino_ldds75", title="Dragino LDDS75", ports=(PORT,), read=_read)
