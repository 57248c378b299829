"""PartnerData: what a partner's own devices measured while its trial covers them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui
from lighting.inventory.store import LanternStore
from lighting.operations.partner_desk import Visit
from lighting.registration.trial import TrialDevice
from lighting.registration.trial_rules import may_see, window
from lighting.registration.trial_store import PartnerStore
from lighting.sensing.aggregate import keeps_aggregates, length_of
from lighting.sensing.csv_text import csv_header, csv_lines
from lighting.sensing.register import StreamStore
from lighting.sensing.series import Place, Sample, SeriesKey, SeriesStore

SPAN_DAYS_MAX = 31
"""One answer tells at most a month."""

CHUNK = timedelta(days=7)
"""A file is read so much of a device's history at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A device and between which times (start <= t < end) the partner sees what it measured.

    Each value stands for ``span`` from its time on.
    """

    device: TrialDevice
    span: timedelta
    start: datetime
    end: datetime


class PartnerData:
    """Reads for partners; every method looks through ``trial_rules.window`` and nothing else."""

    def __init__(
        self,
        store: PartnerStore,
        series: SeriesStore,
        streams: StreamStore,
        lanterns: LanternStore,
    ) -> None:
        self._store = store
        self._series = series
        self._streams = streams
        self._lanterns = lanterns

    async def latest(self, visit: Visit) -> list[tuple[TrialDevice, Sample]]:
        """Return the newest trusted value of every series of the visitor's devices.

        Raises:
            StoreError: the database could not be read.
        """
        found: dict[SeriesKey, tuple[TrialDevice, Sample]] = {}
        for seen in await self._seen(visit):
            for key in await self._series.keys([seen.device.dev_eui]):
                sample = await self._series.before(key, seen.end)
                if sample is None or not may_see(visit.trial, seen.device, sample.at, seen.span):
                    continue
                found[key] = seen.device, sample
        return list(found.values())

    async def latest_csv(self, visit: Visit) -> str:
        """Return the same as ``latest`` as a CSV file.

        Raises:
            StoreError: the database could not be read.
        """
        lines = [csv_header()]
        for device, sample in await self.latest(visit):
            lines.append(csv_lines(await self._place(device), [sample]))
        return "".join(lines)

    async def history(
        self, visit: Visit, key: SeriesKey, *, start: datetime, end: datetime
    ) -> list[Sample]:
        """Return the values of a series of the visitor's, start <= at < end, in order of time.

        Raises:
            NotFoundError: the device is none of its trial.
            StoreError: the database could not be read.
        """
        found: list[Sample] = []
        for seen in await self._seen(visit, key.dev_eui):
            first, last = max(start, seen.start), min(end, seen.end)
            if first < last:
                found += await self._series.history(key, start=first, end=last)
        return found

    async def csv(
        self, visit: Visit, dev_eui: DevEui | None, *, start: datetime, end: datetime
    ) -> AsyncIterator[str]:
        """Return the parts of a CSV file of one device, or of all of the visitor's.

        What is refused is refused here, before the first part.

        Raises:
            NotFoundError: the device is none of its trial.
            StoreError: the database could not be read.
        """
        return self._lines(await self._seen(visit, dev_eui), start, end)

    async def _lines(
        self, all_seen: list[Seen], start: datetime, end: datetime
    ) -> AsyncIterator[str]:
        yield csv_header()
        for seen in all_seen:
            place = await self._place(seen.device)
            keys = await self._series.keys([seen.device.dev_eui])
            for first, last in _chunks(max(start, seen.start), min(end, seen.end)):
                samples: list[Sample] = []
                for key in keys:
                    samples += await self._series.history(key, start=first, end=last)
                yield csv_lines(place, sorted(samples, key=lambda each: each.at))

    async def _seen(self, visit: Visit, dev_eui: DevEui | None = None) -> list[Seen]:
        """Return the visitor's devices (or one of them) in order of fitting, with their times."""
        streams = {each.stream_id: each for each in await self._streams.streams()}
        states = await self._store.devices(visit.trial.trial_id)
        own = [each.device for each in states if dev_eui in {None, each.device.dev_eui}]
        if dev_eui is not None and not own:
            raise NotFoundError("device of yours", dev_eui)
        found = []
        for device in own:
            stream = streams.get(device.stream_id)
            span = timedelta(0)
            if stream is not None and keeps_aggregates(stream):
                span = length_of(stream)
            times = window(visit.trial, device, span)
            if times is not None:
                found.append(Seen(device=device, span=span, start=times[0], end=times[1]))
        return found

    async def _place(self, device: TrialDevice) -> Place:
        lantern = (await self._lanterns.get([device.lantern_id]))[device.lantern_id].lantern
        return Place(
            dev_eui=device.dev_eui,
            model_id=device.model_id,
            stream_id=device.stream_id,
            lantern_id=device.lantern_id,
            latitude_deg=lantern.latitude_deg,
            longitude_deg=lantern.longitude_deg,
            road=lantern.road,
            ward=lantern.ward,
        )


def stretch(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return a stretch of time that may be asked for, in UTC.

    Raises:
        RefusedError: a time has no offset, or the stretch is none or too long.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise RefusedError("from and to need their offset, such as 2026-11-22T00:00:00Z")
    if not timedelta(0) < end - start <= timedelta(days=SPAN_DAYS_MAX):
        raise RefusedError(
            f"from {start.isoformat()} to {end.isoformat()} cannot be told at once;"
            f" allowed: from before to, at most {SPAN_DAYS_MAX} days"
        )
    return start.astimezone(UTC), end.astimezone(UTC)


def _chunks(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        yield start, min(end, start + CHUNK)
        start += CHUNK
