"""A running The Things Stack, for the device-server contract."""

import os
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import httpx

from lighting.adapters.things_stack import open_things_stack
from lighting.identifiers import DevEui
from lighting.registration.device_server import DeviceServer
from tests.contracts.device_servers import NOBODY, Held, World, things_stack_access

REAL_THINGS_STACK = "LAMPLIGHTER_TEST_THINGS_STACK"
RIGHTS = ("DEVICES_READ", "DEVICES_WRITE", "DEVICES_WRITE_KEYS")
"""All that ``ThingsStackAccess`` says our key needs."""

Json: TypeAlias = Any


class RealThingsStack:
    """A running cluster, by an administrator's API key; what is made there is purged afterwards."""

    def __init__(self, url: str, key: str, stack: AsyncExitStack) -> None:
        self.url = url
        self._stack = stack
        self._client = httpx.AsyncClient(
            base_url=f"{url}/api/v3", headers={"Authorization": f"Bearer {key}"}
        )

    async def ask(self, method: str, path: str, body: Json = None) -> Json:
        """Call the API."""
        answer = await self._client.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    async def user(self) -> str:
        """Return whose API key ours is."""
        told = await self.ask("GET", "/auth_info")
        return str(told["api_key"]["entity_ids"]["user_ids"]["user_id"])

    async def application(self, name: str, of: str) -> str:
        """Make an application of a user. One that is there already is not ours to use: it fails."""
        body = {"application": {"ids": {"application_id": name}}}
        await self.ask("POST", f"/users/{of}/applications", body)
        self._stack.push_async_callback(self._purge, name)
        return name

    async def key(self, of: str) -> str:
        """Make an API key of a user, with the rights that the adapter needs and no others."""
        body = {"name": "contract", "rights": [f"RIGHT_APPLICATION_{each}" for each in RIGHTS]}
        made = await self.ask("POST", f"/users/{of}/api-keys", body)
        drop = ("DELETE", f"/users/{of}/api-keys/{made['id']}")
        self._stack.push_async_callback(self.ask, *drop)
        return str(made["key"])

    async def device(self, dev_eui: DevEui, application: str) -> None:
        """Make a device behind the adapter's back."""
        ids = {"device_id": "theirs", "dev_eui": dev_eui, "join_eui": "70b3d57ed0ffffff"}
        body = {"end_device": {"ids": ids}}
        await self.ask("POST", f"/applications/{application}/devices", body)

    async def root_keys(self, dev_eui: DevEui) -> Held:
        """Return the keys that the Join Server holds."""
        fields = "root_keys.app_key.key,root_keys.nwk_key.key"
        device = f"/js/applications/lights/devices/eui-{dev_eui}"
        held = (await self.ask("GET", f"{device}?field_mask={fields}"))["root_keys"]
        keys = {name: each["key"].lower() for name, each in held.items()}
        return keys["app_key"], keys.get("nwk_key")

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()

    async def _purge(self, application: str) -> None:
        """Delete an application, its devices before it, so that its name can be used again."""
        told = await self.ask("GET", f"/applications/{application}/devices")
        for each in told.get("end_devices", ()):
            device = f"/applications/{application}/devices/{each['ids']['device_id']}"
            for server in ("/as", "/ns", "/js", ""):
                await self._client.delete(f"{server}{device}")
        await self.ask("DELETE", f"/applications/{application}")
        await self.ask("DELETE", f"/applications/{application}/purge")


async def real_things_stack(stack: AsyncExitStack) -> World:
    """Return the adapter over a running The Things Stack."""
    address, key = os.environ[REAL_THINGS_STACK].split(",", 1)
    there = RealThingsStack(f"http://{address}", key, stack)
    stack.push_async_callback(there.close)
    user = await there.user()
    for name in ("lights", "add-ons", "strangers"):
        await there.application(name, user)
    ours = await there.key(user)

    async def server(url: str, key: str) -> DeviceServer:
        return await stack.enter_async_context(open_things_stack(things_stack_access(url, key)))

    return World(
        server=await server(there.url, ours),
        application_id="lights",
        application_name="lights",
        other_application_id="add-ons",
        other_application_name="add-ons",
        lantern_profile="lantern",
        sensor_profile="sensor",
        can_disable=False,
        root_keys=there.root_keys,
        take_elsewhere=lambda dev_eui: there.device(dev_eui, "strangers"),
        away=lambda: server(f"http://{NOBODY}", ours),
        denied=lambda: server(there.url, "wrong"),
    )
