"""Milesight's frame: channel id, channel type, value; again and again until the payload ends.

Source of the layout: the channel tables that Milesight publishes per device (see vectors.toml).
All numbers are little-endian. A channel tells no length, so an unknown one ends all certainty:
the frame is refused whole. The port is a setting of the device (85 from the factory).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from firmware_profiles.addons.codec import Codec, Read, measured
from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import U32, Reader

ChannelKey = tuple[int, int]
"""Channel id and channel type."""
Channel = Callable[[Reader], tuple[Measurement, ...]]

BATTERY: Final[ChannelKey] = (0x01, 0x75)
HISTORY: Final[ChannelKey] = (0x20, 0xCE)
_ATTRIBUTE: Final = 0xFF
# Bytes of what a device tells of itself when it starts: protocol, serial, hardware, firmware, …
_ATTRIBUTE_BYTES: Final = {
    0x01: 1,
    0x08: 6,
    0x09: 2,
    0x0A: 2,
    0x0B: 1,
    0x0F: 1,
    0x16: 8,
    0x1F: 4,
    0xFE: 1,
    0xFF: 2,
}


def codec(codec_id: str, title: str, channels: Mapping[ChannelKey, Channel]) -> Codec:
    """Return the codec of a device that has ``channels``; every device has the battery's."""
    return Codec(codec_id=codec_id, title=title, read=_reading({BATTERY: _battery, **channels}))


def _reading(channels: Mapping[ChannelKey, Channel]) -> Read:
    def read(reader: Reader) -> tuple[Measurement, ...]:
        # By quantity: a frame may repeat a channel to add an alarm, and then the later one holds.
        found: dict[object, Measurement] = {}
        while reader.left:
            for each in _channel(reader, channels):
                found[each.quantity, each.channel, each.at] = each
        return tuple(found.values())

    return read


def _channel(reader: Reader, channels: Mapping[ChannelKey, Channel]) -> tuple[Measurement, ...]:
    start = reader.offset
    key = (reader.u8(), reader.u8())
    channel = channels.get(key)
    if channel is not None:
        return channel(reader)
    channel_id, channel_type = key
    size = _ATTRIBUTE_BYTES.get(channel_type) if channel_id == _ATTRIBUTE else None
    if size is None:
        known = ", ".join(f"{a:02x} {b:02x}" for a, b in channels)
        problem = f"no channel {channel_id:02x} {channel_type:02x}; known: {known}, ff …"
        raise reader.error(problem, offset=start)
    reader.raw(size)
    return ()


def _battery(reader: Reader) -> tuple[Measurement, ...]:
    return (measured("battery_level", reader.u8()),)


def moment(reader: Reader) -> datetime:
    """Return the time of a kept measurement: Unix seconds.

    Raises:
        DecodeError: the payload ends within it.
    """
    return datetime.fromtimestamp(reader.integer(U32), UTC)
