"""Rounding: which steps are not on a node's clock grid, and what becomes of them, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schedules.timeline import Cause, NightTimeline

NAMED_MAX = 12
"""More different times than this come from steps that move with the sun: they are told as one."""


def rounded_steps(timelines: Sequence[NightTimeline], grid_min: int) -> tuple[str, ...]:
    """Return what becomes of steps off the grid: dimming comes later, brightening earlier."""
    told: dict[str, None] = {}
    for timeline in timelines:
        level = 0
        for change in timeline.changes:
            moved = _on_grid(change.at, grid_min, later=change.level < level)
            level = change.level
            if change.cause is Cause.STEP and moved != change.at:
                zone = timeline.night.site.tz
                asked, done = change.at.astimezone(zone), moved.astimezone(zone)
                told[f"{asked:%H:%M} becomes {done:%H:%M}"] = None
    if len(told) > NAMED_MAX:
        return (f"steps that move with the sun are up to {grid_min} minutes off, never darker",)
    return tuple(told)


def _on_grid(at: datetime, grid_min: int, *, later: bool) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=grid_min)
    slots = -((midnight - at) // step) if later else (at - midnight) // step
    return midnight + slots * step
