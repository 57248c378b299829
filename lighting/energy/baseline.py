"""Baselines: what the same lantern would have burned, as spans that the power model can weigh."""

from collections.abc import Iterable
from enum import Enum

from schedules.level import FULL, OFF
from schedules.timeline import Span


class Baseline(Enum):
    """What a saving is measured against; the value is the words that go with every figure."""

    SAME_HOURS = "the same lanterns at full power over the same burning hours"
    ALL_NIGHT = "the same lanterns at full power from the first to the last light of each night"


def baseline_spans(spans: Iterable[Span], baseline: Baseline) -> tuple[Span, ...]:
    """Return the full-power spans that ``baseline`` means for the ``spans`` of one night.

    They hold burning time only: a baseline lantern draws nothing while it is off, so that the
    standby power of a controlled lantern lowers its saving. ``SAME_HOURS`` credits dimming alone;
    ``ALL_NIGHT`` also credits hours switched off between first and last light (part-night).
    """
    lit = [span for span in spans if span.level > OFF]
    if baseline is Baseline.ALL_NIGHT and lit:
        return (Span(start=lit[0].start, end=lit[-1].end, level=FULL),)
    return tuple(Span(start=span.start, end=span.end, level=FULL) for span in lit)
