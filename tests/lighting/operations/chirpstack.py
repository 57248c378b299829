"""ChirpStack's JSON as the project reference ``lorawan.md``, 1.3, shows it."""

import json
from base64 import b64encode
from datetime import datetime
from uuid import UUID

from lighting.downlink.transport import Incoming
from lighting.identifiers import DevEui, GatewayId
from tests.lighting.operations.town import NEAR


def message(kind: str, dev_eui: DevEui, at: datetime, **body: object) -> Incoming:
    """Return an event of a device, as it comes from the broker at that moment."""
    whole = {
        "time": at.isoformat(),
        "deviceInfo": {"applicationId": "street", "devEui": dev_eui, "tags": {}},
        **body,
    }
    topic = f"application/street/device/{dev_eui}/event/{kind}"
    return Incoming(topic, json.dumps(whole).encode(), at)


def up(dev_eui: DevEui, at: datetime, port: int, payload_hex: str) -> Incoming:
    """Return an uplink that the near gateway heard."""
    data = b64encode(bytes.fromhex(payload_hex)).decode()
    heard = [{"gatewayId": NEAR, "rssi": -101, "snr": 4.5, "crcStatus": "CRC_OK"}]
    return message("up", dev_eui, at, fCnt=1, fPort=port, data=data, rxInfo=heard)


def txack(dev_eui: DevEui, at: datetime, item: UUID, gateway_id: GatewayId = NEAR) -> Incoming:
    """Return a gateway's word that it took a downlink."""
    sent = {"frequency": 869_525_000, "modulation": {"lora": {"spreadingFactor": 12}}}
    return message("txack", dev_eui, at, queueItemId=str(item), gatewayId=gateway_id, txInfo=sent)


def log(dev_eui: DevEui, at: datetime, code: str, said: str, item: UUID | None = None) -> Incoming:
    """Return a line of the network server's log; not every code names its item."""
    context = {} if item is None else {"queue_item_id": str(item)}
    return message("log", dev_eui, at, level="ERROR", code=code, description=said, context=context)
