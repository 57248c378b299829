"""Series: the values of one quantity and channel of one add-on, and the promise to keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag
from typing import Protocol

from lighting.identifiers import DevEui, LanternId


class Quality(IntFlag):
    """What is to be said against a value; GOOD has nothing. A flagged value is kept and shown."""

    GOOD = 0
    LATE = 1
    """It came long after it was measured."""
    DUPLICATE = 2
    """The same instant of the same series had come before with another value."""
    OUT_OF_RANGE = 4
    """Physically impossible by ``firmware_profiles.quantities``."""
    CLOCK = 8
    """The device dated it in the future; it is kept under the time at which it was received."""


UNTRUSTED = Quality.OUT_OF_RANGE | Quality.DUPLICATE
"""What keeps a value out of means, sums and latest values; it is counted beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesKey:
    """One series."""

    dev_eui: DevEui
    quantity: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of a series, in the unit of its quantity; ``at`` is when it was measured."""

    key: SeriesKey
    at: datetime
    value: float
    received_at: datetime
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an add-on is: the lantern whose socket it sits in, its road, ward and use.

    ``stream_id`` is its row of the data register; ``since`` when it came to be there (None: not
    known). What it measured before that, it measured elsewhere.
    """

    dev_eui: DevEui
    model_id: str
    stream_id: str
    lantern_id: LanternId
    latitude_deg: float
    longitude_deg: float
    road: str = ""
    ward: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where an add-on was while it measured, start <= at < end, and which series it has from then.

    ``place.stream_id`` is the row of the data register under which they were collected.
    """

    place: Place
    keys: tuple[SeriesKey, ...]
    start: datetime
    end: datetime


class SeriesStore(Protocol):
    """What add-ons measured, to be read."""

    async def latest(self, dev_euis: Sequence[DevEui]) -> list[Sample]:
        """Return the newest sample that can be trusted of each series of these add-ons.

        Only of where an add-on is now and of the stream that it has: what it measured elsewhere, or
        under another row of the register, ``stays`` tells.
        """

    async def history(
        self, key: SeriesKey, *, start: datetime, end: datetime, stream_id: str | None = None
    ) -> list[Sample]:
        """Return the samples of a series, start <= at < end, in order of time, flagged ones too.

        With ``stream_id`` only those that were collected under this row of the data register.
        """

    async def stays(self, *, start: datetime, end: datetime) -> list[Stay]:
        """Return where add-ons were between ``start`` and ``end``, by DevEUI, stream and time.

        Add-ons that are swapped or removed since are among them, and each stretch of time of each
        series is told once: nothing that is stored is left out of what is read by stays.
        """

    async def places(self, dev_euis: Sequence[DevEui] | None = None) -> list[Place]:
        """Return where add-ons are, all of them if none are named."""

    async def keys(self, dev_euis: Sequence[DevEui] | None = None) -> list[SeriesKey]:
        """Return the series that these add-ons have, in order; of all if none are named."""

    async def before(self, key: SeriesKey, at: datetime) -> Sample | None:
        """Return the last sample of a series before ``at`` that can be trusted, or None."""
