"""EM300-TH (damp), EM500-UDL and EM400-MUD (gully level), EM320-TILT (structural movement)."""

from dataclasses import replace
from typing import Final

from firmware_profiles.addons.codec import MM_PER_M, measured, state
from firmware_profiles.addons.milesight.frame import HISTORY, codec, moment
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import I16, U16, Reader

Measured = tuple[Measurement, ...]


def _temperature(reader: Reader) -> Measured:
    return (measured("air_temperature", reader.integer(I16) / 10),)


def _humidity(reader: Reader) -> Measured:
    return (measured("humidity", reader.u8() / 2),)


def _distance(reader: Reader) -> Measured:
    return (measured("distance", reader.integer(U16) / MM_PER_M),)


def _climate_kept(reader: Reader) -> Measured:
    at = moment(reader)
    kept = (*_temperature(reader), *_humidity(reader))
    reader.raw(1)  # reserved
    return tuple(replace(each, at=at) for each in kept)


def _distance_kept(reader: Reader) -> Measured:
    at = moment(reader)
    return tuple(replace(each, at=at) for each in _distance(reader))


def _temperature_alarm(reader: Reader) -> Measured:
    return (*_temperature(reader), state(reader, "device_alarm", "temperature"))


def _distance_alarm(reader: Reader) -> Measured:
    return (*_distance(reader), state(reader, "device_alarm", "distance"))


def _position(reader: Reader) -> Measured:
    return (state(reader, "tipped"),)


def _angles(reader: Reader) -> Measured:
    found = []
    for axis in "xyz":
        word = reader.integer(I16)  # fifteen bits of hundredths of a degree, one bit of alarm
        found.append(measured("tilt", (word >> 1) / 100, axis))
        found.append(measured("device_alarm", word & 1, axis))
    return tuple(found)


CODECS: Final = (
    codec(
        "milesight_em300_th",
        "Milesight EM300-TH",
        {(0x03, 0x67): _temperature, (0x04, 0x68): _humidity, HISTORY: _climate_kept},
    ),
    codec(
        "milesight_em500_udl",
        "Milesight EM500-UDL",
        {(0x03, 0x82): _distance, HISTORY: _distance_kept},
    ),
    codec(
        "milesight_em400_mud",
        "Milesight EM400-MUD",
        {
            (0x03, 0x67): _temperature,
            (0x04, 0x82): _distance,
            (0x05, 0x00): _position,
            (0x83, 0x67): _temperature_alarm,
            (0x84, 0x82): _distance_alarm,
        },
    ),
    codec("milesight_em320_tilt", "Milesight EM320-TILT", {(0x03, 0xD4): _angles}),
)
