"""PCR2: counts by direction, in Parametric's extended payload (version 4) and in Elsys' form.

Source of the layout: TheThingsNetwork/lorawan-devices, vendor/parametric (see vectors.toml). All
numbers are big-endian. The extended payload of version 3 gives its battery without a published
unit: it is refused, and the firmware can be set to send version 4.
"""

from struct import Struct
from typing import Final

from firmware_profiles.addons.codec import Codec, measured
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import Reader

PORT: Final = 14
SETUP_PORT: Final = 190

_LEFT_TO_RIGHT: Final = "left to right"
_RIGHT_TO_LEFT: Final = "right to left"
_EXTENDED: Final = bytes.fromhex("be01")  # maker and product; the version follows
_VERSION: Final = 4
# Counts by direction, sums by direction, battery [mV], solar panel [mW], temperature [0.1 °C]
_COUNTS: Final = Struct(">6Hh")
_SETUP_BYTES: Final = {3: 20, 4: 31, 5: 34, 6: 35}  # how the device is set up, by version
_SETUP_BYTES_2: Final = 14  # version 2 has neither maker nor version in front

_WORD: Final = Struct(">h")
_COUNT: Final = Struct(">H")
_ELSYS_TEMPERATURE: Final = 0x01
_ELSYS_CHANNELS: Final = {0x0A: _LEFT_TO_RIGHT, 0x16: _RIGHT_TO_LEFT}


def _extended(reader: Reader) -> tuple[Measurement, ...]:
    reader.raw(len(_EXTENDED))
    version = reader.u8()
    if version != _VERSION:
        problem = f"extended payload of version {version}; known: {_VERSION}"
        raise reader.error(problem, offset=len(_EXTENDED))
    ltr, rtl, ltr_sum, rtl_sum, battery_mv, solar_mw, temperature = reader.take(_COUNTS)
    reader.end()
    found = [
        measured("people_count", ltr, _LEFT_TO_RIGHT),
        measured("people_count", rtl, _RIGHT_TO_LEFT),
        measured("people_total", ltr_sum, _LEFT_TO_RIGHT),
        measured("people_total", rtl_sum, _RIGHT_TO_LEFT),
        measured("device_temperature", temperature / 10),
    ]
    if battery_mv:  # only a device with the solar charger has one
        found.append(measured("battery_voltage", battery_mv / 1000))
        found.append(measured("solar_power", solar_mw / 1000))
    return tuple(found)


def _elsys(reader: Reader) -> tuple[Measurement, ...]:
    found = []
    while reader.left:
        start, kind = reader.offset, reader.u8()
        if kind == _ELSYS_TEMPERATURE:
            found.append(measured("device_temperature", reader.take(_WORD)[0] / 10))
        elif kind in _ELSYS_CHANNELS:
            count = reader.take(_COUNT)[0]
            found.append(measured("people_count", count, _ELSYS_CHANNELS[kind]))
        else:
            raise reader.error(f"no field {kind:#04x}; known: 01, 0a, 16", offset=start)
    return tuple(found)


def _setup(reader: Reader) -> tuple[Measurement, ...]:
    if not reader.payload.startswith(_EXTENDED):
        size = _SETUP_BYTES_2
    else:
        reader.raw(len(_EXTENDED))
        size = _SETUP_BYTES.get(reader.u8(), 0)
    if len(reader.payload) != size:
        known = ", ".join(f"{size} bytes of version {v}" for v, size in _SETUP_BYTES.items())
        problem = f"no setup message; known: {_SETUP_BYTES_2} bytes of version 2, {known}"
        raise reader.error(problem, offset=0)
    return ()


def _read(reader: Reader) -> tuple[Measurement, ...]:
    if reader.f_port == SETUP_PORT:
        return _setup(reader)
    if reader.payload.startswith(_EXTENDED):
        return _extended(reader)
    return _elsys(reader)


CODEC: Final = Codec(
    codec_id="parametric_pcr2", title="Parametric PCR2", ports=(PORT, SETUP_PORT), read=_read
)
