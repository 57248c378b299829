"""A partner's trial: an outside organisation fits its own add-ons on named columns for a while.

What follows from it is in ``trial_rules``.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId

DEVICES_MOST = 200
"""Devices of one trial at the most: beyond that it is no trial. Our choice."""

PARTNER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_DAY = timedelta(days=1)


class Standing(Enum):
    """How a trial stands at a time."""

    PLANNED = "planned"
    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An outside organisation. ``contact`` is how a person there is reached."""

    partner_id: str
    name: str
    contact: str

    def __post_init__(self) -> None:
        if not PARTNER_ID.fullmatch(self.partner_id):
            raise RefusedError(
                f"partner id {self.partner_id[:64]!r} cannot be used; allowed: up to 40 of a-z,"
                " 0-9 and -, such as leeds-air"
            )
        if not self.name.strip() or not self.contact.strip():
            raise RefusedError("a partner needs a name and a contact: who is called when it ends?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Who did or decided something, when and why."""

    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrial:
    """A trial as it is agreed: ``starts_at`` <= t < ``ends_at`` (aware UTC, see ``period``).

    ``model_ids`` empty: any add-on of the catalogue. ``stream_ids`` are the rows of the data
    register that may take what is measured. ``accepted`` is the reason for which ``made.by``
    answers for what no figure proves about a fit; empty: nobody does, and such a fit is refused.
    """

    partner_id: str
    lantern_ids: tuple[LanternId, ...]
    starts_at: datetime
    ends_at: datetime
    devices_max: int
    permit: str
    made: Word
    model_ids: tuple[str, ...] = ()
    stream_ids: tuple[str, ...] = ()
    accepted: str = ""

    def __post_init__(self) -> None:
        if not self.lantern_ids:
            raise RefusedError("a trial names the lanterns whose columns it may use; name some")
        if not 1 <= self.devices_max <= DEVICES_MOST:
            raise RefusedError(f"{self.devices_max} devices; allowed: 1 to {DEVICES_MOST}")
        if not self.permit.strip() or not self.made.by.strip():
            raise RefusedError("a trial needs the reference of its permit, and who agreed to it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial on record; ``ending`` is set where it was ended before its time."""

    trial_id: int
    agreed: NewTrial
    ending: Word | None = None

    @property
    def over_at(self) -> datetime:
        """From when on the partner may do and see nothing more."""
        ends_at = self.agreed.ends_at
        return ends_at if self.ending is None else min(ends_at, self.ending.at)

    @property
    def signature(self) -> str:
        """Who acts, as it stands in the records of what the partner does."""
        return f"partner {self.agreed.partner_id}, trial {self.trial_id}"

    def standing(self, at: datetime) -> Standing:
        """Return how it stands at ``at``."""
        if at >= self.over_at:
            return Standing.OVER
        return Standing.LIVE if at >= self.agreed.starts_at else Standing.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDevice:
    """A device under a trial, from ``added_at`` to ``removed_at`` (None: it still hangs).

    ``commissioning_id`` None: it was asked for, and its registration is not known to have worked.
    """

    number: int
    trial_id: int
    dev_eui: DevEui
    model_id: str
    lantern_id: LanternId
    stream_id: str
    added_at: datetime
    removed_at: datetime | None = None
    commissioning_id: int | None = None


def period(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the local days from ``first`` to ``last``, both whole, begin and are over (UTC).

    Days on which clocks change have 23 and 25 hours; a day whose midnight is skipped begins at the
    first instant that it has.

    Raises:
        RefusedError: they are in the wrong order.
    """
    if last < first:
        raise RefusedError(f"until {last} is before from {first}; both days are part of the trial")
    return _midnight(first, zone), _midnight(last + _DAY, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
