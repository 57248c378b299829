"""MeasurementStore: what recording needs from a database, besides the series themselves."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lighting.identifiers import DevEui
from lighting.sensing.rollup import Point
from lighting.sensing.series import Sample, SeriesKey, SeriesStore


class Withheld(StrEnum):
    """Why nothing of a message is stored."""

    NO_STREAM = "its add-on has no row of the data register"
    OFF = "its stream is off"
    PEOPLE = "it observes people and its stream is not for people"
    TOO_LATE = "it came too late for its bucket"
    AGGREGATES = "its stream keeps aggregates alone, and it came without a message to count once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A sample and the id of the message that brought it, unique for each sample of a series.

    Without an id it can be stored, and not be taken into a bucket.
    """

    sample: Sample
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnNote:
    """Something about an add-on's message worth keeping; ``text`` holds nothing it measured."""

    dev_eui: DevEui
    at: datetime
    kind: str
    text: str


@dataclass(slots=True, kw_only=True)
class SensingBatch:
    """All that a stretch of messages from add-ons says; recorded in one transaction.

    ``heard`` says when each add-on spoke last; ``withheld`` counts the messages of each of which
    nothing is to be stored; ``now`` is when the last of them reached us.
    """

    measured: list[Measured] = field(default_factory=list)
    notes: list[AddOnNote] = field(default_factory=list)
    heard: dict[DevEui, datetime] = field(default_factory=dict)
    withheld: Counter[tuple[DevEui, Withheld]] = field(default_factory=Counter)
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What recording a batch did: the samples that are new, and values that were withheld."""

    samples: tuple[Sample, ...] = ()
    withheld: Counter[Withheld] = field(default_factory=Counter)


class MeasurementStore(SeriesStore, Protocol):
    """Where measurements are recorded."""

    async def record(self, batch: SensingBatch) -> Stored:
        """Record a batch in one transaction; the same batch again changes nothing.

        What the data register says is looked up inside the transaction: once a stream is off,
        nothing more of it is written, whatever was decoded before.
        """

    async def points(self, key: SeriesKey, *, start: datetime, end: datetime) -> list[Point]:
        """Return the samples of a series, start <= at < end, in order of time, as points."""

    async def close_buckets(self, at: datetime) -> list[Sample]:
        """Store the buckets whose time is over as samples; forget what is past restating."""
