"""What can be wrong with codes, files, events and tables of settlement; each says the cure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lighting.errors import RequestError

TOLD_AT_MOST = 20
"""Faults that one message tells; all of them are in ``faults``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """One thing wrong in a file: where (from 1), what is wrong, what is allowed.

    ``column`` is a character's place in a fixed-width line and a column's name in a table.
    """

    line: int
    column: int | str
    problem: str
    allowed: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.problem}; allowed: {self.allowed}"


class SettlementFileError(RequestError):
    """A file that cannot be used as it is; carries every fault found, not only the first."""

    def __init__(self, what: str, faults: Sequence[FileFault]) -> None:
        self.what = what
        self.faults = tuple(faults)
        more = len(faults) - TOLD_AT_MOST
        told = [str(fault) for fault in faults[:TOLD_AT_MOST]]
        if more > 0:
            told.append(f"and {more:,} more")
        super().__init__(f"{what}: " + " | ".join(told))


class SettlementValueError(RequestError):
    """A code, reference, date or level that cannot be; says what would be allowed."""

    def __init__(self, what: str, value: object, allowed: str) -> None:
        self.what = what
        self.value = value
        self.allowed = allowed
        super().__init__(f"{what} is {str(value)[:64]!r}; allowed: {allowed}")


class UnknownWattsError(RequestError):
    """Charge codes whose circuit watts nothing at hand states, so that no kWh can be worked out."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        shown = ", ".join(self.codes[:TOLD_AT_MOST])
        super().__init__(
            f"no circuit watts are known for charge code {shown}: only a generic LED code holds its"
            " own; import the charge codes that Elexon publishes, with their watts"
        )
