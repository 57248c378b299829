"""What add-ons say, from the broker's messages to what is stored, on a real SQLite file.

Bytes are the published vectors beside the codecs (``firmware_profiles/addons``), which name their
sources; the JavaScript codec is ours, in the form of LoRa Alliance TS013.
"""

import logging
import threading
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from firmware_profiles.devices.device import (
    Measure,
)
from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import Incoming
from lighting.errors import StoreError
from lighting.identifiers import DevEui
from lighting.operations import decode_add_ons
from lighting.operations.decode_add_ons import Decoded
from lighting.operations.record_measurements import TEXT_MAX
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.sensing.add_on import AddOn, ImportedModel
from lighting.sensing.gauge import Gauge
from lighting.sensing.rollup import Point
from lighting.sensing.series import Quality, SeriesKey
from lighting.sensing.store import SensingBatch, Stored
from tests.lighting.operations.chirpstack import message
from tests.lighting.operations.scripted import CODEC, MODEL
from tests.lighting.operations.town import MORNING, NEAR, Town, dev, lantern, lantern_id

REGISTER = """
[gully-levels]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["asset"]
retention_days = 30
open_data = true
dpia = "not needed"

[footfall]
title = "Footfall"
use = "footfall"
purpose = "Know when the centre is busy"
lawful_basis = "public task"
owner = "City centre management"
stored_where = "the council's own server"
visible_to = ["sustainability"]
retention_days = 365
open_data = true
dpia = "done"
people = true
interval_min = 15
"""

GULLY, WALK, SCRIPT = (DevEui(f"a81758fff{number:07x}") for number in (1, 2, 3))
DISTANCE = "0d0a07e900000001"  # [CS] Test decode Dragino LDDS75: 2.025 m, no sensor fault, 3.338 V
PEOPLE = "be010400010002000300041c200ce40139"  # [TTN] PCR2: 1 left to right, 2 right to left


@dataclass
class Street:
    """A town with three add-ons on its one lantern, and what records their messages."""

    town: Town
    recorder: UplinkRecorder

    async def values(self, dev_eui: DevEui, quantity: str, channel: str = "") -> list[Point]:
        """Return what is stored of a series: (when, value, flags)."""
        key = SeriesKey(dev_eui=dev_eui, quantity=quantity, channel=channel)
        span = {"start": MORNING - timedelta(days=9), "end": MORNING + timedelta(days=9)}
        return list(await self.town.office.stores.series.points(key, **span))

    async def notes(self, dev_eui: DevEui) -> list[str]:
        """Return the notes on a device."""
        start, end = MORNING - timedelta(days=9), MORNING + timedelta(days=9)
        readings = self.town.office.stores.readings
        kept = await readings.notes_of([dev_eui], start=start, end=end)
        return [note.text for note in kept.get(dev_eui, [])]


@pytest.fixture
async def street(town: Town) -> Street:
    await town.hang(lantern(1))
    sensing, stores = town.office.sensing, town.office.stores
    await sensing.register.put(REGISTER, by="dpo", why="a test")
    for stream_id in ("gully-levels", "footfall"):
        await sensing.register.switch_on(stream_id, by="dpo", why="a test")
    imported = ImportedModel(model=MODEL, source=CODEC, imported_at=MORNING, imported_by="me")
    await stores.add_ons.put_model(imported)
    add_ons = [
        AddOn(
            dev_eui=dev_eui,
            model_id=model_id,
            lantern_id=lantern_id(1),
            stream_id=stream_id,
            people=stream_id == "footfall",
            added_at=MORNING,
        )
        for dev_eui, model_id, stream_id in (
            (GULLY, "dragino-ldds75", "gully-levels"),
            (WALK, "parametric-pcr2-ods", "footfall"),
            (SCRIPT, "acme-level", "gully-levels"),
        )
    ]
    await stores.add_ons.put_add_ons(add_ons)
    return Street(town, UplinkRecorder(stores.nodes, ChirpStack(), sensing.measurements))


