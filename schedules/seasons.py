"""Seasons: how many nights one program serves, and the sequence of programs that serves a year.

A node keeps UTC and repeats weekdays; local clocks change, holidays come, dusk moves past steps. So
a policy becomes a sequence of programs, each right for a stretch of nights (a season), and the
controller sends the next one when its first night comes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from schedules.deviation import deviation
from schedules.lower import Lowered, lower
from schedules.policy import Policy
from schedules.program import Program
from schedules.proof import DARKER_MIN_MAX
from schedules.replay import INTERPRETATIONS, levels
from schedules.target import Target
from schedules.timeline import NightTimeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """One program and the nights (dates of the evening, both included) that it serves."""

    first: date
    last: date
    program: Program
    losses: tuple[str, ...]


def first_season(
    timelines: Sequence[NightTimeline], policy: Policy, target: Target, *, hint: int = 0
) -> Season:
    """Return the program for the first of ``timelines`` that serves as many of the next as it can.

    ``timelines`` are consecutive nights, simplified. A first night that no program can serve
    within the policy's tolerance still gets the best one; the proof then says how far off it is.
    ``hint`` is how many nights to try first: a neighbouring place's answer saves most of the work
    and changes nothing of the result.
    """
    lowered: dict[int, Lowered] = {}

    def serves(count: int) -> bool:
        lowered[count] = lower(timelines[:count], policy, target)
        return _holds(lowered[count], timelines[:count], policy.tolerance_min)

    count = _longest(serves, len(timelines), hint)
    best = lowered[count] if count in lowered else lower(timelines[:count], policy, target)
    return Season(
        first=timelines[0].night.evening,
        last=timelines[count - 1].night.evening,
        program=best.program,
        losses=best.losses,
    )


def seasons(timelines: Sequence[NightTimeline], policy: Policy, target: Target) -> Iterator[Season]:
    """Yield the programs that serve all of ``timelines``, in order."""
    done = 0
    while done < len(timelines):
        season = first_season(timelines[done:], policy, target)
        yield season
        done += (season.last - season.first).days + 1


def _holds(lowered: Lowered, timelines: Sequence[NightTimeline], tolerance_min: float) -> bool:
    # Where the sun steps switch by themselves, all readings of a manual give the same light.
    readings = INTERPRETATIONS[:1] if lowered.sun_alone else INTERPRETATIONS
    for timeline in reversed(timelines):  # the newest night is the likeliest to fail
        night = timeline.night
        for reading in readings:
            found = deviation(timeline, levels(lowered.program, night.start, night.end, reading))
            if found.minutes_wrong > tolerance_min or found.minutes_darker > DARKER_MIN_MAX:
                return False
    return True


def _longest(serves: Callable[[int], bool], most: int, hint: int) -> int:
    """Return the largest count that serves, by doubling then halving; at least 1."""
    good, step, bad = 1, 1, most + 1
    if 1 < hint <= most:
        good, bad = (hint, bad) if serves(hint) else (1, hint)
    while good < most and (count := min(good + step, most)) < bad:
        if not serves(count):
            bad = count
            break
        good, step = count, step * 2
    while bad - good > 1:
        middle = (good + bad) // 2
        if serves(middle):
            good = middle
        else:
            bad = middle
    return good
