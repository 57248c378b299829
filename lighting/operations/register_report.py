"""What became of every row of a bulk registration: for people, programs and spreadsheets."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from lighting.inventory.report import capped
from lighting.inventory.rows import RowProblem

_PRINTED_LINES = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet begins a formula, whoever wrote the cell (OWASP: CSV injection)."""


WAITING = (
    "Waiting ones are recorded here; the network server did not answer. It is told when it does,"
    " and now by `lamplighter devices retry`."
)


class Outcome(StrEnum):
    """What became of a row."""

    REGISTERED = "registered"
    """Here and on the network server."""
    WAITING = "waiting"
    """Here; the network server is away, and is told as soon as it is back."""
    FAILED = "failed"
    """Here; the network server refused."""
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    """Nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """One row: its device and place as the file has them, and what became of it."""

    row: int
    dev_eui: str
    lantern_id: str
    outcome: Outcome
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReport:
    """Every row, in the order of the file."""

    dry_run: bool
    rows: tuple[RowOutcome, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to each outcome."""
        found = Counter(each.outcome for each in self.rows)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """Everything that is wrong."""
        return tuple(problem for each in self.rows for problem in each.problems)

    @property
    def all_well(self) -> bool:
        """Whether no row was rejected or failed."""
        return not any(e.outcome in {Outcome.REJECTED, Outcome.FAILED} for e in self.rows)

    def lines(self, *, limit: int = _PRINTED_LINES) -> list[str]:
        """Return the report for people: at most ``limit`` problems."""
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if count)
        waits = [WAITING] if self.counts[Outcome.WAITING.value] else []
        head = [f"{len(self.rows):,} rows: {counts}", *waits]
        return [*head, *capped("problem", self.problems, limit)]

    def as_csv(self) -> str:
        """Return a line for each problem, and for each row without one, as spreadsheets read it."""
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(
            ("row", "dev_eui", "lantern_id", "outcome", "field", "value", "problem", "cure")
        )
        for each in self.rows:
            found: Sequence[tuple[str, ...]] = [
                (p.field, p.value, p.problem, p.cure) for p in each.problems
            ] or [("", "", "", "")]
            for told in found:
                cells = (each.dev_eui, each.lantern_id, each.outcome.value, *told)
                writer.writerow((each.row, *(_safe(cell) for cell in cells)))
        return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
