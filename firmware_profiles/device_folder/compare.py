"""Compare what a codec answers with what its example expects, field by field."""

import json
import math
from collections.abc import Iterator

from firmware_profiles.device_folder.device import Example, ExampleFault, FaultKind

RELATIVE_TOLERANCE = 1e-9
"""Engines differ in the last digits of ``Math.pow``; no sensor tells that much."""
_SHOWN_CHARACTERS = 80


def differences(example: Example, expected: object, got: object) -> Iterator[ExampleFault]:
    """Yield a fault for each field that differs.

    A null that is expected fits a field that is left out: platforms that turn ``undefined`` into
    null wrote such examples.
    """
    for path, wanted, had in _walk("", expected, got):
        typo = _typo(wanted, had)
        yield ExampleFault(
            kind=FaultKind.MALFORMED if typo else FaultKind.MISMATCH,
            file=example.file,
            example=example.name,
            field=path,
            expected=shown(wanted),
            got=shown(had),
            problem=typo or "the codec answers something else",
        )


def _walk(path: str, wanted: object, had: object) -> Iterator[tuple[str, object, object]]:
    if isinstance(wanted, dict) and isinstance(had, dict):
        for key in dict.fromkeys([*wanted, *had]):
            yield from _walk(f"{path}.{key}".lstrip("."), wanted.get(key), had.get(key))
    elif isinstance(wanted, list) and isinstance(had, list) and len(wanted) == len(had):
        for place, (one, other) in enumerate(zip(wanted, had, strict=True)):
            yield from _walk(f"{path}.{place}".lstrip("."), one, other)
    elif not _same(wanted, had):
        yield path, wanted, had


def _same(wanted: object, had: object) -> bool:
    if isinstance(wanted, bool) or isinstance(had, bool):
        return wanted is had
    if isinstance(wanted, int | float) and isinstance(had, int | float):
        return wanted == had or math.isclose(wanted, had, rel_tol=RELATIVE_TOLERANCE)
    return wanted == had


def _typo(wanted: object, had: object) -> str:
    """Tell a number that YAML reads as text because of a stray character: ``LTR: 1,``."""
    if not isinstance(wanted, str) or isinstance(had, bool) or not isinstance(had, int | float):
        return ""
    try:
        number = float(wanted.strip().rstrip(",;"))
    except ValueError:
        return ""
    if number != had or wanted.strip() == wanted.strip().rstrip(",;"):
        return ""
    return "the example has a text where it means a number (a stray character after it)"


def shown(value: object) -> str:
    """Return a value in short, as JSON."""
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
