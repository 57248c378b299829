"""Readings: latest values, history, roll-ups and exports of what add-ons measured."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from firmware_profiles.devices.device import Use
from firmware_profiles.quantities import quantity_for
from lighting.errors import RefusedError
from lighting.identifiers import DevEui
from lighting.sensing.aggregate import length_of
from lighting.sensing.csv_text import csv_header, csv_lines
from lighting.sensing.ngsi import Entity, observations
from lighting.sensing.register import StreamStore
from lighting.sensing.rollup import Period, Rolled, rolled, span_of
from lighting.sensing.series import Place, Sample, SeriesKey, Stay
from lighting.sensing.store import MeasurementStore
from lighting.sensing.stream import Stream

PUBLISHED_FROM = 10
"""Open data tells no count of people below this: our rule, after the k-anonymity that the
reference on data governance names for publication; unverified as a standard."""

SPAN_MAX = timedelta(days=3660)
"""Ten years and their leap days: no stream is looked at for longer at once."""

YEAR_MIN, YEAR_MAX = 1970, 2200

CHUNK = timedelta(days=7)
"""An export reads so much of an add-on's history at a time."""


class ExportFormat(StrEnum):
    """How readings leave."""

    CSV = "csv"
    NGSI = "ngsi-ld"
    KEY_VALUES = "ngsi-ld-keyvalues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which readings: every part that is given must hold. Words are matched without case.

    ``open_only`` is what may be published: streams that the register calls open, and of people no
    count below ``PUBLISHED_FROM``.
    """

    dev_eui: DevEui | None = None
    stream_id: str | None = None
    use: Use | None = None
    quantity: str | None = None
    ward: str | None = None
    road: str | None = None
    open_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sample, where it was measured, and for whom."""

    place: Place
    stream: Stream | None
    sample: Sample