def up(dev_eui: DevEui, payload_hex: str, *, seconds: float = 0, port: int = 2) -> Incoming:
    """Return an uplink of an add-on, with the network server's random id of it."""
    at = MORNING + timedelta(seconds=seconds)
    return message(
        "up",
        dev_eui,
        at,
        deduplicationId=f"{int(seconds):08x}-0000-4000-8000-{dev_eui[-12:]}",
        fCnt=1,
        fPort=port,
        data=b64encode(bytes.fromhex(payload_hex)).decode(),
        rxInfo=[{"gatewayId": NEAR, "rssi": -101, "snr": 4.5}],
    )


async def test_nodes_and_add_ons_of_one_batch_are_each_recorded(street: Street) -> None:
    batch = [up(GULLY, DISTANCE), message("up", dev(1), MORNING, fPort=0, fCnt=1)]
    await street.recorder.record(batch)
    assert await street.values(GULLY, "distance") == [(MORNING, 2.025, Quality.GOOD)]
    assert await street.values(GULLY, "battery_voltage") == [(MORNING, 3.338, Quality.GOOD)]
    assert (await street.town.node(1)).last_seen_at == MORNING
    assert street.recorder.heard.kinds["unknown device"] == 0
    (add_on,) = await street.town.office.stores.add_ons.add_ons([GULLY])
    assert add_on.first_seen_at == MORNING


async def test_a_device_that_nobody_registered_is_still_counted_as_unknown(
    street: Street,
) -> None:
    await street.recorder.record([up(DevEui("0" * 16), DISTANCE), up(GULLY, DISTANCE)])
    assert street.recorder.heard.unknown == {"0" * 16: 1}


async def test_the_same_batch_again_changes_nothing(street: Street) -> None:
    batch = [up(GULLY, DISTANCE), up(WALK, PEOPLE, port=14), up(SCRIPT, "15")]
    await street.recorder.record(batch)
    await street.recorder.record(batch)
    sensing = street.town.office.sensing
    await sensing.measurements.close_buckets(MORNING + timedelta(minutes=20))
    assert len(await street.values(GULLY, "distance")) == 1
    assert await street.values(WALK, "people_count", "right to left") == [
        (MORNING, 2.0, Quality.GOOD)
    ]
    told = [live.sample.key.dev_eui for live in await sensing.feed.after(0, wait_s=0)]
    assert told.count(GULLY) == 3  # distance, its fault and the battery, each once


