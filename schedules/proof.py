"""Proof: replay programs as a node would, night by night, and compare with the policy.

The caller hands in the programs *decoded from the bytes* that would be sent, so that the proof
covers the encoder too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from schedules.deviation import Deviation, deviation
from schedules.program import Program
from schedules.replay import INTERPRETATIONS, Moment, levels
from schedules.timeline import NightTimeline

WORST_LISTED = 5

DARKER_MIN_MAX = 1.0
"""No night may be darker than asked for longer than this [minutes]: the rounding of positions (a
second or two) and of the node's sun against ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightProof:
    """The worst of all readings for one night (date of its evening)."""

    night: date
    reading: str
    deviation: Deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What replaying the programs of a stretch of nights showed.

    ``worst`` lists the nights with the longest wrong stretch, worst first; ``minutes_wrong`` and
    the others are the greatest over all nights and readings, each with its night.
    ``energy_error`` is level-hours done over asked, minus one. ``uploads`` are the nights before
    which a node must be sent another program. ``holds`` tells whether all of it is within
    ``tolerance_min``.
    """

    first: date
    last: date
    nights: int
    readings: tuple[str, ...]
    minutes_wrong: float
    minutes_wrong_night: date
    minutes_darker: float
    minutes_darker_night: date
    percent_wrong: int
    percent_wrong_night: date
    energy_error: float
    worst: tuple[NightProof, ...]
    uploads: tuple[date, ...]
    tolerance_min: float

    @property
    def holds(self) -> bool:
        """Whether no night is wrong for longer than the tolerance, or darker for over a minute."""
        return self.minutes_wrong <= self.tolerance_min and self.minutes_darker <= DARKER_MIN_MAX


def prove(
    timelines: Sequence[NightTimeline],
    program_of: Callable[[date], Program],
    *,
    uploads: Sequence[date],
    tolerance_min: float,
) -> Proof:
    """Replay the program in force on each night under every reading; return what was found."""
    nights = [_worst_reading(timeline, program_of) for timeline in timelines]
    longest = max(nights, key=lambda each: each.deviation.minutes_wrong)
    darkest = max(nights, key=lambda each: each.deviation.minutes_darker)
    farthest = max(nights, key=lambda each: each.deviation.percent_wrong)
    asked = sum(each.deviation.hours_asked for each in nights)
    done = sum(each.deviation.hours_done for each in nights)
    worst = sorted(nights, key=lambda each: each.deviation.minutes_wrong, reverse=True)
    return Proof(
        first=timelines[0].night.evening,
        last=timelines[-1].night.evening,
        nights=len(timelines),
        readings=tuple(reading.words for reading in INTERPRETATIONS),
        minutes_wrong=longest.deviation.minutes_wrong,
        minutes_wrong_night=longest.night,
        minutes_darker=darkest.deviation.minutes_darker,
        minutes_darker_night=darkest.night,
        percent_wrong=farthest.deviation.percent_wrong,
        percent_wrong_night=farthest.night,
        energy_error=done / asked - 1 if asked else 0.0,
        worst=tuple(worst[:WORST_LISTED]),
        uploads=tuple(uploads),
        tolerance_min=tolerance_min,
    )


def _worst_reading(timeline: NightTimeline, program_of: Callable[[date], Program]) -> NightProof:
    night = timeline.night
    program = program_of(night.evening)
    found: list[NightProof] = []
    seen: list[list[Moment]] = []
    for reading in INTERPRETATIONS:
        done = levels(program, night.start, night.end, reading)
        if done in seen:
            continue  # this reading gives the same light as one before
        seen.append(done)
        found.append(
            NightProof(
                night=night.evening, reading=reading.words, deviation=deviation(timeline, done)
            )
        )
    return max(
        found, key=lambda each: (each.deviation.minutes_wrong, each.deviation.minutes_darker)
    )
