"""DL-PM (air quality), DL-CWS and DL-ITST (road surface): their sensors as tables."""

from typing import Final

from firmware_profiles.addons.codec import Codec
from firmware_profiles.addons.decentlab.frame import PORT, Sensor, Word, reading


def _tenth(x: int) -> float:
    return x / 10


def _centred_hundredth(x: int) -> float:
    return (x - 0x8000) / 100


def _offset_tenth(x: int) -> float:
    return (x - 1000) / 10


_BATTERY: Final[Sensor] = (Word("battery_voltage", lambda x: x / 1000),)

_PARTICLES: Final[Sensor] = (
    Word("pm1", _tenth),
    Word("pm2_5", _tenth),
    Word("pm4", _tenth),
    Word("pm10", _tenth),
    Word("particle_size", float),
    Word("particle_number", _tenth, "up to 0.5 µm"),
    Word("particle_number", _tenth, "up to 1 µm"),
    Word("particle_number", _tenth, "up to 2.5 µm"),
    Word("particle_number", _tenth, "up to 4 µm"),
    Word("particle_number", _tenth, "up to 10 µm"),
)
_AIR: Final[Sensor] = (
    Word("air_temperature", lambda x: 175.72 * x / 65536 - 46.85),
    Word("humidity", lambda x: 125 * x / 65536 - 6),
)
_PRESSURE: Final[Sensor] = (Word("pressure", lambda x: x * 2),)

_ROAD_WEATHER: Final[Sensor] = (
    Word("surface_temperature", _centred_hundredth),
    Word("air_temperature", _centred_hundredth),
    Word("humidity", _centred_hundredth),
    Word("dew_point", _centred_hundredth),
    Word("tilt", lambda x: x - 0x8000),
    Word("device_temperature", _centred_hundredth, "sensor head"),
)
_PYROMETER: Final[Sensor] = (
    Word("surface_temperature", _offset_tenth),
    Word("device_temperature", _offset_tenth, "sensor head"),
)

CODECS: Final = (
    Codec(
        codec_id="decentlab_pm",
        title="Decentlab DL-PM",
        ports=(PORT,),
        read=reading(_BATTERY, _PARTICLES, _AIR, _PRESSURE),
    ),
    Codec(
        codec_id="decentlab_cws",
        title="Decentlab DL-CWS",
        ports=(PORT,),
        read=reading(_ROAD_WEATHER, _BATTERY),
    ),
    Codec(
        codec_id="decentlab_itst",
        title="Decentlab DL-ITST",
        ports=(PORT,),
        read=reading(_PYROMETER, _BATTERY),
    ),
)
