"""Industrial: gases, particles, weather and noise in fifty bytes.

Source of the layout: TheThingsNetwork/lorawan-devices, vendor/uradmonitor (see vectors.toml). All
numbers are big-endian; signed ones are a sign and a size, not two's complement. The last byte is a
check sum of a kind that is not published: it cannot be checked. Position, speed and the device's
clock are skipped: where it stands is in the register, and the zero of its clock is not published.
"""

from struct import Struct
from typing import Final

from firmware_profiles.addons.codec import Codec, measured
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import Reader

FRAME_BYTES: Final = 50
PORT: Final = 1
_SKIPPED_BYTES: Final = 20  # id, versions, time, position, altitude, speed
_PRESSURE_OFFSET_PA: Final = 65_535
_GASES: Final = {
    0x02: "nh3",
    0x03: "h2s",
    0x04: "co",
    0x2A: "o3",
    0x2B: "so2",
    0x2C: "no2",
    0x31: "cl2",
}
_GAS_SENSORS: Final = 4
_NO_GAS: Final = 0x00  # an empty place (inferred: no gas has this number)
_PARTICLES: Final = Struct(">BHB")  # PM2.5 less PM1, PM2.5, PM10 less PM2.5 [µg/m³]


def _signed(reader: Reader, size: int) -> int:
    number = int.from_bytes(reader.raw(size), "big")
    sign = 1 << (8 * size - 1)
    return -(number - sign) if number & sign else number


def _air(reader: Reader) -> list[Measurement]:
    temperature = _signed(reader, 2)
    pressure = int.from_bytes(reader.raw(2), "big")
    return [
        measured("air_temperature", temperature / 100),
        measured("pressure", pressure + _PRESSURE_OFFSET_PA),
        measured("humidity", reader.u8() / 2),
        measured("gas_resistance", int.from_bytes(reader.raw(3), "big")),
        measured("sound_level", reader.u8() / 2),
    ]


def _gases(reader: Reader) -> list[Measurement]:
    found: dict[str, Measurement] = {}
    for _ in range(_GAS_SENSORS):
        start, kind = reader.offset, reader.u8()
        ppb = _signed(reader, 3)  # thousandths of ppm
        if kind == _NO_GAS:
            continue
        gas = _GASES.get(kind)
        if gas is None or gas in found:
            problem = "no gas of this number" if gas is None else f"a second sensor of {gas}"
            raise reader.error(f"{kind:#04x}: {problem}", offset=start)
        found[gas] = measured(gas, ppb)
    return list(found.values())


def _read(reader: Reader) -> tuple[Measurement, ...]:
    if len(reader.payload) != FRAME_BYTES:
        raise reader.error(f"a frame has {FRAME_BYTES} bytes")
    reader.raw(_SKIPPED_BYTES)
    found = [*_air(reader), *_gases(reader)]
    below, pm2_5, above = reader.take(_PARTICLES)
    return (
        *found,
        measured("pm1", pm2_5 - below),
        measured("pm2_5", pm2_5),
        measured("pm10", pm2_5 + above),
    )


CODEC: Final = Codec(
    codec_id="uradmonitor_industrial",
    title="uRADMonitor Industrial",
    ports=(PORT,),
    read=_read,
)
