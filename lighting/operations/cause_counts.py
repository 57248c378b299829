"""What a report by cause counts: sums of ladders, and what was left out of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lighting.energy.adjustments import LanternAdded, LanternRemoved, NonRoutine, Recorded
from lighting.energy.baseline_store import StoredHeader
from lighting.energy.carbon import FactorSet
from lighting.energy.causes import Ladder, NodeLoad, adjustment_ladder
from lighting.energy.causes_report import CausesReport, LeftOut
from lighting.energy.causes_sum import CauseLine, CauseTally, Valuation, sum_of
from lighting.energy.snapshot import BaselineEntry, BaselineSnapshot
from lighting.identifiers import LanternId
from lighting.operations.baselines import evidence_of
from lighting.operations.nights import Grouping

NON_ROUTINE = "(non-routine adjustments)"

_GROUP, _MONTH = 0, 1  # places in the key of a tally


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesAsked:
    """What a report is of: nights ``first`` to ``last``, both included, against a baseline.

    ``constant_year`` None is the year of the snapshot. ``node`` None is a load nobody knows.
    """

    first: date
    last: date
    baseline: str
    by: Grouping
    version: int | None = None
    constant_year: int | None = None
    carry_forward: bool = False
    order_free: bool = False
    node: NodeLoad | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An entry of the adjusted baseline, from the night of ``since`` until before ``until``."""

    entry: BaselineEntry
    since: date = date.min
    until: date = date.max
    added: bool = False


def members(snapshot: BaselineSnapshot, recorded: Iterable[Recorded]) -> dict[LanternId, Member]:
    """Return the entries of a baseline with what was added and removed since."""
    found = {entry.lantern_id: Member(entry=entry) for entry in snapshot.entries}
    for each in recorded:
        match each.adjustment:
            case LanternAdded(since=since, entry=entry):
                found[entry.lantern_id] = Member(entry=entry, since=since, added=True)
            case LanternRemoved(since=since, lantern_id=lantern_id):
                before = found[lantern_id]
                found[lantern_id] = Member(
                    entry=before.entry, since=before.since, until=since, added=before.added
                )
            case NonRoutine():
                pass
    return found


@dataclass(slots=True)
class _Out:
    """What is left out for one reason, while it is counted."""

    lanterns: set[LanternId] = field(default_factory=set)
    lantern_nights: int = 0
    baseline_uwh: int = 0

    def add(self, lantern_id: LanternId, baseline_uwh: int) -> None:
        self.lanterns.add(lantern_id)
        self.lantern_nights += 1
        self.baseline_uwh += baseline_uwh


class CauseCounts:
    """Everything that a report counts, while nights come in."""

    def __init__(self, asked: CausesAsked, known: Mapping[LanternId, Member]) -> None:
        self._asked = asked
        self._members = known
        self._tallies: defaultdict[tuple[str, str], CauseTally] = defaultdict(CauseTally)
        self._out: defaultdict[str, _Out] = defaultdict(_Out)
        self._snapshot_uwh = 0
        self._added_uwh = 0
        self.nights: dict[date, int] = {}
        self.strangers: set[LanternId] = set()
        self.recomputed = 0

    def count(self, member: Member, group: str, evening: date, ladder: Ladder) -> None:
        """Count a lantern-night that is in the figures."""
        self._count_baseline(member, ladder.baseline_uwh)
        self._add(group, evening, ladder, nights=1)

    def leave_out(self, reason: str, member: Member, baseline_uwh: int) -> None:
        """Count a lantern-night that is in no figure, at what its baseline would have been."""
        self._count_baseline(member, baseline_uwh)
        self._out[reason].add(member.entry.lantern_id, baseline_uwh)

    def _count_baseline(self, member: Member, baseline_uwh: int) -> None:
        if member.added:
            self._added_uwh += baseline_uwh
        else:
            self._snapshot_uwh += baseline_uwh

    def adjust(self, recorded: Iterable[Recorded]) -> None:
        """Add the non-routine adjustments of the closed nights, as a group of their own."""
        for each in recorded:
            if not isinstance(each.adjustment, NonRoutine):
                continue
            ladder = adjustment_ladder(each.adjustment.kwh_a_night)
            for evening in self.nights:
                if each.adjustment.first <= evening <= each.adjustment.last:
                    self._add(NON_ROUTINE, evening, ladder, nights=0)

    def _add(self, group: str, evening: date, ladder: Ladder, *, nights: int) -> None:
        month = evening.isoformat()[: len("2026-11")]
        self._tallies[group, month].add(evening.year, ladder, nights=nights)

    def report(
        self, stored: StoredHeader, recorded: Sequence[Recorded], factors: FactorSet
    ) -> CausesReport:
        """Return what was counted.

        Raises:
            FactorMissingError: a year has no emission factor, and none may be carried forward.
        """
        valuation = self._valuation(stored, factors)
        return CausesReport(
            baseline=stored,
            first=self._asked.first.isoformat(),
            last=self._asked.last.isoformat(),
            nights=len(self.nights),
            total=valuation.line(sum_of(self._tallies.values())),
            by_group=self._lines(_GROUP, valuation),
            by_month=self._lines(_MONTH, valuation),
            snapshot_uwh=self._snapshot_uwh,
            added_uwh=self._added_uwh,
            added=tuple(sorted(key for key, m in self._members.items() if m.added)),
            left_out=dict(sorted(self._left_out())),
            not_in_baseline=tuple(sorted(self.strangers)),
            adjustments=recorded,
            evidence=evidence_of([m.entry for m in self._members.values()]),
            recomputed_lantern_nights=self.recomputed,
            valuation=valuation,
            node=self._asked.node,
            attribution=factors.attribution,
        )

    def _valuation(self, stored: StoredHeader, factors: FactorSet) -> Valuation:
        asked, forward = self._asked, self._asked.carry_forward
        constant = asked.constant_year or stored.header.taken_on.year
        years = sum_of(self._tallies.values()).by_year
        return Valuation(
            by_year={year: factors.of_year(year, carry_forward=forward) for year in years},
            constant=factors.of_year(constant, carry_forward=forward),
            order_free=asked.order_free,
        )

    def _lines(self, place: int, valuation: Valuation) -> dict[str, CauseLine]:
        """Return the lines by one place of the key, in order."""
        parts: defaultdict[str, list[CauseTally]] = defaultdict(list)
        for key, tally in self._tallies.items():
            parts[key[place]].append(tally)
        return {key: valuation.line(sum_of(each)) for key, each in sorted(parts.items())}

    def _left_out(self) -> Iterator[tuple[str, LeftOut]]:
        for reason, out in self._out.items():
            yield (
                reason,
                LeftOut(
                    lanterns=tuple(sorted(out.lanterns)),
                    lantern_nights=out.lantern_nights,
                    baseline_uwh=out.baseline_uwh,
                ),
            )
