"""VS133 (footfall) and WS202 (presence): they sense people, so only aggregates may be stored."""

from typing import Final

from firmware_profiles.addons.codec import measured, state
from firmware_profiles.addons.milesight.frame import Channel, ChannelKey, codec
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import U16, U32, Reader

Measured = tuple[Measurement, ...]

_LINES: Final = 4
_REGIONS: Final = 4
_FIRST_LINE_ID: Final = 0x03
_IDS_A_LINE: Final = 3  # total in, total out, in and out since the report before
_TOTAL: Final = 0xD2
_PERIOD: Final = 0xCC
_DWELL_BYTES: Final = 5  # region, mean, greatest


def _total(channel: str) -> Channel:
    return lambda reader: (measured("people_total", reader.integer(U32), channel),)


def _period(line: str) -> Channel:
    def read(reader: Reader) -> Measured:
        return tuple(
            measured("people_count", reader.integer(U16), f"{line} {way}") for way in ("in", "out")
        )

    return read


def _regions(reader: Reader) -> Measured:
    return tuple(
        measured("people_present", reader.u8(), f"region {region}")
        for region in range(1, _REGIONS + 1)
    )


def _dwell(reader: Reader) -> Measured:
    # The unit is not published, and how long people stay is more than the city needs to know.
    reader.raw(_DWELL_BYTES)
    return ()


def _lines() -> dict[ChannelKey, Channel]:
    channels: dict[ChannelKey, Channel] = {}
    for index in range(_LINES):
        line, first = f"line {index + 1}", _FIRST_LINE_ID + index * _IDS_A_LINE
        channels[first, _TOTAL] = _total(f"{line} in")
        channels[first + 1, _TOTAL] = _total(f"{line} out")
        channels[first + 2, _PERIOD] = _period(line)
    return channels


def _motion(reader: Reader) -> Measured:
    return (state(reader, "motion"),)


def _daylight(reader: Reader) -> Measured:
    return (state(reader, "daylight"),)


CODECS: Final = (
    codec(
        "milesight_vs133",
        "Milesight VS133",
        {**_lines(), (0x0F, 0xE3): _regions, (0x10, 0xE4): _dwell},
    ),
    codec("milesight_ws202", "Milesight WS202", {(0x03, 0x00): _motion, (0x04, 0x00): _daylight}),
)
