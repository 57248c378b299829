"""Sockets: find room, look at a lantern, check a fit, and what sockets there are."""

from io import BytesIO
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, RawBody

from api.documents import example, exchanges, file_body
from api.problems import fails
from api.requests import StrictRequest, media_type_of
from api.schemas.sockets import (
    CheckAsked,
    FitTold,
    FoundTold,
    LanternSocketsTold,
    RetirementAsked,
    RetirementTold,
    SocketImportTold,
    UsualSocketAsked,
)
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.import_sockets import UsualSocket, add_usual_sockets, import_sockets
from lighting.operations.plain_sockets import (
    plain_fit,
    plain_found,
    plain_gone,
    plain_shown,
)
from lighting.operations.retire_sockets import RetireAsked, retire_socket

FOUND_MAX = 1000
FOUND_DEFAULT = 10
FILE_BYTES_MAX = 64 * 1024 * 1024
"""A socket takes about 60 bytes of CSV: room for a million."""

FILE_TYPES = ("text/csv", "application/octet-stream")
FILE = "CSV with lantern_id, position, standard, wiring; also number, limits and limits_source."

SHOWN = exchanges("sockets")

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
    "/sockets/retirements",
    tags=["sockets"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["retire"]),
)
async def retire(
    office: NamedDependency[Office], data: JSONBody[RetirementAsked]
) -> RetirementTold:
    """Take an empty socket off the register: entered by mistake, or gone. Its history stays."""
    asked = RetireAsked(
        lantern_id=LanternId(data.lantern_id),
        position=data.position,
        number=data.number,
        by=data.by,
        reason=data.reason,
    )
    done = await retire_socket(office.sockets, asked, office.clock)
    return msgspec.convert(plain_gone(done), RetirementTold)


HANDLERS = (
    find_sockets,
    show_sockets,
    check_fit,
    import_socket_file,
    default_sockets,
    retire,
)
