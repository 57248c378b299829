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
    UNDECIDED = "was heard, but said nothing that shows whether it follows"
    SILENT = "has not been heard since it had something to show"


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
        night = timelines[0].night
        start, end = max(night.start, since or night.start), min(night.end, until)
        euis = [node.dev_eui for node in nodes]
        statuses = await self._readings.statuses_of(euis, start=start, end=end)
        meters = await self._readings.meters_of(euis, start=start, end=end)
        return [
            judge(
                node,
                timeline,
                (await self._expected.policy(node)).tolerance_min,
                statuses.get(node.dev_eui, ()),
                meters.get(node.dev_eui, ()),
                until=end,
            )
            for node, timeline in zip(nodes, timelines, strict=True)
        ]


def judge(
    node: Node,
    timeline: NightTimeline,
    tolerance_min: float,
    statuses: Sequence[StatusRow],
    meters: Sequence[MeterRow],
    *,
    until: datetime,
) -> Followed:
    """Judge one node by its reports of one night before ``until``.

    Only what it said since it proved its program decides; reports near a change of level, under an
    override, or without a level do not. A node follows if it showed a level that was asked and was
    heard while its light was due: by day a dead node reports like a good one. In a night without
    light any level shows it.
    """
    if node.held is None or node.held != node.wanted:
        silent = node.last_seen_at is None or node.last_seen_at < timeline.night.start
        return Followed(node=node, verdict=Verdict.SILENT if silent else Verdict.UNPROVED)
    moments = _Moments(node, timeline, timedelta(minutes=tolerance_min))
    strays = (each for each in statuses if moments.strays(each))
    if (stray := next(strays, None)) is not None:
        asked = timeline.level_at(stray.at)
        told = f"{stray.at.isoformat()}: {stray.level} % instead of {asked} %"
        return Followed(node=node, verdict=Verdict.STRAYS, stray=told)
    decided = [meter for meter in meters if moments.decides(meter.at)]
    agreeing = [_power_agrees(node.power_w, timeline, meter) for meter in decided]
    against = [m for m, agrees in zip(decided, agreeing, strict=True) if agrees is False]
    overridden = any(status.reason == MANUAL for status in statuses)
    contradicted = len(against) >= AGAINST_MIN and not overridden
    said = [*(status.at for status in statuses), *(meter.at for meter in meters)]
    return Followed(
        node=node,
        verdict=Verdict.FOLLOWS if moments.show(statuses) else moments.unshown(said, until),
        in_power=any(agreeing) and not against,
        contradicted=contradicted,
        stray=f"its meter says {against[0].power_w} W at {against[0].at.isoformat()}"
        if contradicted
        else "",
    )


@dataclass(frozen=True, slots=True)
class _Moments:
    """When reports of a node decide, in one night."""

    node: Node
    timeline: NightTimeline
    tolerance: timedelta

    def decides(self, at: datetime) -> bool:
        """Tell whether a report comes after the proof, and where only one level may show."""
        if self.node.held_at is not None and at < self.node.held_at:
            return False
        return all(abs(at - change.at) > self.tolerance for change in self.timeline.changes)

    def shows(self, status: StatusRow) -> bool:
        """Tell whether a status says what the node's program does."""
        return status.level is not None and status.reason != MANUAL and self.decides(status.at)

    def strays(self, status: StatusRow) -> bool:
        """Tell whether a status shows another level than the program's."""
        return self.shows(status) and status.level != self.timeline.level_at(status.at)

    def show(self, statuses: Iterable[StatusRow]) -> bool:
        """Tell whether statuses that do not stray show that the node follows.

        An override at night hides the program; then the word that a person asked for the level, and
        the program's own level at another time of the night, are all that there can be.
        """
        since = self._light_due()
        shown = [status for status in statuses if self.shows(status)]
        if since is None or not shown:
            return bool(shown)
        manual = (status for status in statuses if status.reason == MANUAL)
        heard = (*shown, *(status for status in manual if self.decides(status.at)))
        return any(self.timeline.level_at(status.at) > OFF for status in heard)

    def unshown(self, said: Iterable[datetime], until: datetime) -> Verdict:
        """Tell a node that was heard from one that was not, since its light was due."""
        since = self._light_due()
        if since is None or since >= until:
            since = self.timeline.night.start
        seen = self.node.last_seen_at
        heard = any(at >= since for at in said) or (seen is not None and since <= seen < until)
        return Verdict.UNDECIDED if heard else Verdict.SILENT

    def _light_due(self) -> datetime | None:
        """Return from when on a report can show light, or None in a night without that."""
        for span in self.timeline.spans():
            start = span.start + self.tolerance
            if span.level > OFF and start < span.end - self.tolerance:
                return start
        return None


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
