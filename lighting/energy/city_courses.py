"""A city's light as arrays: courses that lanterns share, and who follows which, when.

A *course* is one step function of level: one program at one place. A *holding* says that a lantern
follows a course with one row of powers from an instant to another. A lantern whose program changes
has a holding for each; one with a fault has another row of powers for as long as the fault lasts.
Courses, rows and holdings are grouped, so that each is worked out once for all who share it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lighting.energy.errors import SpanError
from lighting.energy.half_hour_errors import CityArraysError
from lighting.energy.half_hours import HALF_HOUR_S, Floats
from lighting.energy.lantern_light import Draw, Load, Source
from schedules.level import FULL, OFF
from schedules.timeline import Span

US_PER_HALF_HOUR = HALF_HOUR_S * 1_000_000
US_PER_HOUR = 2 * US_PER_HALF_HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Integers = NDArray[np.int64]


def to_us(at: datetime) -> int:
    """Return microseconds since 1970 (UTC) of an aware time."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One step function of level: ``levels`` [percent] from each of ``starts_us`` on.

    Times are microseconds since 1970 (UTC), whole numbers, so that their sums are exact; the last
    level holds until ``end_us``.
    """

    starts_us: Integers
    levels: Integers
    end_us: int

    def distinct_levels(self) -> Integers:
        """Return the levels [percent] that occur, rising."""
        return np.unique(self.levels)

    def time_at_levels_us(self, levels: Integers, at_us: Integers) -> Integers:
        """Return the time [µs] spent at each level from the course's start to each instant.

        Shape (levels, instants). Before its start and after its end a course spends none.
        """
        at = np.clip(at_us, self.starts_us[0], self.end_us)
        step = np.searchsorted(self.starts_us, at, side="right") - 1
        here = self.levels == levels[:, None]
        lengths = np.diff(self.starts_us, append=self.end_us)
        before = np.cumsum(here * lengths, axis=1) - here * lengths
        return np.asarray(before[:, step] + here[:, step] * (at - self.starts_us[step]))


def course_of(spans: Iterable[Span]) -> Course:
    """Return the course that ``spans`` make, one after the other.

    Raises:
        SpanError: the spans are none, leave a gap or overlap.
    """
    told = list(spans)
    if not told:
        raise SpanError(None, None)
    for before, after in pairwise(told):
        if before.end != after.start:
            raise SpanError(before.end, after.start)
    steps = [told[0], *(after for before, after in pairwise(told) if after.level != before.level)]
    return Course(
        starts_us=np.array([to_us(span.start) for span in steps], dtype=np.int64),
        levels=np.array([span.level for span in steps], dtype=np.int64),
        end_us=to_us(told[-1].end),
    )


def power_row(load: Load, draw: Draw | None = None) -> Floats:
    """Return the power [W] at each level, 0 to 100 percent; under a fault it is one for all."""
    if draw is not None:
        return np.full(FULL + 1, load.faulty_w(draw))
    return load.model.powers_w(np.arange(OFF, FULL + 1)) + load.node_w


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Courses, rows of powers, and holdings as columns of one length.

    ``powers_w`` [W] has shape (rows, 101). Each holding is a stretch ``start_us`` to ``end_us``
    [µs since 1970, UTC] in which ``lantern`` (0 to ``lanterns`` - 1) follows ``course`` with row
    ``power``, as ``source`` has it (a number of ``Source``). What a meter counted is in no holding.

    Raises:
        CityArraysError: columns of different lengths, numbers that name nothing, stretches that
            end before they start or that their course does not cover.
    """

    lanterns: int
    courses: Sequence[Course]
    powers_w: Floats
    lantern: Integers
    course: Integers
    power: Integers
    source: Integers
    start_us: Integers
    end_us: Integers

    def __post_init__(self) -> None:
        lengths = sorted({len(column) for column in self._columns()})
        if len(lengths) > 1:
            raise CityArraysError("columns' lengths", lengths, "one length")
        if self.powers_w.shape[1:] != (FULL + 1,):
            raise CityArraysError("powers' shape", self.powers_w.shape, "(rows, 101)")
        _check_numbers("lantern", self.lantern, self.lanterns)
        _check_numbers("course", self.course, len(self.courses))
        _check_numbers("power", self.power, len(self.powers_w))
        _check_numbers("source", self.source, len(Source))
        self._check_stretches()

    def _columns(self) -> tuple[Integers, ...]:
        return (
            self.lantern, self.course, self.power, self.source, self.start_us, self.end_us
        )  # fmt: skip

    def _check_stretches(self) -> None:
        first = np.array([each.starts_us[0] for each in self.courses], dtype=np.int64)[self.course]
        last = np.array([each.end_us for each in self.courses], dtype=np.int64)[self.course]
        ordered = (first <= self.start_us) & (self.start_us <= self.end_us) & (self.end_us <= last)
        if not ordered.all():
            wrong = int(np.argmin(ordered))
            found = (int(self.start_us[wrong]), int(self.end_us[wrong]))
            raise CityArraysError(f"holding {wrong}", found, "a stretch inside its course")

    def by_course(self) -> list[tuple[Course, Integers]]:
        """Return each course that is followed, and the places of its holdings."""
        order = np.argsort(self.course, kind="stable")
        numbers, first = np.unique(self.course[order], return_index=True)
        places = np.split(order, first[1:])
        return [(self.courses[each], at) for each, at in zip(numbers, places, strict=False)]


def _check_numbers(what: str, found: Integers, count: int) -> None:
    if len(found) and not (found.min() >= 0 and found.max() < count):
        allowed = f"whole numbers from 0 to {count - 1}"
        raise CityArraysError(what, (int(found.min()), int(found.max())), allowed)
