"""What the network server says, and what is kept of it, on a real SQLite file.

The JSON is in the shape of the project reference ``lorawan.md``, 1.3; the nodes' bytes are the
published vectors of ``firmware_profiles/nas_ul20xx_1_1/vectors.toml``, which name their sources.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import Incoming
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.records import MeterRow, Note, Recorded, StatusRow
from tests.lighting.operations.chirpstack import log, message, up
from tests.lighting.operations.town import NEAR, Town, dev, lantern

AT = datetime(2020, 1, 16, 15, 23, 40, tzinfo=UTC)
"""Nine seconds after the time in the published status and start reports."""

NODE = dev(1)
SECOND = timedelta(seconds=1)

STATUS = "01F37F205E82443209162007 01D20294550401FE50190012501900".replace(" ", "")
USAGE = "00FF80D0EF2F0112FF479403002A00F94A030027005DE5C072D902D0EF2F01"
START = "000D008350010101F37F205E000CFE0104"


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with one lantern."""
    await town.hang(lantern(1))
    return town


@pytest.fixture
def recorder(street: Town) -> UplinkRecorder:
    """Return what records the messages of a ChirpStack."""
    return UplinkRecorder(street.office.stores.nodes, ChirpStack())


Kept = tuple[Sequence[StatusRow], Sequence[MeterRow], Sequence[Note]]


async def kept(town: Town, at: datetime = AT) -> Kept:
    """Return what is kept of the node's sayings around an instant."""
    readings = town.office.stores.readings
    start, end = at - timedelta(hours=1), at + timedelta(hours=1)
    statuses = await readings.statuses_of([NODE], start=start, end=end)
    meters = await readings.meters_of([NODE], start=start, end=end)
    notes = await readings.notes_of([NODE], start=start, end=end)
    return (statuses.get(NODE, []), meters.get(NODE, []), notes.get(NODE, []))


def note(kind: str, text: str) -> Kept:
    return [], [], [Note(NODE, AT, kind, text)]


NOTHING: Kept = ([], [], [])

CASES = {
    "a status: level, reason, faults, temperature": (
        up(NODE, AT, 23, STATUS),
        (
            [
                StatusRow(
                    NODE,
                    AT,
                    25,
                    "dusk step 0",
                    "dali connection error, lamp error alert in 24 h",
                    22,
                )
            ],
            [],
            [],
        ),
    ),
    "a usage whose only energy is a driver's": (
        up(NODE, AT, 26, USAGE),
        ([], [MeterRow(NODE, AT, 234_567, 42, 19_918_800, 229)], []),
    ),
    "a usage of the node's own meter": (
        up(NODE, AT, 25, "ff03ed0000000000"),
        ([], [MeterRow(NODE, AT, 237, 0, None, None)], []),
    ),
    "a usage of two drivers: their sum": (
        up(NODE, AT, 25, "04030000000000000603151400000000"),
        ([], [MeterRow(NODE, AT, 5141, 0, None, None)], []),
    ),
    "a usage of two drivers whose counters add up past the end of one": (
        up(NODE, AT, 25, "0403fffffffF2a000603020000002700".lower()),
        ([], [MeterRow(NODE, AT, 1, 42 + 39, None, None)], []),
    ),
    "a usage without energy": (
        up(NODE, AT, 26, "00FF80D0EF2F01"),
        ([], [MeterRow(NODE, AT, None, None, 19_918_800, None)], []),
    ),
    "a start": (
        up(NODE, AT, 99, START),
        note("boot", "serial 5083000D, firmware 1.1.1, dali"),
    ),
    "an alert of the meter": (
        up(NODE, AT, 61, "84025900e50056"),
        note(
            "metering alert",
            "conditions ['over-current'], power_w 89, voltage_v 229, power_factor 0.86",
        ),
    ),
    "an event": (up(NODE, AT, 61, "804106000000"), note("dig", "on True, count 6")),
    "MAC commands only": (up(NODE, AT, 0, ""), NOTHING),
    "bytes that are no status": (
        up(NODE, AT, 23, "ff"),
        note("not understood", "port 23, byte 0 of ff (1 bytes): "),
    ),
    "a port that the firmware does not speak on": (
        up(NODE, AT, 7, "01"),
        note("not understood", "port 7, byte 0 of 01 (1 bytes): "),
    ),
    "a node's answer on its radio": (
        message("status", NODE, AT, margin=-7, externalPowerSource=True),
        note("radio", "downlink margin -7 dB"),
    ),
    "a word of the network server": (
        log(NODE, AT, "UPLINK_F_CNT_RESET", "Frame-counter reset detected"),
        note("network server", "UPLINK_F_CNT_RESET: Frame-counter reset detected"),
    ),
    "an acknowledgement": (
        message(
            "ack", NODE, AT, queueItemId="1bbcab1d-0000-4000-8000-000000000000", acknowledged=True
        ),
        NOTHING,
    ),
    "a join": (message("join", NODE, AT, deduplicationId="x"), NOTHING),
}


