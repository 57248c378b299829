"""LightPlans: when programs change the light, computed once for all lanterns that hold the same."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from schedules.level import Level
from schedules.program import Program
from schedules.replay import levels

LevelSource = Callable[[Program, datetime, datetime], list[tuple[datetime, Level]]]
"""Gives the level from a start on and its changes until an end, in order."""

STRETCH = timedelta(days=2)
"""How much is computed at once."""


class LightPlan:
    """The light of one program over time. Instants are seconds since 1970 (fast to compare)."""

    def __init__(self, program: Program, source: LevelSource = levels) -> None:
        self._program = program
        self._source = source
        self._instants: list[float] = []
        self._levels: list[int] = []
        self._until_s = 0.0

    def level(self, at_s: float) -> int:
        """Return the level [percent] at an instant."""
        self._reach(at_s)
        return self._levels[bisect_right(self._instants, at_s) - 1]

    def next_change(self, at_s: float) -> float:
        """Return the next instant after ``at_s`` at which to look again."""
        self._reach(at_s)
        index = bisect_right(self._instants, at_s)
        return self._instants[index] if index < len(self._instants) else self._until_s

    def _reach(self, at_s: float) -> None:
        if self._instants and self._instants[0] <= at_s < self._until_s:
            return
        start = datetime.fromtimestamp(at_s, UTC).replace(microsecond=0)
        changes = self._source(self._program, start, start + STRETCH)
        # An earlier asker may be a little behind: keep the stretch before.
        keep = self._instants[0] <= at_s if self._instants else False
        self._instants = (self._instants[-64:] if keep else []) + [
            c[0].timestamp() for c in changes
        ]
        self._levels = (self._levels[-64:] if keep else []) + [int(c[1]) for c in changes]
        self._until_s = (start + STRETCH).timestamp()


class LightPlans:
    """Plans by what lanterns hold."""

    def __init__(self, source: LevelSource = levels) -> None:
        self._source = source
        self._plans: dict[object, LightPlan] = {}

    def __len__(self) -> int:
        return len(self._plans)

    def plan(self, held: object, program: Callable[[], Program]) -> LightPlan:
        """Return the plan of what is ``held``; ``program`` is asked only the first time."""
        plan = self._plans.get(held)
        if plan is None:
            plan = self._plans[held] = LightPlan(program(), self._source)
        return plan
