"""Codec: a reading function with its id and its ports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_profiles.measurement import Measurement
from firmware_profiles.wire import Reader

MM_PER_M: Final = 1000
Read = Callable[[Reader], tuple[Measurement, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One device's codec. Fulfils ``firmware_profiles.codecs.AddOnCodec``.

    ``ports`` are those that the device speaks on; empty where its owner may set it to any.
    """

    codec_id: str
    title: str
    read: Read
    ports: tuple[int, ...] = ()

    def decode(self, f_port: int, payload: bytes) -> tuple[Measurement, ...]:
        """Return what a device measured.

        Raises:
            DecodeError: the bytes are not of this device's protocol, or came on another port.
        """
        reader = Reader(f_port, payload)
        if self.ports and f_port not in self.ports:
            spoken = ", ".join(map(str, self.ports))
            raise reader.error(f"{self.title} speaks on port {spoken}")
        if not payload:
            raise reader.error("an empty payload")
        return self.read(reader)


def measured(quantity: str, value: float, channel: str = "") -> Measurement:
    """Return a measurement of now, its value free of the noise of scaling (2.1160000000000001)."""
    return Measurement(quantity=quantity, value=round(float(value), 9), channel=channel)


def state(reader: Reader, quantity: str, channel: str = "") -> Measurement:
    """Return the state that the next byte tells: 0 or 1.

    Raises:
        DecodeError: there is no byte, or it is neither.
    """
    start, value = reader.offset, reader.u8()
    if value > 1:
        raise reader.error(f"{value:#04x} where 00 or 01 belongs", offset=start)
    return measured(quantity, value, channel)
