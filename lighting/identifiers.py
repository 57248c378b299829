"""Identifiers: parsed once at the edge, compared safely inside."""

import re
from typing import NewType

from lighting.errors import IdentifierError

LanternId = NewType("LanternId", str)
"""The owner's key of a lantern, prefixed by its source: ``camden:0012345``."""

DevEui = NewType("DevEui", str)
"""A LoRaWAN device: 16 lower-case hex digits."""

GatewayId = NewType("GatewayId", str)
"""A LoRaWAN gateway: 16 lower-case hex digits."""

ProgramId = NewType("ProgramId", str)
"""The first 16 hex digits of the SHA-256 of a program's frames: equal programs have equal ids."""

_EUI = re.compile(r"[0-9a-f]{16}")


def _eui(kind: str, text: str) -> str:
    cleaned = text.strip().lower().replace("-", "").replace(":", "")
    if not _EUI.fullmatch(cleaned):
        raise IdentifierError(kind, text, "16 hex digits, such as 70b3d57ed0000123")
    return cleaned


def dev_eui(text: str) -> DevEui:
    """Return ``text`` as a DevEui.

    Raises:
        IdentifierError: not 16 hex digits (with or without ``-`` or ``:`` between).
    """
    return DevEui(_eui("DevEUI", text))


def gateway_id(text: str) -> GatewayId:
    """Return ``text`` as a GatewayId.

    Raises:
        IdentifierError: not 16 hex digits.
    """
    return GatewayId(_eui("gateway id", text))
