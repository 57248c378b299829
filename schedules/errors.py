"""Everything that can be wrong with a policy, a place or a target, told so that it can be cured."""

from dataclasses import dataclass


class ScheduleError(Exception):
    """Base of every error that ``schedules`` raises."""


class PlaceError(ScheduleError):
    """A latitude, longitude or time zone that cannot be used."""


class LevelError(ScheduleError):
    """A dimming level outside 0 to 100 percent, or not a whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a document: where, what, and what would be right.

    ``line`` counts from 1 and is None where a format (JSON) or a value has no line of its own.
    ``field`` is a dotted path such as ``nights[1].steps[0].at``.
    """

    field: str
    message: str
    allowed: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{self.field}: {self.message}. Allowed: {self.allowed}"


class PolicyError(ScheduleError):
    """A policy (or rules) document that cannot be accepted; carries every problem found."""

    def __init__(self, document: str, problems: tuple[Problem, ...]) -> None:
        self.document = document
        self.problems = problems
        super().__init__(f"{document}: " + "; ".join(str(problem) for problem in problems))


class LoweringError(ScheduleError):
    """A timeline that a target cannot hold in any form."""
