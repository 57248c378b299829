"""Record what add-ons say: decode, flag, and store what the data register allows.

An add-on's messages come on the same network server as the nodes', in the same batches. They are
recorded in a transaction of their own, before the batch is marked as done: if it fails, the batch
comes again, and what of it was kept changes nothing.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite

from firmware_profiles.errors import UnknownQuantityError
from lighting.downlink.transport import NetworkEvent, Uplink
from lighting.identifiers import DevEui
from lighting.operations.decode_add_ons import AddOnDecoder, Decoded, Frame
from lighting.operations.live import Feed
from lighting.operations.records import NOT_UNDERSTOOD
from lighting.sensing.add_on import AddOnStore, Route
from lighting.sensing.flags import judged
from lighting.sensing.gauge import with_fill_levels
from lighting.sensing.store import AddOnNote, Measured, MeasurementStore, SensingBatch, Withheld

_LOG = logging.getLogger(__name__)

TEXT_MAX = 500
"""Characters kept of a codec's own words."""


class MeasurementRecorder:
    """Records add-ons' messages; ``counts`` are messages by what became of them."""

    def __init__(
        self, add_ons: AddOnStore, series: MeasurementStore, decoder: AddOnDecoder, feed: Feed
    ) -> None:
        self._add_ons = add_ons
        self._series = series
        self._decoder = decoder
        self._feed = feed
        self.counts: Counter[str] = Counter()

    async def record(
        self, events: Sequence[NetworkEvent], received_at: datetime
    ) -> frozenset[DevEui]:
        """Record the messages of add-ons among ``events``; return whose they were.

        ``received_at`` is when the last of them reached us.

        Raises:
            StoreError: the database could not take it; nothing of it was kept.
        """
        routes = await self._add_ons.routes(sorted({event.dev_eui for event in events}))
        if not routes:
            return frozenset()
        batch = SensingBatch(now=received_at)
        uplinks = [
            event
            for event in events
            if isinstance(event, Uplink)
            and event.dev_eui in routes
            and self._is_to_be_read(event, routes[event.dev_eui], batch)
        ]
        frames = [_frame(event, routes) for event in uplinks]
        for event, decoded in zip(uplinks, await self._decoder.decode(frames), strict=True):
            self._take(batch, event, decoded, routes[event.dev_eui])
        stored = await self._series.record(batch)
        for why, values in stored.withheld.items():
            self.counts[f"values withheld: {why}"] += values
        self._feed.publish(stored.samples)
        return frozenset(routes)

    async def close_buckets(self, at: datetime) -> int:
        """Store the aggregates whose time is over, and tell who listens; return how many.

        Raises:
            StoreError: the database could not take it; it is tried again the next time.
        """
        closed = await self._series.close_buckets(at)
        self._feed.publish(closed)
        return len(closed)

    def _is_to_be_read(self, event: Uplink, route: Route, batch: SensingBatch) -> bool:
        before = batch.heard.get(event.dev_eui, event.at)
        batch.heard[event.dev_eui] = max(before, event.at)
        if event.f_port == 0:
            return False  # MAC commands only
        why = _silent_because(route)
        if why is None:
            return True
        batch.withheld[event.dev_eui, why] += 1
        self.counts[f"withheld: {why}"] += 1
        return False

    def _take(self, batch: SensingBatch, event: Uplink, decoded: Decoded, route: Route) -> None:
        problem = decoded.problem
        message = event.deduplication_id or f"frame {event.f_cnt}"
        found = with_fill_levels(decoded.measured, route.add_on.gauge)
        for number, measured in enumerate(found):
            if not isfinite(measured.value):
                problem = f"{measured.quantity} is {measured.value}, not a finite number"
                continue
            try:
                sample = judged(event.dev_eui, measured, heard_at=event.at, received_at=batch.now)
            except UnknownQuantityError as exc:
                problem = str(exc)
                continue
            batch.measured.append(Measured(sample=sample, message_id=f"{message}#{number}"))
        self.counts[NOT_UNDERSTOOD if problem else "read"] += 1
        if problem:
            text = _told(problem, event, route)
            _LOG.warning("uplink of add-on %s not understood: %s", event.dev_eui, text)
            batch.notes.append(
                AddOnNote(dev_eui=event.dev_eui, at=event.at, kind=NOT_UNDERSTOOD, text=text)
            )


def _frame(event: Uplink, routes: Mapping[DevEui, Route]) -> Frame:
    return Frame(
        model_id=routes[event.dev_eui].add_on.model_id,
        f_port=event.f_port,
        payload=event.payload,
        heard_at=event.at,
    )


def _silent_because(route: Route) -> Withheld | None:
    """Return why nothing of an add-on may be stored, whatever it says; its frames are not read."""
    if route.stream is None:
        return Withheld.NO_STREAM
    if not route.stream.on:
        return Withheld.OFF
    return Withheld.PEOPLE if route.add_on.people and not route.stream.people else None


def _told(problem: str, event: Uplink, route: Route) -> str:
    """Return a problem in words; of people, nothing of what the frame held."""
    if route.add_on.people or (route.stream and route.stream.people):
        return f"a frame of {len(event.payload)} bytes on port {event.f_port} (content not kept)"
    # What a vendor's codec throws may hold what no database takes, and be of any length.
    text = problem.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"
