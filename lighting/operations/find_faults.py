"""Find faults: look at a night's readings, and bring the book of faults in line with them.

Every look is idempotent and keeps nothing in memory: two looks at the same readings write once.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from lighting.faults.asked import seconds
from lighting.faults.detect import Detected, detect
from lighting.faults.fault import Fault, Found
from lighting.faults.health import silence_over
from lighting.faults.kinds import SILENCES
from lighting.faults.rules import DEFAULT_RULES, FaultRules
from lighting.faults.settle import Changes, settle
from lighting.faults.silence import Silence, silence
from lighting.faults.store import FaultStore, NightReader
from lighting.faults.telling import NOT_TOLD, FaultTelling, fault_messages
from lighting.identifiers import DevEui, LanternId
from lighting.operations.expected import Expected
from lighting.operations.night_seen import FleetBoard, Holding, NightBoard
from lighting.operations.records import Node
from lighting.operations.stores import NodeStore, OverrideStore
from schedules.night import Night, night_of
from schedules.site import Site

_LOG = logging.getLogger(__name__)

PAGE = 500

LAST_NIGHT = timedelta(hours=6)
"""For so long after noon last night is looked at too: most late readings are in by then."""

ONE_DAY = timedelta(days=1)

Well = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSources:
    """Where a look takes its facts from, and the book that it writes."""

    nodes: NodeStore
    overrides: OverrideStore
    rows: NightReader
    faults: FaultStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look changed: faults that are new (with their ids), and rows that it wrote."""

    evening: date
    opened: tuple[Fault, ...]
    changed: tuple[Fault, ...]

    @property
    def cleared(self) -> tuple[Fault, ...]:
        """The faults that are over."""
        return tuple(each for each in self.changed if not each.is_open)


@dataclass(slots=True)
class _Sum:
    """What the pages of a look add up to."""

    found: list[Found] = field(default_factory=list)
    well: dict[int, Well] = field(default_factory=dict)
    fleet: FleetBoard = field(default_factory=FleetBoard)


class FaultWatch:
    """Looks at nights and keeps the book of faults."""

    def __init__(
        self,
        sources: FaultSources,
        expected: Expected,
        zone: str,
        rules: FaultRules = DEFAULT_RULES,
        telling: FaultTelling = NOT_TOLD,
    ) -> None:
        self._from = sources
        self._telling = telling
        self._expected = expected
        self._zone = zone
        self.rules = rules

    async def tend(self, at: datetime) -> list[Look]:
        """Look at the night that runs at ``at``, and in its first hours at the one before it too.

        Raises:
            StoreError: the database could not be read or written; the next look completes it.
        """
        tonight = night_of(self._anywhere(), at)
        looks = []
        if at - tonight.start < LAST_NIGHT:
            looks.append(await self.look(tonight.evening - ONE_DAY, at=at))
        looks.append(await self.look(tonight.evening, at=at))
        return looks

    async def look(self, evening: date, *, at: datetime) -> Look:
        """Look at one night as it is known at ``at``, and write what has changed.

        Silence is judged only in the night that runs: it is about now.

        Raises:
            NotFoundError: a node follows a policy that is not there.
            StoreError: the database could not be read or written; nothing of the look is kept.
        """
        night = Night(site=self._anywhere(), evening=evening)
        faults = self._from.faults
        open_faults = await faults.open_faults()
        summed = await self._pages(night, at, open_faults)
        quiet = None
        if night.start <= at < night.end:
            quiet = await asyncio.to_thread(self._silence, summed, at)
        found = [*summed.found, *(quiet.found if quiet else ())]

        def health(fault: Fault) -> Well | None:
            if fault.kind in SILENCES:
                return silence_over(fault, quiet, self.rules, at=at) if quiet else None
            if quiet is not None and not set(fault.lanterns) & quiet.known:
                return at, "its lantern has no node any more"
            return summed.well.get(fault.fault_id)

        cleared = await faults.cleared_since(night.start - timedelta(days=self.rules.reopen_d))
        changes = settle(found, open_faults, cleared, health, self.rules)
        return await self._write(evening, changes, at)

    async def _write(self, evening: date, changes: Changes, at: datetime) -> Look:
        if not changes.opened and not changes.changed:
            return Look(evening=evening, opened=(), changed=())
        tell = partial(fault_messages, telling=self._telling, at=at)
        opened = await self._from.faults.write(changes, tell)
        look = Look(evening=evening, opened=tuple(opened), changed=changes.changed)
        if look.opened or look.cleared:
            _LOG.info(
                "night of %s: %d faults opened, %d cleared",
                evening,
                len(look.opened),
                len(look.cleared),
            )
        return look

    async def _pages(self, night: Night, at: datetime, open_faults: Sequence[Fault]) -> _Sum:
        programs = await self._from.nodes.programs_in_force(night.evening)
        board = NightBoard(self._expected, night, self.rules, programs)
        holdings = await self._holdings(night)
        by_lantern: dict[LanternId, list[Fault]] = {}
        for fault in open_faults:
            if fault.kind not in SILENCES:
                by_lantern.setdefault(fault.lanterns[0], []).append(fault)
        sensitive = await self._from.rows.sensitive()
        summed = _Sum()
        end = min(night.end, at)
        after: DevEui | None = None
        while page := await self._from.nodes.nodes(after=after, limit=PAGE):
            after = page[-1].dev_eui
            rows = await self._from.rows.read(
                [node.dev_eui for node in page], start=night.start, end=end
            )
            seen = await board.seen(page, sensitive, holdings, rows)
            detected = await asyncio.to_thread(detect, seen, self.rules)
            _add(summed, page, detected, by_lantern)
            summed.fleet.add(page, sensitive)
        return summed

    async def _holdings(self, night: Night) -> list[Holding]:
        overrides = await self._from.overrides.open_overrides(night.start)
        return [
            Holding(
                override=each,
                dev_euis=frozenset(await self._from.overrides.override_nodes(each.override_id)),
            )
            for each in overrides
            if each.starts_at < night.end
        ]

    def _silence(self, summed: _Sum, at: datetime) -> Silence:
        return silence(summed.fleet.fleet(), self.rules, at_s=seconds(at))

    def _anywhere(self) -> Site:
        return Site(latitude_deg=0.0, longitude_deg=0.0, zone=self._zone)


def _add(
    summed: _Sum,
    page: Sequence[Node],
    detected: Detected,
    by_lantern: Mapping[LanternId, Sequence[Fault]],
) -> None:
    nodes = {node.lantern_id: node for node in page}
    summed.found += [_placed(each, nodes) for each in detected.found]
    for lantern_id in by_lantern.keys() & nodes.keys():
        for fault in by_lantern[lantern_id]:
            if well := detected.well_at(fault.kind, lantern_id):
                summed.well[fault.fault_id] = well


def _placed(found: Found, nodes: Mapping[LanternId, Node]) -> Found:
    node = nodes[found.lanterns[0]]
    return replace(
        found, place=node.road, latitude_deg=node.latitude_deg, longitude_deg=node.longitude_deg
    )
