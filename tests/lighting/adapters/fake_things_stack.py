"""A The Things Stack on loopback: the four device registries of its HTTP API, v3.

Paths, statuses, error names and attributes, and the field masks that each registry allows are those
of TheThingsNetwork/lorawan-stack (api/ttn/lorawan/v3/*.proto, pkg/ttnpb/field_mask_validation.go,
pkg/identityserver/end_device_registry.go) at commit 1d21821, read and then heard from it running.
"""

import asyncio
import json
import re
import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

KEY = "NNSXS.FAKE.SECRET"
RIGHTS = [f"RIGHT_APPLICATION_DEVICES_{each}" for each in ("READ", "WRITE", "WRITE_KEYS")]

_IDS = {"ids.device_id", "ids.dev_eui", "ids.join_eui", "ids.application_ids"}
ALLOWED = {
    "js": _IDS
    | {
        "application_server_address",
        "network_server_address",
        "root_keys.app_key.key",
        "root_keys.nwk_key.key",
    },
    "ns": _IDS
    | {
        "supports_join",
        "supports_class_c",
        "lorawan_version",
        "lorawan_phy_version",
        "frequency_plan_id",
    },
    "as": _IDS,
    "is": {"name", "attributes"},
}
_DEVICE = re.compile(r"/api/v3(?:/(js|ns|as))?/applications/([^/]+)/devices(?:/([^/]+))?")
_SEARCH = re.compile(r"/api/v3/search/applications/([^/]+)/devices")
_RIGHTS = re.compile(r"/api/v3/applications/([^/]+)/rights")
_NAMED = re.compile(r"error:([^:]+):(\w+)")

Json: TypeAlias = Any
Answer = tuple[int, Json]


def problem(status: HTTPStatus, message: str, **attributes: str) -> Answer:
    """Return an error as The Things Stack writes it; ``message`` starts with its name."""
    detail: Json = {
        "@type": "type.googleapis.com/ttn.lorawan.v3.ErrorDetails",
        "attributes": attributes,
    }
    if named := _NAMED.match(message):
        detail |= {"namespace": named[1], "name": named[2]}
    return status, {"code": 0, "message": message, "details": [detail]}


class FakeThingsStack:
    """The cluster on a port of its own; a context manager.

    ``fail`` holds answers for a call such as ``"PUT ns"``; ``calls`` what was called, in order;
    ``rights`` what our key may in each application.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.applications: set[str] = set()
        self.foreign: dict[str, str] = {}
        self.registries: dict[str, dict[tuple[str, str], dict[str, Any]]] = {
            name: {} for name in ("is", "js", "ns", "as")
        }
        self.fail: dict[str, Answer] = {}
        self.calls: list[str] = []
        self.rights = list(RIGHTS)
        self.url = ""
        self._tls = tls

    def found(self, registry: str, dev_eui: str) -> dict[str, Any] | None:
        """Return what a registry holds of a device."""
        for device in self.registries[registry].values():
            if device["ids"]["dev_eui"].lower() == dev_eui:
                return device
        return None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        named = {name.lower(): value for name, value in fields.items()}
        body = await reader.readexactly(int(named.get("content-length", "0")))
        if named.get("authorization") == f"Bearer {KEY}":
            status, answer = self._answer(method, target, json.loads(body) if body else {})
        else:
            status, answer = _not_ours(named.get("authorization", ""))
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        length = f"Content-Length: {len(text)}\r\nConnection: close"
        writer.write(f"HTTP/1.1 {int(status)} X\r\n{length}\r\n\r\n".encode() + text)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _answer(self, method: str, target: str, body: Json) -> Answer:
        url = urlsplit(target)
        if match := _DEVICE.fullmatch(url.path):
            registry, application, device_id = match[1] or "is", match[2], match[3]
            call = f"{method} {registry}"
            self.calls.append(call)
            if call in self.fail:
                return self.fail[call]
            if application in self.applications:
                return self._registry(call, (application, device_id), body)
        elif match := _SEARCH.fullmatch(url.path):
            application = match[1]
            if application in self.applications:
                return self._search(application, parse_qs(url.query)["dev_eui_contains"][0])
        elif match := _RIGHTS.fullmatch(url.path):
            application = match[1]
            if application in self.applications:
                return HTTPStatus.OK, {"rights": self.rights} if self.rights else {}
        else:
            return HTTPStatus.NOT_FOUND, {"code": 5, "message": "Not Found"}
        return _no_application(application)

    def _registry(self, call: str, key: tuple[str, str], body: Json) -> Answer:
        acts: dict[str, Callable[[str, tuple[str, str], Json], Answer]] = {
            "POST": self._create,
            "PUT": self._set,
            "GET": self._get,
            "DELETE": self._delete,
        }
        method, registry = call.split(" ")
        return acts[method](registry, key, body)

    def _create(self, _registry: str, key: tuple[str, str], body: Json) -> Answer:
        device = body["end_device"]
        dev_eui = device["ids"]["dev_eui"].lower()
        if (key[0], device["ids"]["device_id"]) in self.registries["is"]:
            # Looked at before the DevEUI, and told without a word about what is there.
            return problem(HTTPStatus.CONFLICT, "error:pkg/util/store:id_taken (ID already taken)")
        there = self.found("is", dev_eui)
        if there or dev_eui in self.foreign:
            ids = there["ids"] if there else {}
            named = ids.get("application_ids", {}).get("application_id") or self.foreign[dev_eui]
            return problem(
                HTTPStatus.CONFLICT,
                "error:pkg/identityserver:end_device_euis_taken",
                application_id=named,
                device_id=ids.get("device_id", "theirs"),
            )
        self.registries["is"][key[0], device["ids"]["device_id"]] = device
        return HTTPStatus.OK, device

    def _set(self, registry: str, key: tuple[str, str], body: Json) -> Answer:
        if outside := set(body["field_mask"]["paths"]) - ALLOWED[registry]:
            return problem(HTTPStatus.BAD_REQUEST, f"forbidden path(s) in field mask: {outside}")
        device = self.registries[registry].setdefault(key, {})
        if registry == "is" and not device:
            return problem(HTTPStatus.NOT_FOUND, "end device not found")
        device.update(body["end_device"])
        return HTTPStatus.OK, {"ids": device["ids"]}

    def _get(self, registry: str, key: tuple[str, str], _body: Json) -> Answer:
        device = self.registries[registry].get(key)
        if device is None:
            return problem(HTTPStatus.NOT_FOUND, "end device not found")
        return HTTPStatus.OK, device

    def _delete(self, registry: str, key: tuple[str, str], _body: Json) -> Answer:
        if self.registries[registry].pop(key, None) is None:
            return problem(HTTPStatus.NOT_FOUND, "end device not found")
        return HTTPStatus.OK, {}

    def _search(self, application: str, part: str) -> Answer:
        found = [
            device
            for (owner, _), device in self.registries["is"].items()
            if owner == application and part in device["ids"]["dev_eui"]
        ]
        return HTTPStatus.OK, {"end_devices": found} if found else {}


def _no_application(name: str) -> Answer:
    words = "error:pkg/identityserver/store:application_not_found"
    return problem(HTTPStatus.NOT_FOUND, f"{words} ({name})", application_id=name)


def _not_ours(authorization: str) -> Answer:
    if re.fullmatch(r"Bearer NNSXS\.[^.]+\.[^.]+", authorization):
        words = "error:pkg/identityserver:api_key_not_found (API key not found)"
        return problem(HTTPStatus.UNAUTHORIZED, words)
    return problem(HTTPStatus.BAD_REQUEST, "error:pkg/auth:token (invalid token)")
