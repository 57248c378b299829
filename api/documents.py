"""The OpenAPI document: its head, how bodies that are files are described, and examples.

The examples of a module of routes are in ``examples/NAME.json``: by operation, in the order in
which a test sends them and gets these answers.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIType

API_VERSION = "1"
"""The first number of the path, ``/api/v1``: it changes when a client would have to."""


PARTNER_SCHEME = "trialToken"
"""The name under which the document describes partners' tokens."""

_SIGN_IN = Components(
    security_schemes={
        PARTNER_SCHEME: SecurityScheme(
            type="http", scheme="bearer", description="The token of a partner's trial."
        )
    }
)


def _operation_id(handler: HTTPRouteHandler, *_: object) -> str:
    """Name operations by the functions that answer: short, and stable when a path changes."""
    return handler.handler_name


def openapi_config() -> OpenAPIConfig:
    """Return how ``/schema/openapi.json`` and ``/schema/openapi.yaml`` are made.

    There is no page to browse it: those that Litestar brings load their scripts from other hosts.
    """
    return OpenAPIConfig(
        title="Lamplighter",
        version=API_VERSION,
        summary="Control of a city's street lights over LoRaWAN",
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
        components=_SIGN_IN,
        render_plugins=[JsonRenderPlugin(), YamlRenderPlugin()],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer, as an example: parameters by name, a JSON body or a file's text."""

    parameters: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    answer: object = None


@cache
def exchanges(name: str) -> Mapping[str, Exchange]:
    """Return the examples of a module of routes, by operation."""
    text = (files("api") / "examples" / f"{name}.json").read_text(encoding="utf-8")
    return {operation: Exchange(**parts) for operation, parts in json.loads(text).items()}


def example(shown: Exchange) -> type[Operation]:
    """Return the operation class of a route that is shown by an example."""
    return _amended(lambda operation: _show(operation, shown))


def file_body(
    description: str, media_types: Collection[str], shown: Exchange | None = None
) -> type[Operation]:
    """Return the operation class of a route whose body is a file of one of ``media_types``."""

    def amend(operation: Operation) -> None:
        content = {each: _file(each, description) for each in media_types}
        operation.request_body = RequestBody(content=content, required=True)
        if shown is not None:
            _show(operation, shown)

    return _amended(amend)


def file_answer(description: str, shown: Exchange) -> type[Operation]:
    """Return the operation class of a route that answers with a file.

    The answer of ``shown`` holds an example for each media type that it may be of; None for one
    that text cannot show.
    """
    answers = shown.answer if isinstance(shown.answer, Mapping) else {}

    def amend(operation: Operation) -> None:
        _show(operation, Exchange(parameters=shown.parameters))
        content: dict[str, OpenAPIMediaType] = {
            each: _file(each, description)
            if value is None
            else _ShownMediaType(schema=_file(each, description).schema, example=value)
            for each, value in answers.items()
        }
        answer = OpenAPIResponse(description=description, content=content)
        operation.responses = {**(operation.responses or {}), "200": answer}

    return _amended(amend)


def _amended(amend: Callable[[Operation], None]) -> type[Operation]:
    @dataclass
    class Amended(Operation):
        """An operation that says more than its function does."""

        def __post_init__(self) -> None:
            amend(self)

    return Amended


def _show(operation: Operation, shown: Exchange) -> None:
    for parameter in operation.parameters or ():
        if isinstance(parameter, Parameter):
            parameter.example = shown.parameters.get(parameter.name)
    if isinstance(operation.request_body, RequestBody):
        _show_in(operation.request_body.content, shown.body)
    for status, response in (operation.responses or {}).items():
        if status < "400" and isinstance(response, OpenAPIResponse) and response.content:
            _show_in(response.content, shown.answer)


def _show_in(content: dict[str, OpenAPIMediaType], value: object) -> None:
    for usual, described in list(content.items())[:1]:
        content[usual] = _ShownMediaType(schema=described.schema, example=value)


@dataclass
class _ShownMediaType(OpenAPIMediaType):
    """A media type whose example keeps its nulls: Litestar leaves out what is None."""

    def to_schema(self) -> dict[str, Any]:
        return super().to_schema() | {"example": self.example}


def _file(media_type: str, description: str) -> OpenAPIMediaType:
    kind = OpenAPIType.OBJECT if media_type.endswith("json") else OpenAPIType.STRING
    return OpenAPIMediaType(schema=Schema(type=kind, description=description))
