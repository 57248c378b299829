"""Does a lantern follow its program? Judged by what it said of itself, never by what we sent."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from lighting.energy.power_model import PowerModel, default_power_model
from lighting.identifiers import DevEui
from lighting.operations.expected import Expected
from lighting.operations.records import Evidence, MeterRow, Node, StatusRow
from lighting.operations.stores import NodeStore, ReadingStore
from lighting.units import Watts
from schedules.level import FULL, OFF, Level
from schedules.timeline import NightTimeline

PAGE = 500

POWER_RATIO_MAX = 0.20
POWER_DIFFERENCE_W_MIN = 3.0
"""Metered power agrees with the asked level within a fifth, or 3 W (the meter counts whole watts
and small drivers stray): our choice, unverified until a city's own lanterns are calibrated."""

AGAINST_MIN = 2
"""So many readings of a meter contradict a level; one may be of a moment nobody knows of."""

MANUAL = "manual"
"""The reason a node gives for a level that a person asked for: an override, not the program."""


class Verdict(Enum):
    """What a node's own reports say about one night."""

    FOLLOWS = "follows its policy"
    STRAYS = "shows another level than asked"
    UNPROVED = "has not proved that it holds its program"
    SILENT = "has not been heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One node's verdict, and the first report that strays.

    ``in_power``: its meter agrees. ``contradicted``: its meter disagrees, more than once, while no
    override explains it; a node that only repeats what it is told is found out by that.
    """

    node: Node
    verdict: Verdict
    in_power: bool = False
    contradicted: bool = False
    stray: str = ""


class Watch:
    """Judges all nodes of a night."""

    def __init__(self, nodes: NodeStore, readings: ReadingStore, expected: Expected) -> None:
        self._nodes = nodes
        self._readings = readings
        self._expected = expected

    async def night(
        self, evening: date, *, until: datetime, since: datetime | None = None
    ) -> AsyncIterator[Followed]:
        """Yield the verdict on every node with a policy, from its reports of a night.

        Only those from ``since`` (if given) until ``until`` are looked at.

        Raises:
            StoreError: the database could not be read.
        """
        after: DevEui | None = None
        while page := await self._nodes.nodes(after=after, limit=PAGE):
            after = page[-1].dev_eui
            with_policy = [node for node in page if node.policy]
            for followed in await self._page(with_policy, evening, (since, until)):
                yield followed

    async def confirm(
        self, evening: date, *, at: datetime, since: datetime | None = None
    ) -> list[Followed]:
        """Raise nodes whose meters agree to SEEN_IN_POWER, lower those whose meters contradict.

        Returns those that stray by their own word or by their meter. Looks at the reports from
        ``since`` (the night's start if None) to ``at``.

        Raises:
            StoreError: the database could not be read or written.
        """
        strays: list[Followed] = []
        seen: list[DevEui] = []
        unseen: list[DevEui] = []
        async for followed in self.night(evening, until=at, since=since):
            if followed.verdict is Verdict.STRAYS or followed.contradicted:
                strays.append(followed)
                if followed.node.evidence is Evidence.SEEN_IN_POWER:
                    unseen.append(followed.node.dev_eui)
            elif followed.in_power and followed.node.evidence is Evidence.ECHOED:
                seen.append(followed.node.dev_eui)
        if seen:
            await self._nodes.seen_in_power(seen, at=at)
        if unseen:
            await self._nodes.no_longer_seen_in_power(unseen, at=at)
        return strays

    async def _page(
        self, nodes: Sequence[Node], evening: date, span: tuple[datetime | None, datetime]
    ) -> list[Followed]:
        if not nodes:
            return []
        timelines = [await self._expected.timeline(node, evening) for node in nodes]
        since, until = span
        start = max(timelines[0].night.start, since or timelines[0].night.start)
        euis = [node.dev_eui for node in nodes]
        statuses = await self._readings.statuses_of(euis, start=start, end=until)
        meters = await self._readings.meters_of(euis, start=start, end=until)
        return [
            judge(
                node,
                timeline,
                (await self._expected.policy(node)).tolerance_min,
                statuses.get(node.dev_eui, ()),
                meters.get(node.dev_eui, ()),
            )
            for node, timeline in zip(nodes, timelines, strict=True)
        ]


def judge(
    node: Node,
    timeline: NightTimeline,
    tolerance_min: float,
    statuses: Iterable[StatusRow],
    meters: Iterable[MeterRow],
) -> Followed:
    """Judge one node by its reports of one night, since it proved that it holds its program.

    Reports near a change of level, under an override, or without a level decide nothing.
    """
    if node.held is None or node.held != node.wanted:
        silent = node.last_seen_at is None or node.last_seen_at < timeline.night.start
        return Followed(node=node, verdict=Verdict.SILENT if silent else Verdict.UNPROVED)
    tolerance = timedelta(minutes=tolerance_min)
    heard = overridden = False
    for status in statuses:
        overridden = overridden or status.reason == MANUAL
        if status.level is None or status.reason == MANUAL:
            continue
        if _is_undecided(node, timeline, status.at, tolerance):
            continue
        heard = True
        asked = timeline.level_at(status.at)
        if status.level != asked:
            stray = f"{status.at.isoformat()}: {status.level} % instead of {asked} %"
            return Followed(node=node, verdict=Verdict.STRAYS, stray=stray)
    decided = [m for m in meters if not _is_undecided(node, timeline, m.at, tolerance)]
    agreeing = [_power_agrees(node.power_w, timeline, meter) for meter in decided]
    against = [m for m, agrees in zip(decided, agreeing, strict=True) if agrees is False]
    contradicted = len(against) >= AGAINST_MIN and not overridden
    return Followed(
        node=node,
        verdict=Verdict.FOLLOWS if heard else Verdict.SILENT,
        in_power=any(agreeing) and not against,
        contradicted=contradicted,
        stray=f"its meter says {against[0].power_w} W at {against[0].at.isoformat()}"
        if contradicted
        else "",
    )


def _is_undecided(node: Node, timeline: NightTimeline, at: datetime, tolerance: timedelta) -> bool:
    """Tell whether a report comes before the proof, or where either of two levels may show."""
    if node.held_at is not None and at < node.held_at:
        return True
    return any(abs(at - change.at) <= tolerance for change in timeline.changes)


def _power_agrees(full_w: float | None, timeline: NightTimeline, meter: MeterRow) -> bool | None:
    """Tell whether metered power fits the asked level; None where that cannot be told.

    Where full light is asked a lantern that ignores its program fits too, so it tells nothing in a
    night that has other levels; nor does standby by day. Light where none is asked never fits.
    """
    if meter.power_w is None or not full_w:
        return None
    asked = timeline.level_at(meter.at)
    if not _fits(meter.power_w, full_w, asked):
        return False
    changes = timeline.changes
    over = bool(changes) and changes[-1].level == OFF
    lit, until = (changes[:-1], changes[-1].at) if over else (changes, timeline.night.end)
    if not lit or not lit[0].at <= meter.at < until:
        return None
    dims = any(change.level != FULL for change in lit)
    return None if dims and _fits(full_w, full_w, asked) else True


def _fits(power_w: float, full_w: float, level: Level) -> bool:
    if level == OFF:
        return power_w <= POWER_DIFFERENCE_W_MIN
    expected_w = _model(full_w).power_w(level)
    most_w = max(POWER_RATIO_MAX * expected_w, POWER_DIFFERENCE_W_MIN)
    return abs(power_w - expected_w) <= most_w


@lru_cache(maxsize=4096)
def _model(full_w: float) -> PowerModel:
    return default_power_model(Watts(full_w))
