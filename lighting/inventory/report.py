"""What an import did or would do: counted row by row, printed short, kept in full."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.rows import Accepted, Rejected, RowProblem

COUNTED_WHEN_UNKNOWN = ("power_w", "height_m", "lighting_class", "regime")
"""Fields whose absence an engineer wants to know of: energy, light and rules hang on them."""

_COMPARED = tuple(field.name for field in fields(Lantern) if field.name != "lantern_id")
_PRINTED_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A lantern that is known already, and the fields that the file gives anew."""

    lantern_id: LanternId
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of every row: ``rows = added + changed + unchanged + rejected``.

    ``unknown`` counts the accepted lanterns without a wattage, height, class or regime.
    """

    rows: int
    accepted: int
    added: int
    changed: tuple[Change, ...]
    unchanged: int
    rejected: int
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    unknown: dict[str, int]

    def as_json(self) -> dict[str, object]:
        """Return everything, ready for a JSON encoder."""
        return asdict(self)

    def lines(self, *, limit: int = _PRINTED_LINES) -> list[str]:
        """Return the report for people: at most ``limit`` problems, changes and warnings each."""
        unknown = ", ".join(f"{name} {count:,}" for name, count in self.unknown.items())
        return [
            f"{self.rows:,} rows: {self.accepted:,} accepted, {self.rejected:,} rejected",
            f"{self.added:,} added, {len(self.changed):,} changed, {self.unchanged:,} unchanged",
            f"unknown: {unknown}",
            *capped("rejected", self.problems, limit),
            *capped("warning", self.warnings, limit),
            *capped(
                "changed", [f"{c.lantern_id}: {', '.join(c.fields)}" for c in self.changed], limit
            ),
        ]


def diff(existing: Lantern, new: Lantern) -> tuple[str, ...]:
    """Return the names of the fields in which ``new`` differs, in the order of Lantern."""
    return tuple(name for name in _COMPARED if getattr(existing, name) != getattr(new, name))


class ImportTally:
    """Counts outcomes one by one; it writes nothing, so a dry run and a true one count alike."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._changed: list[Change] = []
        self._problems: list[RowProblem] = []
        self._warnings: list[RowProblem] = []

    def rejected(self, outcome: Rejected) -> None:
        """Count a row that became nothing."""
        self._counts["rejected"] += 1
        self._problems.extend(outcome.problems)

    def accepted(self, outcome: Accepted, existing: Lantern | None) -> bool:
        """Count a lantern beside the one that is ``existing``; return whether to write it."""
        self._warnings.extend(outcome.warnings)
        new = outcome.lantern
        self._unknown.update(
            name for name in COUNTED_WHEN_UNKNOWN if getattr(new, name) in ("", None)
        )
        if existing is None:
            self._counts["added"] += 1
            return True
        names = diff(existing, new)
        if names:
            self._changed.append(Change(lantern_id=new.lantern_id, fields=names))
            return True
        self._counts["unchanged"] += 1
        return False

    def report(self) -> ImportReport:
        """Return what was counted so far."""
        counts, changed = self._counts, len(self._changed)
        accepted = counts["added"] + changed + counts["unchanged"]
        return ImportReport(
            rows=accepted + counts["rejected"],
            accepted=accepted,
            added=counts["added"],
            changed=tuple(self._changed),
            unchanged=counts["unchanged"],
            rejected=counts["rejected"],
            problems=tuple(self._problems),
            warnings=tuple(self._warnings),
            unknown={name: self._unknown[name] for name in COUNTED_WHEN_UNKNOWN},
        )


def capped(word: str, items: Sequence[object], limit: int) -> list[str]:
    """Return a line for each of the first ``limit`` items, and one for how many more there are."""
    shown = [f"{word}: {item}" for item in items[:limit]]
    more = len(items) - len(shown)
    return [*shown, f"{word}: … and {more:,} more (all are in the JSON report)"] if more else shown
