"""The Things Stack's adapter: order, field masks, and cleaning up. The rest is the contract's.

The order of creation is that of ``ttn-lw-cli end-devices create`` (Identity, Join, Network,
Application Server), of its roll-back the other way round; the masks are the fake's, which has them
from the same sources.
"""

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from lighting.adapters.things_stack import ThingsStackDevices, open_things_stack
from lighting.identifiers import DevEui
from lighting.registration.device_server import DeviceClass, NewDevice
from lighting.registration.errors import (
    DeviceTakenError,
    ServerAwayError,
    ServerDeniedError,
    ServerRefusedError,
)
from lighting.registration.eui import JoinEui
from lighting.registration.keys import RootKeys
from tests.contracts.device_servers import things_stack_access
from tests.lighting.adapters.certificate import certificate
from tests.lighting.adapters.fake_things_stack import FakeThingsStack, problem

pytestmark = pytest.mark.enable_socket

EUI = DevEui("70b3d57ed00ff001")
APP_KEY = "0123456789abcdef" * 2
KEYS = RootKeys.from_hex(APP_KEY)
LANTERN = NewDevice(
    dev_eui=EUI,
    join_eui=JoinEui("70b3d57ed0ffffff"),
    name="leeds:1",
    application_id="lights",
    profile_id="lantern",
    tags={"lantern": "leeds:1"},
)


@pytest.fixture
async def there() -> AsyncIterator[FakeThingsStack]:
    async with FakeThingsStack() as server:
        server.applications |= {"lights", "add-ons"}
        yield server


@pytest.fixture
async def server(there: FakeThingsStack) -> AsyncIterator[ThingsStackDevices]:
    async with open_things_stack(things_stack_access(there.url)) as devices:
        yield devices


