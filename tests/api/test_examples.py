"""Examples of the OpenAPI document are true: they fit their schemas, and are answered so."""

import re
from typing import Any

import httpx
import jsonschema
import pytest

from api.documents import Exchange, exchanges
from api.routes import HANDLERS

ROUTES = {handler.handler_name: handler for handler in HANDLERS}


async def answer_of(client: httpx.AsyncClient, operation: str, shown: Exchange) -> Any:  # noqa: ANN401 - a JSON document
    """Return what the API answers to the example of an operation."""
    handler = ROUTES[operation]
    (method,) = handler.http_methods
    (path,) = handler.paths
    rest = dict(shown.parameters)
    filled = re.sub(r"{(\w+):\w+}", lambda found: str(rest.pop(found[1])), path)
    body: dict[str, Any] = {} if shown.body is None else {"json": shown.body}
    if isinstance(shown.body, str):
        body = {"content": shown.body, "headers": {"Content-Type": "text/csv"}}
    response = await client.request(
        method,
        f"/api/v1{filled}",
        params={name: str(value) for name, value in rest.items()},
        **body,
    )
    assert response.status_code < 300, response.text
    return response.json()


@pytest.mark.parametrize("name", ["sockets"])
async def test_examples_sent_in_order_are_answered_so(name: str, city: httpx.AsyncClient) -> None:
    for operation, shown in exchanges(name).items():
        assert await answer_of(city, operation, shown) == shown.answer, operation


async def test_every_example_of_the_document_fits_its_schema(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    shown = 0
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for place, schema, value in examples_of(operation):
                whole = {"components": document["components"], **schema}
                try:
                    jsonschema.validate(value, whole, cls=jsonschema.Draft202012Validator)
                except jsonschema.ValidationError as exc:
                    pytest.fail(f"{path}, {place}: {exc.message}")
                shown += 1
    assert shown > 20


def examples_of(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any], Any]]:
    """Return place, schema and value of every example of an operation."""
    found = [(each["name"], each) for each in operation.get("parameters", [])]
    found += [
        ("body", each) for each in operation.get("requestBody", {}).get("content", {}).values()
    ]
    for status, response in operation["responses"].items():
        found += [(status, each) for each in response.get("content", {}).values()]
    return [(place, each["schema"], each["example"]) for place, each in found if "example" in each]
