"""EUIs as people print, scan and type them. The byte order is taken as written, never guessed.

IEEE EUI-64s are printed most significant byte first, and so is everything here. Some firmware lists
them the other way round; nothing in the digits tells the two apart, so a reversed DevEUI is refused
by nobody and simply never joins.
"""

import re
from typing import NewType

from lighting.identifiers import DevEui
from lighting.registration.errors import LabelError

JoinEui = NewType("JoinEui", str)
"""The join server of a LoRaWAN device (AppEUI before 1.0.4): 16 lower-case hex digits."""

EUI_DIGITS = 16
SHOWN_MAX = 80
"""Characters of a wrong text that an error repeats."""

_SEPARATORS = re.compile(r"[-:.\s]")
_HEX = re.compile(r"[0-9a-fA-F]*")
_LOOK_ALIKES = {"o": "the digit 0", "i": "the digit 1", "l": "the digit 1", "s": "the digit 5"}

_PLACEHOLDERS = {"0" * EUI_DIGITS, "f" * EUI_DIGITS}

CURE = "a DevEUI is 16 hex digits, such as 70B3D57ED0000123 or 70-B3-D5-7E-D0-00-01-23"


def typed_dev_eui(text: str) -> DevEui:
    """Return a DevEUI from its usual spellings: any case; ``-``, ``:``, ``.`` or spaces between.

    Raises:
        LabelError: not 16 hex digits; says which character is wrong, or how many are missing. Or
            all zero or all F, which stand where there is none.
    """
    digits = hex_digits("DevEUI", text, cure=CURE)
    if digits in _PLACEHOLDERS:
        raise LabelError(f"{shown(text)} is a placeholder and no device's DevEUI", CURE)
    return DevEui(digits)


def typed_join_eui(text: str) -> JoinEui:
    """Return a JoinEUI (AppEUI) from its usual spellings, like ``typed_dev_eui``.

    Raises:
        LabelError: not 16 hex digits.
    """
    return JoinEui(hex_digits("JoinEUI", text, cure="a JoinEUI is 16 hex digits"))


def hex_digits(name: str, text: str, *, cure: str, digits: int = EUI_DIGITS) -> str:
    """Return ``text`` without separators, in lower case.

    Raises:
        LabelError: a character that is not hex, or not ``digits`` of them.
    """
    cleaned = without_separators(text)
    if not is_hex(cleaned):
        place = next(i for i, each in enumerate(cleaned) if not is_hex(each))
        wrong = cleaned[place]
        hint = _LOOK_ALIKES.get(wrong.lower())
        meant = f" (did you mean {hint}?)" if hint else ""
        raise LabelError(
            f"{shown(text)} has {wrong!r} as digit {place + 1} of its {name}, which is no hex"
            f" digit{meant}",
            cure,
        )
    if len(cleaned) != digits:
        raise LabelError(
            f"{shown(text)} has {len(cleaned)} hex digits where a {name} has {digits}", cure
        )
    return cleaned.lower()


def without_separators(text: str) -> str:
    """Return ``text`` without what people put between digits: ``-``, ``:``, ``.``, spaces."""
    return _SEPARATORS.sub("", text)


def is_hex(text: str) -> bool:
    """Return whether ``text`` is hex digits alone."""
    return _HEX.fullmatch(text) is not None


def shown(text: str) -> str:
    """Return ``text`` as an error may repeat it: quoted, and cut where it is long."""
    return repr(text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…")
