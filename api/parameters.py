"""Query parameters that belong together: which lanterns, and where the sun is computed."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from lighting.errors import RefusedError
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from schedules.site import Site


def lanterns_asked(
    *,
    ward: FromQuery[str | None] = None,
    road: FromQuery[str | None] = None,
    lighting_class: Annotated[str | None, QueryParameter(name="class")] = None,
    tag: FromQuery[str | None] = None,
    policy: FromQuery[str | None] = None,
    with_node: FromQuery[bool | None] = None,
) -> LanternFilter:
    """Return the filter of a query: every part that is given must hold."""
    return LanternFilter(
        ward=ward,
        road=road,
        lighting_class=lighting_class,
        tag=tag,
        policy=policy,
        with_node=with_node,
    )


def site_asked(
    office: NamedDependency[Office],
    latitude_deg: FromQuery[float],
    longitude_deg: FromQuery[float],
    zone: FromQuery[str | None] = None,
) -> Site:
    """Return the place of a query; ``zone`` left out is the city's.

    Raises:
        PlaceError: it is no place on earth, or no zone.
    """
    return Site(latitude_deg=latitude_deg, longitude_deg=longitude_deg, zone=zone or office.zone)


def site_asked_perhaps(
    office: NamedDependency[Office],
    latitude_deg: FromQuery[float | None] = None,
    longitude_deg: FromQuery[float | None] = None,
    zone: FromQuery[str | None] = None,
) -> Site | None:
    """Return the place of a query that may leave it out as a whole.

    Raises:
        RefusedError: only a part of it is given.
        PlaceError: it is no place on earth, or no zone.
    """
    if latitude_deg is not None and longitude_deg is not None:
        return site_asked(office, latitude_deg, longitude_deg, zone)
    if (latitude_deg, longitude_deg, zone) != (None, None, None):
        raise RefusedError("a place is latitude_deg and longitude_deg, and its zone if need be")
    return None
