"""Clock steps of a weekly program: slots -> day programs, within a node's number of steps."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from schedules.errors import LoweringError
from schedules.level import Level
from schedules.program import ClockStep, DayProgram
from schedules.slots import DAYS_A_WEEK, UNSEEN, Week

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """Slots ``start`` <= s < ``end``: a level held by a clock step, or left to the sun steps.

    ``base`` is the level that the sun steps give there for sure, or None.
    """

    start: int
    end: int
    held: int | None
    base: int | None

    @property
    def level(self) -> int | None:
        return self.base if self.held is None else self.held


def day_programs(
    week: Week, base: NDArray[np.int16], steps_max: int
) -> tuple[tuple[DayProgram, ...], tuple[str, ...]]:
    """Return disjoint day programs for a week, and in words what merging steps gave up.

    ``base`` has the shape of the week's levels: what the sun steps give in each slot for sure, or
    ``UNSEEN`` where that is not known.

    Raises:
        LoweringError: a day has more steps than can be merged without touching switch-on or -off.
    """
    by_steps: dict[tuple[ClockStep, ...], set[int]] = {}
    losses: dict[str, list[str]] = {}
    for day in range(DAYS_A_WEEK):
        segments = _segments(week, base, day)
        fitted, extra = _fit(segments, steps_max, day)
        steps = tuple(
            ClockStep(
                minute=segment.start * week.grid_min,
                level=None if segment.held is None else Level(segment.held),
            )
            for segment in fitted
        )
        by_steps.setdefault(steps, set()).add(day + 1)
        if extra:
            loss = f"{len(segments)} steps become {len(fitted)}: {extra * week.grid_min:g}"
            losses.setdefault(loss, []).append(DAY_NAMES[day])
    programs = tuple(
        DayProgram(weekdays=frozenset(days), steps=steps)
        for steps, days in sorted(by_steps.items(), key=lambda item: min(item[1]))
    )
    words = tuple(
        f"{', '.join(days)}: {loss} percent-minutes of light a day more than asked"
        for loss, days in losses.items()
    )
    return programs, words


def _segments(week: Week, base: NDArray[np.int16], day: int) -> list[_Segment]:
    segments: list[_Segment] = []
    for slot, (level, firm, under) in enumerate(
        zip(week.levels[day].tolist(), week.firm[day].tolist(), base[day].tolist(), strict=True)
    ):
        known = under if firm and under != UNSEEN else None
        held = level if firm and level != known else None
        before = segments[-1] if segments else None
        if before is not None and (before.held, before.base if held is None else None) == (
            held,
            known if held is None else None,
        ):
            segments[-1] = replace(before, end=slot + 1)
        else:
            segments.append(_Segment(start=slot, end=slot + 1, held=held, base=known))
    # Neighbours that are both left to the sun steps are one step, whatever the sun steps give.
    joined: list[_Segment] = []
    for segment in segments:
        if joined and joined[-1].held is None and segment.held is None:
            base_level = segment.base if segment.base == joined[-1].base else None
            joined[-1] = replace(joined[-1], end=segment.end, base=base_level)
        else:
            joined.append(segment)
    return joined


def _fit(segments: list[_Segment], steps_max: int, day: int) -> tuple[list[_Segment], int]:
    """Merge neighbours, cheapest first and brighter wins; return them and the extra light."""
    fitted, extra = list(segments), 0
    while len(fitted) > steps_max:
        costs = [
            (cost, index)
            for index in range(len(fitted) - 1)
            if (cost := _merge_cost(fitted[index], fitted[index + 1])) is not None
        ]
        if not costs:
            raise LoweringError(
                f"{DAY_NAMES[day]} needs {len(fitted)} steps, the node holds {steps_max}, and no"
                " two of them can be merged without changing when the light switches on or off"
            )
        cost, index = min(costs)
        extra += cost
        first, second = fitted[index : index + 2]
        brighter = max(first.level or 0, second.level or 0)
        merged = _Segment(start=first.start, end=second.end, held=brighter, base=None)
        fitted[index : index + 2] = [merged]
    return fitted, extra


def _merge_cost(first: _Segment, second: _Segment) -> int | None:
    """Return the light that merging adds [percent-slots], or None if it may not be done."""
    if first.level is None or second.level is None:
        return None
    brighter = max(first.level, second.level)
    added_first = (brighter - first.level) * (first.end - first.start)
    return added_first + (brighter - second.level) * (second.end - second.start)
