"""Devices on The Things Stack v3: a ``DeviceServer`` over its HTTP API.

A device lives in four registries. It is created in the Identity Server first, which alone refuses a
DevEUI in use, then in the Join, Network and Application Servers (the order of ``ttn-lw-cli`` in
TheThingsNetwork/lorawan-stack), and deleted the other way round, the Identity Server last. When a
later one fails, what was made is deleted again.

The Things Stack calls the same DevEUI with another JoinEUI another device. It shows a key only the
applications it was made for: what is elsewhere is known when creating is refused, not before.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from lighting.adapters import things_stack_messages as wire
from lighting.adapters.things_stack_calls import (
    CallError,
    Failure,
    ThingsStackAccess,
    ThingsStackCalls,
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
    ServerDeniedError,
    ServerRefusedError,
)
from lighting.registration.keys import RootKeys

_SERVERS_LAST_FIRST = ("as", "ns", "js")


class ThingsStackDevices:
    """A ``DeviceServer`` over calls."""

    def __init__(self, access: ThingsStackAccess, calls: ThingsStackCalls) -> None:
        self._access = access
        self._calls = calls
        self._by_id = {each.profile_id: each for each in access.profiles}
        self._host = urlsplit(access.url).hostname or access.url

    async def find(self, dev_eui: DevEui) -> KnownDevice | None:
        """Return the device if it is in one of our applications."""
        found = await self._search(dev_eui)
        if found is None:
            return None
        application = found["ids"]["application_ids"]["application_id"]
        return KnownDevice(
            dev_eui=dev_eui,
            name=found.get("name") or found["ids"]["device_id"],
            application_id=application,
            application=application,
            profile_id=found.get("attributes", {}).get(wire.PROFILE_TAG, ""),
            enabled=True,
        )

    async def create(self, device: NewDevice, keys: RootKeys | None) -> None:
        """Create the device in all four registries, or in none."""
        profile = self._by_id.get(device.profile_id)
        if profile is None:
            known = ", ".join(sorted(self._by_id)) or "none"
            raise ServerRefusedError(
                f"no device profile {device.profile_id!r}; the settings name: {known}"
            )
        check_device(device, profile.plain(), keys)
        wire.check_tags(device)
        path = f"/applications/{device.application_id}/devices"
        try:
            await self._calls.call("POST", path, body=wire.identity(device, self._host))
        except CallError as exc:
            raise await self._not_created(exc, device) from None
        ids = wire.ids_of(device)
        try:
            await self._join(ids, keys)
            await self._set("ns", ids, wire.network(device, profile))
            await self._set("as", ids, wire.application(ids))
        except (LightingError, asyncio.CancelledError) as exc:
            await asyncio.shield(self._undo(ids, device.dev_eui, exc))
            raise

    async def set_keys(self, dev_eui: DevEui, keys: RootKeys) -> None:
        """Write keys to the Join Server over those the device had."""
        ids = await self._ids_of(dev_eui)
        query = {"field_mask": "lorawan_version"}
        try:
            told = await self._calls.call("GET", f"/ns{wire.path_of(ids)}", query=query)
        except CallError as exc:
            raise _of_device(exc, dev_eui) from None
        version = wire.plain_version(str(told.get("lorawan_version", "")))
        check_keys(
            keys,
            DeviceProfile(
                profile_id="", name=dev_eui, lorawan_version=version, supports_class_c=True
            ),
        )
        await self._join(ids, keys)

    async def rename(self, dev_eui: DevEui, name: str) -> None:
        """Give the device another name; its device id stays."""
        check_name(name)
        ids = await self._ids_of(dev_eui)
        body = {"end_device": {"ids": ids, "name": name}, "field_mask": {"paths": ["name"]}}
        try:
            await self._calls.call("PUT", wire.path_of(ids), body=body)
        except CallError as exc:
            raise _of_device(exc, dev_eui) from None

    async def enable(self, dev_eui: DevEui, *, enabled: bool) -> None:
        """Refuse to disable: The Things Stack has no such switch."""
        await self._ids_of(dev_eui)
        if not enabled:
            raise ServerRefusedError(
                f"The Things Stack cannot disable a device; delete {dev_eui}, and register it again"
                " when it shall talk"
            )

    async def delete(self, dev_eui: DevEui) -> None:
        """Delete the device from all registries, the Identity Server last."""
        await self._delete(await self._ids_of(dev_eui), dev_eui)

    async def profiles(self) -> tuple[DeviceProfile, ...]:
        """Return the profiles of our settings, by name; our key is tried on the way."""
        for application in self._access.application_ids:
            try:
                told = await self._calls.call("GET", f"/applications/{application}/rights")
            except CallError as exc:
                raise exc.told() from None
            if missing := [each for each in wire.RIGHTS if each not in told.get("rights", ())]:
                raise ServerDeniedError(
                    f"our API key lacks {', '.join(missing)} in application {application!r} of The"
                    " Things Stack; make one in the console that has them"
                )
        found = (each.plain() for each in self._access.profiles)
        return tuple(sorted(found, key=lambda each: (each.name, each.profile_id)))

    async def _not_created(self, exc: CallError, device: NewDevice) -> LightingError:
        """Return why the Identity Server did not create a device.

        Where a DevEUI is in use it says, unless it is in the same application: then it has the same
        device id too, and of a device id in use the Identity Server says nothing more.
        """
        if exc.failure is Failure.DUPLICATE:
            where, name = exc.attributes.get("application_id"), exc.attributes.get("device_id")
            if where is None:
                found = await self._search(device.dev_eui)
                if found is None:
                    return exc.told()
                where = found["ids"]["application_ids"]["application_id"]
                name = found["ids"]["device_id"]
            return DeviceTakenError(device.dev_eui, where, name)
        if exc.failure in {Failure.MISSING, Failure.FORBIDDEN}:
            return ServerRefusedError(
                f"there is no application {device.application_id!r}, or our API key may not create"
                f" devices in it ({exc.text})"
            )
        return exc.told()

    async def _join(self, ids: wire.Json, keys: RootKeys | None) -> None:
        try:
            await self._set("js", ids, wire.join(ids, self._host, keys))
        except (ServerRefusedError, ServerAwayError) as exc:
            if keys is None:
                raise
            raise type(exc)(keys.redacted(str(exc))) from None

    async def _set(self, server: str, ids: wire.Json, body: wire.Json) -> None:
        try:
            await self._calls.call("PUT", f"/{server}{wire.path_of(ids)}", body=body)
        except CallError as exc:
            raise exc.told() from None

    async def _undo(self, ids: wire.Json, dev_eui: DevEui, why: BaseException) -> None:
        try:
            await self._delete(ids, dev_eui)
        except DeviceNotFoundError:
            return
        except LightingError as exc:
            raise ServerAwayError(
                f"device {dev_eui} was created in part ({why}) and could not be deleted again"
                f" ({exc}): delete it when the server answers, then register it anew"
            ) from exc

    async def _delete(self, ids: wire.Json, dev_eui: DevEui) -> None:
        for server in _SERVERS_LAST_FIRST:
            try:
                await self._calls.call("DELETE", f"/{server}{wire.path_of(ids)}")
            except CallError as exc:
                if exc.failure is not Failure.MISSING:
                    raise exc.told() from None
        try:
            await self._calls.call("DELETE", wire.path_of(ids))
        except CallError as exc:
            raise _of_device(exc, dev_eui) from None

    async def _ids_of(self, dev_eui: DevEui) -> wire.Json:
        found = await self._search(dev_eui)
        if found is None:
            raise DeviceNotFoundError(dev_eui)
        ids: wire.Json = found["ids"]
        return ids

    async def _search(self, dev_eui: DevEui) -> wire.Json | None:
        """Return the device from the first of our applications that has it, by whatever id."""
        query = {"dev_eui_contains": dev_eui.upper(), "field_mask": "name,attributes"}
        for application in self._access.application_ids:
            path = f"/search/applications/{application}/devices"
            try:
                told = await self._calls.call("GET", path, query=query)
            except CallError as exc:
                raise exc.told() from None
            for each in told.get("end_devices", ()):
                if str(each["ids"].get("dev_eui", "")).lower() == dev_eui:
                    found: wire.Json = each
                    return found
        return None


@asynccontextmanager
async def open_things_stack(access: ThingsStackAccess) -> AsyncIterator[ThingsStackDevices]:
    """Open the cluster; that connects to nothing, the first call does."""
    async with open_calls(access) as calls:
        yield ThingsStackDevices(access, calls)


def _of_device(exc: CallError, dev_eui: DevEui) -> LightingError:
    return DeviceNotFoundError(dev_eui) if exc.failure is Failure.MISSING else exc.told()
