"""The network servers that the device-server contract runs on."""

import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
from chirpstack_api import api, common

from lighting.adapters.chirpstack_calls import ChirpStackAccess
from lighting.adapters.chirpstack_devices import open_chirpstack
from lighting.adapters.things_stack import open_things_stack
from lighting.adapters.things_stack_calls import ThingsStackAccess
from lighting.adapters.things_stack_messages import ThingsStackProfile
from lighting.identifiers import DevEui
from lighting.registration.device_server import DeviceProfile, DeviceServer
from lighting.testing.device_server import FakeDeviceServer
from tests.lighting.adapters.fake_chirpstack import TENANT, TOKEN, FakeChirpStack
from tests.lighting.adapters.fake_things_stack import KEY, FakeThingsStack

REAL_CHIRPSTACK = "LAMPLIGHTER_TEST_CHIRPSTACK"
NOBODY = "127.0.0.1:9"
"""The discard port, on which nothing listens."""

Message: TypeAlias = Any
"""A protobuf message or a gRPC stub: neither has types."""

Held = tuple[str, str | None]


@dataclass(frozen=True, kw_only=True)
class World:
    """A device server, what is on it, and how to look behind it or make it fail."""

    server: DeviceServer
    application_id: str
    application_name: str
    other_application_id: str
    other_application_name: str
    lantern_profile: str
    sensor_profile: str
    can_disable: bool
    root_keys: Callable[[DevEui], Awaitable[Held]]
    take_elsewhere: Callable[[DevEui], Awaitable[None]]
    away: Callable[[], Awaitable[DeviceServer]]
    denied: Callable[[], Awaitable[DeviceServer]]


async def fake(_stack: AsyncExitStack) -> World:
    """Return the fake of ``lighting.testing``."""
    profiles = (
        DeviceProfile(
            profile_id="p1", name="lantern", lorawan_version="1.0.3", supports_class_c=True
        ),
        DeviceProfile(
            profile_id="p2", name="sensor", lorawan_version="1.1.0", supports_class_c=False
        ),
    )
    names = {"a1": "lights", "a2": "add-ons"}
    server = FakeDeviceServer(applications=names, known_profiles=profiles)

    async def root_keys(dev_eui: DevEui) -> Held:
        app_key, nwk_key = server.keys[dev_eui].reveal()
        return app_key.hex(), nwk_key.hex() if nwk_key else None

    async def take(dev_eui: DevEui) -> None:
        server.hidden.add(dev_eui)

    async def away() -> DeviceServer:
        return FakeDeviceServer(applications=names, known_profiles=profiles, down=True)

    async def denied() -> DeviceServer:
        return FakeDeviceServer(applications=names, known_profiles=profiles, denies=True)

    return World(
        server=server,
        application_id="a1",
        application_name="lights",
        other_application_id="a2",
        other_application_name="add-ons",
        lantern_profile="p1",
        sensor_profile="p2",
        can_disable=True,
        root_keys=root_keys,
        take_elsewhere=take,
        away=away,
        denied=denied,
    )


def _access(address: str, token: str, tenant_id: str) -> ChirpStackAccess:
    return ChirpStackAccess(address=address, api_token=token, tenant_id=tenant_id, tls=False)


def _as_specified(keys: Message) -> Held:
    """Return ChirpStack's keys by LoRaWAN's names: of 1.0.x it keeps the AppKey in nwk_key."""
    if not keys.app_key or not int(keys.app_key, 16):
        return keys.nwk_key, None
    return keys.app_key, keys.nwk_key


async def chirpstack(stack: AsyncExitStack) -> World:
    """Return the ChirpStack adapter over a gRPC server on loopback."""
    there = await stack.enter_async_context(FakeChirpStack())

    async def server(address: str, token: str) -> DeviceServer:
        return await stack.enter_async_context(open_chirpstack(_access(address, token, TENANT)))

    async def root_keys(dev_eui: DevEui) -> Held:
        return _as_specified(there.state.keys[dev_eui])

    async def take(dev_eui: DevEui) -> None:
        there.state.foreign.add(dev_eui)

    return World(
        server=await server(there.address, TOKEN),
        application_id=there.add_application("lights"),
        application_name="lights",
        other_application_id=there.add_application("add-ons"),
        other_application_name="add-ons",
        lantern_profile=there.add_profile("lantern", "LORAWAN_1_0_3", class_c=True),
        sensor_profile=there.add_profile("sensor", "LORAWAN_1_1_0", class_c=False),
        can_disable=True,
        root_keys=root_keys,
        take_elsewhere=take,
        away=lambda: server(NOBODY, TOKEN),
        denied=lambda: server(there.address, "wrong"),
    )


def things_stack_access(url: str, key: str = KEY) -> ThingsStackAccess:
    """Return access to two applications with a lantern's and a sensor's profile."""
    return ThingsStackAccess(
        url=url,
        api_key=key,
        application_ids=("lights", "add-ons"),
        profiles=(
            ThingsStackProfile(
                profile_id="lantern",
                name="lantern",
                lorawan_version="MAC_V1_0_3",
                phy_version="PHY_V1_0_3_REV_A",
            ),
            ThingsStackProfile(
                profile_id="sensor",
                name="sensor",
                lorawan_version="MAC_V1_1",
                phy_version="PHY_V1_1_REV_B",
                supports_class_c=False,
            ),
        ),
    )


