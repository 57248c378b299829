"""The OpenAPI document: its head, and how bodies that are files are described."""

from collections.abc import Collection
from dataclasses import dataclass

from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

API_VERSION = "1"
"""The first number of the path, ``/api/v1``: it changes when a client would have to."""


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
        render_plugins=[JsonRenderPlugin(), YamlRenderPlugin()],
    )


def file_body(description: str, media_types: Collection[str]) -> type[Operation]:
    """Return the operation class of a route whose body is a file of one of ``media_types``."""
    content = {each: _file(each, description) for each in media_types}

    @dataclass
    class WithFileBody(Operation):
        """An operation that takes a file."""

        def __post_init__(self) -> None:
            self.request_body = RequestBody(content=content, required=True)

    return WithFileBody


def _file(media_type: str, description: str) -> OpenAPIMediaType:
    kind = OpenAPIType.OBJECT if media_type.endswith("json") else OpenAPIType.STRING
    return OpenAPIMediaType(schema=Schema(type=kind, description=description))
