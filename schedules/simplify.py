"""Pass 2: drop steps that change nothing.

Switch-on and switch-off stay, also where a plan is dark there (off from midnight to the morning):
the next pass hangs a node's sun steps on them.
"""

from dataclasses import replace

from schedules.level import OFF
from schedules.timeline import Cause, Change, NightTimeline


def simplify(timeline: NightTimeline) -> NightTimeline:
    """Return the same light with the fewest changes; of changes at one instant the last stays."""
    kept: list[Change] = []
    for change in timeline.changes:
        if kept and kept[-1].at == change.at:
            kept.pop()
        before = kept[-1].level if kept else OFF
        if change.level != before or change.cause is not Cause.STEP:
            kept.append(change)
    return replace(timeline, changes=tuple(kept))
