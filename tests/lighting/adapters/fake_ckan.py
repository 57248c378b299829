"""A CKAN catalogue in memory that answers in the shapes of its API guide (CKAN 2.9 and later)."""

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx

TOKEN = "secret-token"  # noqa: S105 - of the fake


class FakeCkan:
    """Keeps data sets and files; counts what was asked of it."""

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.actions: list[str] = []
        self.down_after: int | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request as CKAN does."""
        action = request.url.path.removeprefix("/api/3/action/")
        self.actions.append(action)
        if self.down_after is not None and len(self.actions) > self.down_after:
            raise httpx.ConnectError("connection refused", request=request)
        if request.headers["authorization"] != TOKEN:
            return _refused(403, {"__type": "Authorization Error", "message": "Access denied"})
        fields, upload = _body(request)
        if action == "package_show":
            return self._shown(str(fields["id"]))
        if action.startswith("package"):
            return self._package(action, fields)
        return self._resource(action, fields, upload)

    def _shown(self, name: str) -> httpx.Response:
        if name not in self.packages:
            return _refused(404, {"__type": "Not Found Error", "message": "Not found"})
        return _taken(self.packages[name])

    def _package(self, action: str, fields: Mapping[str, Any]) -> httpx.Response:
        if "owner_org" not in fields:
            error = {
                "__type": "Validation Error",
                "owner_org": ["An organization must be provided"],
            }
            return _refused(409, error)
        name = fields["name"]
        if action == "package_create":
            self.packages[name] = {"id": f"id-{name}", "resources": [], **fields}
        else:
            self.packages[name] = dict(fields)  # an update replaces all: what is left out is gone
        return _taken(self.packages[name])

    def _resource(self, action: str, fields: Mapping[str, Any], upload: bytes) -> httpx.Response:
        if action == "resource_create":
            package = self.packages[fields["package_id"]]
            kept = {**fields, "id": f"r{len(self.files)}", "url_type": "upload"}
            package["resources"].append(kept)
        else:
            (kept,) = (
                each
                for package in self.packages.values()
                for each in package["resources"]
                if each["id"] == fields["id"]
            )
            kept.update(fields)
        self.files[kept["name"]] = upload
        return _taken(kept)


def _body(request: httpx.Request) -> tuple[dict[str, Any], bytes]:
    kind = request.headers["content-type"]
    if kind.startswith("application/json"):
        return json.loads(request.content), b""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.content)
    fields: dict[str, Any] = {}
    upload = b""
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content: Any = part.get_payload(decode=True)
        if name == "upload":
            upload = content
        else:
            fields[str(name)] = content.decode()
    return fields, upload


def _taken(result: object) -> httpx.Response:
    return httpx.Response(200, json={"help": "…", "success": True, "result": result})


def _refused(status: int, error: Mapping[str, object]) -> httpx.Response:
    return httpx.Response(status, json={"help": "…", "success": False, "error": error})
