"""measure: the output object of a JavaScript codec -> measurements, as its device model describes.

A path names keys and places in lists: ``temperature``, ``channels.0.count``. Some codecs write keys
that hold dots (``pm2.5``): at each level the longest key that fits is taken.
"""

from collections.abc import Mapping, Sequence
from math import isfinite

from firmware_profiles.devices.device import DeviceModel, Measure
from firmware_profiles.devices.errors import FieldProblem, MeasureError
from firmware_profiles.measurement import Measurement
from firmware_profiles.quantities import quantity_for

_SHOWN_CHARS = 40


class _Missing:
    """What a path leads to that leads nowhere (a codec may well say null)."""


_MISSING = _Missing()


def measure(model: DeviceModel, decoded: Mapping[str, object]) -> tuple[Measurement, ...]:
    """Return what ``decoded`` measures, in the order of the model's ``measures``.

    A number is scaled to the unit of its quantity; true and false are 1 and 0 of a state. Nothing
    else is a value: a text that looks like a number stays a text.

    Raises:
        MeasureError: a field is missing that is not optional, is no finite number, or no field of
            the model is there at all. It carries what could be read.
    """
    found: list[Measurement] = []
    problems: list[FieldProblem] = []
    for row in model.measures:
        value = _at(decoded, row.field)
        if value is _MISSING and row.optional:
            continue
        number = _number(value, state=quantity_for(row.quantity).is_state)
        if number is None:
            problems.append(_problem(row, value))
        else:
            scaled = number * row.scale + row.offset
            found.append(Measurement(quantity=row.quantity, value=scaled, channel=row.channel))
    if not found and not problems:
        problems.append(_nothing(model, decoded))
    if problems:
        raise MeasureError(model.device_id, tuple(problems), tuple(found))
    return tuple(found)


def _at(node: object, path: str) -> object:
    if isinstance(node, Mapping):
        if path in node:
            return node[path]
        ends = [place for place, letter in enumerate(path) if letter == "."]
        for end in reversed(ends):
            if path[:end] in node:
                return _at(node[path[:end]], path[end + 1 :])
    elif isinstance(node, Sequence) and not isinstance(node, str | bytes):
        place, dot, rest = path.partition(".")
        if place.isdecimal() and int(place) < len(node):
            return _at(node[int(place)], rest) if dot else node[int(place)]
    return _MISSING


def _number(value: object, *, state: bool) -> float | None:
    if isinstance(value, bool):
        return float(value) if state else None
    if isinstance(value, int | float) and isfinite(value):
        return float(value)
    return None


def _problem(row: Measure, value: object) -> FieldProblem:
    if value is _MISSING:
        message = "is missing"
    else:
        shown = repr(value)
        shown = shown if len(shown) <= _SHOWN_CHARS else f"{shown[:_SHOWN_CHARS]}…"
        message = f"is {shown}, not a finite number"
    return FieldProblem(quantity=row.quantity, field=row.field, message=message)


def _nothing(model: DeviceModel, decoded: Mapping[str, object]) -> FieldProblem:
    known = ", ".join(row.field for row in model.measures) or "none"
    there = ", ".join(map(str, decoded)) or "nothing"
    return FieldProblem(
        quantity="none", field=known, message=f"not found; there is {there[: _SHOWN_CHARS * 4]}"
    )
