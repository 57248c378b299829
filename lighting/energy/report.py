"""SavingsReport: lantern-nights summed by group, night and month, with baseline, factor, doubts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lighting.energy.baseline import Baseline
from lighting.energy.carbon import CarbonResult, FactorSet, YearFactors, kg_co2e, uk_factors
from lighting.energy.consumption import NightEnergy, UnknownEnergy
from lighting.energy.errors import MixedBaselineError, RepeatedNightError
from lighting.energy.lines import Line, Tally
from lighting.identifiers import LanternId


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternNight:
    """The energy of one lantern in the night named by its ``evening``'s local date.

    ``group`` is what the report sums by: a ward, a road, a policy, or the lantern's own id for a
    report per lantern.
    """

    lantern_id: LanternId
    group: str
    evening: date
    energy: NightEnergy | UnknownEnergy


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsReport:
    """Lines by group, night (ISO date of its evening) and month (``2026-11``), keys sorted.

    Months and factor years are those of the evening's local date. ``factors`` are the factors by
    year, for 1 kWh. ``without_wattage`` names the lanterns that are in no energy figure.
    ``findings`` and ``power_bases`` count lantern-nights by what was odd about their counters and
    by where their watts come from. ``evidence`` is what the caller knows, passed through.
    """

    baseline: Baseline
    factors: Mapping[int, CarbonResult]
    attribution: str
    total: Line
    by_group: Mapping[str, Line]
    by_night: Mapping[str, Line]
    by_month: Mapping[str, Line]
    lanterns: int
    lanterns_by_group: Mapping[str, int]
    without_wattage: tuple[LanternId, ...]
    findings: Mapping[str, int]
    power_bases: Mapping[str, int]
    evidence: Mapping[str, int]


def savings_report(
    results: Iterable[LanternNight],
    *,
    baseline: Baseline = Baseline.SAME_HOURS,
    carry_forward: bool = False,
    evidence: Mapping[str, int] | None = None,
    factors: FactorSet | None = None,
) -> SavingsReport:
    """Return the sums of ``results``, which may come in any order, each lantern and night once.

    ``carry_forward`` lets the last published factor stand for later years; the report says so.

    Raises:
        FactorMissingError: no factor for the year of a night.
        MixedBaselineError: a result was computed against another baseline.
        RepeatedNightError: a lantern and night came twice.
    """
    sums = _Sums(baseline, factors or uk_factors(), carry_forward=carry_forward)
    for result in results:
        sums.add(result)
    return sums.report(evidence or {})


class _Sums:
    """Everything that a report counts, while lantern-nights come in."""

    def __init__(self, baseline: Baseline, factor_set: FactorSet, *, carry_forward: bool) -> None:
        self._baseline = baseline
        self._factor_set = factor_set
        self._carry_forward = carry_forward
        self._rows: dict[int, YearFactors] = {}
        self._total = Tally()
        self._groups: defaultdict[str, Tally] = defaultdict(Tally)
        self._nights: defaultdict[str, Tally] = defaultdict(Tally)
        self._night_numbers: dict[date, int] = {}
        self._seen_nights: defaultdict[LanternId, int] = defaultdict(int)
        self._members: defaultdict[str, set[LanternId]] = defaultdict(set)
        self._without_wattage: set[LanternId] = set()
        self._findings: Counter[str] = Counter()
        self._bases: Counter[str] = Counter()

    def add(self, result: LanternNight) -> None:
        self._see_once(result)
        tallies = (
            self._total,
            self._groups[result.group],
            self._nights[result.evening.isoformat()],
        )
        if isinstance(result.energy, UnknownEnergy):
            self._without_wattage.add(result.lantern_id)
            for tally in tallies:
                tally.add_unknown()
            return
        self._add_known(result.evening.year, result.energy, tallies)

    def _add_known(self, year: int, energy: NightEnergy, tallies: Iterable[Tally]) -> None:
        if energy.baseline is not self._baseline:
            raise MixedBaselineError(self._baseline.value, energy.baseline.value)
        if year not in self._rows:
            row = self._factor_set.of_year(year, carry_forward=self._carry_forward)
            self._rows[year] = row
        for tally in tallies:
            tally.add(year, energy)
        self._bases[energy.power_basis] += 1
        self._findings.update({finding.kind.value for finding in energy.findings})

    def _see_once(self, result: LanternNight) -> None:
        """Keep one bit for each lantern and night: small enough for a city and years."""
        number = self._night_numbers.setdefault(result.evening, len(self._night_numbers))
        seen = self._seen_nights[result.lantern_id]
        if seen >> number & 1:
            raise RepeatedNightError(result.lantern_id, result.evening)
        self._seen_nights[result.lantern_id] = seen | 1 << number
        self._members[result.group].add(result.lantern_id)

    def report(self, evidence: Mapping[str, int]) -> SavingsReport:
        return SavingsReport(
            baseline=self._baseline,
            factors={year: self._factor(year) for year in sorted(self._rows)},
            attribution=self._factor_set.attribution,
            total=self._total.line(self._rows),
            by_group=self._lines(self._groups),
            by_night=self._lines(self._nights),
            by_month=self._lines(_by_month(self._nights)),
            lanterns=len(self._seen_nights),
            lanterns_by_group={key: len(ids) for key, ids in sorted(self._members.items())},
            without_wattage=tuple(sorted(self._without_wattage)),
            findings=dict(sorted(self._findings.items())),
            power_bases=dict(sorted(self._bases.items())),
            evidence=dict(sorted(evidence.items())),
        )

    def _factor(self, year: int) -> CarbonResult:
        return kg_co2e(1.0, year, carry_forward=self._carry_forward, factors=self._factor_set)

    def _lines(self, tallies: Mapping[str, Tally]) -> dict[str, Line]:
        return {key: tally.line(self._rows) for key, tally in sorted(tallies.items())}


def _by_month(nights: Mapping[str, Tally]) -> dict[str, Tally]:
    months: defaultdict[str, Tally] = defaultdict(Tally)
    for evening, tally in nights.items():
        months[evening[: len("2026-11")]].merge(tally)
    return months
