"""The data register: rows, streams on and off, deletions; and the indicators."""

from typing import Annotated

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, RawBody

from api.documents import example, exchanges, file_body
from api.problems import fails
from api.requests import TOML, StrictRequest, media_type_of
from api.schemas.streams import (
    DeletionsTold,
    IndicatorsTold,
    StreamShown,
    StreamsTold,
    StreamTold,
    SwitchAsked,
    change_told,
    deletion_told,
    indicators_told,
    stream_told,
)
from lighting.operations.controller import Office

ROWS = "Rows of the data register as TOML, one table for each stream."
DELETIONS_MAX = 1000
SHOWN = exchanges("streams")


@get(
    "/streams",
    tags=["data register"],
    responses=fails(),
    operation_class=example(SHOWN["list_streams"]),
)
async def list_streams(office: NamedDependency[Office]) -> StreamsTold:
    """Return the rows of the data register, by id, and what each still lacks."""
    found = await office.sensing.register.store.streams()
    return StreamsTold(streams=tuple(stream_told(each) for each in found))


@put(
    "/streams",
    tags=["data register"],
    operation_class=file_body(ROWS, (TOML,), SHOWN["put_streams"]),
    responses=fails(413, 415, 422),
)
async def put_streams(
    request: StrictRequest,
    office: NamedDependency[Office],
    body: RawBody,
    by: FromQuery[str],
    why: FromQuery[str],
) -> StreamsTold:
    """Write rows of the data register; return those that are new or changed.

    A new row is off. One that is on stays on if its new row allows it; else all is refused.
    """
    media_type_of(request, (TOML,))
    try:
        text = body.decode()
    except UnicodeDecodeError as exc:
        raise ClientException(f"byte {exc.start} of the body is not UTF-8") from exc
    written = await office.sensing.register.put(text, by=by, why=why)
    return StreamsTold(streams=tuple(stream_told(each) for each in written))


@get(
    "/streams/{stream_id:str}",
    tags=["data register"],
    responses=fails(404),
    operation_class=example(SHOWN["show_stream"]),
)
async def show_stream(office: NamedDependency[Office], stream_id: FromPath[str]) -> StreamShown:
    """Return one row and who changed it, when and why."""
    register = office.sensing.register
    stream = await register.get(stream_id)
    changes = await register.store.stream_changes(stream_id)
    return StreamShown(
        stream=stream_told(stream), changes=tuple(change_told(each) for each in changes)
    )


@post(
    "/streams/{stream_id:str}/on",
    tags=["data register"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["switch_stream_on"]),
)
async def switch_stream_on(
    office: NamedDependency[Office], stream_id: FromPath[str], data: JSONBody[SwitchAsked]
) -> StreamTold:
    """Begin to store what a stream's add-ons say, if its row answers for it."""
    register = office.sensing.register
    return stream_told(await register.switch_on(stream_id, by=data.by, why=data.why))


@post(
    "/streams/{stream_id:str}/off",
    tags=["data register"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["switch_stream_off"]),
)
async def switch_stream_off(
    office: NamedDependency[Office], stream_id: FromPath[str], data: JSONBody[SwitchAsked]
) -> StreamTold:
    """Store nothing more of a stream; what is stored stays until its retention is over."""
    register = office.sensing.register
    return stream_told(await register.switch_off(stream_id, by=data.by, why=data.why))


@get(
    "/deletions",
    tags=["data register"],
    responses=fails(),
    operation_class=example(SHOWN["list_deletions"]),
)
async def list_deletions(
    office: NamedDependency[Office],
    stream_id: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=DELETIONS_MAX)] = 100,
) -> DeletionsTold:
    """Return what retention deleted, the latest first."""
    found = await office.sensing.register.store.deletions(stream_id)
    told = tuple(deletion_told(each) for each in found[:limit])
    return DeletionsTold(deletions=told, more=len(found) > limit)


@get(
    "/indicators",
    tags=["data register"],
    responses=fails(),
    operation_class=example(SHOWN["show_indicators"]),
)
async def show_indicators(office: NamedDependency[Office]) -> IndicatorsTold:
    """Return devices by use, how many are heard, datasets open, alerts acted on."""
    return indicators_told(await office.sensing.board.read(office.clock.now()))


HANDLERS = (
    list_streams,
    put_streams,
    show_stream,
    switch_stream_on,
    switch_stream_off,
    list_deletions,
    show_indicators,
)
