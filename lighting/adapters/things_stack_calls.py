"""Calls to The Things Stack v3's HTTP API, and what its failures mean. Only here is httpx imported.

Paths and error codes are those of TheThingsNetwork/lorawan-stack v3 (api/ttn/lorawan/v3/*.proto,
pkg/errors/http.go): errors are JSON with ``message`` and, in ``details``, a name and attributes.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import msgspec

from lighting.adapters.things_stack_messages import ThingsStackProfile
from lighting.errors import LightingError
from lighting.registration.errors import ServerAwayError, ServerDeniedError, ServerRefusedError

_TEXT_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingsStackAccess:
    """Where The Things Stack is, how we may use it, and which devices we make there.

    ``url`` is the cluster's, such as ``https://eu1.cloud.thethings.network``. ``api_key`` needs the
    ``RIGHTS`` in each of ``application_ids``: an application's own key has none in another one, so
    for several it is a user's or an organization's. ``tls_ca`` is for a cluster whose certificate
    the system does not know.
    """

    url: str
    api_key: str = field(repr=False)
    application_ids: tuple[str, ...]
    profiles: tuple[ThingsStackProfile, ...]
    deadline_s: float = 10.0
    tls_ca: Path | None = None


class Failure(Enum):
    """What a failed call means."""

    AWAY = "the server did not answer, or with an error of its own"
    DENIED = "our API key is not accepted"
    FORBIDDEN = "our API key may not do this, or what it is about is not there"
    MISSING = "it is not there"
    DUPLICATE = "it exists already"
    REFUSED = "the request is wrong"


_MALFORMED_KEY = ("pkg/auth", "token")
"""The error for a key that is none: status 400, unlike the 401 for a key that is unknown."""

_MEANING: dict[int, Failure] = {
    HTTPStatus.UNAUTHORIZED: Failure.DENIED,
    HTTPStatus.FORBIDDEN: Failure.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Failure.MISSING,
    HTTPStatus.CONFLICT: Failure.DUPLICATE,
    HTTPStatus.BAD_REQUEST: Failure.REFUSED,
}


class CallError(Exception):
    """A call that failed: what it means, the server's own words, and what it named."""

    def __init__(
        self, failure: Failure, text: str, attributes: dict[str, str] | None = None
    ) -> None:
        self.failure = failure
        self.text = text
        self.attributes = attributes or {}
        super().__init__(f"{failure.value}: {text}")

    def told(self) -> LightingError:
        """Return the failure as the caller of a ``DeviceServer`` hears it."""
        match self.failure:
            case Failure.AWAY:
                return ServerAwayError(
                    f"The Things Stack does not answer as it should: {self.text}"
                )
            case Failure.DENIED | Failure.FORBIDDEN:
                return ServerDeniedError(
                    f"The Things Stack does not accept our API key for this ({self.text}); make one"
                    " in the console with the rights to read and write devices and to write their"
                    " keys"
                )
            case Failure.MISSING | Failure.DUPLICATE | Failure.REFUSED:
                return ServerRefusedError(f"The Things Stack refused: {self.text}")


class ThingsStackCalls:
    """Calls over one HTTP client to the cluster."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(
        self, method: str, path: str, *, body: object = None, query: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the JSON object that ``method`` on ``path`` answers.

        Raises:
            CallError: the call failed.
        """
        try:
            answer = await self._client.request(method, path, json=body, params=query)
        except httpx.LocalProtocolError:
            # Our key is all that can be wrong with our headers; httpx's words would show it.
            raise CallError(Failure.DENIED, "it has characters that no API key has") from None
        except httpx.HTTPError as exc:
            # The cause is dropped: it holds the request, keys perhaps.
            raise CallError(Failure.AWAY, f"{type(exc).__name__} {exc}".strip()) from None
        if not answer.is_success:
            raise _failed(answer)
        try:
            return msgspec.json.decode(answer.content, type=dict[str, Any])
        except msgspec.MsgspecError:
            raise CallError(Failure.AWAY, "its answer is no JSON object") from None


@asynccontextmanager
async def open_calls(access: ThingsStackAccess) -> AsyncIterator[ThingsStackCalls]:
    """Open a client to the cluster; that connects to nothing, the first call does."""
    async with httpx.AsyncClient(
        base_url=f"{access.url.rstrip('/')}/api/v3",
        # Bytes: of text that is not ASCII httpx would raise an error that holds the key.
        headers={b"Authorization": f"Bearer {access.api_key}".encode()},
        timeout=access.deadline_s,
        verify=ssl.create_default_context(cafile=access.tls_ca) if access.tls_ca else True,
    ) as client:
        yield ThingsStackCalls(client)


class _Detail(msgspec.Struct):
    namespace: str = ""
    name: str = ""
    attributes: dict[str, Any] = {}
    cause: "_Detail | None" = None

    def root(self) -> "_Detail":
        """Return the first cause: of a wrong request only that one names the wrong field."""
        return self.cause.root() if self.cause else self


class _Problem(msgspec.Struct):
    message: str = ""
    details: list[_Detail] = []


def _failed(answer: httpx.Response) -> CallError:
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    roots = [each.root().attributes for each in problem.details if each.cause]
    told = [
        f"{each['field']}: {each['reason']}" for each in roots if {"field", "reason"} <= set(each)
    ]
    words = "; ".join([problem.message or answer.reason_phrase, *told])
    attributes = {
        key: str(value) for each in problem.details for key, value in each.attributes.items()
    }
    failure = _MEANING.get(answer.status_code, Failure.AWAY)
    if any((each.namespace, each.name) == _MALFORMED_KEY for each in problem.details):
        failure = Failure.DENIED
    return CallError(failure, f"{answer.status_code} {words}"[:_TEXT_MAX], attributes)
