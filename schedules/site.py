"""Site: latitude, longitude and time zone of the place that the sun is computed for."""

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from zoneinfo import ZoneInfo

from schedules.errors import PlaceError

LATITUDE_DEG_MAX = 90.0
LONGITUDE_DEG_MAX = 180.0


_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})
"""Files among the zones that name no place; ``localtime`` is another clock on every machine."""

_COPIES = ("posix/", "right/")
"""Folders that hold the zones again; those in ``right`` count leap seconds and so go 27 s wrong."""


@lru_cache(maxsize=64)
def _zone(key: str) -> ZoneInfo:
    if key in _NO_PLACE or key.startswith(_COPIES):
        raise ValueError(key)
    return ZoneInfo(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place on earth and the civil time that people there keep.

    ``latitude_deg`` is north-positive, ``longitude_deg`` east-positive, both WGS 84;
    ``zone`` is an IANA name such as ``Europe/London``.

    Raises:
        PlaceError: a coordinate out of range or not finite, or an unknown zone.
    """

    latitude_deg: float
    longitude_deg: float
    zone: str

    def __post_init__(self) -> None:
        for name, value, limit in (
            ("latitude_deg", self.latitude_deg, LATITUDE_DEG_MAX),
            ("longitude_deg", self.longitude_deg, LONGITUDE_DEG_MAX),
        ):
            if not isfinite(value) or abs(value) > limit:
                raise PlaceError(
                    f"{name} {value!r} is not between -{limit:g} and {limit:g} degrees"
                )
        try:
            _zone(self.zone)
        except (KeyError, ValueError, OSError) as exc:
            raise PlaceError(
                f"{self.zone!r} is not a known time zone; use an IANA name such as Europe/London"
            ) from exc

    @property
    def tz(self) -> ZoneInfo:
        """The time zone as an object that datetimes take."""
        return _zone(self.zone)