async def test_a_device_is_made_in_all_four_registries_in_their_order(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    await server.create(LANTERN, KEYS)
    assert there.calls == ["POST is", "PUT js", "PUT ns", "PUT as"]
    identity, join, network = (there.found(name, EUI) or {} for name in ("is", "js", "ns"))
    assert identity["ids"]["device_id"] == "eui-70b3d57ed00ff001"
    assert identity["attributes"] == {"lantern": "leeds:1", "lamplighter-profile": "lantern"}
    assert identity["join_server_address"] == "127.0.0.1"
    assert join["root_keys"] == {"app_key": {"key": APP_KEY.upper()}}
    assert (network["supports_join"], network["supports_class_c"]) == (True, True)
    assert (network["lorawan_version"], network["lorawan_phy_version"]) == (
        "MAC_V1_0_3",
        "PHY_V1_0_3_REV_A",
    )
    assert network["frequency_plan_id"] == "EU_863_870_TTN"
    assert "root_keys" not in str((identity, network, there.found("as", EUI)))


async def test_a_battery_device_is_not_made_class_c(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    await server.create(replace(LANTERN, device_class=DeviceClass.A), KEYS)
    assert (there.found("ns", EUI) or {})["supports_class_c"] is False


@pytest.mark.parametrize("step", ["js", "ns", "as"])
async def test_when_a_later_registry_fails_the_earlier_ones_are_cleaned_the_other_way_round(
    there: FakeThingsStack, server: ThingsStackDevices, step: str
) -> None:
    there.fail[f"PUT {step}"] = problem(HTTPStatus.SERVICE_UNAVAILABLE, "no such luck")
    with pytest.raises(ServerAwayError, match="no such luck"):
        await server.create(LANTERN, KEYS)
    assert there.calls[-4:] == ["DELETE as", "DELETE ns", "DELETE js", "DELETE is"]
    assert all(not registry for registry in there.registries.values())


async def test_what_could_not_be_cleaned_up_is_said(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    there.fail["PUT ns"] = problem(HTTPStatus.BAD_REQUEST, "no frequency plan")
    there.fail["DELETE as"] = problem(HTTPStatus.SERVICE_UNAVAILABLE, "gone")
    with pytest.raises(ServerAwayError, match=r"created in part.*no frequency plan.*gone"):
        await server.create(LANTERN, KEYS)


async def test_a_device_missing_from_some_registries_is_deleted_all_the_same(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    await server.create(LANTERN, KEYS)
    there.registries["ns"].clear()
    await server.delete(EUI)
    assert await server.find(EUI) is None


async def test_a_device_that_somebody_else_named_is_found_and_deleted_by_its_dev_eui(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    await server.create(LANTERN, KEYS)
    for registry in there.registries.values():
        device = registry.pop(("lights", "eui-70b3d57ed00ff001"))
        device["ids"]["device_id"] = "column-12"
        registry["lights", "column-12"] = device
    assert (await server.find(EUI)) is not None
    await server.delete(EUI)
    assert all(not registry for registry in there.registries.values())


async def test_where_a_dev_eui_is_in_use_is_the_servers_own_word(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    there.foreign[EUI] = "strangers"
    with pytest.raises(DeviceTakenError) as refused:
        await server.create(LANTERN, KEYS)
    assert (refused.value.application, refused.value.name) == ("strangers", "theirs")


async def test_a_key_that_the_server_repeats_is_blotted_out(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    there.fail["PUT js"] = problem(HTTPStatus.BAD_REQUEST, f"bad: {APP_KEY.upper()}")
    with pytest.raises(ServerRefusedError, match="key hidden") as raised:
        await server.create(LANTERN, KEYS)
    assert APP_KEY.upper() not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (HTTPStatus.UNAUTHORIZED, ServerDeniedError),
        (HTTPStatus.BAD_REQUEST, ServerRefusedError),
        (HTTPStatus.TOO_MANY_REQUESTS, ServerAwayError),
        (HTTPStatus.INTERNAL_SERVER_ERROR, ServerAwayError),
        (520, ServerAwayError),
    ],
)
async def test_failures_say_who_must_act(
    there: FakeThingsStack, server: ThingsStackDevices, status: int, error: type[Exception]
) -> None:
    there.fail["POST is"] = (status, {"message": "words"})
    with pytest.raises(error, match="words"):
        await server.create(LANTERN, KEYS)


@pytest.mark.parametrize("answer", [b"<html>a proxy</html>", b"[]", b""])
@pytest.mark.parametrize("status", [HTTPStatus.OK, HTTPStatus.BAD_GATEWAY])
async def test_an_answer_that_is_not_the_things_stacks_is_not_believed(
    there: FakeThingsStack, server: ThingsStackDevices, status: HTTPStatus, answer: bytes
) -> None:
    await server.create(LANTERN, KEYS)
    there.fail["GET ns"] = (status, answer)
    with pytest.raises(ServerAwayError):
        await server.set_keys(EUI, KEYS)


@pytest.mark.parametrize(
    ("tags", "problem_told"),
    [
        ({"UPPER": "x"}, "cannot be a tag"),
        ({"ab": "x"}, "cannot be a tag"),
        ({"road": "x" * 201}, "201 characters"),
        ({f"tag{place}": "x" for place in range(10)}, "10 tags"),
    ],
)
async def test_tags_that_cannot_be_attributes_are_refused_before_anything_is_sent(
    there: FakeThingsStack,
    server: ThingsStackDevices,
    tags: dict[str, str],
    problem_told: str,
) -> None:
    with pytest.raises(ServerRefusedError, match=problem_told):
        await server.create(replace(LANTERN, tags=tags), KEYS)
    assert there.calls == []


async def test_a_device_id_in_use_tells_where_the_device_is_whatever_its_join_eui(
    server: ThingsStackDevices,
) -> None:
    await server.create(LANTERN, KEYS)
    with pytest.raises(DeviceTakenError) as refused:
        await server.create(replace(LANTERN, join_eui=JoinEui("70b3d57ed0fffffe")), KEYS)
    assert (refused.value.application, refused.value.name) == ("lights", f"eui-{EUI}")


async def test_a_device_id_that_another_device_has_is_not_called_a_dev_eui_in_use(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    await server.create(LANTERN, KEYS)
    (there.found("is", EUI) or {})["ids"]["dev_eui"] = "70B3D57ED00FF0AA"
    with pytest.raises(ServerRefusedError, match="ID already taken") as refused:
        await server.create(LANTERN, KEYS)
    assert not isinstance(refused.value, DeviceTakenError)


async def test_a_wrong_request_is_told_by_the_field_that_is_wrong(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    words = "error:pkg/errors:validation (invalid `end_device`: embedded message failed validation)"
    cause = {"attributes": {"field": "application_id", "reason": "value does not match regex"}}
    detail = {"attributes": {"field": "end_device"}, "cause": {"attributes": {}, "cause": cause}}
    there.fail["POST is"] = (HTTPStatus.BAD_REQUEST, {"message": words, "details": [detail]})
    with pytest.raises(ServerRefusedError, match="application_id: value does not match regex"):
        await server.create(LANTERN, KEYS)


async def test_rights_that_our_key_lacks_are_named(
    there: FakeThingsStack, server: ThingsStackDevices
) -> None:
    assert len(await server.profiles()) == 2
    for lacking in list(there.rights):
        there.rights.remove(lacking)
        with pytest.raises(ServerDeniedError, match=f"lacks .*{lacking}.* 'lights'"):
            await server.profiles()


@pytest.mark.parametrize(
    "key", ["NNSXS.ID.SECRET\n", "NNSXS.ID.SECRETÜ", "NNSXS.ID.OTHER", "", "x"]
)
async def test_a_key_that_cannot_be_one_is_said_and_not_shown(
    there: FakeThingsStack, key: str
) -> None:
    async with open_things_stack(things_stack_access(there.url, key)) as server:
        with pytest.raises(ServerDeniedError) as raised:
            await server.find(EUI)
    assert "SECRET" not in repr(raised.value)


async def test_with_tls_only_a_cluster_whose_certificate_we_trust_is_spoken_to(
    tmp_path: Path,
) -> None:
    private, public, ca = certificate(tmp_path)
    both = tmp_path / "server.pem"
    both.write_bytes(private + public)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(both)
    async with FakeThingsStack(tls) as there:
        there.applications |= {"lights", "add-ons"}
        access = things_stack_access(there.url)
        async with open_things_stack(replace(access, tls_ca=ca)) as trusted:
            assert await trusted.find(EUI) is None
        async with open_things_stack(access) as stranger:
            with pytest.raises(ServerAwayError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.find(EUI)
