"""Words on the command line that become places, nights, policies and firmware profiles."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from schedules.errors import PlaceError
from schedules.library import library_names, library_text
from schedules.policy import Policy
from schedules.policy_text import parse_policy
from schedules.site import Site

DEFAULT_PROFILE = "nas_ul20xx_1_1"

YEAR_MIN, YEAR_MAX = 1901, 2099
"""Years whose nights are computed: NOAA states its solar formulas, which astral uses, for these."""

Place = Annotated[str, typer.Option(help="LATITUDE,LONGITUDE in degrees (north, east positive).")]
Zone = Annotated[str, typer.Option(help="IANA time zone that people there keep.")]
PolicyName = Annotated[str, typer.Option("--policy", help="A policy file, or a library name.")]
ProfileId = Annotated[str, typer.Option("--profile", help="Firmware profile of the node.")]


def site_of(place: str, zone: str) -> Site:
    """Return the site of ``LAT,LON``.

    Raises:
        PlaceError: not two numbers, out of range, or an unknown zone.
    """
    parts = place.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        raise PlaceError(
            f"--place {place!r} is not LATITUDE,LONGITUDE in degrees, such as 53.80,-1.55"
        ) from None
    return Site(latitude_deg=latitude, longitude_deg=longitude, zone=zone)


def night_date(text: str, option: str = "--date") -> date:
    """Return the date of a night's evening from ``YYYY-MM-DD``; errors name the ``option``.

    Raises:
        RefusedError: it is no date, or of a year that is not computed.
    """
    try:
        evening = date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"{option} {text[:40]!r} is not a date such as 2026-11-22") from None
    if not YEAR_MIN <= evening.year <= YEAR_MAX:
        raise RefusedError(f"{option} {text!r} is not of the years {YEAR_MIN} to {YEAR_MAX}")
    return evening


def instant_of(text: str, option: str) -> datetime:
    """Return the instant [aware UTC] of an ISO time with zone; errors name the ``option``.

    Raises:
        RefusedError: it is no time, has no zone, or lies outside the calendar.
    """
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: before year 1 or after 9999, as UTC
        raise RefusedError(
            f"{option} {text[:40]!r} is not a time such as 2026-11-22T16:00Z"
        ) from None
    raise RefusedError(f"{option} {text!r} has no zone; add Z or +00:00")


def policy_text_of(name: str) -> tuple[str, str]:
    """Return the document that ``name`` points to (a file, or the library) and where it is from.

    Raises:
        RefusedError: neither a readable file nor a library name.
    """
    path = Path(name)
    try:
        if path.is_file():
            return path.read_text(encoding="utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as exc:  # OSError also: a name too long for a file
        raise RefusedError(f"{name[:80]!r} cannot be read as UTF-8 text: {exc}") from None
    if name in library_names():
        return library_text(name), f"library policy {name}"
    raise RefusedError(
        f"{name!r} is neither a file nor a library policy; the library has"
        f" {', '.join(library_names())}"
    )


def policy_of(name: str) -> Policy:
    """Return the policy that ``name`` points to.

    Raises:
        RefusedError: it points to nothing readable.
        PolicyError: the document is wrong.
    """
    text, document = policy_text_of(name)
    return parse_policy(text, document=document)
