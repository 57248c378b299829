"""Baselines: bring a snapshot in, show it, and record what changed since."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import IO

from lighting.clock import Clock
from lighting.energy.adjustments import (
    Adjustment,
    LanternAdded,
    LanternRemoved,
    NonRoutine,
    Recorded,
    check_recorded,
)
from lighting.energy.baseline_store import BaselineStore, StoredHeader
from lighting.energy.burning import PolicyHours, burning_note, burning_text
from lighting.energy.snapshot import BaselineEntry, BaselineSnapshot, snapshot_of
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.report import capped
from lighting.inventory.rows import Rejected, RowProblem
from lighting.operations.baseline_header import BaselineHeader
from lighting.operations.baseline_rows import read_baseline
from lighting.operations.stores import PolicyStore

_PRINTED_LINES = 20
_STEP = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineImport:
    """What became of every row, and the version that was saved: none while a row is rejected."""

    rows: int
    rejected: int
    problems: tuple[RowProblem, ...]
    saved: str
    evidence: Mapping[str, Mapping[str, int]]

    def as_json(self) -> dict[str, object]:
        """Return everything, ready for a JSON encoder."""
        return asdict(self)

    def lines(self, *, limit: int = _PRINTED_LINES) -> list[str]:
        """Return the report for people: at most ``limit`` problems."""
        told = f"saved as {self.saved}" if self.saved else "nothing was saved"
        return [
            f"{self.rows:,} rows: {self.rejected:,} rejected; {told}",
            *evidence_lines(self.evidence),
            *capped("rejected", self.problems, limit),
        ]


class Baselines:
    """Snapshots and what is recorded beside them."""

    def __init__(self, store: BaselineStore, policies: PolicyStore, clock: Clock) -> None:
        self.store = store
        self._policies = policies
        self._clock = clock

    async def bring_in(
        self,
        stream: IO[bytes],
        header: BaselineHeader,
        *,
        by: str,
        indicative: bool = False,
        dry_run: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> BaselineImport:
        """Read every row and save the snapshot as the next version, if no row is rejected.

        A snapshot with rows missing would be a smaller baseline under the same name, so there is
        none. The same snapshot again is the version that is there.

        Raises:
            CouncilFileError: the file as a whole cannot be read.
            RefusedError: there are no rows, no name is given, or hours name a policy revision that
                is not saved.
            StoreError: the database could not take it; nothing is saved.
        """
        if not by.strip():
            raise RefusedError("a baseline needs the name of who brings it in: give it")
        entries, problems, rejected = _read(
            stream, header, indicative=indicative, progress=progress
        )
        saved = ""
        if not rejected:
            snapshot = _snapshot(header, entries)
            await self._check_policies(entries)
            if not dry_run:
                stored = await self.store.save(snapshot, at=self._clock.now(), by=by)
                saved = stored.label
        return BaselineImport(
            rows=len(entries) + rejected,
            rejected=rejected,
            problems=tuple(problems),
            saved=saved,
            evidence=evidence_of(entries),
        )

    async def _check_policies(self, entries: Sequence[BaselineEntry]) -> None:
        for rule in {entry.burning for entry in entries}:
            if not isinstance(rule, PolicyHours):
                continue
            if await self._policies.find_policy(rule.policy, rule.revision) is None:
                told = burning_text(rule)
                raise RefusedError(f"hours {told!r}: this revision is not saved; save it first")

    async def found(self, name: str, version: int | None = None) -> StoredHeader:
        """Return a version of a snapshot, the newest if none is given.

        Raises:
            NotFoundError: there is none.
            StoreError: the database could not be read.
        """
        stored = await self.store.find(name, version)
        if stored is None:
            raise NotFoundError("baseline", f"{name} version {version}" if version else name)
        return stored

    async def add_lanterns(
        self,
        stored: StoredHeader,
        entries: Sequence[BaselineEntry],
        *,
        since: date,
        why: str,
        by: str,
    ) -> int:
        """Take lanterns in from the night of ``since`` on, at the figures that ``entries`` give.

        Raises:
            RefusedError: one is in the baseline already, or no reason or name is given.
            StoreError: the database could not take them; none is recorded.
        """
        there = await self._members(stored)
        twice = sorted({entry.lantern_id for entry in entries} & there)
        if twice:
            raise RefusedError(f"{twice[0]} is in {stored.label} already; take it out of the file")
        await self._check_policies(entries)
        added = [LanternAdded(since=since, entry=entry) for entry in entries]
        return await self._record(stored, added, why=why, by=by)

    async def remove_lanterns(
        self, stored: StoredHeader, lanterns: Sequence[LanternId], *, since: date, why: str, by: str
    ) -> int:
        """Take lanterns out from the night of ``since`` on.

        Raises:
            RefusedError: one is not in the baseline, or no reason or name is given.
            StoreError: the database could not take it; nothing is recorded.
        """
        missing = sorted(set(lanterns) - await self._members(stored))
        if missing:
            raise RefusedError(f"{missing[0]} is not in {stored.label}; correct the id")
        removed = [LanternRemoved(since=since, lantern_id=each) for each in lanterns]
        return await self._record(stored, removed, why=why, by=by)

    async def adjust(
        self, stored: StoredHeader, adjustment: NonRoutine, *, why: str, by: str
    ) -> int:
        """Record a non-routine adjustment.

        Raises:
            RefusedError: no reason or name is given, or it states what cannot be.
            StoreError: the database could not take it.
        """
        return await self._record(stored, [adjustment], why=why, by=by)

    async def _members(self, stored: StoredHeader) -> set[LanternId]:
        snapshot = await self.store.load(stored)
        recorded = await self.store.adjustments(stored)
        added = [each.adjustment for each in recorded if isinstance(each.adjustment, LanternAdded)]
        entries = (*snapshot.entries, *(each.entry for each in added))
        return {entry.lantern_id for entry in entries}

    async def _record(
        self, stored: StoredHeader, adjustments: Sequence[Adjustment], *, why: str, by: str
    ) -> int:
        at = self._clock.now()
        recorded = [
            Recorded(adjustment=each, reason=why, made_by=by, made_at=at) for each in adjustments
        ]
        for each in recorded:
            check_recorded(each)
        await self.store.record(stored, recorded)
        return len(recorded)


def evidence_of(entries: Sequence[BaselineEntry]) -> dict[str, dict[str, int]]:
    """Return how many lanterns' figures are known how, by figure, and of which rule hours are."""
    return {
        "watts": _counted(entry.watts_known.evidence.value for entry in entries),
        "quantity": _counted(entry.quantity_known.evidence.value for entry in entries),
        "hours": _counted(entry.hours_known.evidence.value for entry in entries),
        "rules": _counted(_rule(entry) for entry in entries),
    }


def evidence_lines(evidence: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return ``evidence_of`` for people."""
    return [
        f"{figure}: " + "; ".join(f"{count:,} {words}" for words, count in counts.items())
        for figure, counts in evidence.items()
        if counts
    ]


def _rule(entry: BaselineEntry) -> str:
    note = burning_note(entry.burning)
    return burning_text(entry.burning) + (f" ({note})" if note else "")


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _snapshot(header: BaselineHeader, entries: Sequence[BaselineEntry]) -> BaselineSnapshot:
    if not entries:
        raise RefusedError("the file has no rows, so there is no baseline in it")
    return snapshot_of(header.header(), entries)


def _read(
    stream: IO[bytes],
    header: BaselineHeader,
    *,
    indicative: bool,
    progress: Callable[[int], None],
) -> tuple[list[BaselineEntry], list[RowProblem], int]:
    entries: list[BaselineEntry] = []
    problems: list[RowProblem] = []
    rejected = 0
    for done, outcome in enumerate(read_baseline(stream, header, indicative=indicative), 1):
        if isinstance(outcome, Rejected):
            rejected += 1
            problems.extend(outcome.problems)
        else:
            entries.append(outcome.entry)
        if done % _STEP == 0:
            progress(done)
    return entries, problems, rejected
