"""Consumption of one lantern in half-hours: metered, from its program, by default; never mixed.

The plain form, one step after the other: the reference that the city's arrays are tested against.

What a counter proves between two counts is spread over the half-hours in between by the shape of
the model, where a program is evidenced all the way; else evenly by time. The whole stretch stays
exactly what the counter says: parts are whole multiples of 2^-20 Wh, of which sums are exact in
floating point, and add up to the count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import numpy as np

from lighting.energy.consumption import NO_WATTAGE, UnknownEnergy
from lighting.energy.half_hour_errors import LightSpansError
from lighting.energy.half_hours import HALF_HOUR, Floats, half_hour_of, start_of, sums
from lighting.energy.lantern_light import Drawn, LanternLight, Load, Piece, Source
from lighting.energy.metering import NO_METER, Finding, MeterInterval, MeterRecord
from lighting.units import WATT_HOURS_PER_KWH

PARTS_PER_WH = 2**20
"""Metered energy is divided into parts of 1 / 2^20 Wh, about a millionth."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternHalfHours:
    """What one lantern used in each half-hour of ``window``, by source.

    ``energy_wh`` [Wh] and ``hours`` [h] have shape (3, half-hours), their rows in the order of
    ``Source``. The hours of each half-hour add up to 0.5: every instant has one source.
    """

    window: range
    energy_wh: Floats
    hours: Floats
    power_basis: str
    findings: tuple[Finding, ...] = ()

    def wh(self, source: Source) -> Floats:
        """Return the energy [Wh] from one source in each half-hour."""
        return np.asarray(self.energy_wh[source])

    def kwh_over(self, periods: Sequence[range]) -> Floats:
        """Return the energy [kWh] by source and period, shape (3, periods).

        Raises:
            PeriodOutsideError: a period has half-hours that are not in the window.
        """
        return sums(self.energy_wh, self.window, periods) / WATT_HOURS_PER_KWH

    def hours_over(self, periods: Sequence[range]) -> Floats:
        """Return the time [h] by source and period, shape (3, periods).

        Raises:
            PeriodOutsideError: a period has half-hours that are not in the window.
        """
        return sums(self.hours, self.window, periods)


def lantern_half_hours(
    window: range, *, load: Load | None, light: LanternLight, record: MeterRecord = NO_METER
) -> LanternHalfHours | UnknownEnergy:
    """Return what one lantern used in each half-hour of ``window``.

    ``load`` is None where no wattage is known. ``record`` comes from ``read_meter``, over this
    window or any longer time. A counter counts what was drawn, so a fault changes only what is
    modelled, and the shape by which metered energy is spread.

    Raises:
        LightSpansError: the default spans do not cover the window.
    """
    if load is None:
        return NO_WATTAGE
    drawn = Drawn(light, load)
    start, end = start_of(window.start), start_of(window.stop)
    intervals = record.intervals_between(start, end)
    tally = _Tally(window)
    for interval in intervals:
        _add_metered(tally, interval, drawn)
    for low, high in _uncovered(start, end, intervals):
        _add_modelled(tally, low, high, drawn)
    return LanternHalfHours(
        window=window,
        energy_wh=tally.energy_wh,
        hours=tally.hours,
        power_basis=load.model.basis,
        findings=record.findings_between(start, end),
    )


class _Tally:
    """Energy [Wh] and time [h] by source and half-hour; what lies outside the window is left."""

    def __init__(self, window: range) -> None:
        self._window = window
        self.energy_wh = np.zeros((len(Source), len(window)))
        self.hours = np.zeros((len(Source), len(window)))

    def add(self, source: Source, start: datetime, end: datetime, energy_wh: float) -> None:
        """Add what was used from ``start`` to ``end``, which lie in one half-hour."""
        half_hour = half_hour_of(start)
        if half_hour in self._window:
            place = half_hour - self._window.start
            self.energy_wh[source, place] += energy_wh
            self.hours[source, place] += (end - start) / _HOUR


def _add_modelled(tally: _Tally, start: datetime, end: datetime, drawn: Drawn) -> None:
    told_to = start
    for piece in drawn.between(start, end):
        if piece.start > told_to:
            break
        told_to = piece.end
        for low, high in _split(piece.start, piece.end):
            tally.add(piece.source, low, high, piece.power_w * ((high - low) / _HOUR))
    if told_to < end:
        raise LightSpansError("default", "nothing is said of a time asked for", told_to, end)


def _add_metered(tally: _Tally, interval: MeterInterval, drawn: Drawn) -> None:
    cells = list(_split(interval.start, interval.end))
    pieces = list(drawn.between(interval.start, interval.end))
    shape = [_weight_wh(pieces, low, high) for low, high in cells]
    if not (_evidenced(pieces, interval) and sum(shape) > 0):
        shape = [(high - low) / _HOUR for low, high in cells]
    so_far = list(accumulate(shape))
    parts = [round(interval.energy_wh * PARTS_PER_WH * (each / so_far[-1])) for each in so_far]
    for (low, high), before, after in zip(cells, [0, *parts], parts, strict=False):
        tally.add(Source.METERED, low, high, (after - before) / PARTS_PER_WH)


def _evidenced(pieces: Sequence[Piece], interval: MeterInterval) -> bool:
    """Return whether a program of which there is evidence fills a metered interval."""
    told = sum(
        (piece.end - piece.start for piece in pieces if piece.source is Source.PROGRAM),
        timedelta(),
    )
    return told == interval.end - interval.start


def _weight_wh(pieces: Sequence[Piece], start: datetime, end: datetime) -> float:
    """Return what the model gives [Wh] from ``start`` to ``end``."""
    overlaps = (
        (piece.power_w, min(piece.end, end) - max(piece.start, start))
        for piece in pieces
        if piece.start < end and piece.end > start
    )
    return sum(power_w * (length / _HOUR) for power_w, length in overlaps)


def _split(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of [start, end) that lie in one half-hour each, in order."""
    while start < end:
        border = min(end, start_of(half_hour_of(start)) + HALF_HOUR)
        yield start, border
        start = border


def _uncovered(
    start: datetime, end: datetime, intervals: Sequence[MeterInterval]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of [start, end) that no metered interval covers, in order."""
    for interval in intervals:
        if start < interval.start:
            yield start, interval.start
        start = max(start, interval.end)
    if start < end:
        yield start, end
