"""Policy checks: what must hold between the fields of a policy, each field being right by itself.

Steps must stand in the order of the night wherever that order is the same on every night of every
place: clock times among themselves, the sun's named events among themselves, and its elevations
among themselves, offsets included. Where it depends on the night ("sunset + 120 min" against
"23:00"), any order is accepted and the compiler sorts each night.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schedules.anchors import anchor_text
from schedules.fields import Report
from schedules.policy import (
    Anchor,
    ClockAnchor,
    ElevationAnchor,
    Floor,
    Side,
    Step,
    SunAnchor,
    SunBound,
    SunEvent,
    SwitchOn,
)

_EVENTS_IN_ORDER = (
    SunEvent.SUNSET,
    SunEvent.CIVIL_DUSK,
    SunEvent.CIVIL_DAWN,
    SunEvent.SUNRISE,
)
_NOON_MIN = 12 * 60
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step and the path at which its document gives it."""

    path: str
    step: Step


def _minutes_after_noon(clock: ClockAnchor) -> int:
    return (clock.at.hour * 60 + clock.at.minute - _NOON_MIN) % _DAY_MIN


def _elevation_phase(anchor: ElevationAnchor) -> tuple[bool, float]:
    """Return a key that grows through the night: the sun sinks, then climbs."""
    evening = anchor.side is Side.EVENING
    return (not evening, -anchor.elevation_deg if evening else anchor.elevation_deg)


def never_after(first: Anchor, second: Anchor) -> bool:
    """Tell whether ``first`` is before or at ``second`` on every night of every place.

    A moment of the sun is never after another if it comes no later in the sun's course *and* has no
    greater offset; otherwise the length of twilight decides, and the answer is False.
    """
    if isinstance(first, ClockAnchor) and isinstance(second, ClockAnchor):
        return _minutes_after_noon(first) <= _minutes_after_noon(second)
    if isinstance(first, SunAnchor) and isinstance(second, SunAnchor):
        in_course = _EVENTS_IN_ORDER.index(first.event) <= _EVENTS_IN_ORDER.index(second.event)
        return in_course and first.offset_min <= second.offset_min
    if isinstance(first, ElevationAnchor) and isinstance(second, ElevationAnchor):
        in_course = _elevation_phase(first) <= _elevation_phase(second)
        return in_course and first.offset_min <= second.offset_min
    return False


def check_first_step(report: Report, path: str, anchor: Anchor) -> None:
    """Report a plan that does not say what happens at switch-on."""
    if not isinstance(anchor, SwitchOn):
        message = f'the first step is at "{anchor_text(anchor)}"'
        report.add(path, message, 'the first step of every plan is at = "on"')


def check_order(report: Report, steps: Sequence[PlacedStep], on: SunBound, off: SunBound) -> None:
    """Report steps that stand before an earlier one, twice, or never within the night."""
    earlier: list[tuple[Anchor, str]] = []
    for placed in steps:
        words, path = anchor_text(placed.step.at), f"{placed.path}.at"
        anchor = on if isinstance(placed.step.at, SwitchOn) else placed.step.at
        after = next((one for one in earlier if never_after(anchor, one[0])), None)
        if after is not None and never_after(after[0], anchor):
            report.add(path, f'"{words}" is the same moment as "{after[1]}"', "each moment once")
        elif after is not None:
            message = f'"{words}" is before "{after[1]}", which stands above it'
            report.add(path, message, "steps in the order of the night, noon to noon")
        elif never_after(off, anchor):
            message = f'"{words}" is never before switch-off at "{anchor_text(off)}"'
            report.add(path, message, "steps between switch-on and switch-off")
        earlier.append((anchor, words))


def check_floor(report: Report, steps: Sequence[PlacedStep], floor: Floor) -> None:
    """Report steps below the floor, with the class and the reason that the floor rests on."""
    for placed in steps:
        if placed.step.level < floor.level:
            message = (
                f"{placed.step.level} % is below the floor of {floor.level} % for class "
                f"{floor.lighting_class} ({floor.reason})"
            )
            report.add(f"{placed.path}.level", message, f"{floor.level} to 100 %")
