"""Counter samples to metered intervals: order, duplicates, wrap, reset, lies and swapped nodes.

A node counts watt-hours upwards in 32 bits. The difference of two samples is the energy between
them, however long that was and however many samples in between were lost. Samples may come in any
order: the result is computed from the sorted set, so a late one only has to be added to it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import groupby, zip_longest

from lighting.energy.errors import MeterSampleError
from lighting.units import Watts

COUNTER_MODULUS_WH = 2**32
"""The counter restarts from 0 after this many watt-hours (u32 Wh: reference devices.md 2.1.4)."""

COUNTER_STEP_WH = 1
"""The counter's resolution [Wh] (same place): one step may fall into an interval of any length."""

PLAUSIBLE_RATIO = 1.5
"""More than this times the lantern's greatest power is not believed. Our choice, unsourced: wide
enough for driver tolerance, constant light output and mains variation."""

_HOUR = timedelta(hours=1)


class FindingKind(Enum):
    """What was odd about a stretch of counter samples."""

    DUPLICATE = "the same reading twice; counted once"
    CONFLICT = "different counts at one instant; none of them used"
    WRAP = "the counter passed its end; counted across it"
    RESET = "the counter restarted; the stretch is not metered"
    REPLACED = "another node counts from here; the stretch is not metered"
    IMPLAUSIBLE = "more energy than the lantern can draw; the stretch is not metered"
    OUTLIER = "a reading that its neighbours contradict; it is not used"
    BORDER = "a stretch across the night's border too long to divide; it is not metered"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSample:
    """One counter reading: ``energy_wh`` [Wh] at ``at`` [aware UTC], by the node ``serial``.

    Raises:
        MeterSampleError: a naive time, or a count that a u32 counter cannot show.
    """

    at: datetime
    energy_wh: int
    serial: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise MeterSampleError("at", self.at, "a time with its UTC offset")
        if not 0 <= self.energy_wh < COUNTER_MODULUS_WH:
            raise MeterSampleError("energy_wh", self.energy_wh, "0 to 2^32 - 1 watt-hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterInterval:
    """``energy_wh`` [Wh] was used from ``start`` to ``end`` [aware UTC]."""

    start: datetime
    end: datetime
    energy_wh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something odd from ``start`` to ``end`` [aware UTC]; both are equal for a single reading."""

    kind: FindingKind
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRecord:
    """What the counter of one lantern proves: intervals in order, and what was odd, in order."""

    intervals: tuple[MeterInterval, ...] = ()
    findings: tuple[Finding, ...] = ()

    def intervals_between(self, start: datetime, end: datetime) -> Sequence[MeterInterval]:
        """Return the intervals that share some time with [start, end), in order."""
        first = bisect_right(self.intervals, start, key=lambda interval: interval.end)
        last = bisect_left(self.intervals, end, key=lambda interval: interval.start)
        return self.intervals[first:last]

    def findings_between(self, start: datetime, end: datetime) -> tuple[Finding, ...]:
        """Return the findings inside [start, end) or reaching into it, in order."""
        return tuple(
            f for f in self.findings if f.start < end and (f.end > start or f.start == start)
        )


NO_METER = MeterRecord()
"""The record of a lantern that nobody meters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """Decides what the difference of two samples is worth."""

    max_w: Watts
    boots: tuple[datetime, ...]

    def energy_wh(self, before: MeterSample, after: MeterSample) -> int | FindingKind:
        """Return the energy [Wh] between two samples, or why it cannot be known."""
        if None not in (before.serial, after.serial) and before.serial != after.serial:
            return FindingKind.REPLACED
        limit_wh = self._limit_wh(before, after)
        restarted = self._booted(before, after) and after.energy_wh <= limit_wh
        energy_wh = (after.energy_wh - before.energy_wh) % COUNTER_MODULUS_WH
        if not restarted and energy_wh <= limit_wh:
            return energy_wh
        dropped = after.energy_wh < before.energy_wh
        return FindingKind.RESET if restarted or dropped else FindingKind.IMPLAUSIBLE

    def _limit_wh(self, before: MeterSample, after: MeterSample) -> float:
        hours = (after.at - before.at) / _HOUR
        return self.max_w * hours * PLAUSIBLE_RATIO + COUNTER_STEP_WH

    def _booted(self, before: MeterSample, after: MeterSample) -> bool:
        return bisect_right(self.boots, before.at) < bisect_right(self.boots, after.at)


def _one_per_instant(
    samples: Iterable[MeterSample],
) -> tuple[list[MeterSample], list[Finding]]:
    ordered = sorted(samples, key=lambda s: (s.at, s.energy_wh, s.serial or ""))
    kept: list[MeterSample] = []
    findings: list[Finding] = []
    for at, same_instant in groupby(ordered, key=lambda s: s.at):
        group = list(same_instant)
        agree = group[0].energy_wh == group[-1].energy_wh
        if agree:
            kept.append(group[-1])
        if len(group) > 1:
            kind = FindingKind.DUPLICATE if agree else FindingKind.CONFLICT
            findings.append(Finding(kind=kind, start=at, end=at))
    return kept, findings


def _is_outlier(
    before: MeterSample, sample: MeterSample, after: MeterSample | None, judge: _Judge
) -> bool:
    """Return whether ``after`` fits ``before`` and not ``sample``, which is alone in its claim."""
    return (
        after is not None
        and isinstance(judge.energy_wh(before, after), int)
        and not isinstance(judge.energy_wh(sample, after), int)
    )


def _chain(
    samples: Sequence[MeterSample], judge: _Judge
) -> tuple[list[MeterInterval], list[Finding]]:
    intervals: list[MeterInterval] = []
    findings: list[Finding] = []
    before = samples[0]
    for sample, after in zip_longest(samples[1:], samples[2:]):
        outcome = judge.energy_wh(before, sample)
        kind = FindingKind.WRAP if sample.energy_wh < before.energy_wh else None
        if isinstance(outcome, int):
            intervals.append(MeterInterval(start=before.at, end=sample.at, energy_wh=outcome))
        elif _is_outlier(before, sample, after, judge):
            findings.append(Finding(kind=FindingKind.OUTLIER, start=sample.at, end=sample.at))
            continue
        else:
            kind = outcome
        if kind is not None:
            findings.append(Finding(kind=kind, start=before.at, end=sample.at))
        before = sample
    return intervals, findings


def read_meter(
    samples: Iterable[MeterSample], *, max_w: Watts, boots: Iterable[datetime] = ()
) -> MeterRecord:
    """Return what the counter samples of one lantern prove, whatever order they came in.

    ``max_w`` is the most that the lantern can draw [W]; ``boots`` are the instants [aware UTC] at
    which its node said that it started. A difference is believed up to 1.5 times ``max_w`` over
    the time between, plus one counter step. A drop that is no believable wrap is a reset. After a
    boot, a count that could have been reached from zero is taken as a reset too.
    """
    kept, findings = _one_per_instant(samples)
    if not kept:
        return MeterRecord(findings=tuple(findings))
    judge = _Judge(max_w=max_w, boots=tuple(sorted(boots)))
    intervals, more = _chain(kept, judge)
    findings = sorted(findings + more, key=lambda f: (f.start, f.end, f.kind.name))
    return MeterRecord(intervals=tuple(intervals), findings=tuple(findings))