class Readings:
    """Answers questions about what add-ons measured; ``zone`` is whose civil days are meant."""

    def __init__(self, series: MeasurementStore, streams: StreamStore, zone: str) -> None:
        self.series = series
        self._streams = streams
        self._zone = ZoneInfo(zone)

    async def places(self, where: Where) -> list[tuple[Place, Stream | None]]:
        """Return the add-ons that are meant, by DevEUI, each with its row of the register.

        Raises:
            StoreError: the database could not be read.
        """
        streams = {stream.stream_id: stream for stream in await self._streams.streams()}
        asked = None if where.dev_eui is None else [where.dev_eui]
        found = [(place, streams.get(place.stream_id)) for place in await self.series.places(asked)]
        return [(place, stream) for place, stream in found if _is_meant(where, place, stream)]

    async def latest(self, where: Where) -> list[Reading]:
        """Return the newest trusted value of every series that is meant.

        Raises:
            UnknownQuantityError: no such quantity.
            StoreError: the database could not be read.
        """
        _check_quantity(where)
        meant = {place.dev_eui: (place, stream) for place, stream in await self.places(where)}
        readings = [
            Reading(
                place=meant[each.key.dev_eui][0], stream=meant[each.key.dev_eui][1], sample=each
            )
            for each in await self.series.latest(list(meant))
        ]
        return [each for each in readings if _is_told(where, each.stream, each.sample)]

    async def meant(self, where: Where, samples: Sequence[Sample]) -> list[bool]:
        """Return of each sample whether it is one that is meant.

        Raises:
            StoreError: the database could not be read.
        """
        streams = {stream.stream_id: stream for stream in await self._streams.streams()}
        asked = sorted({sample.key.dev_eui for sample in samples})
        known = {
            place.dev_eui: (place, streams.get(place.stream_id))
            for place in await self.series.places(asked)
        }
        there = (known.get(sample.key.dev_eui) for sample in samples)
        return [
            found is not None and _is_meant(where, *found) and _is_told(where, found[1], sample)
            for found, sample in zip(there, samples, strict=True)
        ]

    async def history(self, key: SeriesKey, *, start: datetime, end: datetime) -> list[Sample]:
        """Return the samples of a series, start <= at < end, flagged ones too.

        Raises:
            RefusedError: no stretch of time that can be told at once.
            StoreError: the database could not be read.
        """
        check_span(start, end)
        return await self.series.history(key, start=start, end=end)

    async def roll_up(
        self, key: SeriesKey, period: Period, *, start: datetime, end: datetime
    ) -> list[Rolled]:
        """Return hours or civil days of a series, all that ``start`` to ``end`` touches, whole.

        Raises:
            UnknownQuantityError: no such quantity.
            RefusedError: no stretch of time that can be told at once.
            StoreError: the database could not be read.
        """
        check_span(start, end)
        quantity = quantity_for(key.quantity)
        first, _ = span_of(start, period, self._zone)
        _, last = span_of(max(start, end - timedelta(microseconds=1)), period, self._zone)
        before = await self.series.before(key, first)
        points = await self.series.points(key, start=first, end=last)
        value = None if before is None else before.value
        return rolled(points, quantity, period, self._zone, before=value)

    async def export(
        self, where: Where, *, start: datetime, end: datetime
    ) -> AsyncIterator[tuple[Place, Stream | None, list[Sample]]]:
        """Yield what was measured, start <= at < end: add-on by add-on, each in order of time.

        Add-ons that are gone since are among them, each value with the place where it was measured
        and the row of the register under which it was collected: by that one's rules it is told.

        Raises:
            UnknownQuantityError: no such quantity.
            RefusedError: no stretch of time that can be told at once.
            StoreError: the database could not be read.
        """
        check_span(start, end)
        _check_quantity(where)
        for stay, stream in await self._stays(where, start, end):
            at = stay.start
            while at < stay.end:
                until = min(stay.end, at + CHUNK)
                told = [
                    sample
                    for key in stay.keys
                    for sample in await self.series.history(
                        key, start=at, end=until, stream_id=stay.place.stream_id
                    )
                    if _is_told(where, stream, sample)
                ]
                if told:
                    yield stay.place, stream, sorted(told, key=lambda each: each.at)
                at = until

    async def csv(self, where: Where, *, start: datetime, end: datetime) -> AsyncIterator[str]:
        """Yield an export as parts of one CSV file.

        Raises:
            UnknownQuantityError: no such quantity.
            StoreError: the database could not be read.
        """
        yield csv_header()
        async for place, _, samples in self.export(where, start=start, end=end):
            yield csv_lines(place, samples)

    async def ngsi(self, where: Where, *, start: datetime, end: datetime) -> AsyncIterator[Entity]:
        """Yield an export as NGSI-LD entities in the normalized form.

        Raises:
            UnknownQuantityError: no such quantity.
            StoreError: the database could not be read.
        """
        async for place, stream, samples in self.export(where, start=start, end=end):
            use = None if stream is None else stream.use
            interval = timedelta(0) if stream is None else length_of(stream)
            for entity in observations(place, use, samples, interval=interval):
                yield entity

    async def _stays(
        self, where: Where, start: datetime, end: datetime
    ) -> list[tuple[Stay, Stream | None]]:
        streams = {stream.stream_id: stream for stream in await self._streams.streams()}
        found = await self.series.stays(start=start, end=end)
        stays = [(stay, streams.get(stay.place.stream_id)) for stay in found]
        return [(stay, stream) for stay, stream in stays if _is_meant(where, stay.place, stream)]


def check_span(start: datetime, end: datetime) -> None:
    """Refuse a stretch of time that is none, too long, or outside the years that are kept.

    Raises:
        RefusedError: it is; says what is allowed.
    """
    years = start.year >= YEAR_MIN and end.year <= YEAR_MAX
    if not years or not timedelta(0) < end - start <= SPAN_MAX:
        raise RefusedError(
            f"from {start.isoformat()} to {end.isoformat()} cannot be told at once; allowed: from"
            f" before to, at most {SPAN_MAX.days} days, in the years {YEAR_MIN} to {YEAR_MAX}"
        )


def _check_quantity(where: Where) -> None:
    if where.quantity is not None:
        quantity_for(where.quantity)


def _is_meant(where: Where, place: Place, stream: Stream | None) -> bool:
    return (
        where.dev_eui in {None, place.dev_eui}
        and where.stream_id in {None, place.stream_id}
        and (where.use is None or (stream is not None and stream.use is where.use))
        and (where.ward is None or place.ward.casefold() == where.ward.casefold())
        and (where.road is None or place.road.casefold() == where.road.casefold())
        and (not where.open_only or (stream is not None and bool(stream.open_data)))
    )


def _is_told(where: Where, stream: Stream | None, sample: Sample) -> bool:
    if where.quantity not in {None, sample.key.quantity}:
        return False
    if not where.open_only or stream is None or not stream.people:
        return True
    return not quantity_for(sample.key.quantity).people or sample.value >= PUBLISHED_FROM
