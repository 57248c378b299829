"""Deviation: how far the light of a night is from what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from schedules.level import Level
from schedules.timeline import NightTimeline

SECONDS_A_MINUTE = 60.0
SECONDS_AN_HOUR = 3600.0

NOTICED_S = 120.0
"""Differences of level count as such from this long on [s]. A node rounds the sun's angle, so that
it is at full difference for a minute at every dusk: that would hide every other difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One night's difference between asked and done.

    ``minutes_wrong`` is the longest unbroken stretch at any other level than asked,
    ``minutes_darker`` the longest at a lower one; ``percent_wrong`` and ``percent_darker`` are the
    greatest differences of level [percent of full output] that last for two minutes or more. Hours
    are level-hours: hours at full output that give the same light.
    """

    minutes_wrong: float
    minutes_darker: float
    percent_wrong: int
    percent_darker: int
    hours_asked: float
    hours_done: float


def deviation(timeline: NightTimeline, done: Sequence[tuple[datetime, Level]]) -> Deviation:
    """Compare a timeline with what a node does (changes, the first at the night's start)."""
    night = timeline.night
    asked = [(span.start, span.level) for span in timeline.spans()]
    cuts = sorted({at for at, _ in asked} | {at for at, _ in done} | {night.end})
    wrong_s = darker_s = longest_wrong_s = longest_darker_s = 0.0
    percent_wrong = percent_darker = 0
    asked_s = done_s = 0.0
    i = j = 0
    for start, end in pairwise(cut for cut in cuts if night.start <= cut <= night.end):
        while i + 1 < len(asked) and asked[i + 1][0] <= start:
            i += 1
        while j + 1 < len(done) and done[j + 1][0] <= start:
            j += 1
        want, have = asked[i][1], done[j][1]
        length_s = (end - start).total_seconds()
        wrong_s = wrong_s + length_s if want != have else 0.0
        darker_s = darker_s + length_s if have < want else 0.0
        longest_wrong_s = max(longest_wrong_s, wrong_s)
        longest_darker_s = max(longest_darker_s, darker_s)
        if length_s >= NOTICED_S:
            percent_wrong = max(percent_wrong, abs(want - have))
            percent_darker = max(percent_darker, want - have)
        asked_s += length_s * want / 100
        done_s += length_s * have / 100
    return Deviation(
        minutes_wrong=longest_wrong_s / SECONDS_A_MINUTE,
        minutes_darker=longest_darker_s / SECONDS_A_MINUTE,
        percent_wrong=percent_wrong,
        percent_darker=percent_darker,
        hours_asked=asked_s / SECONDS_AN_HOUR,
        hours_done=done_s / SECONDS_AN_HOUR,
    )
