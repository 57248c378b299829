"""The compiler's table of contents: policy + place + night -> timeline -> program.

    resolve    anchors become UTC instants
    simplify   changes that change nothing are dropped
    lower      nights are fitted to what a node can hold
    seasons    as many nights as one program serves
    proof      (after encoding and decoding) what the node will really do

Bytes are the next package's business: ``firmware_profiles``.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import overload

from schedules.calendar import plan_for
from schedules.night import Night
from schedules.policy import Policy
from schedules.resolve import resolve
from schedules.seasons import Season, first_season, seasons
from schedules.simplify import simplify
from schedules.site import Site
from schedules.target import Target
from schedules.timeline import NightTimeline

HORIZON_NIGHTS = 366
"""How far ahead a program is compiled and proved: a year and a night."""


def compile_night(policy: Policy, night: Night) -> NightTimeline:
    """Return what the policy asks of a lantern in one night.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
    """
    return simplify(resolve(policy, plan_for(policy, night.evening), night))


class NightTimelines(Sequence[NightTimeline]):
    """The timelines of consecutive nights, each compiled when it is first looked at."""

    def __init__(self, policy: Policy, site: Site, first: date, nights: int) -> None:
        self._policy = policy
        self._site = site
        self._first = first
        self._length = nights
        self._known: list[NightTimeline] = []

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> NightTimeline: ...
    @overload
    def __getitem__(self, index: slice) -> list[NightTimeline]: ...
    def __getitem__(self, index: int | slice) -> NightTimeline | list[NightTimeline]:
        needed = range(self._length)[index]
        last = needed if isinstance(needed, int) else max(needed, default=-1)
        while len(self._known) <= last:
            evening = self._first + timedelta(days=len(self._known))
            self._known.append(compile_night(self._policy, Night(site=self._site, evening=evening)))
        if isinstance(needed, int):
            return self._known[needed]
        return [self._known[number] for number in needed]


def compile_nights(
    policy: Policy, site: Site, first: date, nights: int = HORIZON_NIGHTS
) -> NightTimelines:
    """Return the timelines of consecutive nights from ``first`` (date of the evening) on."""
    return NightTimelines(policy, site, first, nights)


def compile_season(
    timelines: Sequence[NightTimeline], policy: Policy, target: Target, *, hint: int = 0
) -> Season:
    """Return the program for the first night, and how many of the next nights it serves."""
    return first_season(timelines, policy, target, hint=hint)


def compile_year(
    timelines: Sequence[NightTimeline], policy: Policy, target: Target
) -> tuple[Season, ...]:
    """Return the programs that serve all the nights, in order."""
    return tuple(seasons(timelines, policy, target))