async def test_a_vendors_codec_is_run_on_its_own_thread(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()
    run = decode_add_ons.run_scripts

    def seen(*args: object) -> list[Decoded]:
        threads.add(threading.current_thread().name)
        return run(*args)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(decode_add_ons, "run_scripts", seen)
    for second in range(3):
        await street.recorder.record([up(SCRIPT, "15", seconds=second)])
    assert threads == {"lamplighter.codecs_0"}
    assert [value for _, value, _ in await street.values(SCRIPT, "distance")] == [
        pytest.approx(2.1)
    ] * 3


async def test_a_frame_that_cannot_be_decoded_becomes_a_note_and_stops_no_other(
    street: Street,
) -> None:
    batch = [up(GULLY, "0d"), up(SCRIPT, "ff"), up(GULLY, DISTANCE, seconds=1)]
    await street.recorder.record(batch)
    assert await street.values(GULLY, "distance") == [
        (MORNING + timedelta(seconds=1), 2.025, Quality.GOOD)
    ]
    assert "port 2" in (await street.notes(GULLY))[0]
    assert "a bad frame" in (await street.notes(SCRIPT))[0]


async def test_nothing_of_a_people_counters_frame_is_in_notes_or_logs(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "lighting"):
        await street.recorder.record([up(WALK, "beef99", port=14, seconds=100)])
    assert await street.notes(WALK) == ["a frame of 3 bytes on port 14 (content not kept)"]
    assert "beef99" not in caplog.text


async def test_of_a_stream_that_is_off_no_frame_is_even_decoded(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    office = street.town.office
    await office.sensing.register.switch_off("gully-levels", by="dpo", why="a complaint")
    await street.recorder.record([up(GULLY, DISTANCE), up(GULLY, "0d", seconds=1)])
    assert await street.values(GULLY, "distance") == []
    assert await street.notes(GULLY) == []
    assert office.sensing.measurements.counts == {"withheld: its stream is off": 2}
    (add_on,) = await office.stores.add_ons.add_ons([GULLY])
    assert add_on.withheld == 2
    assert "not understood" not in caplog.text


async def test_late_and_impossible_values_are_flagged_and_kept(street: Street) -> None:
    held_up = up(GULLY, DISTANCE)
    late = Incoming(held_up.topic, held_up.payload, MORNING + timedelta(hours=2))
    await street.recorder.record([late, up(SCRIPT, "fd", seconds=5)])
    assert await street.values(GULLY, "distance") == [(MORNING, 2.025, Quality.LATE)]
    far = replace(MODEL, measures=(Measure(quantity="distance", field="mm"),))
    await street.town.office.stores.add_ons.put_model(
        ImportedModel(model=far, source=CODEC, imported_at=MORNING, imported_by="me")
    )
    await street.recorder.record([up(SCRIPT, "fd", seconds=90)])  # a minute on: asked for anew
    stored = await street.values(SCRIPT, "distance")
    assert stored[-1] == (MORNING + timedelta(seconds=90), 25_300.0, Quality.OUT_OF_RANGE)


async def test_a_batch_that_the_database_did_not_take_can_be_recorded_again(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = street.town.office.stores.series

    async def full(_: SensingBatch) -> Stored:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(series, "record", full)
        with pytest.raises(StoreError, match="the disk is full"):
            await street.recorder.record([up(GULLY, DISTANCE)])
    await street.recorder.record([up(GULLY, DISTANCE)])
    assert len(await street.values(GULLY, "distance")) == 1


async def test_what_a_codec_throws_is_kept_short_and_as_text(street: Street) -> None:
    await street.recorder.record([up(SCRIPT, "fc")])
    (note,) = await street.notes(SCRIPT)
    assert len(note) <= TEXT_MAX
    assert "\0" not in note


async def test_retention_deletes_and_says_so(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    await street.recorder.record([up(GULLY, DISTANCE), up(GULLY, "0d", seconds=-1)])
    register = street.town.office.sensing.register
    assert await register.enforce_retention(MORNING + timedelta(days=30)) == 0
    with caplog.at_level(logging.INFO, "lighting"):
        assert await register.enforce_retention(MORNING + timedelta(days=30, seconds=1)) == 3
    assert "3 samples of stream gully-levels deleted" in caplog.text
    assert await street.notes(GULLY) == []
    assert await street.values(GULLY, "distance") == []


async def test_a_gully_with_a_gauge_tells_how_full_it_is(street: Street) -> None:
    # 2.025 m of 2.525 m (empty) to 0.025 m (full): half a metre of two and a half, 20 %.
    add_ons = street.town.office.stores.add_ons
    await add_ons.set_gauge(GULLY, Gauge(empty_m=2.525, full_m=0.025))
    await street.recorder.record([up(GULLY, DISTANCE)])
    ((_, level, quality),) = await street.values(GULLY, "fill_level")
    assert level == pytest.approx(20)
    assert quality == Quality.GOOD
    assert [value for _, value, _ in await street.values(GULLY, "distance")] == [2.025]


async def test_a_level_that_cannot_be_is_kept_and_flagged(street: Street) -> None:
    add_ons = street.town.office.stores.add_ons
    await add_ons.set_gauge(GULLY, Gauge(empty_m=1.2, full_m=0.2))
    await street.recorder.record([up(GULLY, DISTANCE)])
    ((_, level, quality),) = await street.values(GULLY, "fill_level")
    assert level == pytest.approx(-82.5)
    assert quality == Quality.OUT_OF_RANGE
