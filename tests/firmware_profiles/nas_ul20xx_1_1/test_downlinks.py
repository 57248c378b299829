"""Downlinks and echoes whose bytes the protocol does not allow; how each packet is proved."""

import pytest

from firmware_profiles.errors import DecodeError, EncodeError
from firmware_profiles.nas_ul20xx_1_1.commands import REPLIES
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE
from firmware_profiles.packet import PACKET, Packet, PacketTable


@pytest.mark.parametrize(
    ("f_port", "payload", "offset", "problem"),
    [
        (50, "2590", 1, "level = 144; allowed: a whole number from 0 to 100"),
        (50, "2210", 1, "fade_s: no meaning is known of 0x10"),
        (50, "210801FEFE0000FF", 1, "id = 8; allowed: a whole number from 0 to 7, or none"),
        (50, "210001FEFE0190FF", 5, "reserved bits 0x01 are set"),
        (50, "210001FEFE0090FF", 6, "step time 144 is past 23:50"),
        (50, "210002FEFE0006140614", 6, r"steps\[1\] does not come after the one before it"),
        (50, "2100020FFE0006142114", 3, "0x0f is no address"),
        (50, "210002FEFE00061421", 9, "too short: 1 more bytes belong here, 0 are left"),
        (50, "210001FEFE00061421FF", 8, "2 bytes too many"),
        (50, "20000029230000", 3, "latitude_deg = 90.01; allowed: a number from -90 to 90"),
        (50, "2010100D136805", 2, "reserved bits 0x10 are set"),
        (50, "230A" + "0101" * 10, 2, "10 dates; the firmware takes 9 at most"),
        (50, "09FFFFFF00", 1, "a clock before 2015"),
        (50, "0E20", 1, "reserved bits are set"),
        (50, "0707000000", 1, "interval_s = 7; allowed: a whole number from 60 to 86400"),
        (50, "2901003CFE" + "000080BF" + "64", 5, "lux = -1; allowed: 0 to 1e"),
        (50, "2601" + "00" * 8 + "C3", 10, "text is not UTF-8"),
        (50, "FE", 1, r"begins with \(nothing\)"),
        (50, "FE2564FE2564", 3, "no packet is known that begins with fe25"),
        (50, "0500", 0, "no packet is known that begins with 0500"),
        (50, "1602", 0, "no packet is known that begins with 1602"),
        (49, "2108", 1, "id: no meaning is known of 0x08"),
        (51, "00", 0, "no packet is known that begins with 00"),
        (60, "01", 1, "too short"),
        (60, "01" + "FE64" * 100, 199, "more than 99 lamps"),
        (60, "04", 1, "bytes: at least one byte belongs here"),
        (60, "09FE6400", 3, "minutes = 0; allowed: a whole number from 1 to 255"),
        (60, "0510", 1, "reserved bits 0x10 are set"),
    ],
)
def test_bytes_that_the_protocol_does_not_allow_are_refused_with_their_place(
    f_port: int, payload: str, offset: int, problem: str
) -> None:
    with pytest.raises(DecodeError, match=problem) as error:
        PROFILE.decode_downlink(f_port, bytes.fromhex(payload))
    assert (error.value.f_port, error.value.offset) == (f_port, offset)


def test_a_defaults_packet_that_sets_nothing_is_refused() -> None:
    with pytest.raises(EncodeError, match="one or more of level, level_max, fade_s"):
        PROFILE.encode_downlink({"packet": "defaults (1.0)"})


@pytest.mark.parametrize(
    ("meaning", "slot", "echoed"),
    [
        ({"packet": "clear profiles", "address": "all"}, "profiles", True),
        ({"packet": "clear holidays"}, "holidays", True),
        ({"packet": "holidays", "dates": []}, "holidays", True),
        ({"packet": "dig input off"}, "dig input", True),
        ({"packet": "read calendar"}, "read calendar", False),
        ({"packet": "restart"}, "restart", False),
        ({"packet": "identify"}, "identify", True),
        ({"packet": "dali query", "queries": [{"address": "dali 0", "query": 0}]}, None, False),
    ],
)
def test_a_packet_names_its_register_and_whether_the_node_repeats_it(
    meaning: dict[str, object], slot: str | None, *, echoed: bool
) -> None:
    frame = PROFILE.encode_downlink(meaning)

    assert frame.slot == (slot or meaning["packet"])
    assert frame.echo == ((frame.f_port, frame.payload) if echoed else None)


def test_an_answer_is_written_as_it_is_read() -> None:
    replies = PacketTable(REPLIES)
    payload = bytes.fromhex("070400030607edface82e5")

    meaning = replies.decode(60, payload)

    assert meaning[PACKET] == "memory"
    assert replies.named(meaning).write(meaning) == payload


@pytest.mark.parametrize("twin", [Packet(1, b"\x01", "b"), Packet(1, b"\x02", "a")])
def test_two_packets_cannot_share_a_header_or_a_name(twin: Packet) -> None:
    with pytest.raises(ValueError, match="share a header or a name"):
        PacketTable([Packet(1, b"\x01", "a"), twin])
