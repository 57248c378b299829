"""Indicators: how many devices serve which use, how many are heard, what is open, what was done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from firmware_profiles.devices.device import Use
from lighting.clock import Clock
from lighting.operations.records import Evidence
from lighting.operations.stores import NodeStore
from lighting.sensing.add_on import AddOnStore
from lighting.sensing.alerts.store import AlertStore
from lighting.sensing.register import StreamStore

HEARD_WITHIN = timedelta(days=1)
"""A device that was heard within a day is up: every model of the catalogue speaks more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFigures:
    """Alerts of a stretch of time: how many were raised, and on how many somebody acted."""

    raised: int
    acted_on: int


class AlertCounter(Protocol):
    """Who knows about alerts."""

    async def figures(self, *, since: datetime) -> AlertFigures:
        """Return the figures of alerts raised since then."""


@dataclass(frozen=True, slots=True)
class StoredAlerts:
    """Counts alerts in their store: somebody acted on one if it was acknowledged."""

    store: AlertStore
    clock: Clock

    async def figures(self, *, since: datetime) -> AlertFigures:
        """Return the figures of alerts raised since then."""
        touched = await self.store.touching(since, self.clock.now())
        raised = [alert for alert in touched if alert.raised_at >= since]
        acted_on = sum(alert.acknowledged_at is not None for alert in raised)
        return AlertFigures(raised=len(raised), acted_on=acted_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """The figures of the city programme. ``alerts`` is None where nobody counts them.

    ``deployed`` counts registered add-ons by the use of their stream (empty: in none), ``heard``
    those of them that were heard within a day; lantern nodes stand under ``lighting``.
    """

    at: datetime
    deployed: Mapping[str, int]
    heard: Mapping[str, int]
    datasets: int
    datasets_on: int
    datasets_open: int
    withheld: int
    alerts: AlertFigures | None = None
    alerts_since: datetime | None = None

    @property
    def uptime(self) -> float | None:
        """The part of add-ons that were heard within a day; None where there are none."""
        deployed = sum(self.deployed.values()) - self.deployed.get(Use.LIGHTING, 0)
        return sum(self.heard.values()) / deployed if deployed else None


@dataclass(slots=True)
class IndicatorBoard:
    """Works the figures out."""

    add_ons: AddOnStore
    streams: StreamStore
    nodes: NodeStore
    alerts: AlertCounter | None = None
    alerts_over: timedelta = field(default=timedelta(days=30))

    async def read(self, at: datetime) -> Indicators:
        """Return the figures as they are now.

        Raises:
            StoreError: the database could not be read.
        """
        streams = {stream.stream_id: stream for stream in await self.streams.streams()}
        deployed: Counter[str] = Counter()
        heard: Counter[str] = Counter()
        withheld = 0
        for add_on in await self.add_ons.add_ons():
            stream = streams.get(add_on.stream_id)
            use = "" if stream is None else stream.use.value
            deployed[use] += 1
            last = add_on.last_seen_at
            heard[use] += last is not None and at - last <= HEARD_WITHIN
            withheld += add_on.withheld
        counts: Mapping[Evidence, int] = await self.nodes.evidence_counts()
        deployed[Use.LIGHTING.value] += sum(counts.values())
        since = at - self.alerts_over
        return Indicators(
            at=at,
            deployed=dict(deployed),
            heard=dict(heard),
            datasets=len(streams),
            datasets_on=sum(stream.on for stream in streams.values()),
            datasets_open=sum(bool(each.on and each.open_data) for each in streams.values()),
            withheld=withheld,
            alerts=None if self.alerts is None else await self.alerts.figures(since=since),
            alerts_since=None if self.alerts is None else since,
        )