async def things_stack(stack: AsyncExitStack) -> World:
    """Return The Things Stack's adapter over an HTTP server on loopback."""
    there = await stack.enter_async_context(FakeThingsStack())
    there.applications |= {"lights", "add-ons"}

    async def server(url: str, key: str) -> DeviceServer:
        return await stack.enter_async_context(open_things_stack(things_stack_access(url, key)))

    async def root_keys(dev_eui: DevEui) -> Held:
        held = there.found("js", dev_eui)
        assert held is not None
        keys = {name: each["key"].lower() for name, each in held["root_keys"].items()}
        return keys["app_key"], keys.get("nwk_key")

    async def take(dev_eui: DevEui) -> None:
        there.foreign[dev_eui] = "strangers"

    return World(
        server=await server(there.url, KEY),
        application_id="lights",
        application_name="lights",
        other_application_id="add-ons",
        other_application_name="add-ons",
        lantern_profile="lantern",
        sensor_profile="sensor",
        can_disable=False,
        root_keys=root_keys,
        take_elsewhere=take,
        away=lambda: server(f"http://{NOBODY}", KEY),
        denied=lambda: server(there.url, "wrong"),
    )


class RealChirpStack:
    """A running ChirpStack, by a global API key; what is made there is deleted afterwards."""

    def __init__(self, address: str, token: str, stack: AsyncExitStack) -> None:
        self.address = address
        self.token = token
        self._stack = stack
        self._channel = grpc.aio.insecure_channel(address)

    async def ask(self, stub: Message, method: str, request: Message) -> Message:
        """Call a method of a service."""
        metadata = (("authorization", f"Bearer {self.token}"),)
        return await getattr(stub(self._channel), method)(request, metadata=metadata)

    async def tenant(self, name: str) -> str:
        """Make a tenant that is deleted at the end, with all that is in it."""
        request = api.CreateTenantRequest(tenant=api.Tenant(name=name))
        made = str((await self.ask(api.TenantServiceStub, "Create", request)).id)
        drop = api.DeleteTenantRequest(id=made)
        self._stack.push_async_callback(self.ask, api.TenantServiceStub, "Delete", drop)
        return made

    async def application(self, name: str, of: str) -> str:
        """Make an application of a tenant."""
        wanted = api.Application(name=name, tenant_id=of)
        request = api.CreateApplicationRequest(application=wanted)
        return str((await self.ask(api.ApplicationServiceStub, "Create", request)).id)

    async def profile(self, name: str, of: str, version: str, *, class_c: bool) -> str:
        """Make a device profile of a tenant."""
        wanted = api.DeviceProfile(
            name=name,
            tenant_id=of,
            region=common.Region.EU868,
            mac_version=common.MacVersion.Value(version),
            reg_params_revision=common.RegParamsRevision.A,
            adr_algorithm_id="default",
            supports_otaa=True,
            supports_class_c=class_c,
            uplink_interval=3600,
        )
        request = api.CreateDeviceProfileRequest(device_profile=wanted)
        return str((await self.ask(api.DeviceProfileServiceStub, "Create", request)).id)

    async def device(self, dev_eui: DevEui, application_id: str, profile_id: str) -> None:
        """Make a device behind the adapter's back."""
        device = api.Device(
            dev_eui=dev_eui, name="x", application_id=application_id, device_profile_id=profile_id
        )
        request = api.CreateDeviceRequest(device=device)
        await self.ask(api.DeviceServiceStub, "Create", request)

    async def root_keys(self, dev_eui: DevEui) -> Held:
        """Return the keys that the server holds."""
        request = api.GetDeviceKeysRequest(dev_eui=dev_eui)
        told = await self.ask(api.DeviceServiceStub, "GetKeys", request)
        return _as_specified(told.device_keys)

    async def close(self) -> None:
        """Close the channel."""
        await self._channel.close()


async def real_chirpstack(stack: AsyncExitStack) -> World:
    """Return the adapter over a running ChirpStack."""
    address, token = os.environ[REAL_CHIRPSTACK].split(",", 1)
    there = RealChirpStack(address, token, stack)
    stack.push_async_callback(there.close)
    ours, theirs = await there.tenant("lamplighter contract"), await there.tenant("strangers")
    their_application = await there.application("strangers", theirs)
    their_profile = await there.profile("theirs", theirs, "LORAWAN_1_0_3", class_c=True)

    async def server(host: str, key: str) -> DeviceServer:
        return await stack.enter_async_context(open_chirpstack(_access(host, key, ours)))

    return World(
        server=await server(address, token),
        application_id=await there.application("lights", ours),
        application_name="lights",
        other_application_id=await there.application("add-ons", ours),
        other_application_name="add-ons",
        lantern_profile=await there.profile("lantern", ours, "LORAWAN_1_0_3", class_c=True),
        sensor_profile=await there.profile("sensor", ours, "LORAWAN_1_1_0", class_c=False),
        can_disable=True,
        root_keys=there.root_keys,
        take_elsewhere=lambda dev_eui: there.device(dev_eui, their_application, their_profile),
        away=lambda: server(NOBODY, token),
        denied=lambda: server(address, "wrong"),
    )