@pytest.mark.parametrize(("said", "expected"), CASES.values(), ids=CASES)
async def test_what_is_said_is_kept(
    street: Town, recorder: UplinkRecorder, said: Incoming, expected: Kept
) -> None:
    assert (await recorder.record([said])).unknown == ()
    statuses, meters, notes = await kept(street)
    assert (statuses, meters) == expected[:2]
    assert [(each.at, each.kind) for each in notes] == [(e.at, e.kind) for e in expected[2]]
    assert all(n.text.startswith(e.text) for n, e in zip(notes, expected[2], strict=True))


@pytest.mark.parametrize("said", [said for said, _ in CASES.values()], ids=CASES)
async def test_what_is_said_twice_is_kept_once(
    street: Town, recorder: UplinkRecorder, said: Incoming
) -> None:
    await recorder.record([said])
    once = await kept(street)
    await recorder.record([said])
    await recorder.record([said, said])
    assert await kept(street) == once


async def test_every_uplink_says_that_the_node_is_there(
    street: Town, recorder: UplinkRecorder
) -> None:
    for number, port in enumerate((23, 0, 7)):
        at = AT + number * SECOND
        await recorder.record([up(NODE, at, port, STATUS if port == 23 else "")])
        node = await street.node(1)
        assert (node.last_seen_at, node.gateway_id) == (at, NEAR)


@pytest.mark.parametrize(
    ("clock_error", "noted"),
    [
        (timedelta(minutes=10), []),
        (timedelta(minutes=10, seconds=1), ["the node's clock says 2020-01-16T15:23:31+00:00"]),
        (timedelta(hours=-1), ["the node's clock says 2020-01-16T15:23:31+00:00"]),
    ],
)
async def test_a_clock_that_is_off_is_noted(
    street: Town, recorder: UplinkRecorder, clock_error: timedelta, noted: list[str]
) -> None:
    at = datetime(2020, 1, 16, 15, 23, 31, tzinfo=UTC) + clock_error
    await recorder.record([up(NODE, at, 23, STATUS)])
    statuses, _, notes = await kept(street, at)
    assert [(each.kind, each.text) for each in notes] == [("clock", text) for text in noted]
    assert [status.at for status in statuses] == [at]  # the network's time counts


async def test_a_clock_that_was_never_set_is_noted(street: Town, recorder: UplinkRecorder) -> None:
    unset = STATUS.replace("F37F205E", "80436D38")  # a moment after 2000-01-01
    await recorder.record([up(NODE, AT, 23, unset)])
    _, _, notes = await kept(street)
    assert [each.text for each in notes] == ["the node's clock is not set"]


async def test_an_unknown_device_is_counted_each_time_and_logged_once(
    recorder: UplinkRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = dev(99)
    with caplog.at_level(logging.WARNING, "lighting.operations.record_uplinks"):
        for number in range(3):
            await recorder.record([up(stranger, AT + number * SECOND, 23, STATUS)])
    assert recorder.heard.unknown == {stranger: 3}
    assert recorder.heard.kinds["unknown device"] == 3
    assert [record.getMessage() for record in caplog.records] == [
        f"device {stranger} is on no lantern of the inventory; register it"
    ]


async def test_a_device_that_is_fitted_later_is_known_from_then_on(
    street: Town, recorder: UplinkRecorder
) -> None:
    await recorder.record([up(dev(2), AT, 0, "")])
    await street.hang(lantern(2))
    await recorder.record([up(dev(2), AT + SECOND, 0, "")])
    assert (await street.node(2)).last_seen_at == AT + SECOND


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (f"application/street/device/{NODE}/event/up", b"{"),
        (f"application/street/device/{NODE}/event/up", b'{"fPort": "many"}'),
        (f"application/street/device/{NODE}/event/txack", b"{}"),
        (f"application/street/device/{NODE}/event/rumour", b"{}"),
        ("application/street/device/lamp/event/up", b"{}"),
        ("weather", b"rain"),
    ],
)
async def test_a_message_that_cannot_be_understood_holds_up_nothing(
    street: Town, recorder: UplinkRecorder, topic: str, payload: bytes
) -> None:
    await recorder.record([Incoming(topic, payload, AT), up(NODE, AT, 23, STATUS)])
    assert recorder.heard.kinds == {"malformed": 1, "Uplink": 1}
    statuses, _, _ = await kept(street)
    assert len(statuses) == 1


async def test_a_node_whose_firmware_was_changed_is_looked_up_again(
    street: Town, recorder: UplinkRecorder
) -> None:
    await recorder.record([up(NODE, AT, 0, "")])
    recorder.forget([NODE, dev(99)])
    await recorder.record([up(NODE, AT + SECOND, 0, "")])
    assert (await street.node(1)).last_seen_at == AT + SECOND


async def test_an_empty_batch_is_no_trouble(recorder: UplinkRecorder) -> None:
    assert await recorder.record([]) == Recorded()
