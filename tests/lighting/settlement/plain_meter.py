"""The equivalent meter as a plain loop over units and instants: slow, and easy to check by eye."""

from collections.abc import Sequence
from itertools import pairwise

from lighting.settlement.equivalent_meter import UnitLoad
from lighting.settlement.events import BEST_FIRST, Quality, Source, SwitchingEvent
from lighting.settlement.stretches import DAY_MS, HALF_HOUR_MS, Window
from tests.lighting.settlement.street import ms

Changes = Sequence[tuple[int, int]]
"""Times [ms since 1970] in order, and the level [percent] from then on."""


def plain_meter(
    loads: Sequence[UnitLoad], events: Sequence[SwitchingEvent], default: Changes, window: Window
) -> list[list[float]]:
    """Return Wh by quality (in the order of BEST_FIRST) and half-hour, billing view."""
    wh = [[0.0] * window.count for _ in BEST_FIRST]
    for load in loads:
        own = sorted((e for e in events if e.unit_ref == load.unit_ref), key=lambda e: e.at)
        cuts = {ms(event.at) for event in own} | {at for at, _ in default}
        for place in range(window.count):
            start = (window.first + place) * HALF_HOUR_MS
            end = start + HALF_HOUR_MS
            edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
            for begin, until in pairwise(edges):
                level, quality = _state(own, default, begin, window.end_ms)
                power_w = load.items * load.circuit_w * level / 100
                wh[BEST_FIRST.index(quality)][place] += power_w * (until - begin) / 3_600_000
    return wh


def _state(
    own: Sequence[SwitchingEvent], default: Changes, at: int, end: int
) -> tuple[int, Quality]:
    assumed = [level for since, level in default if since <= at][-1]
    before = [event for event in own if ms(event.at) <= at]
    if not before:
        return assumed, Quality.DEFAULT
    last = before[-1]
    following = [ms(event.at) for event in own if ms(event.at) > at]
    next_day = (following[0] if following else end) // DAY_MS
    day = ms(last.at) // DAY_MS
    if last.source is Source.FAULT or next_day - day <= 1 or at // DAY_MS == day:
        return last.power_pct, last.quality
    return assumed, Quality.DEFAULT
