"""What a savings report tells besides its sums: causes, evidence, interval, the load of a night."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lighting.energy.causes_report import CausesReport
from lighting.energy.causes_sum import GRID_FACTOR, kg_of, kwh_of
from lighting.energy.consumption import UnknownEnergy
from lighting.energy.document_parts import Decomposition, Interval
from lighting.energy.half_hours import night_half_hours, start_of
from lighting.energy.lines import Line
from lighting.energy.report import LanternNight
from lighting.energy.uncertainty import (
    METHOD,
    from_half_width,
    option_a,
    option_b,
    saving,
    total,
)
from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.operations.controller import Office
from lighting.operations.ladder import evidence_of_night, kwh_by_rung
from lighting.operations.nights import PAGE
from lighting.operations.records import Evidence, Node

SHARES = ("watts", "hours", "meter", "count")
"""Of what somebody states how sure it is."""

_PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HowSure:
    """Relative half-widths at 90 % that somebody states, each common to all lanterns.

    ``watts`` of the lanterns, ``hours`` of burning, ``meter`` is the class of the nodes' meters,
    ``count`` the inventory's.
    """

    watts: float
    hours: float
    meter: float
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsAsked:
    """What a report is to tell besides: savings by cause against a baseline, and an interval."""

    baseline: str | None = None
    sure: HowSure | None = None


NOTHING_MORE = PartsAsked()


def how_sure(text: str) -> HowSure:
    """Return what ``watts=10,hours=2,meter=2,count=1`` states [percent].

    Raises:
        RefusedError: one is missing, unknown or no percentage; says which and what is allowed.
    """
    form = ",".join(f"{name}=PERCENT" for name in SHARES)
    told: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = (each.strip() for each in part.partition("="))
        try:
            share = float(value) / _PERCENT
        except ValueError:
            share = -1.0
        if name not in SHARES or name in told or not 0 <= share < 1:
            raise RefusedError(
                f"uncertainty {part.strip()!r} cannot be used; allowed: {form}, each once, at 90 %"
                " confidence, 0 to under 100"
            )
        told[name] = share
    if missing := [name for name in SHARES if name not in told]:
        raise RefusedError(
            f"uncertainty of {' and '.join(missing)} is not stated, and without it there is no"
            f" interval; give {form}"
        )
    return HowSure(**told)


def interval_of(line: Line, sure: HowSure) -> Interval:
    """Return the saving's interval at 90 % (IPMVP: option A modelled, option B metered).

    The baseline's watts, hours and count are those of the modelled energy, so that their errors
    cancel in part.
    """
    watts = from_half_width("watts of the lanterns", sure.watts)
    hours = from_half_width("burning hours", sure.hours)
    count = from_half_width("count of the inventory", sure.count)
    meter = from_half_width("class of the meters", sure.meter)
    before = option_a(line.baseline_kwh, watts=watts, hours=hours, count=count)
    modelled = option_a(line.modelled_kwh, watts=watts, hours=hours, count=count)
    metered = option_b(line.metered_kwh, meter=meter, count=count)
    found = saving(before, total((modelled, metered))).interval()
    half = found.stated_half_width
    stated = ", ".join(f"{name} ±{_PERCENT * getattr(sure, name):g} %" for name in SHARES)
    return Interval(
        low=found.value - half, high=found.value + half, method=f"{METHOD}; stated: {stated}"
    )


class EvidenceTally:
    """Adds up lantern-nights by rung of evidence, while a report reads them."""

    def __init__(self, nodes: Mapping[LanternId, Node], zone: str) -> None:
        self._nodes = nodes
        self._zone = zone
        self._starts: dict[date, datetime] = {}
        self._kwh: defaultdict[str, float] = defaultdict(float)

    def add(self, night: LanternNight) -> None:
        """Add one lantern-night; without a node today it is of a design, save what was metered."""
        if isinstance(night.energy, UnknownEnergy):
            return
        if night.evening not in self._starts:
            first = night_half_hours(night.evening, self._zone).start
            self._starts[night.evening] = start_of(first)
        node = self._nodes.get(night.lantern_id)
        evidence = (
            Evidence.NONE if node is None else evidence_of_night(node, self._starts[night.evening])
        )
        for rung, energy_kwh in kwh_by_rung(night.energy, evidence).items():
            self._kwh[rung.name] += energy_kwh

    @property
    def kwh(self) -> Mapping[str, float]:
        """Energy [kWh] by rung, the weakest first."""
        return dict(sorted(self._kwh.items()))


async def evidence_tally(office: Office) -> EvidenceTally:
    """Return a tally that knows what nodes have proved.

    Raises:
        StoreError: the database could not be read.
    """
    nodes: dict[LanternId, Node] = {}
    after: DevEui | None = None
    while page := await office.stores.nodes.nodes(after=after, limit=PAGE):
        after = page[-1].dev_eui
        nodes |= {node.lantern_id: node for node in page}
    return EvidenceTally(nodes, office.zone)


def decomposition_of(report: CausesReport) -> Decomposition:
    """Return the total of a report by cause as a part of a savings report."""
    line = report.total
    out = len(report.not_in_baseline)
    strangers = f", without {out:,} lanterns that it does not know" if out else ""
    masses = {cause.value: kg_of(each) for cause, each in line.carbon.by_cause.items()}
    return Decomposition(
        baseline=f"{report.baseline.label}{strangers}",
        baseline_kwh=kwh_of(line.baseline_uwh),
        used_kwh=kwh_of(line.used_uwh),
        by_cause_kwh={cause.value: kwh_of(each) for cause, each in line.parts_uwh.items()},
        by_cause_kg=masses | {GRID_FACTOR: kg_of(line.carbon.grid)},
    )
