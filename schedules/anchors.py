"""Anchors in words: ``"sunset + 10 min"`` -> SunAnchor, and back."""

import re
from datetime import time
from typing import Final

from schedules.fields import BadValueError, Kind, shown
from schedules.lux import ELEVATION_DEG_BY_LUX, LUX_PAIRS
from schedules.policy import (
    Anchor,
    ClockAnchor,
    ElevationAnchor,
    Side,
    SunAnchor,
    SunBound,
    SunEvent,
    SwitchOn,
)
from schedules.values import as_text

OFFSET_MIN_MAX: Final = 180
ELEVATION_DEG_MIN: Final = -18.0  # astronomical twilight: no lamp has a reason to wait longer
ELEVATION_DEG_MAX: Final = 10.0
EVENING_EVENTS = frozenset({SunEvent.SUNSET, SunEvent.CIVIL_DUSK})

_OFFSET = r"(?: ?(?P<sign>[+-]) ?(?P<offset>[0-9]{1,9}) ?min)?"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_EVENT = re.compile(rf"(?P<event>{'|'.join(event.value for event in SunEvent)}){_OFFSET}")
_ELEVATION = re.compile(
    rf"sun (?P<deg>[+-]?[0-9]{{1,3}}(?:\.[0-9]{{1,4}})?) (?P<side>evening|morning){_OFFSET}"
)
_LUX = re.compile(rf"(?P<lux>[0-9]{{1,6}}) lux (?P<side>evening|morning){_OFFSET}")

_LUXES = ", ".join(str(lux) for lux in ELEVATION_DEG_BY_LUX)
_LIMITS = (
    f"offsets up to {OFFSET_MIN_MAX} whole minutes, elevations {ELEVATION_DEG_MIN:g} to "
    f"{ELEVATION_DEG_MAX:g} degrees, lux one of {_LUXES}"
)


def _offset(found: re.Match[str]) -> int:
    """Return the offset [minutes] of a match."""
    minutes = int(f"{found['sign'] or ''}{found['offset'] or 0}")
    if abs(minutes) > OFFSET_MIN_MAX:
        raise BadValueError(f"an offset of {minutes} minutes is too long")
    return minutes


def _elevation(found: re.Match[str]) -> ElevationAnchor:
    degrees = float(found["deg"])
    if not ELEVATION_DEG_MIN <= degrees <= ELEVATION_DEG_MAX:
        raise BadValueError(f"an elevation of {degrees:g} degrees is out of range")
    side = Side(found["side"])
    return ElevationAnchor(elevation_deg=degrees, side=side, offset_min=_offset(found))


def _lux(found: re.Match[str]) -> ElevationAnchor:
    lux, side = int(found["lux"]), Side(found["side"])
    if lux not in ELEVATION_DEG_BY_LUX:
        raise BadValueError(f"no elevation of the sun is stated for {lux} lux")
    return lux_anchor(lux, side, offset_min=_offset(found))


def lux_anchor(lux: int, side: Side, *, offset_min: int = 0) -> ElevationAnchor:
    """Return the moment at which daylight passes ``lux``, one of ``ELEVATION_DEG_BY_LUX``."""
    degrees = ELEVATION_DEG_BY_LUX[lux]
    return ElevationAnchor(elevation_deg=degrees, side=side, offset_min=offset_min, lux=lux)


def _anchor(raw: object) -> Anchor:
    """Return the anchor that a text names; case and runs of spaces do not matter."""
    text = " ".join(as_text(raw).lower().split())
    if text == "on":
        return SwitchOn()
    if clock := _CLOCK.fullmatch(text):
        return ClockAnchor(at=time(int(clock[1]), int(clock[2])))
    if event := _EVENT.fullmatch(text):
        return SunAnchor(event=SunEvent(event["event"]), offset_min=_offset(event))
    if elevation := _ELEVATION.fullmatch(text):
        return _elevation(elevation)
    if lux := _LUX.fullmatch(text):
        return _lux(lux)
    raise BadValueError(f"{shown(raw)} is not a moment of a night")


def side_of(bound: SunBound) -> Side:
    """Return the side of the night that a moment of the sun belongs to."""
    if isinstance(bound, ElevationAnchor):
        return bound.side
    return Side.EVENING if bound.event in EVENING_EVENTS else Side.MORNING


def _bound(side: Side, events: str) -> Kind[SunBound]:
    """Return the kind of a switching moment: the sun's, on one side of the night."""

    def parse(raw: object) -> SunBound:
        anchor = _anchor(raw)
        if not isinstance(anchor, SunAnchor | ElevationAnchor) or side_of(anchor) is not side:
            raise BadValueError(f"{shown(raw)} is not a moment of the sun in the {side.value}")
        return anchor

    examples = f'{events}, "sun -4.0 {side.value}" or "18 lux {side.value}"'
    return Kind(f'{examples}, each with or without an offset ("+ 10 min"); {_LIMITS}', parse)


def _lux_pair(raw: object) -> tuple[SunBound, SunBound]:
    text = as_text(raw)
    if text not in LUX_PAIRS:
        raise BadValueError(f"{shown(raw)} is not a known switching pair")
    on, off = LUX_PAIRS[text]
    return lux_anchor(on, Side.EVENING), lux_anchor(off, Side.MORNING)


ANCHOR: Kind[Anchor] = Kind(
    '"on", a clock time "00:00" to "23:59", "sunset", "sunrise", "civil dusk", "civil dawn", '
    '"sun -4.0 evening" or "35 lux morning"; all but "on" and clock times with or without an '
    f'offset ("+ 10 min"); {_LIMITS}',
    _anchor,
)
EVENING_BOUND = _bound(Side.EVENING, '"sunset", "civil dusk"')
MORNING_BOUND = _bound(Side.MORNING, '"sunrise", "civil dawn"')
LUX_PAIR = Kind(", ".join(f'"{pair}"' for pair in LUX_PAIRS), _lux_pair)


def _offset_text(minutes: int) -> str:
    return f" {'+' if minutes > 0 else '-'} {abs(minutes)} min" if minutes else ""


def anchor_text(anchor: Anchor) -> str:
    """Return an anchor in the words that ``ANCHOR`` reads."""
    if isinstance(anchor, SwitchOn):
        return "on"
    if isinstance(anchor, ClockAnchor):
        return f"{anchor.at:%H:%M}"
    offset = _offset_text(anchor.offset_min)
    if isinstance(anchor, SunAnchor):
        return anchor.event.value + offset
    if anchor.lux and ELEVATION_DEG_BY_LUX.get(anchor.lux) == anchor.elevation_deg:
        return f"{anchor.lux} lux {anchor.side.value}{offset}"
    return f"sun {anchor.elevation_deg:g} {anchor.side.value}{offset}"


def lux_pair_text(on: SunBound, off: SunBound) -> str | None:
    """Return the name of the switching pair that two moments are, or None where they are none."""
    pairs = ((name, _lux_pair(name)) for name in LUX_PAIRS)
    return next((name for name, pair in pairs if pair == (on, off)), None)
