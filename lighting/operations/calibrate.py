"""Calibrate a lantern model: gather what meters counted while its lanterns were at one level.

What counts is a metered stretch inside a span of one level of the policy's timeline, away from its
changes, after the node had proved the program that it holds, and under no override. What does not
count is told in hours, by reason.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lighting.energy.calibration import Calibration, Stretch, calibrate
from lighting.energy.catalogue_text import POWER_W_MAX
from lighting.energy.metering import MeterInterval, MeterRecord, MeterSample, read_meter
from lighting.energy.model_catalogue import model_name
from lighting.errors import NotFoundError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.store import LanternFilter, LanternStore
from lighting.operations.expected import Expected
from lighting.operations.lantern_models import LanternModels
from lighting.operations.records import BOOT, MeterRow, Node, Note, Override
from lighting.operations.stores import NodeStore, OverrideStore, ReadingStore
from schedules.night import Night
from schedules.site import Site
from schedules.timeline import Span

PAGE = 500

BELIEVED_W = POWER_W_MAX
"""A counter is believed up to this power [W], whatever the inventory says: a lantern that draws
far more than it should is an outlier to be listed, not a reading to be left out."""

UNPROVED = "before the node had proved the program that it holds"
OVERRIDDEN = "under an override"

_HOUR = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A calibration, over how many lanterns of the model, and what did not count [h, by reason].

    ``without_node`` lanterns have nothing that could meter; ``unmetered`` have a node and not one
    stretch that counts.
    """

    calibration: Calibration
    lanterns: int
    without_node: int
    unmetered: int
    left_out_h: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationStores:
    """Where a calibration takes its facts from."""

    lanterns: LanternStore
    nodes: NodeStore
    readings: ReadingStore
    overrides: OverrideStore


@dataclass(slots=True)
class _Gathered:
    stretches: list[Stretch] = field(default_factory=list)
    left_out_h: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True, slots=True)
class _Said:
    """What the nodes of a page said in one night, and what held them."""

    meters: dict[DevEui, list[MeterRow]]
    boots: dict[DevEui, list[Note]]
    overrides: list[tuple[Override, frozenset[DevEui]]]


class Calibrator:
    """Calibrates lantern models from the fleet's own meters."""

    def __init__(
        self, stores: CalibrationStores, expected: Expected, models: LanternModels, zone: str
    ) -> None:
        self._from = stores
        self._expected = expected
        self._zone = zone
        self.models = models

    async def calibrate(self, model: str, first: date, last: date) -> Calibrated:
        """Return what the nights ``first`` to ``last`` say of a model (its name, or a lamp text).

        Raises:
            NotFoundError: no lantern is of this model.
            CalibrationError: too little was metered.
            StoreError: the database could not be read.
        """
        lanterns, with_node = await self._lanterns_of(model)
        if not lanterns:
            raise NotFoundError("lantern of model", model)
        gathered = _Gathered()
        async for nodes in self._pages(with_node):
            evening = first
            while evening <= last:
                await self._gather(nodes, evening, gathered)
                evening += _ONE_DAY
        return Calibrated(
            calibration=calibrate(model, gathered.stretches),
            lanterns=lanterns,
            without_node=lanterns - len(with_node),
            unmetered=len(set(with_node) - {each.lantern_id for each in gathered.stretches}),
            left_out_h=dict(gathered.left_out_h),
        )

    async def _lanterns_of(self, model: str) -> tuple[int, list[LanternId]]:
        """Return how many lanterns are of a model, and those that have a node."""
        stated = self.models.catalogue.named(model)
        texts = (
            {model.casefold()}
            if stated is None
            else {text.casefold() for text in (stated.name, *stated.lamps)}
        )
        lanterns, with_node = 0, []
        async for chunk in self._from.lanterns.every(LanternFilter()):
            for stored in chunk:
                lantern = stored.lantern
                if model_name(lamp=lantern.lamp, tags=lantern.tags).casefold() in texts:
                    lanterns += 1
                    if stored.dev_eui is not None:
                        with_node.append(lantern.lantern_id)
        return lanterns, with_node

    async def _pages(self, lantern_ids: Sequence[LanternId]) -> AsyncIterator[list[Node]]:
        for start in range(0, len(lantern_ids), PAGE):
            nodes = await self._from.nodes.nodes_of(lantern_ids[start : start + PAGE])
            yield [node for node in nodes if node.policy]

    async def _gather(self, nodes: Sequence[Node], evening: date, gathered: _Gathered) -> None:
        anywhere = Site(latitude_deg=0.0, longitude_deg=0.0, zone=self._zone)
        said = await self._said(nodes, Night(site=anywhere, evening=evening))
        for node in nodes:
            meters = said.meters.get(node.dev_eui)
            if meters:
                timeline = await self._expected.timeline(node, evening)
                policy = await self._expected.policy(node)
                record = _record(meters, said.boots.get(node.dev_eui, ()))
                away = timedelta(minutes=policy.tolerance_min)
                for span in timeline.spans():
                    _take(gathered, node, said, span, list(inside(record, span, away)))

    async def _said(self, nodes: Sequence[Node], night: Night) -> _Said:
        euis = [node.dev_eui for node in nodes]
        readings, overrides = self._from.readings, self._from.overrides
        return _Said(
            meters=await readings.meters_of(euis, start=night.start, end=night.end),
            boots=await readings.notes_of(euis, start=night.start, end=night.end, kind=BOOT),
            overrides=[
                (each, frozenset(await overrides.override_nodes(each.override_id)))
                for each in await overrides.open_overrides(night.start)
                if each.starts_at < night.end
            ],
        )


def _record(meters: Iterable[MeterRow], boots: Iterable[Note]) -> MeterRecord:
    samples = [
        MeterSample(at=row.at, energy_wh=row.energy_wh)
        for row in meters
        if row.energy_wh is not None
    ]
    return read_meter(samples, max_w=BELIEVED_W, boots=[note.at for note in boots])


def inside(record: MeterRecord, span: Span, away: timedelta) -> Iterator[MeterInterval]:
    """Yield the metered intervals inside ``span``, ``away`` from its ends; neighbours as one.

    One difference of the counter over many hours has one step's error; the sum of many has more.
    """
    start, end = span.start + away, span.end - away
    joined: MeterInterval | None = None
    for each in record.intervals_between(start, end):
        if each.start < start or each.end > end:
            continue
        if joined is not None and joined.end == each.start:
            energy_wh = joined.energy_wh + each.energy_wh
            joined = MeterInterval(start=joined.start, end=each.end, energy_wh=energy_wh)
            continue
        if joined is not None:
            yield joined
        joined = each
    if joined is not None:
        yield joined


def _take(
    gathered: _Gathered, node: Node, said: _Said, span: Span, found: Iterable[MeterInterval]
) -> None:
    for each in found:
        hours = (each.end - each.start) / _HOUR
        reason = _left_out(node, said, each.start, each.end)
        if reason:
            gathered.left_out_h[reason] += hours
        else:
            stretch = Stretch(
                lantern_id=node.lantern_id,
                level=span.level,
                energy_wh=each.energy_wh,
                hours=hours,
            )
            gathered.stretches.append(stretch)


def _left_out(node: Node, said: _Said, start: datetime, end: datetime) -> str:
    """Return why a stretch does not count; empty if it does."""
    holds = node.held is not None and node.held == node.wanted
    if not holds or node.held_at is None or node.held_at > start:
        return UNPROVED
    held = any(
        node.dev_eui in nodes and each.starts_at < end and (each.ended_at or each.ends_at) > start
        for each, nodes in said.overrides
    )
    return OVERRIDDEN if held else ""
