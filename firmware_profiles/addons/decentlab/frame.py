"""Decentlab's frame: version, device id, flags, then the words of each sensor that is flagged.

Source of the layout: the codecs that Decentlab publishes per device in TheThingsNetwork/
lorawan-devices and akenza-io/device-type-library (see vectors.toml). All numbers are big-endian.
"""

from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Final

from firmware_profiles.addons.codec import Read, measured
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import Reader

PORT: Final = 1
_VERSION: Final = 2
_HEADER: Final = Struct(">BHH")  # version, device id, flags
_FLAGS_OFFSET: Final = 3
_FLAG_BITS: Final = 16


@dataclass(frozen=True, slots=True)
class Word:
    """One 16-bit word of a sensor: the quantity it is of and how it is scaled to its unit."""

    quantity: str
    value: Callable[[int], float]
    channel: str = ""


Sensor = tuple[Word, ...]


def reading(*sensors: Sensor) -> Read:
    """Return the function that reads a device of these ``sensors``, in the order of their flags."""
    packers = tuple(Struct(f">{len(sensor)}H") for sensor in sensors)

    def read(reader: Reader) -> tuple[Measurement, ...]:
        version, _device_id, flags = reader.take(_HEADER)
        if version != _VERSION:
            raise reader.error(f"protocol version {version}; known: {_VERSION}", offset=0)
        if flags >> len(sensors):
            problem = f"flags {flags:0{_FLAG_BITS}b}; this device has {len(sensors)} sensors"
            raise reader.error(problem, offset=_FLAGS_OFFSET)
        found: list[Measurement] = []
        for bit, (sensor, packer) in enumerate(zip(sensors, packers, strict=True)):
            if flags >> bit & 1:
                words = zip(sensor, reader.take(packer), strict=True)
                found += [measured(word.quantity, word.value(x), word.channel) for word, x in words]
        reader.end()
        return tuple(found)

    return read
