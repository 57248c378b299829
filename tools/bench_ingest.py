"""The ingest bench: uplinks decoded and stored, against aiomqtt receiving them and doing nothing.

The messages are in the broker's queue before either begins, so that nothing is measured but how
fast they are taken: QoS 1, the same broker, the same session settings, one receiver at a time.
"""

import asyncio
import base64
import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lighting.adapters.chirpstack import ChirpStack
from lighting.adapters.mqtt_link import MqttLink
from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion
from lighting.clock import SystemClock
from lighting.downlink.transport import NetworkTransport
from lighting.identifiers import DevEui
from lighting.operations.controller import Office
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.testing.broker import EmbeddedBroker
from lighting.wiring import open_office
from tools.bench_city import fill, settings_in
from tools.demo_city import APPLICATION_ID, DEV_EUI_FIRST

STATUS = (23, bytes.fromhex("018eb28266200047071a000201defe210000"))
USAGE = (
    26,
    bytes.fromhex("00ff80d0ef2f0112ff479403002a00f94a030027005de5c072d902d0ef2f01"),
)
"""Two published vectors of NAS (nasys/nas-codecs, MIT), turn by turn."""


def bench_ingest(*, messages: int, lanterns: int) -> dict[str, object]:
    """Return messages a second of both, and the ratio."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        return asyncio.run(_run(Path(folder), messages, lanterns))


async def _run(folder: Path, messages: int, lanterns: int) -> dict[str, object]:
    clock = SystemClock()
    async with EmbeddedBroker() as broker, open_office(settings_in(folder), clock=clock) as office:
        await fill(office, lanterns)
        dialect = ChirpStack()
        batch = [_message(number, lanterns, clock) for number in range(messages)]
        bare_s = await _bare(broker, dialect, batch)
        settings = MqttSettings(
            host=broker.host,
            port=broker.port,
            version=MqttVersion.V5 if broker.speaks_v5 else MqttVersion.V311,
            client_id="bench-ours",
            username=broker.username,
            subscriptions=dialect.subscriptions(),
        )
        async with MqttLink(settings, clock=clock) as link:
            await link.wait_until_connected()
        await _publish(broker, batch)
        recorder = UplinkRecorder(office.stores.nodes, dialect)
        began = time.perf_counter()
        async with MqttLink(settings, clock=clock) as link:
            async for each in NetworkTransport(link, dialect).messages():
                await recorder.record(each.messages)
                await each.done()
                if recorder.heard.kinds.total() >= messages:
                    break
        ours_s = time.perf_counter() - began
        stored = await _stored(office, lanterns)
    return {
        "bench": "ingest",
        "broker": broker.kind.value,
        "messages": messages,
        "stored_per_second": round(messages / ours_s),
        "heard": dict(recorder.heard.kinds),
        "readings_in_the_database": stored,
        "reference": {
            "what": "aiomqtt receiving the same messages at QoS 1 and doing nothing",
            "received_per_second": round(messages / bare_s),
        },
        "ratio": round(bare_s / ours_s, 3),
        "aim_ratio": 0.5,
    }


async def _stored(office: Office, lanterns: int) -> int:
    """Count what is in the database: every message must have left one reading."""
    euis = [DevEui(f"{DEV_EUI_FIRST + 1 + number:016x}") for number in range(lanterns // 2)]
    span = {"start": datetime(2000, 1, 1, tzinfo=UTC), "end": datetime(2100, 1, 1, tzinfo=UTC)}
    statuses = await office.stores.readings.statuses_of(euis, **span)
    meters = await office.stores.readings.meters_of(euis, **span)
    return sum(map(len, statuses.values())) + sum(map(len, meters.values()))


def _message(number: int, lanterns: int, clock: SystemClock) -> tuple[str, bytes]:
    dev_eui = f"{DEV_EUI_FIRST + 1 + number % (lanterns // 2):016x}"
    f_port, payload = (STATUS, USAGE)[number % 2]
    at = clock.now() - timedelta(hours=6) + timedelta(milliseconds=number)
    body = {
        "deduplicationId": f"{number:08x}-0000-4000-8000-000000000000",
        "time": at.isoformat(),
        "deviceInfo": {"applicationId": APPLICATION_ID, "devEui": dev_eui, "tags": {}},
        "devAddr": "01a2b3c4",
        "adr": True,
        "dr": 5,
        "fCnt": number,
        "fPort": f_port,
        "confirmed": False,
        "data": base64.b64encode(payload).decode(),
        "rxInfo": [{"gatewayId": "0016c001f1500001", "uplinkId": number, "rssi": -101, "snr": 4.5}],
        "txInfo": {"frequency": 868300000},
        "regionConfigId": "eu868",
    }
    return f"application/{APPLICATION_ID}/device/{dev_eui}/event/up", json.dumps(body).encode()


def _client(broker: EmbeddedBroker, name: str) -> aiomqtt.Client:
    if not broker.speaks_v5:
        return aiomqtt.Client(
            broker.host,
            broker.port,
            identifier=name,
            username=broker.username,
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=False,
        )
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's lack
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = 10_000
    return aiomqtt.Client(
        broker.host,
        broker.port,
        identifier=name,
        username=broker.username,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        properties=properties,
    )


async def _bare(
    broker: EmbeddedBroker, dialect: ChirpStack, batch: list[tuple[str, bytes]]
) -> float:
    async with _client(broker, "bench-bare") as client:
        for topic in dialect.subscriptions():
            await client.subscribe(topic, qos=1)
    await _publish(broker, batch)
    received = 0
    began = time.perf_counter()
    async with _client(broker, "bench-bare") as client:
        async for _ in client.messages:
            received += 1
            if received >= len(batch):
                break
    took = time.perf_counter() - began
    async with _client(broker, "bench-bare") as client:
        for topic in dialect.subscriptions():
            await client.unsubscribe(topic)
    return took


async def _publish(broker: EmbeddedBroker, batch: list[tuple[str, bytes]]) -> None:
    settings = MqttSettings(
        host=broker.host,
        port=broker.port,
        version=MqttVersion.V5 if broker.speaks_v5 else MqttVersion.V311,
        client_id="bench-publisher",
        username=broker.username,
    )
    async with MqttLink(settings, clock=SystemClock()) as link:
        await link.wait_until_connected()
        await link.publish(batch)
