"""From nodes and their readings to the arrays that the fault detector sees."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, nan

import numpy as np

from lighting.energy.power_model import default_power_model
from lighting.faults.asked import Daylight, asked_of, seconds
from lighting.faults.night import NO_TIMELINE, NOT_PROVED_S, Held, NightSeen
from lighting.faults.rules import FaultRules
from lighting.faults.silence import NEVER_HEARD_S, NO_GATEWAY, Fleet
from lighting.faults.store import NightRows
from lighting.identifiers import DevEui, GatewayId, LanternId
from lighting.operations.expected import Expected
from lighting.operations.programs import Cell, cell_of
from lighting.operations.records import Node, Override, StoredProgram
from lighting.units import Watts
from schedules.level import FULL, OFF, Level
from schedules.night import Night
from schedules.policy import SunAnchor, SunEvent
from schedules.sun import SUNSET, find_pass, is_below
from schedules.timeline import NightTimeline

_SHAPE_W = Watts(100.0)
"""Stands for the line of a lantern whose watts nobody knows; only its shape is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An override and the nodes that it holds."""

    override: Override
    dev_euis: frozenset[DevEui]


class NightBoard:
    """What all pages of one night share: timelines, daylight and power models, each made once."""

    def __init__(
        self,
        expected: Expected,
        night: Night,
        rules: FaultRules,
        programs: Iterable[StoredProgram],
    ) -> None:
        """``programs`` are those in force in the night, of all policies and cells."""
        self._expected = expected
        self._zone = night.site.zone
        self._evening = night.evening
        self._rules = rules
        self._in_force = frozenset(
            (each.profile_id, each.policy, each.revision, each.cell, each.program_id)
            for each in programs
        )
        self._daylight: dict[Cell, Daylight] = {}
        self._lines: dict[float, list[float]] = {}

    async def seen(
        self,
        nodes: Sequence[Node],
        sensitive: Collection[LanternId],
        holdings: Sequence[Holding],
        rows: NightRows,
    ) -> NightSeen:
        """Return what is seen of some nodes; ``rows`` name them by their places.

        Raises:
            NotFoundError: a node follows a policy that is not there.
            StoreError: the database could not be read.
        """
        numbers: dict[tuple[str, int, Cell], int] = {}
        timelines: list[NightTimeline] = []
        near_min: list[float] = []
        timeline = [NO_TIMELINE] * len(nodes)
        for place, node in enumerate(nodes):
            if not node.policy:
                continue
            key = (node.policy, node.revision, cell_of(node.latitude_deg, node.longitude_deg))
            if key not in numbers:
                numbers[key] = len(timelines)
                timelines.append(await self._expected.timeline(node, self._evening))
                policy = await self._expected.policy(node)
                near_min.append(policy.tolerance_min + self._rules.margin_min)
            timeline[place] = numbers[key]
        full_w = [node.power_w or nan for node in nodes]
        powers_w = np.array([self._line(node.power_w) for node in nodes], dtype=np.float64)
        return NightSeen(
            ids=[node.lantern_id for node in nodes],
            sensitive=np.array([node.lantern_id in sensitive for node in nodes], dtype=np.bool_),
            timeline=np.array(timeline, dtype=np.int64),
            asked=asked_of(timelines, near_min, [self._day_of(cell) for _, _, cell in numbers]),
            model=np.arange(len(nodes), dtype=np.int64),
            powers_w=powers_w.reshape(len(nodes), FULL + 1),
            full_w=np.array(full_w, dtype=np.float64),
            proved_s=np.array([self._proved_s(node) for node in nodes], dtype=np.int64),
            overridden=_held(nodes, holdings),
            statuses=rows.statuses,
            meters=rows.meters,
            boots=rows.boots,
            tilts=rows.tilts,
        )

    def _proved_s(self, node: Node) -> int:
        """Return since when a node holds a program that does what its policy asks this night.

        After a change of policy a node still holds what it was told before, until it is planned for
        and written to: that is a rollout under way, and not its fault.
        """
        if node.held is None or node.held != node.wanted or node.held_at is None:
            return int(NOT_PROVED_S)
        cell = cell_of(node.latitude_deg, node.longitude_deg).key
        held = (node.profile_id, node.policy, node.revision, cell, node.held)
        return seconds(node.held_at) if held in self._in_force else int(NOT_PROVED_S)

    def _line(self, full_w: float | None) -> list[float]:
        watts = full_w or float(_SHAPE_W)
        if watts not in self._lines:
            model = default_power_model(Watts(watts))
            self._lines[watts] = [model.power_w(Level(level)) for level in range(OFF, FULL + 1)]
        return self._lines[watts]

    def _day_of(self, cell: Cell) -> Daylight:
        if cell not in self._daylight:
            night = Night(site=cell.site(self._zone), evening=self._evening)
            self._daylight[cell] = daylight(night, margin_min=self._rules.day_margin_min)
        return self._daylight[cell]


def daylight(night: Night, *, margin_min: float) -> Daylight:
    """Return when it is surely day in a night, ``margin_min`` away from sunset and sunrise."""
    sunset = find_pass(night, SunAnchor(event=SunEvent.SUNSET))
    sunrise = find_pass(night, SunAnchor(event=SunEvent.SUNRISE))
    if sunset is None and sunrise is None:
        dark = is_below(night, SUNSET, night.start)
        return Daylight(evening_s=-inf if dark else inf, morning_s=inf if dark else -inf)
    # Where the sun only sets (or only rises) in this night, the other half is as it leaves it.
    evening_s = -inf if sunset is None else sunset.timestamp() - margin_min * 60
    morning_s = inf if sunrise is None else sunrise.timestamp() + margin_min * 60
    return Daylight(evening_s=evening_s, morning_s=morning_s)


def _held(nodes: Sequence[Node], holdings: Sequence[Holding]) -> list[Held]:
    held = []
    for each in holdings:
        places = [place for place, node in enumerate(nodes) if node.dev_eui in each.dev_euis]
        if places:
            override = each.override
            held.append(
                Held(
                    lanterns=np.array(places, dtype=np.int64),
                    start_s=override.starts_at.timestamp(),
                    end_s=(override.ended_at or override.ends_at).timestamp(),
                )
            )
    return held


@dataclass(slots=True)
class FleetBoard:
    """Collects, page by page, where every node hangs, and when and by whom it was last heard.

    Only figures are kept: the nodes of a whole city would take a hundred megabytes.
    """

    ids: list[LanternId] = field(default_factory=list)
    _places: list[tuple[float, float, bool]] = field(default_factory=list)
    _numbers: list[tuple[int, int, int]] = field(default_factory=list)
    _gateways: dict[GatewayId, int] = field(default_factory=dict)
    _roads: dict[str, int] = field(default_factory=dict)

    def add(self, nodes: Sequence[Node], sensitive: Collection[LanternId]) -> None:
        """Add a page of nodes."""
        for node in nodes:
            self.ids.append(node.lantern_id)
            known = node.lantern_id in sensitive
            self._places.append((node.latitude_deg, node.longitude_deg, known))
            road = self._roads.setdefault(node.road, len(self._roads))
            heard_s = NEVER_HEARD_S if node.last_seen_at is None else seconds(node.last_seen_at)
            self._numbers.append((road, self._gateway(node.gateway_id), heard_s))

    def fleet(self) -> Fleet:
        """Return all nodes as arrays."""
        places = np.array(self._places, dtype=np.float64).reshape(-1, 3)
        numbers = np.array(self._numbers, dtype=np.int64).reshape(-1, 3)
        return Fleet(
            ids=self.ids,
            latitude_deg=places[:, 0],
            longitude_deg=places[:, 1],
            sensitive=places[:, 2] > 0,
            road=numbers[:, 0],
            roads=list(self._roads),
            gateway=numbers[:, 1],
            gateways=list(self._gateways),
            last_seen_s=numbers[:, 2],
        )

    def _gateway(self, gateway_id: GatewayId | None) -> int:
        if gateway_id is None:
            return NO_GATEWAY
        return self._gateways.setdefault(gateway_id, len(self._gateways))
