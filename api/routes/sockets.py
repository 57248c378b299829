"""Sockets: find room, look at a lantern, check, fit, remove, correct, and what was there before."""

from io import BytesIO
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, RawBody

from api.documents import example, exchanges, file_body
from api.problems import fails
from api.requests import StrictRequest, media_type_of
from api.schemas.sockets import (
    CheckAsked,
    CorrectionAsked,
    DeviceFitAsked,
    FitTold,
    FoundTold,
    LanternSocketsTold,
    OccupancyPage,
    OccupancyTold,
    RemovalAsked,
    SocketImportTold,
    UsualSocketAsked,
)
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import LanternId, dev_eui
from lighting.inventory.occupancy import Occupancy
from lighting.inventory.socket_store import HistoryFilter
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Controller, Office
from lighting.operations.import_sockets import UsualSocket, add_usual_sockets, import_sockets
from lighting.operations.plain_sockets import plain_fit, plain_found, plain_occupancy, plain_shown

PAGE_MAX = 1000
PAGE_DEFAULT = 100
FOUND_MAX = 1000
FOUND_DEFAULT = 10
FILE_BYTES_MAX = 64 * 1024 * 1024
"""A socket takes about 60 bytes of CSV: room for a million."""

FILE_TYPES = ("text/csv", "application/octet-stream")
FILE = "CSV with lantern_id, position, standard, wiring; also number, limits and limits_source."

SHOWN = exchanges("sockets")

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
Few = Annotated[int, QueryParameter(ge=1, le=FOUND_MAX)]


@get(
    "/sockets",
    tags=["sockets"],
    responses=fails(422),
    operation_class=example(SHOWN["find_sockets"]),
)
async def find_sockets(
    office: NamedDependency[Office],
    need: FromQuery[str],
    limit: Few = FOUND_DEFAULT,
    *,
    unproved: FromQuery[bool] = False,
) -> FoundTold:
    """Return the columns with room for a ``need`` such as ``zhaga, 2 W, near 53.80,-1.55``.

    With ``unproved`` those too where a figure that nobody states stands in the way of a proof.
    """
    found = await office.finder.find(need, limit=limit, unproved=unproved)
    return msgspec.convert(plain_found(found), FoundTold)


@get(
    "/sockets/{lantern_id:path}",
    tags=["sockets"],
    responses=fails(404),
    operation_class=example(SHOWN["show_sockets"]),
)
async def show_sockets(
    office: NamedDependency[Office], lantern_id: FromPath[str]
) -> LanternSocketsTold:
    """Return a lantern's sockets, everyone on it, and what is left of its supplies."""
    shown = await office.sockets.show(LanternId(lantern_id.removeprefix("/")))
    return msgspec.convert(plain_shown(shown, office.sockets.table), LanternSocketsTold)


@post(
    "/sockets/check",
    tags=["sockets"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["check_fit"]),
)
async def check_fit(office: NamedDependency[Office], data: JSONBody[CheckAsked]) -> FitTold:
    """Say whether a device would fit, why not, and what would; nothing is written."""
    checked = await office.sockets.check(
        LanternId(data.lantern_id), data.device_id, position=data.position, number=data.number
    )
    return msgspec.convert(plain_fit(checked.fit, checked.would_fit), FitTold)


@post(
    "/sockets/import",
    tags=["sockets"],
    status_code=200,
    request_max_body_size=FILE_BYTES_MAX,
    operation_class=file_body(FILE, FILE_TYPES, SHOWN["import_socket_file"]),
    responses=fails(413, 415, 422),
)
async def import_socket_file(
    request: StrictRequest,
    office: NamedDependency[Office],
    body: RawBody,
    *,
    dry_run: FromQuery[bool] = False,
) -> SocketImportTold:
    """Import sockets from a CSV file and report every row; the same file twice is once."""
    media_type_of(request, FILE_TYPES)
    report = await import_sockets(office.sockets, BytesIO(body), dry_run=dry_run)
    return msgspec.convert(report.as_json() | {"dry_run": dry_run}, SocketImportTold)


@post(
    "/sockets/default",
    tags=["sockets"],
    status_code=200,
    responses=fails(413, 415, 422),
    operation_class=example(SHOWN["default_sockets"]),
)
async def default_sockets(
    office: NamedDependency[Office], data: JSONBody[UsualSocketAsked]
) -> SocketImportTold:
    """Give every lantern of a selection the same socket; one that has a socket there keeps it."""
    where = LanternFilter(
        ward=data.ward, road=data.road, lighting_class=data.lighting_class, tag=data.tag
    )
    if data.whole_city == (where != LanternFilter()):
        raise RefusedError("say which lanterns: ward, road, class or tag, or whole_city alone")
    usual = UsualSocket(
        standard=data.standard, position=data.position, wiring=frozenset(data.wiring)
    )
    report = await add_usual_sockets(
        office.sockets, office.stores.lanterns, where, usual, dry_run=data.dry_run
    )
    return msgspec.convert(report.as_json() | {"dry_run": data.dry_run}, SocketImportTold)


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
    find_sockets,
    show_sockets,
    check_fit,
    import_socket_file,
    default_sockets,
    fit_device,
    list_occupancies,
    show_occupancy,
    remove_device,
    correct_occupancy,
)
