"""ServiceArea: whom a daily report is for, what it is about, and when it goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firmware_profiles.devices.device import Use
from lighting.sensing.alerts.notice import Channel
from lighting.sensing.alerts.share import Share

ONE_DAY = timedelta(days=1)
CATCH_UP_DAYS = 7
"""After we were away, the reports of so many days are made up for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea:
    """A service and its daily report.

    ``uses`` are those of the devices it tells of, ``rules`` the documents whose alerts it tells of;
    ``faults`` adds the faults of lanterns. ``at`` is the local wall-clock time it goes out.
    """

    area_id: str
    title: str
    uses: frozenset[Use] = frozenset()
    rules: frozenset[str] = frozenset()
    faults: bool = False
    at: time = time(7, 0)
    tell: tuple[str, ...] = ()


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a civil day begins and ends (aware UTC): 23 or 25 hours when clocks change."""
    return _utc(day, time.min, zone), _utc(day + ONE_DAY, time.min, zone)


def days_due(area: ServiceArea, *, last: date | None, now: datetime, zone: str) -> list[date]:
    """Return the days to be reported at ``now``, oldest first; ``last`` is the newest that was.

    A day is due on the next one at ``area.at``. A time that the clocks skip comes when it would
    have without the change; one that comes twice counts the first time. An area that never
    reported begins with yesterday.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    is_time = now >= _utc(today, area.at, zone)
    newest = today - ONE_DAY if is_time else today - 2 * ONE_DAY
    if last is None:
        return [newest] if is_time else []
    first = max(last + ONE_DAY, newest - (CATCH_UP_DAYS - 1) * ONE_DAY)
    return [first + days * ONE_DAY for days in range((newest - first).days + 1)]


def _utc(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told: the channels by name, and the service areas that get a report a day.

    ``shares`` says, by the channel's name, how a storm comes to it.
    """

    channels: Mapping[str, Channel] = field(default_factory=dict)
    shares: Mapping[str, Share] = field(default_factory=dict)
    areas: tuple[ServiceArea, ...] = ()


NOBODY = Telling()
"""No channels and no reports: where no alerts file is named."""
