"""Examples of the OpenAPI document are true: they fit their schemas, and are answered so."""

import re
from typing import Any

import httpx
import jsonschema
import pytest

from api.documents import Exchange, exchanges
from api.routes import HANDLERS
from lighting.operations.controller import Office
from tests.api.city import MORNING
from tests.api.partner_kit import PartnerClient, measure

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
        kind = "application/toml" if "\n[" in f"\n{shown.body}" else "text/csv"
        body = {"content": shown.body.encode(), "headers": {"Content-Type": kind}}
    response = await client.request(
        method,
        f"/api/v1{filled}",
        params={name: str(value) for name, value in rest.items()},
        **body,
    )
    assert response.status_code < 300, response.text
    return response.json()


async def check_all(name: str, client: httpx.AsyncClient) -> None:
    """Send the examples of a file in order; each must be answered as it says."""
    for operation, shown in exchanges(name).items():
        assert await answer_of(client, operation, shown) == shown.answer, operation


async def test_examples_of_sockets_are_answered_so(city: httpx.AsyncClient) -> None:
    await check_all("sockets", city)


async def test_examples_of_registration_are_answered_so(phone: httpx.AsyncClient) -> None:
    await check_all("registration", phone)


async def test_examples_of_streams_are_answered_so(gully: httpx.AsyncClient) -> None:
    await check_all("streams", gully)


async def test_examples_of_measurements_are_answered_so(gully: httpx.AsyncClient) -> None:
    await check_all("measurements", gully)


@pytest.mark.usefixtures("street")
async def test_examples_of_alert_rules_are_answered_so(client: httpx.AsyncClient) -> None:
    await check_all("alert_rules", client)


async def test_examples_of_partners_are_answered_so(air: PartnerClient, office: Office) -> None:
    assert (await air.register(1)).status_code == 201
    await measure(office, 1, 1.25, MORNING)
    air.client.headers.update(air.headers)
    await check_all("partner", air.client)


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
    assert shown > 100


def examples_of(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any], Any]]:
    """Return place, schema and value of every example of an operation."""
    found = [(each["name"], each) for each in operation.get("parameters", [])]
    found += [
        ("body", each) for each in operation.get("requestBody", {}).get("content", {}).values()
    ]
    for status, response in operation["responses"].items():
        found += [(status, each) for each in response.get("content", {}).values()]
    return [(place, each["schema"], each["example"]) for place, each in found if "example" in each]
