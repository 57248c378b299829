"""NightTimeline: a policy resolved for one place and night, as ordered (instant, level) changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from schedules.level import OFF, Level
from schedules.night import Night


class Cause(Enum):
    """Why the level changes."""

    SWITCH_ON = "switch on"
    STEP = "step"
    SWITCH_OFF = "switch off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From ``at`` [aware UTC] on the lantern is at ``level`` [percent]."""

    at: datetime
    level: Level
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one level: ``start`` <= t < ``end`` [aware UTC]."""

    start: datetime
    end: datetime
    level: Level

    @property
    def hours(self) -> float:
        """Its length [h]."""
        return (self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class NightTimeline:
    """Ordered changes of one night. Before the first change the lantern is off."""

    night: Night
    changes: tuple[Change, ...]

    def level_at(self, instant: datetime) -> Level:
        """Return the level [percent] at an instant of this night."""
        current = OFF
        for change in self.changes:
            if change.at > instant:
                break
            current = change.level
        return current

    def spans(self) -> Iterator[Span]:
        """Yield the stretches of one level that fill the night from start to end, in order."""
        start, level = self.night.start, OFF
        for change in self.changes:
            if change.at > start:
                yield Span(start=start, end=change.at, level=level)
            start, level = max(start, change.at), change.level
        if self.night.end > start:
            yield Span(start=start, end=self.night.end, level=level)

    def burning_hours(self) -> float:
        """Return the time [h] with any light at all."""
        return sum(span.hours for span in self.spans() if span.level > OFF)

    def full_power_hours(self) -> float:
        """Return the hours at full power that give the same level-hours [h]."""
        return sum(span.hours * span.level / 100 for span in self.spans())
