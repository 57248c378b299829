"""Close nights: work out each lantern's energy of a finished night, and report over many.

A night is closed once its readings can be in, and closed again for a week, so that late readings
count. The row keeps the policy revision that was in force when it was first closed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from lighting.energy.asked import asked_energy
from lighting.energy.baseline import Baseline
from lighting.energy.consumption import NO_WATTAGE, NightEnergy, UnknownEnergy, night_energy
from lighting.energy.factors import FactorSet
from lighting.energy.metering import Finding, FindingKind, MeterSample, read_meter
from lighting.energy.power_model import PowerModel
from lighting.energy.report import LanternNight, SavingsReport, savings_report
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.store import LanternFilter, LanternStore, StoredLantern
from lighting.operations.expected import Expected
from lighting.operations.lantern_models import LanternModels
from lighting.operations.records import BOOT, MeterRow, Node, Note
from lighting.operations.stores import NightStore, NodeStore, ReadingStore
from lighting.units import KilowattHours
from schedules.timeline import NightTimeline

PAGE = 500

BASELINE = Baseline.ALL_NIGHT
"""What savings are stated against: the same lanterns at full output from first to last light."""

LATE = timedelta(days=7)
"""Readings this late still change their night: LoRaWAN nodes do not keep them longer."""

NOT_OVER = UnknownEnergy(reason="the night is not over yet")

MARGIN = timedelta(hours=3)
"""How far beyond a night's ends counter readings are fetched, to carry its borders."""

Row = Mapping[str, object]


def leave(_night: LanternNight) -> None:
    """Do nothing with a lantern-night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What a report sums by, and how a lantern's group is found: ``of_night`` from the evening."""

    name: str
    of: Callable[[StoredLantern], str]
    of_night: Callable[[date], str] | None = None


