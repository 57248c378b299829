"""Replay: the light of a node that holds a program, under each plausible reading of its manual.

A node's manual leaves things open. Each way to read it is an ``Interpretation``; programs are
lowered so that all of them give the same light, and the proof replays every one.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache

from schedules.level import FULL, Level
from schedules.policy import Side
from schedules.program import DayProgram, Program, SunSide, SunStep
from schedules.sun import Angle, passes, zenith_deg

LOOK_BACK = timedelta(days=2)
"""How far back a sun step can have set the level that still holds. Further back, the sun's
position decides (a node that starts in polar night has no event to go by)."""

_SIDE = {SunSide.DUSK: Side.EVENING, SunSide.DAWN: Side.MORNING}

SPAN_MAX = timedelta(days=7)
"""The longest stretch that one call replays: sun steps are kept by the month."""

Moment = tuple[datetime, Level]


class FirstStep(Enum):
    """What holds on a day before its first clock step."""

    NOTHING = "the sun steps"
    CARRIED = "the last clock step of the day before"


class Layering(Enum):
    """What a sun step does while a clock step is in force."""

    CLOCK_ABOVE = "the clock step stays in force"
    LATEST_WINS = "the latest event sets the level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """One way to read a node's manual."""

    first_step: FirstStep
    layering: Layering

    @property
    def words(self) -> str:
        """The reading in plain English."""
        return (
            f"before a day's first step: {self.first_step.value};"
            f" a sun step during a clock step: {self.layering.value}"
        )


INTERPRETATIONS = tuple(
    Interpretation(first_step=first_step, layering=layering)
    for layering in Layering
    for first_step in FirstStep
)


@lru_cache(maxsize=4096)
def _sun_moments(
    latitude_deg: float, longitude_deg: float, steps: tuple[SunStep, ...], month: date
) -> tuple[Moment, ...]:
    """Return the sun steps of about six weeks from a month's first day, in order of time."""
    start = datetime.combine(month, time(), tzinfo=UTC) - LOOK_BACK
    span = (start, start + timedelta(days=45))
    moments = [
        (at, step.level)
        for step in steps
        for at in passes(
            latitude_deg,
            longitude_deg,
            span,
            Angle(zenith_deg=step.zenith_deg, refracted=False),
            _SIDE[step.side],
        )
    ]
    return tuple(sorted(moments, key=lambda moment: moment[0]))


def _sun_level_by_position(program: Program, at: datetime) -> Level:
    """Return the level of the sun steps when none has happened lately: where the sun stands."""
    if not program.sun_steps:
        return program.fallback_level
    zenith = zenith_deg(program.latitude_deg, program.longitude_deg, at)
    dusk = [s for s in program.sun_steps if s.side is SunSide.DUSK and s.zenith_deg <= zenith]
    if dusk:
        return max(dusk, key=lambda step: step.zenith_deg).level
    dawn = [s for s in program.sun_steps if s.side is SunSide.DAWN]
    return min(dawn, key=lambda step: step.zenith_deg).level if dawn else FULL


def _clock_moments(
    program: Program, first: date, last: date, reading: FirstStep
) -> Iterator[tuple[datetime, Level | None]]:
    """Yield clock steps of UTC dates ``first`` to ``last``; None gives back to the sun steps."""
    day = first
    while day <= last:
        midnight = datetime.combine(day, time(), tzinfo=UTC)
        today: DayProgram | None = program.day_program(day.isoweekday())
        if reading is FirstStep.NOTHING or today is None:
            yield midnight, None
        for step in today.steps if today else ():
            yield midnight + timedelta(minutes=step.minute), step.level
        day += timedelta(days=1)


def levels(
    program: Program, start: datetime, end: datetime, reading: Interpretation = INTERPRETATIONS[0]
) -> list[Moment]:
    """Return the level from ``start`` on and its changes until ``end`` (aware UTC), in order.

    Raises:
        ValueError: a stretch of more than ``SPAN_MAX``.
    """
    if end - start > SPAN_MAX:
        raise ValueError(f"replay at most {SPAN_MAX.days} days at a time, not {end - start}")
    sun = _sun_moments(
        program.latitude_deg,
        program.longitude_deg,
        program.sun_steps,
        (start - LOOK_BACK).date().replace(day=1),
    )
    first = bisect_right(sun, start - LOOK_BACK, key=lambda moment: moment[0])
    # The position is asked only if no sun step since the look back has decided.
    decided = first < len(sun) and sun[first][0] <= start
    sun_level = FULL if decided else _sun_level_by_position(program, start - LOOK_BACK)
    clock_level: Level | None = None
    shown = sun_level
    events: list[tuple[datetime, int, Level | None]] = [
        (at, 0, level) for at, level in sun[first:] if at < end
    ]
    clock = _clock_moments(program, (start - LOOK_BACK).date(), end.date(), reading.first_step)
    events += [(at, 1, level) for at, level in clock if at < end]
    events.sort(key=lambda event: event[:2])
    changes: list[Moment] = []
    for at, is_clock, value in events:
        if is_clock:
            clock_level = value
            shown = sun_level if value is None else value
        elif value is not None:
            sun_level = value
            covered = clock_level is not None and reading.layering is Layering.CLOCK_ABOVE
            shown = shown if covered else value
        moment = (max(at, start), shown)
        if changes and changes[-1][0] == moment[0]:
            changes.pop()
        if not changes or changes[-1][1] != shown:
            changes.append(moment)
    return changes or [(start, shown)]
