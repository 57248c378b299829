"""Buckets: what a stream that keeps aggregates alone adds up before anything is stored.

A bucket is one stretch of a quarter of an hour (or the stream's interval) of one series. It knows
what it has taken in by random message ids, not by times: an id says that a message was counted, and
nothing about when somebody passed.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from firmware_profiles.quantities import RollUp, quantity_for
from lighting.sensing.series import UNTRUSTED, Quality, Sample, SeriesKey
from lighting.sensing.stream import PEOPLE_INTERVAL_MIN, Stream

GRACE = timedelta(minutes=5)
"""A bucket is closed so long after its end: a message on its way still belongs to it."""

RESTATED_FOR = timedelta(days=7)
"""A late message is added to its closed bucket for so long; after that it is counted as too late.
Until then the ids stay, so that a message the broker gives again is not counted again."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What a series adds up to from ``start`` for ``length``; ``flagged`` counts distrusted values.

    ``last`` and ``last_at`` are kept for counters and states only: elsewhere None.
    """

    key: SeriesKey
    start: datetime
    length: timedelta
    count: int = 0
    flagged: int = 0
    total: float = 0.0
    low: float = 0.0
    high: float = 0.0
    last: float | None = None
    last_at: datetime | None = None
    flagged_value: float | None = None
    message_ids: frozenset[str] = frozenset()
    closed: bool = False


def keeps_aggregates(stream: Stream) -> bool:
    """Return whether samples of a stream are added up before they are stored."""
    return stream.people or stream.interval > timedelta(0)


def length_of(stream: Stream) -> timedelta:
    """Return how long the stream's buckets are: for people never under 15 minutes."""
    return max(stream.interval, PEOPLE_INTERVAL_MIN) if stream.people else stream.interval


def bucket_start(at: datetime, length: timedelta) -> datetime:
    """Return when the bucket that ``at`` is in began; buckets are counted from midnight UTC."""
    return at - (at - _EPOCH) % length


def is_too_late(at: datetime, stream: Stream, now: datetime) -> bool:
    """Return whether the bucket of ``at`` can no longer be restated."""
    kept = RESTATED_FOR if stream.retention is None else min(RESTATED_FOR, stream.retention)
    return bucket_start(at, length_of(stream)) + length_of(stream) + kept <= now


def folded(bucket: Bucket, sample: Sample, message_id: str) -> Bucket:
    """Return the bucket with a sample taken in; a message that is in already changes nothing."""
    if message_id in bucket.message_ids:
        return bucket
    ids = bucket.message_ids | {message_id}
    if sample.quality & UNTRUSTED:
        flagged = bucket.flagged + 1
        return replace(bucket, flagged=flagged, flagged_value=sample.value, message_ids=ids)
    first = bucket.count == 0
    told = replace(
        bucket,
        count=bucket.count + 1,
        total=bucket.total + sample.value,
        low=sample.value if first else min(bucket.low, sample.value),
        high=sample.value if first else max(bucket.high, sample.value),
        message_ids=ids,
    )
    keeps_last = quantity_for(sample.key.quantity).roll_up in {RollUp.LAST, RollUp.COUNTER}
    if keeps_last and (bucket.last_at is None or sample.at >= bucket.last_at):
        return replace(told, last=sample.value, last_at=sample.at)
    return told


def value_of(bucket: Bucket) -> float:
    """Return the one value that stands for a bucket with at least one trusted value."""
    roll_up = quantity_for(bucket.key.quantity).roll_up
    if roll_up is RollUp.SUM:
        return bucket.total
    if roll_up is RollUp.MEAN or bucket.last is None:
        return bucket.total / bucket.count
    return bucket.last


def sample_of(bucket: Bucket, *, now: datetime) -> Sample:
    """Return the sample that is stored for a bucket, dated at its start.

    One that is restated after it was closed is flagged as late, one in which no value can be
    trusted as out of range.
    """
    quality = Quality.LATE if bucket.closed else Quality.GOOD
    value = bucket.flagged_value or 0.0
    if bucket.count:
        value = value_of(bucket)
    else:
        quality |= Quality.OUT_OF_RANGE
    return Sample(key=bucket.key, at=bucket.start, value=value, received_at=now, quality=quality)