GROUPINGS = {
    grouping.name: grouping
    for grouping in (
        Grouping(name="policy", of=lambda s: s.assigned.policy or s.assigned.exempt),
        Grouping(name="ward", of=lambda s: s.lantern.ward),
        Grouping(name="road", of=lambda s: s.lantern.road),
        Grouping(name="class", of=lambda s: s.lantern.lighting_class),
        Grouping(name="group", of=lambda s: s.assigned.rule),
        Grouping(name="model", of=lambda s: s.lantern.lamp),
        Grouping(name="month", of=lambda _: "", of_night=lambda evening: f"{evening:%Y-%m}"),
        Grouping(name="lantern", of=lambda s: s.lantern.lantern_id),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NightStores:
    """Where a night's energy comes from, and where it is kept."""

    lanterns: LanternStore
    nodes: NodeStore
    readings: ReadingStore
    nights: NightStore


class Nights:
    """Closes nights and reports on them."""

    def __init__(
        self, stores: NightStores, expected: Expected, models: LanternModels, *, factors: FactorSet
    ) -> None:
        self._factors = factors
        self._lanterns = stores.lanterns
        self._nodes = stores.nodes
        self._readings = stores.readings
        self._nights = stores.nights
        self._expected = expected
        self._models = models

    async def begin(self, evening: date) -> None:
        """Note which policy each lantern follows in a night that is not over yet.

        A policy that is changed in the morning after must not be taken for that of the night. Until
        the night is closed its energy is unknown, and counted as such.

        Raises:
            StoreError: the database could not take it; beginning again completes it.
        """
        known = {
            str(row["lantern_id"]) for row in await self._nights.nights(first=evening, last=evening)
        }
        after: DevEui | None = None
        while page := await self._nodes.nodes(after=after, limit=PAGE):
            after = page[-1].dev_eui
            await self._nights.put_nights(
                [
                    _row(node, evening, NOT_OVER)
                    for node in page
                    if node.policy and node.lantern_id not in known
                ]
            )

    async def close(self, evening: date) -> int:
        """Write the energy of every lantern that has a node and a policy for one night.

        Returns:
            How many rows were written.

        Raises:
            StoreError: the database could not take it; closing again completes it.
        """
        before = {
            str(row["lantern_id"]): (str(row["policy"]), int(str(row["revision"])))
            for row in await self._nights.nights(first=evening, last=evening)
        }
        written = 0
        after: DevEui | None = None
        while page := await self._nodes.nodes(after=after, limit=PAGE):
            after = page[-1].dev_eui
            nodes = [as_then(node, before) for node in page]
            rows = await self._rows([node for node in nodes if node.policy], evening)
            await self._nights.put_nights(rows)
            written += len(rows)
        return written

    async def report(
        self,
        first: date,
        last: date,
        *,
        by: Grouping,
        carry_forward: bool,
        evidence: Mapping[str, int] | None = None,
        seen: Callable[[LanternNight], None] = leave,
    ) -> SavingsReport:
        """Return the savings report over the nights ``first`` to ``last``, both included.

        ``seen`` is told of each lantern-night on the way.

        Raises:
            FactorMissingError: a year has no emission factor and ``carry_forward`` is not set.
            StoreError: the database could not be read.
        """
        groups = {
            stored.lantern.lantern_id: by.of(stored)
            async for chunk in self._lanterns.every(LanternFilter())
            for stored in chunk
        }
        rows = await self._nights.nights(first=first, last=last)
        results = (
            LanternNight(
                lantern_id=(lantern_id := LanternId(str(row["lantern_id"]))),
                evening=(evening := date.fromisoformat(str(row["night"]))),
                group=by.of_night(evening)
                if by.of_night
                else groups.get(lantern_id, "no longer in the inventory"),
                energy=_energy(row),
            )
            for row in rows
        )

        def passing() -> Iterator[LanternNight]:
            for each in results:
                seen(each)
                yield each

        return savings_report(
            passing(),
            baseline=BASELINE,
            carry_forward=carry_forward,
            evidence=evidence,
            factors=self._factors,
        )

    async def _rows(self, nodes: Sequence[Node], evening: date) -> list[Row]:
        if not nodes:
            return []
        timelines = [await self._expected.timeline(node, evening) for node in nodes]
        start = min(timeline.night.start for timeline in timelines) - MARGIN
        end = max(timeline.night.end for timeline in timelines) + MARGIN
        euis = [node.dev_eui for node in nodes]
        meters = await self._readings.meters_of(euis, start=start, end=end)
        boots = await self._readings.notes_of(euis, start=start, end=end, kind=BOOT)
        models = await self._models.of_nodes(nodes)
        return [
            _row(
                node,
                evening,
                _measure(
                    models[node.lantern_id],
                    timeline,
                    meters.get(node.dev_eui, ()),
                    boots.get(node.dev_eui, ()),
                ),
            )
            | _asked(models[node.lantern_id], timeline)
            for node, timeline in zip(nodes, timelines, strict=True)
        ]


def as_then(node: Node, before: Mapping[str, tuple[str, int]]) -> Node:
    """Return the node with the policy that was in force when the night was first closed."""
    if node.lantern_id not in before:
        return node
    policy, revision = before[node.lantern_id]
    return replace(node, policy=policy, revision=revision)


def _measure(
    model: PowerModel | None,
    timeline: NightTimeline,
    meters: Iterable[MeterRow],
    boots: Iterable[Note],
) -> NightEnergy | UnknownEnergy:
    if model is None:
        return NO_WATTAGE
    samples = [
        MeterSample(at=row.at, energy_wh=row.energy_wh)
        for row in meters
        if row.energy_wh is not None
    ]
    record = read_meter(samples, max_w=model.max_w, boots=[note.at for note in boots])
    return night_energy(timeline.spans(), model=model, record=record, baseline=BASELINE)


def _asked(model: PowerModel | None, timeline: NightTimeline) -> dict[str, object]:
    """Return what the night's timeline and model gave, for the causes of its saving."""
    if model is None:
        return {}
    return {"asked": asked_energy(timeline.spans(), model).as_plain()}


def _row(node: Node, evening: date, energy: NightEnergy | UnknownEnergy) -> dict[str, object]:
    row: dict[str, object] = {
        "lantern_id": node.lantern_id,
        "night": evening.isoformat(),
        "policy": node.policy,
        "revision": node.revision,
    }
    if isinstance(energy, UnknownEnergy):
        return row | {"unknown": energy.reason}
    return row | {
        "metered_kwh": energy.metered_kwh,
        "metered_hours": energy.metered_hours,
        "modelled_kwh": energy.modelled_kwh,
        "modelled_hours": energy.modelled_hours,
        "baseline_kwh": energy.baseline_kwh,
        "power_basis": energy.power_basis,
        "findings": [
            (found.kind.value, found.start.isoformat(), found.end.isoformat())
            for found in energy.findings
        ],
    }


def _number(row: Row, key: str) -> float:
    return float(str(row[key]))


def _energy(row: Row) -> NightEnergy | UnknownEnergy:
    if "unknown" in row:
        return UnknownEnergy(reason=str(row["unknown"]))
    return NightEnergy(
        metered_kwh=KilowattHours(_number(row, "metered_kwh")),
        metered_hours=_number(row, "metered_hours"),
        modelled_kwh=KilowattHours(_number(row, "modelled_kwh")),
        modelled_hours=_number(row, "modelled_hours"),
        baseline_kwh=KilowattHours(_number(row, "baseline_kwh")),
        baseline=BASELINE,
        power_basis=str(row["power_basis"]),
        findings=tuple(
            Finding(
                kind=FindingKind(kind),
                start=datetime.fromisoformat(start),
                end=datetime.fromisoformat(end),
            )
            for kind, start, end in cast(list[tuple[str, str, str]], row["findings"])
        ),
    )
