"""The MQTT JSON of an emulated ChirpStack v4: reads commands as it would, writes its events.

Written apart from ``lighting.adapters.chirpstack``, from the same public sources: the emulator is
a second opinion on the format.
"""

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from lighting.identifiers import DevEui, GatewayId

FREQUENCY_HZ = 869_525_000
UPLINK_FREQUENCY_HZ = 868_300_000
PORT_MAX = 255

PAYLOAD_MAX = {7: 222, 8: 222, 9: 115, 10: 51, 11: 51, 12: 51}
"""Application bytes by spreading factor (EU868, repeater-compatible)."""

_ENCODE = msgspec.json.Encoder().encode


class RefusedCommandError(Exception):
    """A command that ChirpStack would drop with a line in its own log only."""


class Command(msgspec.Struct, rename="camel", forbid_unknown_fields=False):
    """A ``command/down`` body."""

    id: str
    dev_eui: str
    f_port: int
    data: bytes
    confirmed: bool = False
    expires_at: datetime | None = None


def read_command(topic: str, payload: bytes) -> tuple[str, Command]:
    """Return the application id and the command.

    Raises:
        RefusedCommandError: ChirpStack would not enqueue it.
    """
    match topic.split("/"):
        case ["application", application_id, "device", dev_eui, "command", "down"]:
            pass
        case _:
            raise RefusedCommandError("unknown command type")
    try:
        command = msgspec.json.decode(payload, type=Command)
        UUID(command.id)
    except (msgspec.MsgspecError, ValueError) as exc:
        raise RefusedCommandError(str(exc)) from exc
    if command.dev_eui != dev_eui:
        raise RefusedCommandError("dev_eui in payload and topic differ")
    if not 1 <= command.f_port <= PORT_MAX:
        raise RefusedCommandError("f_port must be between 1 - 255")
    return application_id, command


def iso(at_s: float) -> str:
    """Return an instant as ChirpStack writes it, to the nanosecond."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000+00:00")


def device_info(application_id: str, dev_eui: DevEui) -> msgspec.Raw:
    """Return the ``deviceInfo`` that every event of a device carries, encoded once."""
    tenant = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242"
    return msgspec.Raw(
        _ENCODE(
            {
                "tenantId": tenant,
                "tenantName": "City",
                "applicationId": application_id,
                "applicationName": "lights",
                "deviceProfileId": tenant,
                "deviceProfileName": "lantern",
                "deviceName": f"lantern-{dev_eui}",
                "devEui": dev_eui,
                "deviceClassEnabled": "CLASS_C",
                "tags": {},
            }
        )
    )


def uuid_text(rng: Random) -> str:
    """Return a random UUID in its usual form."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def encode(body: dict[str, Any]) -> bytes:
    """Return a message as JSON bytes."""
    return _ENCODE(body)


def received(gateway_id: GatewayId, rssi_dbm: int, snr_db: float) -> dict[str, Any]:
    """Return one entry of ``rxInfo``; defaults are left out, as pbjson does in nested messages."""
    heard: dict[str, Any] = {"gatewayId": gateway_id, "uplinkId": 1, "context": "AAAAAA=="}
    if rssi_dbm:
        heard["rssi"] = rssi_dbm
    if snr_db:
        heard["snr"] = snr_db
    heard["crcStatus"] = "CRC_OK"
    return heard


def modulation(spreading: int) -> dict[str, Any]:
    """Return LoRa at 125 kHz."""
    return {
        "lora": {"bandwidth": 125_000, "spreadingFactor": spreading, "codeRate": "CR_4_5"},
    }


def up(
    deduplication_id: str,
    f_cnt: int,
    said: tuple[int, bytes],
    heard: list[dict[str, Any]],
    spreading: int,
) -> dict[str, Any]:
    """Return an ``up`` event of what a node ``said`` (port, payload)."""
    return {
        "deduplicationId": deduplication_id,
        "devAddr": "01a2b3c4",
        "adr": True,
        "dr": 12 - spreading,
        "fCnt": f_cnt,
        "fPort": said[0],
        "confirmed": False,
        "data": said[1],
        "rxInfo": heard,
        "txInfo": {"frequency": UPLINK_FREQUENCY_HZ, "modulation": modulation(spreading)},
        "regionConfigId": "eu868",
    }


def txack(
    item: Command, downlink_id: int, f_cnt: int, gateway_id: GatewayId, spreading: int
) -> dict[str, Any]:
    """Return a ``txack`` event: a gateway took the item."""
    return {
        "downlinkId": downlink_id,
        "queueItemId": item.id,
        "fCntDown": f_cnt,
        "gatewayId": gateway_id,
        "txInfo": {
            "frequency": FREQUENCY_HZ,
            "power": 29,
            "modulation": modulation(spreading),
            "timing": {"immediately": {}},
        },
    }


def expired(item: Command) -> dict[str, Any]:
    """Return the ``log`` event of an item whose time has passed."""
    return {
        "level": "ERROR",
        "code": "EXPIRED",
        "description": "Device queue-item discarded because it has expired",
        "context": {"queue_item_id": item.id},
    }


def too_long(item: Command, longest: int) -> dict[str, Any]:
    """Return the ``log`` event of an item that does not fit the data rate."""
    sizes = {"max_payload_size": str(longest), "item_size": str(len(item.data))}
    return {
        "level": "ERROR",
        "code": "DOWNLINK_PAYLOAD_SIZE",
        "description": "Device queue-item discarded because of its size",
        "context": {**sizes, "queue_item_id": item.id},
    }


def refused(reason: str) -> dict[str, Any]:
    """Return the ``log`` event of a gateway's refusal; ChirpStack does not say of which item."""
    return {"level": "ERROR", "code": "DOWNLINK_GATEWAY", "description": reason, "context": {}}
