"""Values: the kinds that policy and rules documents share: texts, names, numbers, levels."""

import re
import unicodedata

from schedules.fields import BadValueError, Kind, shown
from schedules.level import Level, level

NAME_CHARS_MAX = 64
TEXT_CHARS_MAX = 1000
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTROL = {"Cc", "Cs"}  # control characters; halves of surrogate pairs
_RELAY_OFF_LEVEL = 1


def as_text(raw: object) -> str:
    """Return a raw value that must be a text.

    Raises:
        BadValueError: it is something else.
    """
    if not isinstance(raw, str):
        raise BadValueError(f"is {shown(raw)}, not a text in quotes")
    return raw


def _line(raw: object) -> str:
    text = as_text(raw)
    if not text.strip():
        raise BadValueError("is empty")
    if len(text) > TEXT_CHARS_MAX:
        raise BadValueError(f"has {len(text)} characters")
    if any(unicodedata.category(char) in _CONTROL for char in text):
        raise BadValueError("holds a line break or another control character")
    return text


def _name(raw: object) -> str:
    text = as_text(raw)
    if not _NAME.fullmatch(text) or len(text) > NAME_CHARS_MAX:
        raise BadValueError(f"{shown(text)} is not a name")
    return text


def _level(raw: object) -> Level:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 100:  # noqa: PLR2004 - percent
        raise BadValueError(f"{shown(raw)} is not a level")
    if raw == _RELAY_OFF_LEVEL:
        raise BadValueError("1 is not a level: below 2 % a node keeps its relay off")
    return level(raw)


def number(low: float, high: float, unit: str) -> Kind[float]:
    """Return the kind of a number from ``low`` to ``high``, both included."""

    def parse(raw: object) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise BadValueError(f"is {shown(raw)}, not a number")
        if not low <= raw <= high:  # also refuses NaN
            raise BadValueError(f"{shown(raw)} is out of range")
        return float(raw)

    return Kind(f"{low:g} to {high:g} {unit}", parse)


def version(newest: int) -> Kind[int]:
    """Return the kind of a document's version, of which there is one so far."""

    def parse(raw: object) -> int:
        if isinstance(raw, bool) or raw != newest or not isinstance(raw, int):
            raise BadValueError(f"{shown(raw)} is not a version that this release reads")
        return newest

    return Kind(str(newest), parse)


LINE = Kind(f"a text on one line, 1 to {TEXT_CHARS_MAX} characters", _line)
NAME = Kind(
    f'lower-case words joined by hyphens, such as "part-night"; {NAME_CHARS_MAX} characters',
    _name,
)
LEVEL = Kind("whole percent: 0 (off), or 2 to 100 (full)", _level)
