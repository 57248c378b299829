"""A year of half-hours for a whole city, as arrays.

Energy is time at a level times power at that level. The time that a course spends at each of its
few levels in each half-hour is worked out once; how many lanterns follow it, with which powers, is
counted for each stretch between two changes; their product is the city's energy. Nothing is done
for each lantern and half-hour: 100,000 lanterns times 17,520 half-hours are never written down.

A holding that begins or ends inside a half-hour counts there by the time that its course spends at
each level in that part of it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from lighting.energy.city_courses import (
    US_PER_HALF_HOUR,
    US_PER_HOUR,
    City,
    Course,
    Integers,
)
from lighting.energy.half_hours import Floats
from lighting.energy.lantern_light import Source


def city_half_hours(
    city: City, window: range, *, key: Integers | None = None, keys: int = 1
) -> Floats:
    """Return the energy [Wh] of a city by source, key and half-hour of ``window``.

    ``key`` has for each lantern the number, 0 to ``keys`` - 1, of what it is summed by (ward,
    model, ...); without it there is one sum.

    Returns:
        Shape (3, keys, half-hours), the first axis in the order of ``Source``.
    """
    out = np.zeros((len(Source) * keys, len(window)))
    of_lantern = np.zeros(city.lanterns, dtype=np.int64) if key is None else key
    line = city.source * keys + of_lantern[city.lantern]
    for course, places in city.by_course():
        clock = _Clock(course, window)
        for each, group in _grouped(line, places):
            out[each] += _energy_wh(city, clock, group)
    return out.reshape(len(Source), keys, len(window))


def city_by_lantern(city: City, periods: Sequence[range]) -> Floats:
    """Return the energy [Wh] of each lantern by source and period.

    Returns:
        Shape (3, lanterns, periods), the first axis in the order of ``Source``.
    """
    out = np.zeros((len(Source), city.lanterns, len(periods)))
    first = np.array([period.start for period in periods], dtype=np.int64) * US_PER_HALF_HOUR
    last = np.array([period.stop for period in periods], dtype=np.int64) * US_PER_HALF_HOUR
    for course, places in city.by_course():
        start, end = city.start_us[places, None], city.end_us[places, None]
        low = np.maximum(start, first)
        high = np.maximum(low, np.minimum(end, last))
        moments = np.unique(np.concatenate((start.ravel(), end.ravel(), first, last)))
        at_low, at_high = (np.searchsorted(moments, each) for each in (low, high))
        levels = course.distinct_levels()
        used_wh = np.zeros(low.shape)
        times_us = course.time_at_levels_us(levels, moments)
        for level, so_far_us in zip(levels, times_us, strict=True):
            hours = (so_far_us[at_high] - so_far_us[at_low]) / US_PER_HOUR
            used_wh += city.powers_w[city.power[places], level][:, None] * hours
        np.add.at(out, (city.source[places], city.lantern[places]), used_wh)
    return out


class _Clock:
    """How a course spends the half-hours of a window."""

    def __init__(self, course: Course, window: range) -> None:
        self.window = window
        self.levels = course.distinct_levels()
        self._course = course
        edges = np.arange(window.start, window.stop + 1, dtype=np.int64) * US_PER_HALF_HOUR
        self.hours = np.diff(course.time_at_levels_us(self.levels, edges)) / US_PER_HOUR
        """Time [h] at each level in each half-hour, shape (levels, half-hours)."""

    def rest_h(self, at_us: Integers) -> Floats:
        """Return the time [h] at each level from instants to the ends of their half-hours."""
        ends = (at_us // US_PER_HALF_HOUR + 1) * US_PER_HALF_HOUR
        so_far_us = (self._course.time_at_levels_us(self.levels, at) for at in (at_us, ends))
        from_us, to_us = so_far_us
        return (to_us - from_us) / US_PER_HOUR


def _grouped(line: Integers, places: Integers) -> Iterator[tuple[int, Integers]]:
    """Yield each line of the result that holdings at ``places`` add to, and which those are."""
    order = places[np.argsort(line[places], kind="stable")]
    lines, first = np.unique(line[order], return_index=True)
    yield from zip(lines.tolist(), np.split(order, first[1:]), strict=False)


def _energy_wh(city: City, clock: _Clock, places: Integers) -> Floats:
    """Return the energy [Wh] of holdings of one course in each half-hour."""
    powers, row = np.unique(city.power[places], return_inverse=True)
    power_w = city.powers_w[np.ix_(powers, clock.levels)]
    energy_wh = _whole_wh(city, clock, places, row, power_w)
    for moments, sign in ((city.start_us[places], 1.0), (city.end_us[places], -1.0)):
        half_hour = moments // US_PER_HALF_HOUR - clock.window.start
        inside = (half_hour >= 0) & (half_hour < len(clock.window))
        inside &= moments % US_PER_HALF_HOUR > 0
        rest_wh = (power_w[row[inside]].T * clock.rest_h(moments[inside])).sum(axis=0)
        np.add.at(energy_wh, half_hour[inside], sign * rest_wh)
    return energy_wh


def _whole_wh(
    city: City, clock: _Clock, places: Integers, row: Integers, power_w: Floats
) -> Floats:
    """Return the energy [Wh] of holdings from the first half-hour that starts in them on.

    Holdings are counted by their row of powers, in whole numbers, for each stretch in which none
    begins or ends; the counts times the powers are the watts at each level there.
    """
    begins, ends = (
        np.clip(-(-moments // US_PER_HALF_HOUR) - clock.window.start, 0, len(clock.window))
        for moments in (city.start_us[places], city.end_us[places])
    )
    cuts = np.unique(np.concatenate((begins, ends, [0, len(clock.window)])))
    moved = np.zeros((len(power_w), len(cuts)), dtype=np.int64)
    np.add.at(moved, (row, np.searchsorted(cuts, begins)), 1)
    np.add.at(moved, (row, np.searchsorted(cuts, ends)), -1)
    followers = np.cumsum(moved, axis=1)[:, :-1]
    at_levels_w = np.repeat(power_w.T @ followers, np.diff(cuts), axis=1)
    return np.asarray(np.einsum("lh,lh->h", at_levels_w, clock.hours))
