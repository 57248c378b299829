"""Bring policies to nodes: compile what each should hold tonight, want it, order what is missing.

Desired against proved state. ``plan`` sets what every node should hold; ``repair`` orders whatever
a node does not provably hold. A new revision, a season's end, a clock change, a node that restarted
or was written to by someone else: all are the same difference, closed by the same orders.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from firmware_profiles.errors import WireError
from firmware_profiles.frame import Frame
from firmware_profiles.registry import profile_for
from lighting.downlink.order import ORDER_LIFE
from lighting.downlink.store import OrderBook
from lighting.identifiers import DevEui, ProgramId
from lighting.operations.policies import get_policy
from lighting.operations.programs import (
    Cell,
    ProofFailedError,
    cell_of,
    compile_program,
    require,
)
from lighting.operations.records import Node, StoredProgram
from lighting.operations.stores import PROGRAM_BATCH, NodeStore, PolicyStore
from schedules.errors import ScheduleError
from schedules.night import night_of
from schedules.site import Site

_LOG = logging.getLogger(__name__)

PAGE = 5000

AHEAD = timedelta(hours=3)
"""From 09:00 local on, programs are planned for the night that begins at noon: the light is off by
then, and the orders have the day to arrive."""


ProgramKey = tuple[str, int, str, str]
"""Policy, revision, firmware profile, cell: what decides a program for a night."""


@dataclass(slots=True, kw_only=True)
class PlanReport:
    """What planning did: nodes seen, wants changed, nodes ordered for, programs compiled."""

    night: date
    nodes: int = 0
    changed: int = 0
    ordered: int = 0
    without_policy: int = 0
    compiled: int = 0
    by_policy: Counter[str] = field(default_factory=Counter)
    losses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[ProgramKey, str] = field(default_factory=dict)
    """Programs that cannot be had, and why; their nodes keep what they hold."""
    served: dict[tuple[str, int], int] = field(default_factory=dict)
    """How many nights the latest program of each policy revision serves."""


class Planner:
    """Plans and repairs programs for all nodes of a city that keeps one civil time."""

    def __init__(self, nodes: NodeStore, policies: PolicyStore, book: OrderBook, zone: str) -> None:
        self._nodes = nodes
        self._policies = policies
        self._book = book
        self._zone = zone

    def night_of(self, at: datetime) -> date:
        """Return the evening's date of the night that ``at`` lies in."""
        anywhere = Site(latitude_deg=0.0, longitude_deg=0.0, zone=self._zone)
        return night_of(anywhere, at).evening

    async def plan(
        self,
        at: datetime,
        *,
        policy: str | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> PlanReport:
        """Set what every node (of one policy, or all) should hold, and order what is missing.

        A node keeps its program for all the nights that it was proved for. ``progress`` is told
        the number of nodes planned so far.

        A policy that cannot be followed somewhere is told in ``refused``: its nodes there keep what
        they hold, and all others go on.

        Raises:
            StoreError: the database could not take it; planning again completes it.
        """
        night = self.night_of(at + AHEAD)
        report = PlanReport(night=night)
        in_force = {_key(p): p for p in await self._nodes.programs_in_force(night)}
        after: DevEui | None = None
        while page := await self._nodes.nodes(policy=policy, after=after, limit=PAGE):
            await self._plan_page(page, in_force, report, at)
            after = page[-1].dev_eui
            report.nodes += len(page)
            progress(report.nodes)
        report.ordered = await self.repair(at)
        if report.changed or report.ordered:
            _LOG.info(
                "night of %s: %d of %d nodes want another program, %d ordered for",
                night,
                report.changed,
                report.nodes,
                report.ordered,
            )
        return report

    async def repair(self, at: datetime) -> int:
        """Order what nodes do not provably hold; return for how many nodes.

        Raises:
            StoreError: the database could not take it; repairing again completes it.
        """
        pairs = await self._nodes.adrift_pairs()
        if not pairs:
            return 0
        ids = {each for pair in pairs for each in pair if each is not None}
        programs = await self._nodes.programs(list(ids))
        ordered = 0
        for wanted, held in pairs:
            known = None if held is None else programs[held].frames
            frames = missing_frames(programs[wanted].frames, known)
            ordered += await self._nodes.order_programs(
                wanted, held, frames, created_at=at, expires_at=at + ORDER_LIFE
            )
        return ordered

    async def _plan_page(
        self,
        page: Sequence[Node],
        in_force: dict[ProgramKey, StoredProgram],
        report: PlanReport,
        at: datetime,
    ) -> None:
        by_key: dict[tuple[ProgramKey, Cell], list[Node]] = defaultdict(list)
        for node in page:
            if not node.policy:
                report.without_policy += 1
                continue
            cell = cell_of(node.latitude_deg, node.longitude_deg)
            key = (node.policy, node.revision, node.profile_id, cell.key)
            by_key[key, cell].append(node)
        wanted: dict[DevEui, ProgramId] = {}
        for (key, cell), nodes in by_key.items():
            if key not in in_force and key not in report.refused:
                await self._try(key, cell, in_force, report)
            if key in report.refused:
                continue
            program = in_force[key]
            report.by_policy[key[0]] += len(nodes)
            wanted |= {
                node.dev_eui: program.program_id
                for node in nodes
                if node.wanted != program.program_id
            }
        if wanted:
            await self._book.supersede(list(wanted), batch_prefix=PROGRAM_BATCH)
            await self._nodes.want(wanted, at=at)
            report.changed += len(wanted)

    async def _try(
        self,
        key: ProgramKey,
        cell: Cell,
        in_force: dict[ProgramKey, StoredProgram],
        report: PlanReport,
    ) -> None:
        """Compile a program; one that cannot be had is told, and the others go on."""
        try:
            in_force[key] = await self._compile(key, cell, report)
        except (ProofFailedError, ScheduleError, WireError) as exc:
            report.refused[key] = str(exc)
            _LOG.error("no program for policy %s at cell %s: %s", key[0], cell.key, exc)

    async def _compile(self, key: ProgramKey, cell: Cell, report: PlanReport) -> StoredProgram:
        name, revision, profile_id, _ = key
        policy, _ = await get_policy(self._policies, name, revision)
        profile = profile_for(profile_id)
        site = cell.site(self._zone)
        hint = report.served.get((name, revision), 0)
        # Tens of milliseconds of pure computing: not in the loop that listens to the nodes.
        compiled = await asyncio.to_thread(
            compile_program, policy, site, report.night, profile, hint=hint
        )
        require(policy, profile, compiled.proof)
        report.served[name, revision] = compiled.proof.nights
        program = StoredProgram(
            program_id=compiled.program_id,
            profile_id=profile_id,
            policy=name,
            revision=revision,
            cell=cell.key,
            valid_from=compiled.season.first,
            valid_until=compiled.season.last,
            frames=compiled.frames,
        )
        await self._nodes.put_programs([program])
        report.compiled += 1
        if compiled.season.losses:
            report.losses[name] = compiled.season.losses
        return program


def _key(program: StoredProgram) -> ProgramKey:
    return (program.policy, program.revision, program.profile_id, program.cell)


def missing_frames(wanted: Sequence[Frame], held: Sequence[Frame] | None) -> tuple[Frame, ...]:
    """Return the frames to send to a node that holds ``held`` (None: unknown), in order.

    A frame that the node holds already is left out. Day programs are numbered without a gap and a
    node keeps those it is not told to clear: where the wanted program has fewer, all of them are
    cleared and sent again.
    """
    if held is None:
        return tuple(wanted)
    held_slots = {frame.slot for frame in held}
    surplus = held_slots - {frame.slot for frame in wanted}
    holds = {(frame.slot, frame.payload) for frame in held}
    return tuple(
        frame
        for frame in wanted
        if (frame.slot, frame.payload) not in holds
        or (surplus and frame.slot.startswith("profile"))
    )
