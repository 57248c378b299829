"""Rubbish on the topics: each message is counted or noted, and none holds up the others."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lighting.testing.broker import EmbeddedBroker
from tests.system.street import APPLICATION, MORNING, a_plan, dev_eui, link_of, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

KNOWN, UNKNOWN = dev_eui(0), "ffffffffffffffff"
MEGABYTE = 1_000_000


def topic(event: str, device: str = KNOWN, application: str = APPLICATION) -> str:
    return f"application/{application}/device/{device}/event/{event}"


def up(**fields: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return json.dumps({"fPort": 23, "data": "AQ=="} | fields).encode()


MALFORMED = [
    *[
        (topic("up"), body)
        for body in (
            *(b"", b"{", b"null", b"[]", b'"text"', b"7", b"NaN", b"\x00\xff\xfe", b"[" * 50_000),
            *(b'{"fPort": NaN}', b'{"fPort": 1e999}', b'{"rxInfo": [{"snr": NaN}]}'),
            *(up(fPort=256), up(fPort=-1), up(fPort=1.5), up(fPort="23"), up(fCnt=2**32)),
            *(up(data="!"), up(data="AQ"), up(data=7), up(data="A" * 400)),
            *(up(time=7), up(rxInfo={}), up(deviceInfo=7)),
            up(deviceInfo={"devEui": UNKNOWN}),
            up(deviceInfo={"applicationId": "another"}),
            b'{"data": "' + b"A" * MEGABYTE + b'"}',
            b" " * MEGABYTE,
        )
    ],
    (topic("up", device="lantern"), up()),
    (topic("up", device="\N{SNOWMAN}"), up()),
    (topic("txack"), b"{}"),
    (topic("txack"), b'{"queueItemId": "one"}'),
    (topic("ack"), b"{}"),
    (topic("log"), b'{"context": {"queue_item_id": "one"}}'),
    (topic("log"), b'{"level": ["ERROR"]}'),
    (topic("status"), b'{"margin": 1e40}'),
]
"""What no network server says: refused with a line in the log."""

STRANGE = [
    *[(topic("up"), up(time=at)) for at in ("", "yesterday", "0001-01-01T00:00:00Z")],
    *[(topic("up"), up(time=at)) for at in ("9999-12-31T23:59:59-12:00", "1970-01-01T00:00:00")],
    (topic("up"), b"{}"),
    (topic("up"), up(data="")),
    (topic("up"), up(fPort=1, data="AA==")),
    (topic("up"), up(fPort=99, data="//8=")),
    (topic("up"), up(rxInfo=[{"gatewayId": "not an EUI", "rssi": -200}] * 100)),
    (topic("join"), b'{"time": "0001-01-01T00:00:00Z"}'),
    (topic("txack"), json.dumps({"queueItemId": str(UUID(int=1))}).encode()),
    (topic("ack"), json.dumps({"queueItemId": str(UUID(int=1)), "acknowledged": True}).encode()),
    (topic("log"), json.dumps({"code": "X" * 9999, "description": "\0" * 9999}).encode()),
    (topic("log"), b'{"code": "DOWNLINK_GATEWAY"}'),
    (topic("status"), b'{"margin": -2147483648}'),
]
"""What is well formed and makes no sense: taken for what it is, at the time it came."""

UNKNOWN_DEVICES = [(topic("up", device=f"{number:016x}"), up()) for number in range(50)]


async def test_rubbish_is_counted_and_the_rollout_goes_on(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    async with open_street(tmp_path, broker, a_plan(spreading=9)) as street:
        heard = street.controller.recorder.heard.kinds
        async with link_of(broker, street.time.clock, "vandal") as vandal:
            await vandal.wait_until_connected()
            await street.time.let_pass(timedelta(minutes=1))
            await vandal.publish([*MALFORMED, *STRANGE, *UNKNOWN_DEVICES])

            async def all_of_it_came() -> bool:
                return heard["malformed"] + heard["unknown device"] == len(
                    [*MALFORMED, *UNKNOWN_DEVICES]
                )

            await street.time.until(all_of_it_came, look_every=timedelta(seconds=1))
        await street.time.start_over()
        await street.time.until(street.all_proved, at_most=timedelta(hours=24))
        before = dict(heard)
        await street.time.let_pass(timedelta(hours=1))
        assert heard["Uplink"] >= before["Uplink"] + len(street.server.lanterns)
        assert heard["malformed"] == len(MALFORMED)
        readings = street.office.stores.readings
        said = await readings.notes_of(
            [KNOWN], start=MORNING - timedelta(days=1), end=MORNING + timedelta(days=1)
        )
        kinds = [note.kind for note in said[KNOWN]]
        assert "not understood" in kinds
        assert all(abs(note.at - MORNING) < timedelta(hours=2) for note in said[KNOWN])
        nodes = await street.office.stores.nodes.nodes()
        assert all(
            node.last_seen_at <= street.time.clock.now() for node in nodes if node.last_seen_at
        )
