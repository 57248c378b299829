"""The readings bench: add-on uplinks decoded by a JavaScript codec, flagged and stored on SQLite.

Beside it, in the same run: the same messages read by our own Python codec, and the codec alone.
Messages are as ChirpStack sends them, in memory; the broker is the ingest bench's matter.
"""

import asyncio
import base64
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from firmware_profiles.devices.device import JAVASCRIPT, Measure
from firmware_profiles.devices.library import device_for
from firmware_profiles.javascript import run_codec
from lighting.adapters.chirpstack import ChirpStack
from lighting.clock import SystemClock
from lighting.downlink.transport import Incoming, Uplink
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.operations.controller import Office
from lighting.operations.decode_add_ons import AddOnDecoder, Frame
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.sensing.add_on import AddOn, ImportedModel
from lighting.wiring import open_office
from tools.bench_city import settings_in
from tools.demo_city import APPLICATION_ID

BATCH = 500
"""Messages recorded together; a busy link gives as many."""

OURS = "milesight-em300-th"
PAYLOAD = bytes.fromhex("01756403671001046871")
"""Battery, temperature, humidity: a published vector (akenza-io/device-type-library, MIT)."""

SCRIPT = """function decodeUplink(input) {
  var data = {}, bytes = input.bytes;
  for (var i = 0; i < bytes.length; ) {
    var channel = bytes[i++], type = bytes[i++];
    if (channel === 0x01 && type === 0x75) {
      data.battery = bytes[i++];
    } else if (channel === 0x03 && type === 0x67) {
      var raw = bytes[i] | (bytes[i + 1] << 8);
      data.temperature = (raw > 0x7fff ? raw - 0x10000 : raw) / 10;
      i += 2;
    } else if (channel === 0x04 && type === 0x68) {
      data.humidity = bytes[i++] / 2;
    } else {
      return { errors: ['unknown channel ' + channel] };
    }
  }
  return { data: data };
}"""
"""A codec in the form of LoRa Alliance TS013 for the same layout, written for this bench."""

REGISTER = """
[bench]
title = "Damp"
use = "damp"
purpose = "Measure ourselves"
lawful_basis = "not personal data"
owner = "bench"
stored_where = "a temporary folder"
visible_to = ["nobody"]
retention_days = 1
open_data = false
dpia = "not needed"
"""


