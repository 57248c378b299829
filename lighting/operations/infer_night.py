"""Infer the switching events of a night that is over, and keep them; twice is once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lighting.identifiers import DevEui, LanternId
from lighting.operations.expected import Expected
from lighting.operations.infer_events import inferred, reported
from lighting.operations.nights import as_then
from lighting.operations.records import Node, Override, StatusRow
from lighting.operations.stores import NightStore, NodeStore, OverrideStore, ReadingStore
from lighting.settlement.codes import UnitRef
from lighting.settlement.events import Quality, Source, SwitchingEvent
from lighting.settlement.store import EventStore, UnitStore
from lighting.settlement.units import SettlementUnit
from schedules.night import Night
from schedules.timeline import NightTimeline

PAGE = 500
"""Units looked at together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceSources:
    """Where a night is read from, and where its events go."""

    units: UnitStore
    events: EventStore
    nodes: NodeStore
    nights: NightStore
    readings: ReadingStore
    overrides: OverrideStore
    expected: Expected


@dataclass(slots=True, kw_only=True)
class Inferred:
    """What inferring a night gave: units and events, and the lanterns of which little is known.

    ``not_proved`` have not proved the program of that night: full light is taken whenever light was
    due, marked as default. ``not_asked`` have no node or no policy: no event is written, and the
    equivalent meter's own default stands for their days.
    """

    units: int = 0
    inferred: int = 0
    actual: int = 0
    not_proved: list[LanternId] = field(default_factory=list)
    not_asked: list[LanternId] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Units with nodes under a policy, and what is known of one night of them."""

    night: Night
    units: Mapping[LanternId, SettlementUnit]
    nodes: Sequence[tuple[Node, NightTimeline]]
    as_now: Mapping[DevEui, Node]
    overrides: Mapping[DevEui, Sequence[Override]]
    statuses: Mapping[DevEui, Sequence[StatusRow]]

    def proved_at(self, node: Node) -> datetime | None:
        """Return since when a node provably holds this night's program; None if it does not.

        ``nodes`` follow the policy of the night; one that follows another now has proved that one.
        """
        same_policy = self.as_now[node.dev_eui] == node
        if not same_policy or node.held is None or node.held != node.wanted:
            return None
        in_time = node.held_at is not None and node.held_at < self.night.end
        return node.held_at if in_time else None


class NightInference:
    """Writes what lanterns with a unit did in a night."""

    def __init__(self, sources: InferenceSources) -> None:
        self._of = sources

    async def infer(self, evening: date) -> Inferred:
        """Write the events of a night that is over; inferring it again gives the same.

        Infer soon after the night: what a node holds is known of now, and a program that it proved
        later says nothing of a night before.

        Raises:
            StoreError: the database could not be read or written; inferring again completes it.
        """
        tally = Inferred()
        units = await self._of.units.units()
        if not units:
            return tally
        rows = await self._of.nights.nights(first=evening, last=evening)
        before = {
            str(row["lantern_id"]): (str(row["policy"]), int(str(row["revision"]))) for row in rows
        }
        for chunk in _pages(units):
            tally.units += len(chunk)
            by_lantern = {unit.lantern_id: unit for unit in chunk}
            found = await self._of.nodes.nodes_of(list(by_lantern))
            then = [as_then(node, before) for node in found]
            nodes = [node for node in then if node.policy]
            tally.not_asked += sorted(by_lantern.keys() - {node.lantern_id for node in nodes})
            if nodes:
                await self._write(await self._page(by_lantern, found, nodes, evening), tally)
        return tally

    async def _page(
        self,
        units: Mapping[LanternId, SettlementUnit],
        found: Sequence[Node],
        nodes: Sequence[Node],
        evening: date,
    ) -> _Page:
        timelines = [await self._of.expected.timeline(node, evening) for node in nodes]
        night = timelines[0].night
        euis = [node.dev_eui for node in nodes]
        return _Page(
            night=night,
            units=units,
            nodes=tuple(zip(nodes, timelines, strict=True)),
            as_now={node.dev_eui: node for node in found},
            overrides=await self._overrides(night),
            statuses=await self._of.readings.statuses_of(euis, start=night.start, end=night.end),
        )

    async def _write(self, page: _Page, tally: Inferred) -> None:
        """Write a page: what is known anew, what is not known beside what is there.

        A night that was known once stays: of what stands at one instant the better known counts.
        Nothing is written of the time in which a unit is logged off.
        """
        logged_off = await self._logged_off(page)
        anew: dict[UnitRef, list[SwitchingEvent]] = {}
        more: list[SwitchingEvent] = []
        for node, timeline in page.nodes:
            ref = page.units[node.lantern_id].unit_ref
            proved_at = page.proved_at(node)
            overrides = page.overrides.get(node.dev_eui, ())
            off = logged_off.get(ref, ())
            events = inferred(ref, timeline, overrides, proved_at=proved_at)
            asked = [event for event in events if not _within(event.at, off)]
            tolerance = (await self._of.expected.policy(node)).tolerance_min
            told = page.statuses.get(node.dev_eui, ())
            statuses = [status for status in told if not _within(status.at, off)]
            said = reported(ref, statuses, asked, timedelta(minutes=tolerance))
            more += said
            tally.actual += len(said)
            if proved_at is None:
                tally.not_proved.append(node.lantern_id)
                more += asked
            else:
                anew[ref] = asked
                tally.inferred += len(asked)
        await self._of.events.infer_anew(
            anew.keys(),
            [event for asked in anew.values() for event in asked],
            start=page.night.start,
            end=page.night.end,
        )
        await self._of.events.add_events(more)

    async def _logged_off(self, page: _Page) -> dict[UnitRef, list[tuple[datetime, datetime]]]:
        """Return when units were logged off by a fault: until an actual event says otherwise.

        Whoever logs a unit off says when it is back: a failed lamp's node may go on talking, so
        what it says meanwhile is not written.
        """
        refs = [unit.unit_ref for unit in page.units.values()]
        start, end = page.night.start, page.night.end
        since: dict[UnitRef, datetime] = {}
        off: dict[UnitRef, list[tuple[datetime, datetime]]] = {}
        for event in await self._of.events.events_of(refs, start=start, end=end):
            if event.source is Source.FAULT:
                since.setdefault(event.unit_ref, event.at)
            elif event.quality is Quality.ACTUAL and event.unit_ref in since:
                off.setdefault(event.unit_ref, []).append((since.pop(event.unit_ref), event.at))
        for ref, at in since.items():
            off.setdefault(ref, []).append((at, end))
        return off

    async def _overrides(self, night: Night) -> dict[DevEui, list[Override]]:
        """Return the overrides that had force in a night, by node."""
        held: dict[DevEui, list[Override]] = {}
        for override in await self._of.overrides.open_overrides(night.start):
            if override.starts_at < night.end and override.ends_at > night.start:
                for dev_eui in await self._of.overrides.override_nodes(override.override_id):
                    held.setdefault(dev_eui, []).append(override)
        return held


def _within(at: datetime, stretches: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(start <= at < end for start, end in stretches)


def _pages(units: Sequence[SettlementUnit]) -> Iterator[Sequence[SettlementUnit]]:
    for start in range(0, len(units), PAGE):
        yield units[start : start + PAGE]
