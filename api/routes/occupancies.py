"""What sits in sockets: fit, remove, correct, and what was there before."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.documents import example, exchanges
from api.problems import fails
from api.schemas.occupancies import (
    CorrectionAsked,
    DeviceFitAsked,
    OccupancyPage,
    OccupancyTold,
    RemovalAsked,
)
from lighting.errors import NotFoundError
from lighting.identifiers import LanternId, dev_eui
from lighting.inventory.occupancy import Occupancy
from lighting.inventory.socket_store import HistoryFilter
from lighting.operations.controller import Controller, Office
from lighting.operations.plain_sockets import plain_occupancy

PAGE_MAX = 1000
PAGE_DEFAULT = 100

SHOWN = exchanges("sockets")

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]


@post(
    "/occupancies",
    tags=["sockets"],
    responses=fails(404, 409, 413, 415, 422),
    operation_class=example(SHOWN["fit_device"]),
)
async def fit_device(
    controller: NamedDependency[Controller], data: JSONBody[DeviceFitAsked]
) -> OccupancyTold:
    """Record a device in a socket, or on a column, if it fits; else 409 with every reason."""
    made = await controller.office.sockets.fit(data.asked())
    _forget(controller, made)
    return _told(made)


def history_asked(
    *,
    lantern_id: FromQuery[str | None] = None,
    eui: Annotated[str | None, QueryParameter(name="dev_eui")] = None,
    serial: FromQuery[str | None] = None,
    owner: FromQuery[str | None] = None,
    now: FromQuery[bool] = False,
) -> HistoryFilter:
    """Return the filter of a query: every part that is given must hold.

    Raises:
        IdentifierError: the DevEUI is none.
    """
    return HistoryFilter(
        lantern_id=None if lantern_id is None else LanternId(lantern_id),
        dev_eui=None if eui is None else dev_eui(eui),
        serial=serial,
        owner=owner,
        open_only=now,
    )


@get(
    "/occupancies",
    tags=["sockets"],
    dependencies={"where": Provide(history_asked, sync_to_thread=False)},
    responses=fails(422),
    operation_class=example(SHOWN["list_occupancies"]),
)
async def list_occupancies(
    office: NamedDependency[Office],
    where: NamedDependency[HistoryFilter],
    after: FromQuery[int | None] = None,
    limit: Limit = PAGE_DEFAULT,
) -> OccupancyPage:
    """Return what was ever fitted, in order of recording; ``now`` only what is still there."""
    found = await office.sockets.history(where, after=after, limit=limit + 1)
    return OccupancyPage(
        items=tuple(_told(each) for each in found[:limit]),
        next=found[limit - 1].occupancy_id if len(found) > limit else None,
    )


@get(
    "/occupancies/{occupancy_id:int}",
    tags=["sockets"],
    responses=fails(404),
    operation_class=example(SHOWN["show_occupancy"]),
)
async def show_occupancy(
    office: NamedDependency[Office], occupancy_id: FromPath[int]
) -> OccupancyTold:
    """Return what was recorded of one fitting, with its removal and corrections."""
    found = await office.stores.sockets.find_occupancy(occupancy_id)
    if found is None:
        raise NotFoundError("occupancy", occupancy_id)
    return _told(found)


@post(
    "/occupancies/{occupancy_id:int}/removal",
    tags=["sockets"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["remove_device"]),
)
async def remove_device(
    controller: NamedDependency[Controller],
    occupancy_id: FromPath[int],
    data: JSONBody[RemovalAsked],
) -> OccupancyTold:
    """Record that a device was taken off; a lantern node is taken off control too."""
    gone = await controller.office.sockets.remove(
        occupancy_id, by=data.by, reason=data.reason, at=data.removed_at
    )
    _forget(controller, gone)
    return _told(gone)


@post(
    "/occupancies/{occupancy_id:int}/corrections",
    tags=["sockets"],
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["correct_occupancy"]),
)
async def correct_occupancy(
    office: NamedDependency[Office],
    occupancy_id: FromPath[int],
    data: JSONBody[CorrectionAsked],
) -> OccupancyTold:
    """Correct what was recorded; what it was stays in the history."""
    corrected = await office.sockets.correct(
        occupancy_id, data.changes(), by=data.by, reason=data.reason
    )
    return _told(corrected)


def _told(occupancy: Occupancy) -> OccupancyTold:
    return msgspec.convert(plain_occupancy(occupancy), OccupancyTold)


def _forget(controller: Controller, occupancy: Occupancy) -> None:
    """Let the recorder ask anew what this device is: it may have become, or been, a node."""
    if occupancy.fitting.dev_eui is not None:
        controller.recorder.forget([occupancy.fitting.dev_eui])


HANDLERS = (
    fit_device,
    list_occupancies,
    show_occupancy,
    remove_device,
    correct_occupancy,
)
