"""Night: local noon to local noon, named by the date of its evening; wall clock -> UTC.

Two rules for wall times, the same for every use:

* A wall time that the clocks skip (spring) happens at the instant of the change: on a night when
  01:00 becomes 02:00, a step at 01:30 happens at that moment.
* A wall time that happens twice (autumn) means the first of the two.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from schedules.site import Site

NOON = time(12, 0)
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=65536)
def _wall_to_utc(site: Site, day: date, at: time) -> datetime:
    """Return the UTC instant of a wall time, by the two rules above."""
    local = datetime.combine(day, at, tzinfo=site.tz)
    instant = local.astimezone(UTC)
    if instant.astimezone(site.tz).time() == at:
        return instant
    # Skipped: find the change itself. Both readings of the wall time bracket it.
    low = local.replace(fold=1).astimezone(UTC)
    high = instant
    low, high = min(low, high), max(low, high)
    before = low.astimezone(site.tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(site.tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One lighting night of a site: local noon of ``evening`` to local noon of the next date."""

    site: Site
    evening: date

    @property
    def start(self) -> datetime:
        """The first instant [UTC]: local noon of the evening's date."""
        return _wall_to_utc(self.site, self.evening, NOON)

    @property
    def end(self) -> datetime:
        """The first instant [UTC] that is no longer in this night."""
        return _wall_to_utc(self.site, self.evening + ONE_DAY, NOON)

    def at(self, wall: time) -> datetime:
        """Return the instant [UTC] at which local clocks show ``wall`` in this night.

        Times from 12:00 belong to the evening's date, earlier ones to the morning after.
        """
        day = self.evening if wall >= NOON else self.evening + ONE_DAY
        return _wall_to_utc(self.site, day, wall)

    def next(self) -> "Night":
        """Return the night that begins when this one ends."""
        return Night(site=self.site, evening=self.evening + ONE_DAY)


def night_of(site: Site, instant: datetime) -> Night:
    """Return the night that ``instant`` (aware) falls in."""
    local = instant.astimezone(site.tz)
    night = Night(site=site, evening=local.date())
    return night if instant >= night.start else Night(site=site, evening=local.date() - ONE_DAY)
