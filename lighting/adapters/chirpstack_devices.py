"""Devices on a ChirpStack v4 server: a ``DeviceServer`` over its gRPC API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from chirpstack_api import api, common

from lighting.adapters.chirpstack_calls import (
    CallError,
    ChirpStackAccess,
    ChirpStackCalls,
    Failure,
    Message,
    open_calls,
)
from lighting.errors import LightingError
from lighting.identifiers import DevEui
from lighting.registration.checks import check_device, check_keys, check_name
from lighting.registration.device_server import DeviceProfile, KnownDevice, NewDevice
from lighting.registration.errors import (
    DeviceNotFoundError,
    DeviceTakenError,
    ServerAwayError,
    ServerRefusedError,
)
from lighting.registration.keys import RootKeys

_PAGE = 100


class ChirpStackDevices:
    """A ``DeviceServer`` over calls."""

    def __init__(self, calls: ChirpStackCalls) -> None:
        self._calls = calls

    async def find(self, dev_eui: DevEui) -> KnownDevice | None:
        """Return the device if our key may see it; another tenant's looks like none."""
        try:
            found = await self._get(dev_eui)
        except DeviceNotFoundError:
            return None
        return KnownDevice(
            dev_eui=dev_eui,
            name=found.name,
            application_id=found.application_id,
            application=await self._application(found.application_id),
            profile_id=found.device_profile_id,
            enabled=not found.is_disabled,
        )

    async def create(self, device: NewDevice, keys: RootKeys | None) -> None:
        """Create the device, then its keys; without the second the first is undone."""
        check_device(device, await self._profile(device.profile_id), keys)
        await self._application(device.application_id)
        request = api.CreateDeviceRequest(device=_message(device))
        try:
            await self._calls.call(self._calls.devices.Create, request)
        except CallError as exc:
            if exc.failure is Failure.DUPLICATE:
                raise await self._taken(device.dev_eui) from None
            raise exc.told() from None
        if keys is None:
            return
        try:
            await self._create_keys(device.dev_eui, keys)
        except (LightingError, asyncio.CancelledError) as exc:
            await asyncio.shield(self._undo(device.dev_eui, exc))
            raise

    async def set_keys(self, dev_eui: DevEui, keys: RootKeys) -> None:
        """Write keys over those the device had; where it had none, create them."""
        found = await self._get(dev_eui)
        check_keys(keys, await self._profile(found.device_profile_id))
        request = api.UpdateDeviceKeysRequest(device_keys=_keys(dev_eui, keys))
        try:
            await self._calls.call(self._calls.devices.UpdateKeys, request)
        except CallError as exc:
            if exc.failure is not Failure.HIDDEN:
                raise _without_keys(exc, keys).told() from None
            await self._create_keys(dev_eui, keys)  # the device is there: its keys are not

    async def rename(self, dev_eui: DevEui, name: str) -> None:
        """Give the device another name."""
        check_name(name)

        def change(device: Message) -> None:
            device.name = name

        await self._update(dev_eui, change)

    async def enable(self, dev_eui: DevEui, *, enabled: bool) -> None:
        """Set ChirpStack's *device is disabled*."""

        def change(device: Message) -> None:
            device.is_disabled = not enabled

        await self._update(dev_eui, change)

    async def delete(self, dev_eui: DevEui) -> None:
        """Delete the device with its keys, session and queue."""
        request = api.DeleteDeviceRequest(dev_eui=dev_eui)
        await self._of_device(dev_eui, self._calls.devices.Delete, request)

    async def profiles(self) -> tuple[DeviceProfile, ...]:
        """Return the tenant's device profiles by name."""
        found: list[DeviceProfile] = []
        while True:
            try:
                answer = await self._calls.list_profiles(limit=_PAGE, offset=len(found))
            except CallError as exc:
                raise exc.told() from None
            found += [_profile(each) for each in answer.result]
            if not answer.result or len(found) >= answer.total_count:
                return tuple(sorted(found, key=lambda each: (each.name, each.profile_id)))

    async def _get(self, dev_eui: DevEui) -> Message:
        request = api.GetDeviceRequest(dev_eui=dev_eui)
        answer = await self._of_device(dev_eui, self._calls.devices.Get, request)
        return answer.device

    async def _update(self, dev_eui: DevEui, change: Callable[[Message], None]) -> None:
        """Read, change, write: ChirpStack's update replaces all of a device."""
        device = await self._get(dev_eui)
        change(device)
        request = api.UpdateDeviceRequest(device=device)
        await self._of_device(dev_eui, self._calls.devices.Update, request)

    async def _create_keys(self, dev_eui: DevEui, keys: RootKeys) -> None:
        request = api.CreateDeviceKeysRequest(device_keys=_keys(dev_eui, keys))
        try:
            await self._calls.call(self._calls.devices.CreateKeys, request)
        except CallError as exc:
            raise _without_keys(exc, keys).told() from None

    async def _undo(self, dev_eui: DevEui, why: BaseException) -> None:
        try:
            with suppress(DeviceNotFoundError):
                await self.delete(dev_eui)
        except LightingError as exc:
            raise ServerAwayError(
                f"device {dev_eui} was created, but its keys were not ({why}), and it could not be"
                f" deleted again ({exc}): set its keys, or delete it, when the server answers"
            ) from exc

    async def _taken(self, dev_eui: DevEui) -> DeviceTakenError:
        there = await self.find(dev_eui)
        if there is None:
            return DeviceTakenError(dev_eui, None)
        return DeviceTakenError(dev_eui, there.application, there.name)

    async def _profile(self, profile_id: str) -> DeviceProfile:
        get = self._calls.device_profiles.Get
        request = api.GetDeviceProfileRequest(id=_uuid("device profile", profile_id))
        answer = await self._of_tenant("device profile", profile_id, get, request)
        return _profile(answer.device_profile)

    async def _application(self, application_id: str) -> str:
        """Return the application's name."""
        get = self._calls.applications.Get
        request = api.GetApplicationRequest(id=_uuid("application", application_id))
        answer = await self._of_tenant("application", application_id, get, request)
        return str(answer.application.name)

    async def _of_tenant(
        self, kind: str, key: str, method: Callable[..., Awaitable[Message]], request: object
    ) -> Message:
        try:
            return await self._calls.call(method, request)
        except CallError as exc:
            if exc.failure is not Failure.HIDDEN:
                raise exc.told() from None
        await self._calls.check_token()
        raise ServerRefusedError(f"ChirpStack shows us no {kind} {key}; copy its id from its page")

    async def _of_device(
        self, dev_eui: DevEui, method: Callable[..., Awaitable[Message]], request: object
    ) -> Message:
        try:
            return await self._calls.call(method, request)
        except CallError as exc:
            if exc.failure is not Failure.HIDDEN:
                raise exc.told() from None
        await self._calls.check_token()
        raise DeviceNotFoundError(dev_eui)


