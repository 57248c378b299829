"""ChirpStack's events and commands.

The samples have the shapes of ChirpStack's own documentation (integrations/events.md) and proto
files (api/proto/integration/integration.proto).
"""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import (
    Acked,
    DeviceStatus,
    Downlink,
    GatewayAccepted,
    Joined,
    NetworkEvent,
    NetworkLog,
    Uplink,
)
from lighting.errors import MessageError
from lighting.identifiers import DevEui, GatewayId

NOW = datetime(2026, 1, 10, 16, 2, 12, tzinfo=UTC)
TOPIC = "application/lights/device/70b3d57ed0000123/event/"
ITEM = "1bbcab1d-0000-4000-8000-000000000001"
INFO = {"applicationId": "lights", "devEui": "70b3d57ed0000123", "tags": {"feeder": "F12"}}
UP = {
    "deduplicationId": "7a0c0000-0000-4000-8000-000000000000",
    "time": "2026-01-10T16:02:11.123456789+00:00",
    "deviceInfo": INFO,
    "devAddr": "01a2b3c4",
    "adr": True,
    "dr": 5,
    "fCnt": 7,
    "fPort": 10,
    "confirmed": False,
    "data": "AWQA",
    "object": {"dim": 100.0},
    "rxInfo": [
        {"gatewayId": "0016c001f153a14c", "uplinkId": 4217106255, "rssi": -101, "snr": 4.5},
        {"gatewayId": "0016C001F153A14D", "rssi": -99, "snr": 6.25, "crcStatus": "CRC_OK"},
        {"gatewayId": "0016c001f153a14e", "rssi": -80},
    ],
    "regionConfigId": "eu868",
}
TXACK = {
    "downlinkId": 3461958127,
    "time": "2026-01-10T16:02:11Z",
    "deviceInfo": INFO,
    "queueItemId": ITEM,
    "fCntDown": 2,
    "gatewayId": "0016c001f153a14c",
    "txInfo": {
        "frequency": 869525000,
        "power": 29,
        "modulation": {"lora": {"bandwidth": 125000, "spreadingFactor": 12}},
        "timing": {"immediately": {}},
        "context": "ICYVGw==",
    },
}


def parse(event: str, body: object) -> NetworkEvent:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ChirpStack().parse(TOPIC + event, payload, NOW)


