"""Calls to ChirpStack v4 over gRPC, and what its failures mean. Only here is grpc imported.

What the server answers was looked at on a running ChirpStack 4.20 with SQLite: a DevEUI that exists
comes back as INTERNAL "UNIQUE constraint failed" (with PostgreSQL as ALREADY_EXISTS), and with a
tenant's API key whatever is missing or another tenant's as UNAUTHENTICATED without a word.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

import grpc
from chirpstack_api import api

from lighting.errors import LightingError
from lighting.registration.errors import ServerAwayError, ServerDeniedError, ServerRefusedError

Message: TypeAlias = Any
"""A protobuf message: its generated class has no types."""

_TEXT_MAX = 300
_OPTIONS = (
    # A proxy made for the web is no way to a server of the city's own, and must not see keys.
    ("grpc.enable_http_proxy", 0),
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 5_000),  # gRPC's default, two minutes, outlives any patience
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChirpStackAccess:
    """Where ChirpStack's API is and how we may use it.

    ``api_token`` is an API key of the tenant ``tenant_id`` (or a global one); without ``tls`` it
    crosses the network in clear: on loopback or inside one machine only.
    """

    address: str
    api_token: str = field(repr=False)
    tenant_id: str
    tls: bool = True
    tls_ca: Path | None = None
    deadline_s: float = 5.0


class Failure(Enum):
    """What a failed call means."""

    AWAY = "the server did not answer, or with an error of its own"
    HIDDEN = "not there, not ours to see, or our API key is not accepted: the answer is the same"
    DUPLICATE = "it exists already"
    REFUSED = "the request is wrong"


_MEANING = {
    grpc.StatusCode.UNAUTHENTICATED: Failure.HIDDEN,
    grpc.StatusCode.PERMISSION_DENIED: Failure.HIDDEN,
    grpc.StatusCode.NOT_FOUND: Failure.HIDDEN,
    grpc.StatusCode.ALREADY_EXISTS: Failure.DUPLICATE,
    grpc.StatusCode.INVALID_ARGUMENT: Failure.REFUSED,
    grpc.StatusCode.FAILED_PRECONDITION: Failure.REFUSED,
    grpc.StatusCode.OUT_OF_RANGE: Failure.REFUSED,
    # All else, INTERNAL among it: what can be wrong with a request is checked before it is sent.
}
_DUPLICATE_WORDS = ("UNIQUE constraint", "duplicate key")


class CallError(Exception):
    """A call that failed: what it means, and ChirpStack's own words."""

    def __init__(self, failure: Failure, text: str) -> None:
        self.failure = failure
        self.text = text
        super().__init__(f"{failure.value}: {text}")

    def told(self) -> LightingError:
        """Return the failure as the caller of a ``DeviceServer`` hears it."""
        match self.failure:
            case Failure.AWAY:
                return ServerAwayError(f"ChirpStack does not answer as it should: {self.text}")
            case Failure.HIDDEN:
                return ServerDeniedError(
                    f"ChirpStack does not accept our API key, or the key is not of this tenant"
                    f" ({self.text}); make one on the tenant's page *API keys*"
                )
            case Failure.DUPLICATE | Failure.REFUSED:
                return ServerRefusedError(f"ChirpStack refused: {self.text}")


_NO_TLS = "WRONG_VERSION_NUMBER"
"""What the TLS library says of a server that answers in plain text."""

_BUSY = "database is locked"
"""ChirpStack on SQLite says so of calls that meet; nothing of such a call was done."""

_BUSY_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8)


class ChirpStackCalls:
    """Calls over one channel to the server."""

    def __init__(self, access: ChirpStackAccess, channel: grpc.aio.Channel) -> None:
        self._access = access
        self._metadata = (("authorization", f"Bearer {access.api_token}"),)
        self.devices = api.DeviceServiceStub(channel)
        self.device_profiles = api.DeviceProfileServiceStub(channel)
        self.applications = api.ApplicationServiceStub(channel)

    async def call(self, method: Callable[..., Awaitable[Message]], request: object) -> Message:
        """Return the answer of ``method`` to ``request``, within the deadline.

        Raises:
            CallError: the call failed.
        """
        waits_s = iter(_BUSY_WAITS_S)
        while True:
            try:
                return await method(
                    request, metadata=self._metadata, timeout=self._access.deadline_s
                )
            except grpc.aio.AioRpcError as exc:
                wait_s = next(waits_s, None) if _BUSY in (exc.details() or "") else None
                if wait_s is None:
                    # The cause is dropped: its text repeats what was sent, keys perhaps.
                    raise _failed(exc) from None
            await asyncio.sleep(wait_s)

    async def list_profiles(self, *, limit: int, offset: int) -> Message:
        """Return a page of the tenant's device profiles.

        Raises:
            CallError: the call failed.
        """
        request = api.ListDeviceProfilesRequest(
            limit=limit, offset=offset, tenant_id=self._access.tenant_id
        )
        return await self.call(self.device_profiles.List, request)

    async def check_token(self) -> None:
        """Tell *no such thing* from *no such API key*, which ChirpStack answers alike.

        Raises:
            ServerDeniedError: it is the key.
            ServerAwayError: the server went away meanwhile.
        """
        try:
            await self.list_profiles(limit=1, offset=0)
        except CallError as exc:
            raise exc.told() from None


@asynccontextmanager
async def open_calls(access: ChirpStackAccess) -> AsyncIterator[ChirpStackCalls]:
    """Open a channel to the server; that connects to nothing, the first call does."""
    async with _channel(access) as channel:
        yield ChirpStackCalls(access, channel)


def _channel(access: ChirpStackAccess) -> grpc.aio.Channel:
    if not access.tls:
        return grpc.aio.insecure_channel(access.address, options=_OPTIONS)
    roots = access.tls_ca.read_bytes() if access.tls_ca else None
    credentials = grpc.ssl_channel_credentials(root_certificates=roots)
    return grpc.aio.secure_channel(access.address, credentials, options=_OPTIONS)


def _failed(exc: grpc.aio.AioRpcError) -> CallError:
    words = (exc.details() or "")[:_TEXT_MAX]
    failure = _MEANING.get(exc.code(), Failure.AWAY)
    if any(each in words for each in _DUPLICATE_WORDS):
        failure = Failure.DUPLICATE
    hint = "; it seems to speak no TLS: see `tls` in the file of the device server"
    words += hint if _NO_TLS in words else ""
    return CallError(failure, f"{exc.code().name} {words}".strip())
