"""Pass 2: drop changes that change nothing."""

from dataclasses import replace

from schedules.level import OFF
from schedules.timeline import Change, NightTimeline


def simplify(timeline: NightTimeline) -> NightTimeline:
    """Return the same light with the fewest changes; of changes at one instant the last stays."""
    kept: list[Change] = []
    for change in timeline.changes:
        if kept and kept[-1].at == change.at:
            kept.pop()
        before = kept[-1].level if kept else OFF
        if change.level != before:
            kept.append(change)
    return replace(timeline, changes=tuple(kept))
