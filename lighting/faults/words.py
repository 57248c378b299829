"""What the texts of statuses and notes mean to the detector."""

import re
from collections.abc import Sequence
from functools import lru_cache

LAMP_WORDS = ("lamp failure", "gear failure", "lamp error")
"""DALI QUERY STATUS bits 0 and 1, and a metering alert's condition (reference devices.md 2.1.2,
2.1.6)."""

LATCHED = "alert in 24 h"
"""Such a fault of a status was so at some time of the last day; it says nothing about now."""

BY_HAND = frozenset({"manual", "dig active", "dig", "ldr"})
"""Reasons of a level that a person or a sensor set: neither program nor lamp is to blame."""

BOOT, TILT = "boot", "tilt"
"""Kinds of notes."""

_ALERTS = ("dali alert", "metering alert")
_VOLTS = re.compile(r"voltage_v (\d+(?:\.\d+)?)")
_DEGREES = re.compile(r"(\d+(?:\.\d+)?) deg")
_UNDER = "under-voltage"


@lru_cache(maxsize=4096)
def tells_lamp_failure(faults: str) -> bool:
    """Tell whether a status's fault words (divided by commas) say that the lamp or gear fails."""
    return any(
        word in each and LATCHED not in each for each in faults.split(", ") for word in LAMP_WORDS
    )


@lru_cache(maxsize=4096)
def is_by_hand(reason: str) -> bool:
    """Tell whether a status's reason is a person or a sensor, not the program."""
    return reason in BY_HAND or reason.startswith("light step")


def is_lamp_alert(kind: str, text: str) -> bool:
    """Tell whether a note is a node's alert that the lamp or its gear fails."""
    return kind in _ALERTS and any(word in text for word in LAMP_WORDS)


def alerted_volts(kind: str, text: str) -> float | None:
    """Return the mains [V] of an alert of low voltage, or None."""
    found = _VOLTS.search(text) if kind == _ALERTS[1] and _UNDER in text else None
    return float(found[1]) if found else None


def tilt_text(tilt_deg: float) -> str:
    """Return the text of a note of tilt."""
    return f"{tilt_deg:g} deg"


def told_tilt(kind: str, text: str) -> float | None:
    """Return the tilt [degrees] of a note of it, or None."""
    found = _DEGREES.fullmatch(text) if kind == TILT else None
    return float(found[1]) if found else None


NOTE_KINDS: Sequence[str] = (BOOT, TILT, *_ALERTS)
"""The kinds of notes that the detector reads."""
