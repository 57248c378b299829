"""One suite for network servers: the fake, and the adapters over servers on loopback.

With LAMPLIGHTER_TEST_CHIRPSTACK=host:port,TOKEN (a global API key) the suite runs on that server
too, in a tenant of its own; with LAMPLIGHTER_TEST_THINGS_STACK=host:port,KEY (an administrator's)
on that one, in applications of its own. Without them those parameters do not exist, so nothing is
skipped.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from lighting.identifiers import DevEui
from lighting.registration.device_server import (
    NAME_MAX,
    DeviceClass,
    DeviceServer,
    NewDevice,
)
from lighting.registration.errors import (
    DeviceNotFoundError,
    DeviceTakenError,
    ServerAwayError,
    ServerDeniedError,
    ServerRefusedError,
)
from lighting.registration.eui import JoinEui
from lighting.registration.keys import RootKeys
from tests.contracts.device_servers import (
    REAL_CHIRPSTACK,
    World,
    chirpstack,
    fake,
    real_chirpstack,
    things_stack,
)
from tests.contracts.real_things_stack import REAL_THINGS_STACK, real_things_stack

EUI = DevEui("70b3d57ed00ff001")
MISSING = DevEui("70b3d57ed00ff002")
ELSEWHERE = DevEui("70b3d57ed00ff003")
FOREIGN = DevEui("70b3d57ed00ff004")
APP_KEY, NWK_KEY, OTHER_KEY = "0123456789abcdef" * 2, "fedcba9876543210" * 2, "11" * 16
KEYS_1_0 = RootKeys.from_hex(APP_KEY)
KEYS_1_1 = RootKeys.from_hex(APP_KEY, NWK_KEY)

_LOOPBACK = [pytest.mark.enable_socket]
REAL = {REAL_CHIRPSTACK: real_chirpstack, REAL_THINGS_STACK: real_things_stack}
KINDS = [
    pytest.param(fake, id="fake"),
    *(
        pytest.param(world, id=world.__name__, marks=_LOOPBACK)
        for world in (
            chirpstack,
            things_stack,
            *(world for name, world in REAL.items() if os.environ.get(name)),
        )
    ),
]


@pytest.fixture(params=KINDS)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        yield await request.param(stack)


def lantern(world: World, dev_eui: DevEui = EUI) -> NewDevice:
    return NewDevice(
        dev_eui=dev_eui,
        join_eui=JoinEui("70b3d57ed0ffffff"),
        name="leeds:1",
        application_id=world.application_id,
        profile_id=world.lantern_profile,
        tags={"lantern": "leeds:1"},
    )


def sensor(world: World) -> NewDevice:
    return replace(lantern(world), profile_id=world.sensor_profile, device_class=DeviceClass.A)


async def test_a_created_device_is_found_where_it_was_put(world: World) -> None:
    assert await world.server.find(EUI) is None
    await world.server.create(lantern(world), KEYS_1_0)
    found = await world.server.find(EUI)
    assert found is not None
    assert (found.dev_eui, found.name, found.enabled) == (EUI, "leeds:1", True)
    assert (found.application_id, found.profile_id) == (
        world.application_id,
        world.lantern_profile,
    )


async def test_a_dev_eui_in_use_is_refused_and_told_where_it_is(world: World) -> None:
    await world.server.create(lantern(world), KEYS_1_0)
    with pytest.raises(DeviceTakenError, match=EUI) as refused:
        await world.server.create(lantern(world), KEYS_1_0)
    assert refused.value.application == world.application_name


async def test_a_dev_eui_in_use_in_another_application_of_ours_is_told_by_its_name(
    world: World,
) -> None:
    there = replace(lantern(world, ELSEWHERE), application_id=world.other_application_id)
    await world.server.create(there, KEYS_1_0)
    with pytest.raises(DeviceTakenError) as refused:
        await world.server.create(lantern(world, ELSEWHERE), KEYS_1_0)
    assert refused.value.application == world.other_application_name


async def test_a_dev_eui_that_strangers_use_is_refused_too(world: World) -> None:
    await world.take_elsewhere(FOREIGN)
    with pytest.raises(DeviceTakenError, match="already registered"):
        await world.server.create(lantern(world, FOREIGN), KEYS_1_0)


async def test_the_one_root_key_of_lorawan_1_0_arrives_as_the_app_key(world: World) -> None:
    await world.server.create(lantern(world), KEYS_1_0)
    assert await world.root_keys(EUI) == (APP_KEY, None)


async def test_both_root_keys_of_lorawan_1_1_arrive_in_their_places(world: World) -> None:
    await world.server.create(sensor(world), KEYS_1_1)
    assert await world.root_keys(EUI) == (APP_KEY, NWK_KEY)


async def test_keys_are_written_over_those_before(world: World) -> None:
    await world.server.create(lantern(world), KEYS_1_0)
    await world.server.set_keys(EUI, RootKeys.from_hex(OTHER_KEY))
    assert await world.root_keys(EUI) == (OTHER_KEY, None)


async def test_a_device_created_without_keys_gets_them_later(world: World) -> None:
    await world.server.create(lantern(world), None)
    await world.server.set_keys(EUI, KEYS_1_0)
    assert await world.root_keys(EUI) == (APP_KEY, None)


async def test_keys_of_the_wrong_lorawan_version_are_refused_and_nothing_is_created(
    world: World,
) -> None:
    with pytest.raises(ServerRefusedError, match="AppKey alone"):
        await world.server.create(lantern(world), KEYS_1_1)
    with pytest.raises(ServerRefusedError, match="NwkKey and AppKey"):
        await world.server.create(sensor(world), KEYS_1_0)
    assert await world.server.find(EUI) is None
    await world.server.create(lantern(world), None)
    with pytest.raises(ServerRefusedError, match="AppKey alone"):
        await world.server.set_keys(EUI, KEYS_1_1)


async def test_a_lantern_on_a_profile_that_only_listens_after_speaking_is_refused(
    world: World,
) -> None:
    deaf = replace(sensor(world), device_class=DeviceClass.C)
    with pytest.raises(ServerRefusedError, match="not class C"):
        await world.server.create(deaf, KEYS_1_1)


@pytest.mark.parametrize("key", ["00000000-0000-4000-8000-000000000001", "nowhere"])
async def test_an_unknown_application_or_profile_is_refused_by_name(world: World, key: str) -> None:
    with pytest.raises(ServerRefusedError, match=key):
        await world.server.create(replace(lantern(world), application_id=key), KEYS_1_0)
    with pytest.raises(ServerRefusedError, match=key):
        await world.server.create(replace(lantern(world), profile_id=key), KEYS_1_0)
    assert await world.server.find(EUI) is None


@pytest.mark.parametrize("name", ["", " ", "x" * (NAME_MAX + 1)])
async def test_a_device_without_a_fitting_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(ServerRefusedError, match="name"):
        await world.server.create(replace(lantern(world), name=name), KEYS_1_0)
    await world.server.create(lantern(world), KEYS_1_0)
    with pytest.raises(ServerRefusedError, match="name"):
        await world.server.rename(EUI, name)


async def test_a_device_is_renamed_and_keeps_all_else(world: World) -> None:
    await world.server.create(lantern(world), KEYS_1_0)
    before = await world.server.find(EUI)
    await world.server.rename(EUI, "leeds:2")
    after = await world.server.find(EUI)
    assert before is not None
    assert after == replace(before, name="leeds:2")
    assert await world.root_keys(EUI) == (APP_KEY, None)


async def test_a_device_is_disabled_and_enabled_where_the_server_can(world: World) -> None:
    await world.server.create(lantern(world), KEYS_1_0)
    if not world.can_disable:
        with pytest.raises(ServerRefusedError, match="cannot disable"):
            await world.server.enable(EUI, enabled=False)
        return
    for enabled in (False, True):
        await world.server.enable(EUI, enabled=enabled)
        found = await world.server.find(EUI)
        assert found is not None
        assert found.enabled is enabled


async def test_a_deleted_device_is_gone_and_can_be_created_again(world: World) -> None:
    await world.server.create(lantern(world), KEYS_1_0)
    await world.server.delete(EUI)
    assert await world.server.find(EUI) is None
    await world.server.create(lantern(world), RootKeys.from_hex(OTHER_KEY))
    assert await world.root_keys(EUI) == (OTHER_KEY, None)


async def test_what_is_done_to_a_device_that_is_not_there_says_so(world: World) -> None:
    server = world.server
    for act in (
        server.set_keys(MISSING, KEYS_1_0),
        server.rename(MISSING, "leeds:2"),
        server.enable(MISSING, enabled=True),
        server.delete(MISSING),
    ):
        with pytest.raises(DeviceNotFoundError, match=MISSING):
            await act


async def test_profiles_tell_their_lorawan_version_and_class(world: World) -> None:
    found = {each.profile_id: each for each in await world.server.profiles()}
    lantern, sensor = found[world.lantern_profile], found[world.sensor_profile]
    assert (lantern.lorawan_version, lantern.supports_class_c) == ("1.0.3", True)
    assert (sensor.is_1_1, sensor.supports_class_c) == (True, False)


async def _all_of(server: DeviceServer, device: NewDevice, error: type[Exception]) -> None:
    for act in (
        server.find(EUI),
        server.create(device, KEYS_1_0),
        server.set_keys(EUI, KEYS_1_0),
        server.rename(EUI, "leeds:2"),
        server.enable(EUI, enabled=True),
        server.delete(EUI),
        server.profiles(),
    ):
        with pytest.raises(error) as raised:
            await act
        assert APP_KEY not in repr(raised.value).lower()


async def test_a_server_that_is_away_says_so_whatever_is_asked(world: World) -> None:
    await _all_of(await world.away(), lantern(world), ServerAwayError)


async def test_an_api_key_that_is_not_accepted_is_said_whatever_is_asked(world: World) -> None:
    await _all_of(await world.denied(), lantern(world), ServerDeniedError)
