"""Everything a node can say to us, by port."""

from collections.abc import Callable
from typing import Final

from firmware_profiles.errors import DecodeError
from firmware_profiles.nas_ul20xx_1_1 import events, status, system, usage
from firmware_profiles.nas_ul20xx_1_1.commands import COMMAND_PORT, ECHOED_COMMANDS, REPLIES
from firmware_profiles.nas_ul20xx_1_1.config import CONFIGS
from firmware_profiles.nas_ul20xx_1_1.config import PORT as CONFIG_PORT
from firmware_profiles.packet import PACKET, PacketTable
from firmware_profiles.reading import EchoReading, EventReading, Reading

PAYLOAD_MAX: Final = 242  # bytes: no LoRaWAN region carries more in one frame

_ECHOES: Final = PacketTable(CONFIGS)
_REPLIES: Final = PacketTable(REPLIES)
_FAILED: Final = {b"\x07": "memory read failed", b"\x08": "memory write failed"}


def decode_uplink(f_port: int, payload: bytes) -> tuple[Reading, ...]:
    """Return what a node said.

    Raises:
        DecodeError: the bytes are not of this firmware's protocol.
    """
    decode = _PORTS.get(f_port)
    if decode is None:
        known = ", ".join(str(port) for port in _PORTS)
        raise DecodeError(f_port, payload, 0, f"nodes speak on the ports {known} only")
    if not 0 < len(payload) <= PAYLOAD_MAX:
        raise DecodeError(f_port, payload, 0, f"a payload has 1 to {PAYLOAD_MAX} bytes")
    return (decode(payload),)


def _decode_config(payload: bytes) -> EchoReading:
    meaning = _ECHOES.decode(CONFIG_PORT, payload)
    return EchoReading(f_port=CONFIG_PORT, payload=payload, meaning=meaning)


def _decode_reply(payload: bytes) -> Reading:
    if payload in _FAILED:
        return EventReading(kind=_FAILED[payload], values={})
    meaning = _REPLIES.decode(COMMAND_PORT, payload)
    if meaning[PACKET] in ECHOED_COMMANDS:
        return EchoReading(f_port=COMMAND_PORT, payload=payload, meaning=meaning)
    return EventReading(kind=meaning.pop(PACKET), values=meaning)


_PORTS: Final[dict[int, Callable[[bytes], Reading]]] = {
    status.PORT: status.decode_status,
    status.PORT_1_0: status.decode_status_1_0,
    usage.PORT: usage.decode_usage,
    usage.PORT_1_0: usage.decode_usage_1_0,
    CONFIG_PORT: _decode_config,
    COMMAND_PORT: _decode_reply,
    events.PORT: events.decode_event,
    system.PORT: system.decode_system,
}