def changed(body: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {**body, **fields}


def test_an_uplink_is_told_by_the_gateway_with_the_best_snr() -> None:
    assert parse("up", UP) == Uplink(
        dev_eui=DevEui("70b3d57ed0000123"),
        application_id="lights",
        at=datetime(2026, 1, 10, 16, 2, 11, 123456, tzinfo=UTC),
        f_port=10,
        f_cnt=7,
        payload=b"\x01\x64\x00",
        gateway_id=GatewayId("0016c001f153a14d"),
        rssi_dbm=-99,
        snr_db=6.25,
        deduplication_id="7a0c0000-0000-4000-8000-000000000000",
    )


def test_every_field_left_out_has_its_protobuf_default() -> None:
    uplink = parse("up", {})
    assert isinstance(uplink, Uplink)
    assert (uplink.f_port, uplink.f_cnt, uplink.payload, uplink.gateway_id) == (0, 0, b"", None)
    assert (uplink.at, uplink.at_is_ours) == (NOW, True)


def test_rssi_and_snr_of_zero_are_left_out_by_pbjson() -> None:
    uplink = parse("up", {"rxInfo": [{"gatewayId": "0016c001f153a14c"}]})
    assert isinstance(uplink, Uplink)
    assert (uplink.rssi_dbm, uplink.snr_db) == (0, 0.0)


def test_an_snr_that_is_not_a_number_comes_as_null_and_costs_no_uplink() -> None:
    heard = [{"gatewayId": "0016c001f153a14c", "rssi": -90, "snr": None}]
    uplink = parse("up", changed(UP, rxInfo=heard))
    assert isinstance(uplink, Uplink)
    assert uplink.payload == b"\x01\x64\x00"


def test_a_join() -> None:
    event = parse("join", {"deduplicationId": "d", "time": UP["time"], "deviceInfo": INFO})
    assert isinstance(event, Joined)
    assert event.deduplication_id == "d"


def test_an_ack_after_a_time_out_is_not_acknowledged() -> None:
    event = parse("ack", {"deduplicationId": "", "queueItemId": ITEM, "acknowledged": False})
    assert isinstance(event, Acked)
    assert (event.queue_item_id, event.acknowledged) == (UUID(ITEM), False)


def test_a_txack_tells_gateway_and_spreading() -> None:
    event = parse("txack", TXACK)
    assert isinstance(event, GatewayAccepted)
    assert event.queue_item_id == UUID(ITEM)
    assert event.gateway_id == "0016c001f153a14c"
    assert (event.spreading, event.frequency_hz) == (12, 869_525_000)


def test_a_gateways_refusal_does_not_name_its_item() -> None:
    body = {"level": "ERROR", "code": "DOWNLINK_GATEWAY", "description": "TOO_LATE", "context": {}}
    event = parse("log", body)
    assert isinstance(event, NetworkLog)
    assert (event.level, event.code, event.description) == ("ERROR", "DOWNLINK_GATEWAY", "TOO_LATE")
    assert event.queue_item_id is None


def test_an_expiry_names_its_item() -> None:
    event = parse("log", {"code": "EXPIRED", "context": {"queue_item_id": ITEM, "other": "x"}})
    assert isinstance(event, NetworkLog)
    assert event.queue_item_id == UUID(ITEM)


def test_a_long_description_is_cut_and_holds_no_nul() -> None:
    event = parse("log", {"description": "a\0b" + "x" * 9000})
    assert isinstance(event, NetworkLog)
    assert len(event.description) == 500
    assert event.description.startswith("a\N{REPLACEMENT CHARACTER}b")


def test_a_status() -> None:
    event = parse("status", {"margin": 7, "externalPowerSource": True})
    assert isinstance(event, DeviceStatus)
    assert (event.margin_db, event.external_power) == (7, True)


@pytest.mark.parametrize(
    "time",
    [
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999-23:59",
        "0001-01-01T00:00:00+05:00",
        "2026-01-12T00:00:00Z",
        "2026-01-10T16:02:11",
        "tomorrow",
        None,
    ],
)
def test_a_time_that_cannot_be_believed_becomes_ours_and_is_marked(time: str | None) -> None:
    event = parse("up", changed(UP, time=time))
    assert (event.at, event.at_is_ours) == (NOW, True)


def test_a_time_of_almost_a_day_ago_is_believed_for_late_messages() -> None:
    event = parse("up", changed(UP, time="2026-01-09T16:03:00Z"))
    assert (event.at, event.at_is_ours) == (datetime(2026, 1, 9, 16, 3, tzinfo=UTC), False)


@pytest.mark.parametrize(
    ("event", "body", "problem"),
    [
        ("up", changed(UP, data="AWQ"), "base64"),
        ("up", changed(UP, data="A-_A"), "base64"),
        ("up", changed(UP, data="A" * 1000), "length"),
        ("up", changed(UP, fPort=256), "fPort"),
        ("up", changed(UP, fCnt=-1), "fCnt"),
        ("up", changed(UP, fCnt="seven"), "fCnt"),
        ("up", changed(UP, rxInfo={"gatewayId": "x"}), "rxInfo"),
        ("up", changed(UP, deviceInfo={"devEui": "70b3d57ed0000124"}), "another"),
        ("up", changed(UP, deviceInfo={"applicationId": "other"}), "application other"),
        ("up", b'{"rxInfo":[{"snr":NaN}]}', "malformed"),
        ("up", b'{"rxInfo":[{"snr":1e999}]}', "range"),
        ("up", b'{"time":"\xff"}', "utf-8"),
        ("up", b"", "truncated"),
        ("up", b"null", "object"),
        ("up", b'{"object":' + b"[" * 100_000, "recursion"),
        ("up", b'{"pad":"' + b"x" * 1_000_000 + b'"}', "1000010 bytes; at most 131072"),
        ("txack", changed(TXACK, queueItemId=""), "queueItemId is missing"),
        ("ack", {"queueItemId": "17"}, "'17' is not a UUID"),
        ("log", {"context": {"queue_item_id": "17"}}, "not a UUID"),
        ("location", {}, "unknown event 'location'"),
    ],
)
def test_a_bad_message_says_topic_and_problem(event: str, body: object, problem: str) -> None:
    with pytest.raises(MessageError, match=TOPIC + event) as caught:
        parse(event, body)
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "application/lights/device/70b3d57ed0000123/event",
        "application/lights/device/70b3/event/up",
        "application/lights/device/70b3d57ed000012g/event/up",
        "application/lights/device/70b3d57ed0000123/event/up/more",
        "application/" + "x" * 65 + "/device/70b3d57ed0000123/event/up",
        "eu868/gateway/0016c001f153a14c/event/up",
    ],
)
def test_a_topic_that_is_not_ours_is_refused(topic: str) -> None:
    with pytest.raises(MessageError, match="not an event topic"):
        ChirpStack().parse(topic, b"{}", NOW)


