"""Track: one measurement of a rule over time, as steps: since when it stands as asked, if it does.

Between two values of a series the earlier one stands, but no longer than the rule's gap; then
nothing is known. How long something has held is counted from value to value, never by the clock:
what nobody measured is not said to have gone on. Only ``missing`` waits for the clock.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firmware_profiles.quantities import RollUp
from lighting.sensing.rules.condition import Clause, Compare, Missing

_TICK = timedelta(microseconds=1)
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series that can be used, in the unit of its quantity."""

    at: datetime
    value: float


Channel = Sequence[Point]
"""The values of one series in order of time."""


@dataclass(frozen=True, slots=True)
class Step:
    """How a measurement stands from ``at`` until the next step.

    ``since`` is when it began to stand as asked, None if it does not; ``holds`` is whether it has
    for long enough. ``value`` is None while nothing is known.
    """

    at: datetime
    value: float | None
    since: datetime | None
    holds: bool


class Track:
    """The steps of one measurement, in order of time."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)
        self.instants = [step.at for step in self.steps]

    def at(self, instant: datetime) -> Step | None:
        """Return the step in which ``instant`` lies; None before the first."""
        place = bisect_right(self.instants, instant)
        return self.steps[place - 1] if place else None

    def values(self, start: datetime, end: datetime) -> list[Point]:
        """Return the values from ``start`` to ``end``, both included."""
        return [
            Point(step.at, step.value)
            for step in self.steps
            if step.value is not None and start <= step.at <= end
        ]


def track(clause: Clause, channels: Sequence[Channel], gap: timedelta) -> Track:
    """Return how ``clause`` stood over the time that ``channels`` cover.

    Of several series the largest value counts for "above" and "at least", the smallest for "below"
    and "at most"; counts are added up.
    """
    if isinstance(clause, Missing):
        return Track(_presence(clause, channels))
    return Track(_comparison(clause, channels, gap))


def _comparison(clause: Compare, channels: Sequence[Channel], gap: timedelta) -> Iterator[Step]:
    since: datetime | None = None
    for at, value in _merged(clause, channels, gap):
        if value is None or not clause.comparison.holds(value, clause.limit):
            since = None
        else:
            since = since or at
        yield Step(at, value, since, since is not None and at - since >= clause.hold)


def _merged(
    clause: Compare, channels: Sequence[Channel], gap: timedelta
) -> Iterator[tuple[datetime, float | None]]:
    """Yield the one value of all channels at every instant at which it may change."""
    changes: dict[datetime, dict[int, float | None]] = {}
    for number, channel in enumerate(channels):
        rates = _rates(channel, clause, gap) if clause.per else _as_they_are(channel)
        for at, value in _until_stale(rates, gap):
            changes.setdefault(at, {})[number] = value
    now: dict[int, float | None] = {}
    for at in sorted(changes):
        now |= changes[at]
        yield at, _one_of(clause, [value for value in now.values() if value is not None])


def _one_of(clause: Compare, known: list[float]) -> float | None:
    if not known:
        return None
    if clause.per:
        return sum(known)
    return max(known) if clause.comparison.upwards else min(known)


def _as_they_are(channel: Channel) -> Iterator[tuple[datetime, float | None]]:
    return ((point.at, point.value) for point in channel)


def _until_stale(
    values: Iterable[tuple[datetime, float | None]], gap: timedelta
) -> Iterator[tuple[datetime, float | None]]:
    """Yield values, and None from where one has stood for longer than ``gap``."""
    last: datetime | None = None
    for at, value in values:
        if last is not None and at - last > gap:
            yield last + gap + _TICK, None
        yield at, value
        last = at
    if last is not None:
        yield last + gap + _TICK, None


def _rates(
    channel: Channel, clause: Compare, gap: timedelta
) -> Iterator[tuple[datetime, float | None]]:
    """Yield at each report the count over the time that the clause names.

    It is taken over the shortest stretch of whole reports that is at least so long, and brought to
    the time named; None where that stretch is not covered without a gap.
    """
    per = clause.per or _TICK
    sums = list(_running_sums(channel, counter=clause.quantity.roll_up is RollUp.COUNTER))
    breaks = [0] * len(channel)
    for i in range(1, len(channel)):
        breaks[i] = breaks[i - 1] + (channel[i].at - channel[i - 1].at > gap)
    start = 0
    for i, point in enumerate(channel):
        while start + 1 <= i and channel[start + 1].at <= point.at - per:
            start += 1
        stretch = point.at - channel[start].at
        covered = stretch >= per and breaks[i] == breaks[start]
        yield point.at, (sums[i] - sums[start]) * (per / stretch) if covered else None


def _running_sums(channel: Channel, *, counter: bool) -> Iterator[float]:
    total = 0.0
    before: float | None = None
    for point in channel:
        if not counter:
            total += point.value
        elif before is not None:  # a fall is a restart: the new value alone is sure
            total += point.value - before if point.value >= before else point.value
        before = point.value
        yield total


def _presence(clause: Missing, channels: Sequence[Channel]) -> Iterator[Step]:
    times = sorted({point.at for channel in channels for point in channel})
    if not times:
        yield _present(_EVER, clause, heard=False)
    for place, at in enumerate(times):
        yield _present(at, clause, heard=True)
        deadline = at + clause.hold
        if place + 1 == len(times) or times[place + 1] > deadline:
            yield _present(deadline, clause, heard=False)


def _present(at: datetime, clause: Missing, *, heard: bool) -> Step:
    holds = heard is clause.heard
    return Step(at, None, at if holds else None, holds)
