"""A ChirpStack on loopback: its gRPC API for devices, answering as version 4.20 was seen to.

Seen on a running ChirpStack 4.20 with SQLite: a tenant's API key gets UNAUTHENTICATED without a
word for whatever is missing or of another tenant; a DevEUI that exists gives INTERNAL "UNIQUE
constraint failed: device.dev_eui", keys that exist the same, keys that do not NOT_FOUND.
"""

import re
from typing import Any, Never, Self, TypeAlias
from uuid import uuid4

import grpc
from chirpstack_api import api, common
from google.protobuf.empty_pb2 import Empty

Message: TypeAlias = Any
"""A protobuf message, or gRPC's context of a call: neither has types."""

TOKEN = "tenant-key"  # noqa: S105 - of this fake
TENANT = str(uuid4())
_KEY = re.compile(r"[0-9a-f]{32}|")


class State:
    """What the server holds; ``fail`` makes a method answer with a status.

    It does so always, or as often as ``fail_times`` says.
    """

    def __init__(self) -> None:
        self.applications: dict[str, str] = {}
        self.profiles: dict[str, Message] = {}
        self.devices: dict[str, Message] = {}
        self.keys: dict[str, Message] = {}
        self.foreign: set[str] = set()
        self.fail: dict[str, tuple[grpc.StatusCode, str]] = {}
        self.fail_times: dict[str, int] = {}
        self.calls: list[str] = []

    async def admit(self, name: str, context: Message) -> None:
        """Check the token, and answer with the failure that is staged for this method."""
        self.calls.append(name)
        given = dict(context.invocation_metadata()).get("authorization")
        if given != f"Bearer {TOKEN}":
            await _abort(context, grpc.StatusCode.UNAUTHENTICATED, "InvalidToken")
        left = self.fail_times.get(name, 1)
        if name in self.fail and left > 0:
            self.fail_times.update({name: left - 1} if name in self.fail_times else {})
            await _abort(context, *self.fail[name])


async def _abort(context: Message, code: grpc.StatusCode, words: str) -> Never:
    await context.abort(code, words)
    raise AssertionError("abort raises")


async def _hidden(context: Message) -> Never:
    await _abort(context, grpc.StatusCode.UNAUTHENTICATED, "")


class Devices(api.DeviceServiceServicer):  # type: ignore[misc]  # generated without types
    """ChirpStack's DeviceService."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def _own(self, name: str, dev_eui: str, context: Message) -> Message:
        await self.state.admit(name, context)
        if dev_eui not in self.state.devices:
            await _hidden(context)
        return self.state.devices[dev_eui]

    async def Create(self, request: Message, context: Message) -> Empty:  # noqa: N802 - gRPC's name
        """Create a device."""
        await self.state.admit("Create", context)
        device = request.device
        if device.application_id not in self.state.applications:
            await _hidden(context)
        if device.dev_eui in self.state.devices or device.dev_eui in self.state.foreign:
            words = "UNIQUE constraint failed: device.dev_eui"
            await _abort(context, grpc.StatusCode.INTERNAL, words)
        self.state.devices[device.dev_eui] = device
        return Empty()

    async def Get(self, request: Message, context: Message) -> Message:  # noqa: N802 - the same
        """Return a device."""
        return api.GetDeviceResponse(device=await self._own("Get", request.dev_eui, context))

    async def Update(self, request: Message, context: Message) -> Empty:  # noqa: N802 - the same
        """Replace a device."""
        await self._own("Update", request.device.dev_eui, context)
        self.state.devices[request.device.dev_eui] = request.device
        return Empty()

    async def Delete(self, request: Message, context: Message) -> Empty:  # noqa: N802 - the same
        """Delete a device with its keys."""
        await self._own("Delete", request.dev_eui, context)
        del self.state.devices[request.dev_eui]
        self.state.keys.pop(request.dev_eui, None)
        return Empty()

    async def CreateKeys(self, request: Message, context: Message) -> Empty:  # noqa: N802 - the same
        """Create a device's keys."""
        keys = request.device_keys
        await self._own("CreateKeys", keys.dev_eui, context)
        if keys.dev_eui in self.state.keys:
            words = "UNIQUE constraint failed: device_keys.dev_eui"
            await _abort(context, grpc.StatusCode.INTERNAL, words)
        await self._write(keys, context)
        return Empty()

    async def UpdateKeys(self, request: Message, context: Message) -> Empty:  # noqa: N802 - the same
        """Replace a device's keys."""
        keys = request.device_keys
        await self._own("UpdateKeys", keys.dev_eui, context)
        if keys.dev_eui not in self.state.keys:
            words = f"Object does not exist (id: {keys.dev_eui})"
            await _abort(context, grpc.StatusCode.NOT_FOUND, words)
        await self._write(keys, context)
        return Empty()

    async def _write(self, keys: Message, context: Message) -> None:
        if not _KEY.fullmatch(keys.nwk_key) or not _KEY.fullmatch(keys.app_key):
            await _abort(context, grpc.StatusCode.INTERNAL, "Invalid string length")
        self.state.keys[keys.dev_eui] = keys


