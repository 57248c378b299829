"""What can be wrong with a mapping or with a whole file; bad rows are values, not errors."""

from collections.abc import Sequence
from dataclasses import dataclass

from lighting.errors import RequestError

_LISTED_NAMES = 40
_NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFault:
    """One thing wrong in a text that people write: its place, what is wrong, what is allowed."""

    field: str
    problem: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}; allowed: {self.allowed}"


class MappingError(RequestError):
    """A mapping that cannot be used; carries every fault found, not only the first."""

    def __init__(self, name: str, faults: Sequence[MappingFault]) -> None:
        self.name = name
        self.faults = tuple(faults)
        super().__init__(f"mapping {name!r}: " + " | ".join(str(fault) for fault in faults))


class LimitsError(RequestError):
    """A file of socket limits that cannot be used; carries every fault found."""

    def __init__(self, name: str, faults: Sequence[MappingFault]) -> None:
        self.name = name
        self.faults = tuple(faults)
        super().__init__(f"limits {name!r}: " + " | ".join(str(fault) for fault in faults))


class NeedError(RequestError):
    """A need that cannot be read; carries every part that is wrong, and what is allowed."""

    def __init__(self, text: str, faults: Sequence[MappingFault]) -> None:
        self.text = text
        self.faults = tuple(faults)
        shown = printable(text[:_NAME_CHARACTERS])
        super().__init__(f"need {shown!r}: " + " | ".join(str(fault) for fault in faults))


class CouncilFileError(RequestError):
    """A file that cannot be read at all with this mapping; no row of it was taken."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"{problem}; {cure}")


def listed(names: Sequence[str]) -> str:
    """Return ``names`` for a message: the first 40, each cut and free of what cannot be printed."""
    shown = [printable(name[:_NAME_CHARACTERS]) for name in names[:_LISTED_NAMES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "") or "none"


def printable(text: str) -> str:
    """Return ``text``, or its ASCII escapes if a terminal or a database could stumble over it."""
    return text if text.isprintable() else ascii(text)
