"""The OpenAPI document and the README: both list every route, and nothing comes from elsewhere."""

import re
from pathlib import Path

import httpx

from api.problems import TABLE, TYPE_PREFIX
from api.routes import HANDLERS

README = (Path(__file__).parents[2] / "api" / "README.md").read_text()

ROUTES = {
    (method, "/api/v1" + re.sub(r":\w+}", "}", path))
    for handler in HANDLERS
    for method in handler.http_methods
    for path in handler.paths
}


async def test_the_document_lists_every_route_with_its_errors(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    listed = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert listed == ROUTES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            for status, response in operation["responses"].items():
                if status >= "400" and path != "/api/v1/health":
                    assert list(response["content"]) == ["application/problem+json"], path


async def test_files_are_described_as_bodies_of_their_media_types(
    client: httpx.AsyncClient,
) -> None:
    paths = (await client.get("/schema/openapi.json")).json()["paths"]
    put = paths["/api/v1/policies/{name}"]["put"]["requestBody"]
    kinds = {media_type: body["schema"]["type"] for media_type, body in put["content"].items()}
    assert kinds == {"application/toml": "string", "application/json": "object"}
    assert "text/csv" in paths["/api/v1/lanterns/import"]["post"]["requestBody"]["content"]


async def test_no_page_loads_anything_from_another_host(client: httpx.AsyncClient) -> None:
    for path in ("/schema", "/schema/openapi.json", "/schema/openapi.yaml"):
        response = await client.get(path)
        assert response.status_code == 200
        assert "html" not in response.headers["content-type"]
    assert (await client.get("/schema/swagger")).status_code == 404


def test_the_readme_lists_every_route() -> None:
    shown = set(re.findall(r"^\| `([A-Z]+) (/\S+?)`", README, re.MULTILINE))
    assert shown == ROUTES


def test_the_routes_of_the_readmes_examples_exist() -> None:
    patterns = [re.sub(r"\{\w+\}", r"[^/]+", path) for _, path in ROUTES]
    shown = {"/api/v1" + path for path in re.findall(r"\$API(/[\w:/-]+)", README)}
    assert len(shown) > 8
    assert [path for path in shown if not any(re.fullmatch(p, path) for p in patterns)] == []


def test_the_readme_lists_every_kind_of_problem() -> None:
    shown = set(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", README, re.MULTILINE))
    assert shown == {(kind.name, str(kind.status.value)) for kind in TABLE.values()}
    assert TYPE_PREFIX in README