def bench_readings(*, messages: int, devices: int) -> dict[str, object]:
    """Return uplinks stored a second by JavaScript and by Python codecs, and where time goes."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        return asyncio.run(_run(Path(folder), messages, devices))


async def _run(folder: Path, messages: int, devices: int) -> dict[str, object]:
    results: dict[str, float] = {}
    stored: dict[str, int] = {}
    for model_id in ("scripted", OURS):
        (folder / model_id).mkdir()
        async with open_office(settings_in(folder / model_id), clock=SystemClock()) as office:
            await _register(office, model_id, devices)
            batches = _batches(messages, devices, office.clock.now())
            results[model_id] = await _record(office, batches)
            stored[model_id] = await _count(office, devices)
            if model_id == "scripted":
                parts = await _parts(office, batches)
    parts["flag_and_store"] = results["scripted"] * 1e6 / messages - sum(parts.values())
    bare_s = _bare(messages)
    return {
        "bench": "readings",
        "messages": messages,
        "devices": devices,
        "values_in_the_database": stored["scripted"],
        "stored_per_second": round(messages / results["scripted"]),
        "aim_per_second": 2000,
        "microseconds_an_uplink": {name: round(value, 1) for name, value in parts.items()},
        "reference": {
            "what": "the same messages read by our Python codec; the JavaScript codec alone",
            "python_stored_per_second": round(messages / results[OURS]),
            "codec_alone_per_second": round(messages / bare_s),
        },
        "ratio": round(results[OURS] / results["scripted"], 3),
    }


async def _register(office: Office, model_id: str, devices: int) -> None:
    at = office.clock.now()
    lantern_id = LanternId("bench:1")
    place = Lantern(lantern_id=lantern_id, latitude_deg=53.8, longitude_deg=-1.55)
    await office.stores.lanterns.put([place])
    await office.sensing.register.put(REGISTER, by="bench", why="bench")
    await office.sensing.register.switch_on("bench", by="bench", why="bench")
    measures = tuple(
        Measure(quantity=quantity, field=field)
        for quantity, field in (
            ("battery_level", "battery"),
            ("air_temperature", "temperature"),
            ("humidity", "humidity"),
        )
    )
    model = replace(device_for(OURS), device_id="scripted", codec=JAVASCRIPT, measures=measures)
    imported = ImportedModel(model=model, source=SCRIPT, imported_at=at, imported_by="bench")
    await office.stores.add_ons.put_model(imported)
    await office.stores.add_ons.put_add_ons(
        [
            AddOn(
                dev_eui=_dev_eui(number),
                model_id=model_id,
                lantern_id=lantern_id,
                stream_id="bench",
                added_at=at,
            )
            for number in range(devices)
        ]
    )


async def _record(office: Office, batches: Sequence[Sequence[Incoming]]) -> float:
    recorder = UplinkRecorder(office.stores.nodes, ChirpStack(), office.sensing.measurements)
    began = time.perf_counter()
    for batch in batches:
        await recorder.record(batch)
    return time.perf_counter() - began


async def _parts(office: Office, batches: Sequence[Sequence[Incoming]]) -> dict[str, float]:
    """Return what parsing and decoding take by themselves [µs for each uplink]."""
    dialect, count = ChirpStack(), sum(map(len, batches))
    began = time.perf_counter()
    events = [
        [dialect.parse(each.topic, each.payload, each.received_at) for each in batch]
        for batch in batches
    ]
    parsed = time.perf_counter()
    decoder = AddOnDecoder(office.stores.add_ons)
    for batch in events:
        frames = [
            Frame(model_id="scripted", f_port=e.f_port, payload=e.payload, heard_at=e.at)
            for e in batch
            if isinstance(e, Uplink)
        ]
        await decoder.decode(frames)
    decoder.close()
    done = time.perf_counter()
    return {
        "parse_json": (parsed - began) * 1e6 / count,
        "decode_javascript": (done - parsed) * 1e6 / count,
    }


async def _count(office: Office, devices: int) -> int:
    """Count what is in the database: every message must have left three values."""
    series, now = office.stores.series, office.clock.now()
    span = {"start": now - timedelta(days=2), "end": now + timedelta(days=1)}
    keys = await series.keys([_dev_eui(number) for number in range(devices)])
    return sum([len(await series.points(key, **span)) for key in keys])


def _bare(messages: int) -> float:
    asked = {"bytes": PAYLOAD, "fPort": 85}
    run_codec(SCRIPT, "decodeUplink", asked)  # loaded before it is timed
    began = time.perf_counter()
    for _ in range(messages):
        run_codec(SCRIPT, "decodeUplink", asked)
    return time.perf_counter() - began


def _dev_eui(number: int) -> DevEui:
    return DevEui(f"a81758ff{number:08x}")


def _batches(messages: int, devices: int, now: datetime) -> list[list[Incoming]]:
    start = now - timedelta(seconds=messages)
    every = [_message(n, _dev_eui(n % devices), start, now) for n in range(messages)]
    return [every[place : place + BATCH] for place in range(0, messages, BATCH)]


def _message(number: int, dev_eui: DevEui, start: datetime, now: datetime) -> Incoming:
    body = {
        "deduplicationId": f"{number:08x}-0000-4000-8000-000000000000",
        "time": (start + timedelta(seconds=number)).isoformat(),
        "deviceInfo": {"applicationId": APPLICATION_ID, "devEui": dev_eui, "tags": {}},
        "devAddr": "01a2b3c4",
        "adr": True,
        "dr": 5,
        "fCnt": number,
        "fPort": 85,
        "confirmed": False,
        "data": base64.b64encode(PAYLOAD).decode(),
        "rxInfo": [{"gatewayId": "0016c001f1500001", "uplinkId": number, "rssi": -101, "snr": 4.5}],
        "txInfo": {"frequency": 868300000},
        "regionConfigId": "eu868",
    }
    topic = f"application/{APPLICATION_ID}/device/{dev_eui}/event/up"
    return Incoming(topic, json.dumps(body).encode(), now)
