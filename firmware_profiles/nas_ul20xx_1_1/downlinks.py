"""Everything we can say to a node: one table, bytes <-> plain meaning, and the frame for each."""

from collections.abc import Mapping
from typing import Any, Final

from firmware_profiles.errors import EncodeError
from firmware_profiles.fields import Values
from firmware_profiles.frame import Frame
from firmware_profiles.nas_ul20xx_1_1.commands import (
    COMMAND_PORT,
    COMMANDS,
    ECHOED_COMMANDS,
    READ_BACKS,
    RESTARTS,
)
from firmware_profiles.nas_ul20xx_1_1.config import CONFIGS, PORT
from firmware_profiles.packet import PACKET, PacketTable

# EU868 carries 51 bytes at its slowest data rate (general knowledge: RP002, not verified), and a
# class C node listens at one data rate that we do not choose for each frame.
PAYLOAD_MAX: Final = 51

DOWNLINKS: Final = PacketTable((*CONFIGS, *READ_BACKS, *RESTARTS, *COMMANDS))

_REPORT: Final = "report"  # answered by the report itself, not by an echo


def decode_downlink(f_port: int, payload: bytes) -> Values:
    """Return the plain meaning of a downlink.

    Raises:
        DecodeError: the bytes are no packet of this firmware.
    """
    return DOWNLINKS.decode(f_port, payload)


def downlink(meaning: Mapping[str, Any], *, slot: str | None = None) -> Frame:
    """Return the frame that says ``meaning``, for ``slot`` or else the packet's own.

    Raises:
        EncodeError: an unknown packet or field, one missing, a value out of its limits, or a
            payload that the slowest data rate cannot carry.
    """
    packet = DOWNLINKS.named(meaning)
    payload = packet.write(meaning)
    if len(payload) > PAYLOAD_MAX:
        raise EncodeError(packet.name, f"{len(payload)} bytes", f"{PAYLOAD_MAX} bytes at most")
    return Frame(
        f_port=packet.f_port,
        payload=payload,
        slot=slot or slot_of(meaning),
        echo=(packet.f_port, payload) if _is_echoed(packet.f_port, packet.name) else None,
    )


def slot_of(meaning: Mapping[str, Any]) -> str:
    """Return the register of the node that a packet writes: what the packet is called, mostly."""
    name = str(meaning[PACKET])
    if name == "profile":
        return f"profile {meaning.get('id')}"
    return _SLOTS.get(name, name)


# A clear writes the same register as a set; a resume is a dim, and both end a timed dim.
_SLOTS: Final = {
    "clear profiles": "profiles",
    "clear holidays": "holidays",
    "clear dig input": "dig input",
    "dig input off": "dig input",
    "clear light sensor": "light sensor",
    "light sensor off": "light sensor",
    "dim": "override",
    "timed dim": "override",
}


def _is_echoed(f_port: int, name: str) -> bool:
    """Whether the node repeats the packet word for word once it has taken it."""
    if f_port == COMMAND_PORT:
        return name in ECHOED_COMMANDS and name != _REPORT
    return f_port == PORT
