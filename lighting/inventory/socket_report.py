"""What an import of sockets did or would do: counted row by row, printed short, kept in full."""

from collections import Counter
from dataclasses import asdict, dataclass, fields

from lighting.inventory.report import capped
from lighting.inventory.rows import Rejected, RowProblem
from lighting.inventory.sockets import Socket, SocketId

_PRINTED_LINES = 20
_COMPARED = tuple(field.name for field in fields(Socket))


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketChange:
    """A socket that is known already, and the fields that the file gives anew."""

    socket_id: SocketId
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketReport:
    """What became of every row: ``rows = added + changed + unchanged + rejected``."""

    rows: int
    added: int
    changed: tuple[SocketChange, ...]
    unchanged: int
    rejected: int
    problems: tuple[RowProblem, ...]

    def as_json(self) -> dict[str, object]:
        """Return everything, ready for a JSON encoder."""
        return asdict(self)

    def lines(self, *, limit: int = _PRINTED_LINES) -> list[str]:
        """Return the report for people: at most ``limit`` problems and changes each."""
        changed = [f"{each.socket_id}: {', '.join(each.fields)}" for each in self.changed]
        counts = f"{self.rows:,} rows: {self.added:,} added, {len(self.changed):,} changed,"
        return [
            f"{counts} {self.unchanged:,} unchanged, {self.rejected:,} rejected",
            *capped("rejected", self.problems, limit),
            *capped("changed", changed, limit),
        ]


class SocketTally:
    """Counts outcomes one by one; it writes nothing, so a dry run and a true one count alike."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._changed: list[SocketChange] = []
        self._problems: list[RowProblem] = []

    def rejected(self, outcome: Rejected) -> None:
        """Count a row that became nothing."""
        self._counts["rejected"] += 1
        self._problems.extend(outcome.problems)

    def accepted(self, new: Socket, existing: Socket | None) -> bool:
        """Count a socket beside the one that is ``existing``; return whether to write it."""
        if existing is None:
            self._counts["added"] += 1
            return True
        names = tuple(name for name in _COMPARED if getattr(existing, name) != getattr(new, name))
        if not names:
            self._counts["unchanged"] += 1
            return False
        self._changed.append(SocketChange(socket_id=new.socket_id, fields=names))
        return True

    def report(self) -> SocketReport:
        """Return what was counted so far."""
        counts, changed = self._counts, len(self._changed)
        return SocketReport(
            rows=counts["added"] + changed + counts["unchanged"] + counts["rejected"],
            added=counts["added"],
            changed=tuple(self._changed),
            unchanged=counts["unchanged"],
            rejected=counts["rejected"],
            problems=tuple(self._problems),
        )
