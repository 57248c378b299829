"""What add-ons measured, as it is told."""

import msgspec

from api.schemas.base import Asked, Instant, Told
from firmware_profiles.quantities import quantity_for
from lighting.operations.readings import Reading
from lighting.sensing.add_on import AddOn
from lighting.sensing.csv_text import quality_words
from lighting.sensing.rollup import Rolled
from lighting.sensing.series import Sample


class SampleTold(Told, kw_only=True):
    """A value of a series; ``quality`` is ``good`` or what is to be said against it."""

    at: Instant
    value: float
    quality: str
    received_at: Instant


class MeasurementTold(Told, kw_only=True):
    """A value with the series that it is of, in ``unit``."""

    dev_eui: str
    quantity: str
    channel: str
    unit: str
    at: Instant
    value: float
    quality: str
    received_at: Instant


class LatestTold(Told, kw_only=True):
    """The newest trusted value of a series, and where and for what it is measured."""

    measurement: MeasurementTold
    lantern_id: str
    road: str
    ward: str
    latitude_deg: float
    longitude_deg: float
    stream_id: str
    use: str


class LatestPage(Told, kw_only=True):
    """Latest values by DevEUI; ``more`` if there are more series than were asked for."""

    latest: tuple[LatestTold, ...]
    more: bool


class HistoryPage(Told, kw_only=True):
    """Values in order of time; ``next`` is the ``from`` of the page after this, if there is one."""

    unit: str
    samples: tuple[SampleTold, ...]
    next: Instant | None = None


class RollUpTold(Told, kw_only=True):
    """An hour or a civil day; ``flagged`` values are counted and in none of the figures."""

    start: Instant
    end: Instant
    count: int
    flagged: int
    value: float | None
    mean: float | None
    min: float | None
    max: float | None
    sum: float | None


class RollUpsTold(Told, kw_only=True):
    """Roll-ups in order of time; ``roll_up`` says how ``value`` is made of the values."""

    unit: str
    roll_up: str
    roll_ups: tuple[RollUpTold, ...]


class GaugeAsked(Asked, kw_only=True):
    """Distances [m] from the sensor to the surface, when empty and when full."""

    empty_m: float
    full_m: float


class GaugeTold(Told, kw_only=True):
    """The same, as it is in force."""

    empty_m: float
    full_m: float


class AddOnTold(Told, kw_only=True):
    """A registered add-on; ``withheld`` counts its messages of which nothing was stored."""

    dev_eui: str
    model_id: str
    lantern_id: str
    stream_id: str
    people: bool
    added_at: Instant
    withheld: int
    first_seen_at: Instant | None = None
    last_seen_at: Instant | None = None
    gauge: GaugeTold | None = None


class AddOnsTold(Told, kw_only=True):
    """Add-ons by DevEUI; ``next`` is the ``after`` of the page after this, if there is one."""

    add_ons: tuple[AddOnTold, ...]
    next: str | None = None


def add_on_told(add_on: AddOn) -> AddOnTold:
    """Return an add-on as it is told."""
    gauge = add_on.gauge
    return AddOnTold(
        dev_eui=add_on.dev_eui,
        model_id=add_on.model_id,
        lantern_id=add_on.lantern_id,
        stream_id=add_on.stream_id,
        people=add_on.people,
        added_at=add_on.added_at,
        withheld=add_on.withheld,
        first_seen_at=add_on.first_seen_at,
        last_seen_at=add_on.last_seen_at,
        gauge=None if gauge is None else GaugeTold(empty_m=gauge.empty_m, full_m=gauge.full_m),
    )


def measurement_told(sample: Sample) -> MeasurementTold:
    """Return a sample with its series."""
    return MeasurementTold(
        dev_eui=sample.key.dev_eui,
        quantity=sample.key.quantity,
        channel=sample.key.channel,
        unit=quantity_for(sample.key.quantity).unit,
        at=sample.at,
        value=sample.value,
        quality=quality_words(sample.quality),
        received_at=sample.received_at,
    )


def latest_told(reading: Reading) -> LatestTold:
    """Return a reading as it is told."""
    place, stream = reading.place, reading.stream
    return LatestTold(
        measurement=measurement_told(reading.sample),
        lantern_id=place.lantern_id,
        road=place.road,
        ward=place.ward,
        latitude_deg=place.latitude_deg,
        longitude_deg=place.longitude_deg,
        stream_id=place.stream_id,
        use="" if stream is None else stream.use.value,
    )


def sample_told(sample: Sample) -> SampleTold:
    """Return a sample without its series."""
    return SampleTold(
        at=sample.at,
        value=sample.value,
        quality=quality_words(sample.quality),
        received_at=sample.received_at,
    )


def roll_up_told(rolled: Rolled) -> RollUpTold:
    """Return a roll-up as it is told."""
    return RollUpTold(
        start=rolled.start,
        end=rolled.end,
        count=rolled.count,
        flagged=rolled.flagged,
        value=rolled.value,
        mean=rolled.mean,
        min=rolled.low,
        max=rolled.high,
        sum=rolled.total,
    )


ENCODER = msgspec.json.Encoder()
"""Makes the JSON of what is told outside an answer's body: live events, parts of exports."""