@asynccontextmanager
async def open_chirpstack(access: ChirpStackAccess) -> AsyncIterator[ChirpStackDevices]:
    """Open the server; that connects to nothing, the first call does."""
    async with open_calls(access) as calls:
        yield ChirpStackDevices(calls)


def _message(device: NewDevice) -> Message:
    return api.Device(
        dev_eui=device.dev_eui,
        join_eui=device.join_eui,
        name=device.name,
        application_id=device.application_id,
        device_profile_id=device.profile_id,
        tags=dict(device.tags),
    )


def _keys(dev_eui: DevEui, keys: RootKeys) -> Message:
    """Return keys as ChirpStack wants them: the one of LoRaWAN 1.0.x, the AppKey, in nwk_key."""
    app_key, nwk_key = keys.reveal()
    if nwk_key is None:
        return api.DeviceKeys(dev_eui=dev_eui, nwk_key=app_key.hex())
    return api.DeviceKeys(dev_eui=dev_eui, nwk_key=nwk_key.hex(), app_key=app_key.hex())


def _without_keys(exc: CallError, keys: RootKeys) -> CallError:
    return CallError(exc.failure, keys.redacted(exc.text))


def _profile(message: Message) -> DeviceProfile:
    return DeviceProfile(
        profile_id=message.id,
        name=message.name,
        lorawan_version=_version(message.mac_version),
        supports_class_c=message.supports_class_c,
    )


def _version(number: int) -> str:
    try:
        name = str(common.MacVersion.Name(number))
    except ValueError:  # a version younger than our stubs
        return f"unknown ({number})"
    return name.removeprefix("LORAWAN_").replace("_", ".")


def _uuid(kind: str, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ServerRefusedError(
            f"{text[:64]!r} is no id of a ChirpStack {kind} (a UUID); copy it from its page"
        ) from None