class Profiles(api.DeviceProfileServiceServicer):  # type: ignore[misc]  # generated without types
    """ChirpStack's DeviceProfileService."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def Get(self, request: Message, context: Message) -> Message:  # noqa: N802 - the same
        """Return a profile."""
        await self.state.admit("Profile.Get", context)
        if request.id not in self.state.profiles:
            await _hidden(context)
        return api.GetDeviceProfileResponse(device_profile=self.state.profiles[request.id])

    async def List(self, request: Message, context: Message) -> Message:  # noqa: N802 - the same
        """Return a page of profiles."""
        await self.state.admit("Profile.List", context)
        if request.tenant_id != TENANT:
            await _hidden(context)
        found = [
            api.DeviceProfileListItem(
                id=each.id,
                name=each.name,
                mac_version=each.mac_version,
                supports_class_c=each.supports_class_c,
            )
            for each in self.state.profiles.values()
        ]
        page = found[request.offset : request.offset + request.limit]
        return api.ListDeviceProfilesResponse(total_count=len(found), result=page)


class Applications(api.ApplicationServiceServicer):  # type: ignore[misc]  # generated without types
    """ChirpStack's ApplicationService."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def Get(self, request: Message, context: Message) -> Message:  # noqa: N802 - the same
        """Return an application."""
        await self.state.admit("Application.Get", context)
        if request.id not in self.state.applications:
            await _hidden(context)
        name = self.state.applications[request.id]
        return api.GetApplicationResponse(application=api.Application(id=request.id, name=name))


class FakeChirpStack:
    """The server on a port of its own, with TLS if it is given credentials; a context manager."""

    def __init__(self, credentials: grpc.ServerCredentials | None = None) -> None:
        self.state = State()
        self.address = ""
        self._credentials = credentials

    def add_application(self, name: str) -> str:
        """Add an application and return its id."""
        key = str(uuid4())
        self.state.applications[key] = name
        return key

    def add_profile(self, name: str, version: str, *, class_c: bool) -> str:
        """Add a device profile of a LoRaWAN version such as LORAWAN_1_0_3; return its id."""
        key = str(uuid4())
        self.state.profiles[key] = api.DeviceProfile(
            id=key,
            name=name,
            mac_version=common.MacVersion.Value(version),
            supports_class_c=class_c,
        )
        return key

    async def __aenter__(self) -> Self:
        self._server = grpc.aio.server()
        api.add_DeviceServiceServicer_to_server(Devices(self.state), self._server)
        api.add_DeviceProfileServiceServicer_to_server(Profiles(self.state), self._server)
        api.add_ApplicationServiceServicer_to_server(Applications(self.state), self._server)
        place = "127.0.0.1:0"
        port = (
            self._server.add_secure_port(place, self._credentials)
            if self._credentials
            else self._server.add_insecure_port(place)
        )
        self.address = f"127.0.0.1:{port}"
        await self._server.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._server.stop(grace=None)
