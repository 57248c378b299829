"""What an error returns: one table from exceptions to problem documents (RFC 9457).

An exception is looked up by its class, then by those it derives from. One that is in no row is a
fault of ours: it is logged with an id, and the answer carries nothing but that id.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec

from api.schemas.nights import ProofTold
from api.schemas.problems import FieldProblem, ProblemDetails
from firmware_profiles.errors import (
    UnknownDeviceError,
    UnknownProfileError,
    UnknownQuantityError,
)
from lighting.energy.errors import FactorMissingError
from lighting.errors import IdentifierError, NotFoundError, RequestError, UnavailableError
from lighting.inventory.errors import CouncilFileError, MappingError, NeedError
from lighting.inventory.socket_errors import FitRefusedError, RecordError
from lighting.operations.commissionings import AlreadyRegisteredError
from lighting.operations.programs import ProofFailedError
from lighting.operations.tonight import plain_proof
from lighting.registration.errors import DeviceTakenError, LabelError, RootKeyError
from lighting.sensing.stream_text import StreamTextError
from schedules.errors import LevelError, LoweringError, PlaceError, PolicyError

_LOG = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

TYPE_PREFIX = "urn:problem-type:lamplighter:"
"""Problem types are names, not pages; ``api/README.md`` lists them."""

RETRY_AFTER_S = 5
"""Database and broker are asked for again about this often by the controller itself."""


def _policy_problems(exc: PolicyError) -> dict[str, Any]:
    return {
        "problems": tuple(
            FieldProblem(field=p.field, message=p.message, allowed=p.allowed, line=p.line)
            for p in exc.problems
        )
    }


def _mapping_problems(exc: MappingError | NeedError) -> dict[str, Any]:
    return {
        "problems": tuple(
            FieldProblem(field=fault.field, message=fault.problem, allowed=fault.allowed)
            for fault in exc.faults
        )
    }


def _fit_problems(exc: FitRefusedError) -> dict[str, Any]:
    return {
        "problems": tuple(
            FieldProblem(field=reason.kind.value, message=reason.text, allowed=exc.would_fit.words)
            for reason in exc.fit.reasons
        )
    }


def _stream_problems(exc: StreamTextError) -> dict[str, Any]:
    return {
        "problems": tuple(
            FieldProblem(
                field=f"{fault.stream}.{fault.field}", message=fault.problem, allowed=fault.allowed
            )
            for fault in exc.faults
        )
    }


def _proof(exc: ProofFailedError) -> dict[str, Any]:
    return {"proof": msgspec.convert(plain_proof(exc.proof), ProofTold)}


def _nothing_more(_: Exception) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table: the type's name, its status and title, and what else is told."""

    name: str
    status: HTTPStatus
    title: str
    more: Callable[[Any], dict[str, Any]] = _nothing_more

    @property
    def type(self) -> str:
        """The type as a URI."""
        return TYPE_PREFIX + self.name


_UNFIT = HTTPStatus.UNPROCESSABLE_ENTITY
_AWAY = HTTPStatus.SERVICE_UNAVAILABLE

