"""Add-ons: which there are, when they were heard, and what a gully sensor's distances mean."""

from typing import Annotated

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.documents import example, exchanges
from api.problems import fails
from api.schemas.measurements import AddOnsTold, AddOnTold, GaugeAsked, add_on_told
from lighting.identifiers import dev_eui
from lighting.operations.controller import Office
from lighting.sensing.gauge import Gauge

SHOWN = exchanges("measurements")


@get(
    "/add-ons",
    tags=["measurements"],
    responses=fails(422),
    operation_class=example(SHOWN["list_add_ons"]),
)
async def list_add_ons(
    office: NamedDependency[Office],
    after: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
) -> AddOnsTold:
    """Return registered add-ons by DevEUI: their stream, when heard, how much was withheld."""
    last = None if after is None else dev_eui(after)
    found = [
        each
        for each in await office.stores.add_ons.add_ons()
        if last is None or each.dev_eui > last
    ]
    told = tuple(add_on_told(each) for each in found[:limit])
    return AddOnsTold(add_ons=told, next=told[-1].dev_eui if len(found) > limit else None)


@put(
    "/add-ons/{device:str}/gauge",
    tags=["measurements"],
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["set_gauge"]),
)
async def set_gauge(
    office: NamedDependency[Office], device: FromPath[str], data: JSONBody[GaugeAsked]
) -> AddOnTold:
    """State how far a sensor sees when empty and when full: it tells a fill level from then on."""
    gauge = Gauge(empty_m=data.empty_m, full_m=data.full_m)
    return add_on_told(await office.stores.add_ons.set_gauge(dev_eui(device), gauge))


@delete(
    "/add-ons/{device:str}/gauge",
    tags=["measurements"],
    status_code=200,
    responses=fails(404, 422),
    operation_class=example(SHOWN["remove_gauge"]),
)
async def remove_gauge(office: NamedDependency[Office], device: FromPath[str]) -> AddOnTold:
    """Say that nobody knows the depth: distances are kept, no fill level is told."""
    return add_on_told(await office.stores.add_ons.set_gauge(dev_eui(device), None))


HANDLERS = (list_add_ons, set_gauge, remove_gauge)