@given(st.binary(max_size=200), st.sampled_from(["up", "join", "ack", "txack", "log", "status"]))
def test_no_bytes_raise_anything_but_a_message_error(payload: bytes, event: str) -> None:
    with contextlib.suppress(MessageError):
        parse(event, payload)


_KEYS = st.sampled_from([*UP, *TXACK, "level", "code", "context", "acknowledged", "margin"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(), inner),
    max_leaves=10,
)


@given(
    st.dictionaries(_KEYS, _JSON), st.sampled_from(["up", "join", "ack", "txack", "log", "status"])
)
def test_no_json_raises_anything_but_a_message_error(body: dict[str, Any], event: str) -> None:
    with contextlib.suppress(MessageError):
        assert parse(event, body).dev_eui == "70b3d57ed0000123"


@given(st.text(max_size=80))
def test_no_topic_raises_anything_but_a_message_error(topic: str) -> None:
    with pytest.raises(MessageError):
        ChirpStack().parse(topic, b"{}", NOW)


def test_a_command_is_what_chirpstack_reads() -> None:
    downlink = Downlink(
        application_id="lights",
        dev_eui=DevEui("70b3d57ed0000123"),
        queue_item_id=UUID(ITEM),
        f_port=50,
        payload=b"\x25\x64",
        expires_at=NOW + timedelta(minutes=1),
    )
    topic, payload = ChirpStack().command(downlink)
    assert topic == "application/lights/device/70b3d57ed0000123/command/down"
    assert json.loads(payload) == {
        "id": ITEM,
        "devEui": "70b3d57ed0000123",
        "confirmed": False,
        "fPort": 50,
        "data": "JWQ=",
        "expiresAt": "2026-01-10T16:03:12Z",
    }


def test_topics_are_settings() -> None:
    dialect = ChirpStack(
        event_topic="city/{dev_eui}/of/{application_id}/{event}",
        command_topic="city/{application_id}/{dev_eui}/down",
    )
    event = dialect.parse("city/70B3D57ED0000123/of/lights/join", b"{}", NOW)
    assert (event.dev_eui, event.application_id) == ("70b3d57ed0000123", "lights")
    assert dialect.subscriptions()[0] == "city/+/of/+/up"


@pytest.mark.parametrize(
    "template", ["application/{dev_eui}", "{dev_eui}/{dev_eui}/{application_id}/{event}", "{"]
)
def test_a_topic_template_without_its_places_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"once and no other braces"):
        ChirpStack(event_topic=template)
    with pytest.raises(ValueError, match=r"once and no other braces"):
        ChirpStack(command_topic=template)