TABLE: Mapping[type[Exception], Kind] = {
    NotFoundError: Kind("not-found", HTTPStatus.NOT_FOUND, "Nothing has this key"),
    PolicyError: Kind("document", _UNFIT, "The document cannot be accepted", _policy_problems),
    ProofFailedError: Kind("proof", _UNFIT, "A node would not follow this policy", _proof),
    LoweringError: Kind("lowering", _UNFIT, "No node of this kind can hold this policy"),
    UnknownProfileError: Kind("profile", _UNFIT, "There is no such firmware profile"),
    CouncilFileError: Kind("file", _UNFIT, "The file cannot be read"),
    MappingError: Kind("mapping", _UNFIT, "The mapping cannot be used", _mapping_problems),
    NeedError: Kind("need", _UNFIT, "The need cannot be read", _mapping_problems),
    FitRefusedError: Kind("fit", HTTPStatus.CONFLICT, "It does not go there", _fit_problems),
    RecordError: Kind("record", HTTPStatus.CONFLICT, "This contradicts what is recorded"),
    UnknownDeviceError: Kind("device", _UNFIT, "There is no such device model"),
    UnknownQuantityError: Kind("quantity", _UNFIT, "There is no such quantity"),
    StreamTextError: Kind("register", _UNFIT, "The rows cannot be used", _stream_problems),
    AlreadyRegisteredError: Kind("registered", HTTPStatus.CONFLICT, "This device is in use"),
    DeviceTakenError: Kind("taken", HTTPStatus.CONFLICT, "Another application has this device"),
    LabelError: Kind("label", _UNFIT, "This is no label of a device"),
    RootKeyError: Kind("key", _UNFIT, "This is no root key"),
    IdentifierError: Kind("identifier", _UNFIT, "This is not the identifier it should be"),
    LevelError: Kind("level", _UNFIT, "This is not a dimming level"),
    PlaceError: Kind("place", _UNFIT, "This is not a place"),
    FactorMissingError: Kind("factor", _UNFIT, "No emission factor for this year"),
    RequestError: Kind("refused", _UNFIT, "The request is refused"),
    UnavailableError: Kind("unavailable", _AWAY, "Something needed is not there; try again"),
}


def as_problem(request: Request[Any, Any, Any], exc: Exception) -> Response[ProblemDetails]:
    """Return the answer to a request that ended in an exception."""
    if isinstance(exc, HTTPException) and exc.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _respond(_http_problem(request, exc), exc.headers)
    for cls in type(exc).__mro__:
        if cls in TABLE:
            return _known(TABLE[cls], exc)
    return _respond(_internal(request, exc))


def _known(kind: Kind, exc: Exception) -> Response[ProblemDetails]:
    details = ProblemDetails(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=str(exc),
        **kind.more(exc),
    )
    return _respond(details, {"Retry-After": str(RETRY_AFTER_S)} if kind.status is _AWAY else None)


def _http_problem(request: Request[Any, Any, Any], exc: HTTPException) -> ProblemDetails:
    """Return what Litestar found wrong: no such route, a body too large, fields that do not fit."""
    title = HTTPStatus(exc.status_code).phrase
    detail = exc.detail
    if exc.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        limit = request.route_handler.resolve_request_max_body_size()
        detail = f"the body is larger than {limit} bytes; send less at a time"
    elif exc.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is no route {request.url.path}; see /schema/openapi.json"
    extra = exc.extra if isinstance(exc.extra, list) else []
    return ProblemDetails(
        title=title,
        status=exc.status_code,
        detail=detail,
        problems=tuple(_field_problem(request, each) for each in extra),
    )


def _field_problem(request: Request[Any, Any, Any], found: dict[str, Any]) -> FieldProblem:
    name = str(found.get("key", ""))
    if name == "data":
        return FieldProblem(field="body", message="is missing", allowed="a JSON object")
    field = request.route_handler.parsed_fn_signature.parameters.get(name)
    told = getattr(field.kwarg_definition, "name", None) if field else None
    return FieldProblem(field=told or name, message=found["message"], allowed=found.get("allowed"))


def _internal(request: Request[Any, Any, Any], exc: Exception) -> ProblemDetails:
    error_id = uuid4()
    _LOG.error("error %s in %s %s", error_id, request.method, request.url.path, exc_info=exc)
    return ProblemDetails(
        title=HTTPStatus.INTERNAL_SERVER_ERROR.phrase,
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail=f"a fault of ours; the log has it as error {error_id}",
        instance=f"urn:uuid:{error_id}",
    )


def _respond(
    details: ProblemDetails, headers: dict[str, str] | None = None
) -> Response[ProblemDetails]:
    return Response(
        details, status_code=details.status, media_type=MEDIA_TYPE, headers=headers or {}
    )


def fails(*statuses: int) -> dict[int, ResponseSpec]:
    """Return, for the OpenAPI document, the errors of a route: ``statuses`` and those of all."""
    every = {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE}
    return {
        status: ResponseSpec(
            ProblemDetails,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type=MEDIA_TYPE,
        )
        for status in sorted({*every, *statuses})
    }
