"""What a request must be before a route sees it: from here, to the letter, of a known type.

Litestar turns texts into numbers and numbers into times where a field asks for them; here a body
says exactly what it means or is refused. Query parameters that a route does not know, or that come
twice, are refused too: a filter with a slip of the pen would otherwise select the whole city.
"""

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import (
    ClientException,
    HTTPException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from lighting.operations.secret_text import without_keys
from schedules.document import Syntax

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], None]

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
"""The names under which the API is reached while it has no sign-in."""

JSON = "application/json"
TOML = "application/toml"
SYNTAX_BY_TYPE = {JSON: Syntax.JSON, TOML: Syntax.TOML}
"""The media types of policy and rules documents."""


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is decoded without any conversion of types."""

    async def json(self) -> Any:  # noqa: ANN401 - the route's own body type
        """Return the body as the type that the route declares.

        Raises:
            ClientException: the body is not JSON.
            HTTPException: its media type is another (415).
            ValidationException: it does not fit; says which field and what is allowed.
        """
        media_type_of(self, (JSON,))
        field = self.route_handler.parsed_fn_signature.parameters["data"]
        try:
            return msgspec.json.decode(await self.body(), type=field.annotation)
        except msgspec.ValidationError as exc:
            # A root key that was sent as the name of a field is not repeated either.
            message, _, place = without_keys(str(exc)).partition(" - at `$")
            key = place.rstrip("`").removeprefix(".") or "body"
            found = {"key": key, "message": message, "source": "body"}
            raise ValidationException("the body does not fit", extra=[found]) from exc
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise ClientException(f"the body is not JSON: {exc}") from exc


def media_type_of(request: Request[Any, Any, Any], allowed: Collection[str]) -> str:
    """Return the media type of a request's body.

    Raises:
        HTTPException: it is none of ``allowed`` (415).
    """
    given, _ = request.content_type
    if given not in allowed:
        raise HTTPException(
            status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            detail=f"Content-Type is {given or 'missing'!r}; allowed: {', '.join(allowed)}",
        )
    return given


def document_of(request: Request[Any, Any, Any], body: bytes) -> tuple[str, Syntax]:
    """Return a policy or rules document and the syntax that its media type names.

    Raises:
        ClientException: it is not UTF-8.
        HTTPException: its media type is of no syntax (415).
    """
    syntax = SYNTAX_BY_TYPE[media_type_of(request, SYNTAX_BY_TYPE)]
    try:
        return body.decode(), syntax
    except UnicodeDecodeError as exc:
        raise ClientException(
            f"byte {exc.start} of the body is not UTF-8; save the document as UTF-8 text"
        ) from exc


def only_known_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Refuse query parameters that the route does not know, and those given twice.

    Raises:
        ValidationException: names each of them and what is allowed.
    """
    provided = handler.resolve_dependencies().values()
    signatures = (handler.parsed_fn_signature, *(each.parsed_fn_signature for each in provided))
    known = {
        field.kwarg_definition.name or name
        for signature in signatures
        for name, field in signature.parameters.items()
        if isinstance(field.kwarg_definition, QueryParameter)
    }
    allowed = ", ".join(sorted(known)) or "no query parameters"
    found = [
        {"key": name, "message": message, "allowed": allowed}
        for name, values in connection.query_params.dict().items()
        for message, wrong in (
            ("is not a parameter of this route", name not in known),
            ("is given more than once", len(values) > 1),
        )
        if wrong
    ]
    if found:
        raise ValidationException("the query does not fit", extra=found)


def only_from(hosts: Collection[str]) -> Guard:
    """Return a guard that answers only requests addressed to ``hosts``, from pages of ``hosts``.

    Without a sign-in, any web page that the engineer has open could otherwise send orders to the
    lanterns through the browser (as a form, or by a host name of its own that leads to loopback).
    """

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        host = _host(f"//{connection.headers.get('host', '')}")
        if host not in hosts:
            raise PermissionDeniedException(
                f"host {host!r} is not served; allowed: {', '.join(hosts)}"
            )
        origin = connection.headers.get("origin")
        if origin is not None and _host(origin) not in hosts:
            raise PermissionDeniedException(f"a page of {origin!r} may not use this API")

    return guard


def _host(url: str) -> str:
    """Return the host of a URL, or an empty text if there is none or it cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
