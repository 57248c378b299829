"""What is cut short, changed or of another device is an error that tells the byte: no wrong number.

There is no outside source for rubbish; the expectations are the promises of ``AddOnCodec``.
"""

import contextlib
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware_profiles.codecs import AddOnCodec, all_codecs, codec_for
from firmware_profiles.errors import DecodeError, UnknownCodecError
from firmware_profiles.quantities import quantity_for
from tests.firmware_profiles.addons.vectors import VECTORS, Vector

CODECS = all_codecs()
# These name no length: cut at the end of a channel, the frame is a shorter frame that is right.
CHANNELS = ("milesight", "parametric_pcr2")


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_frame_cut_short_is_an_error_or_says_a_part_of_the_same(vector: Vector) -> None:
    codec = codec_for(vector.codec_id)
    whole = codec.decode(vector.port, vector.payload)
    for size in range(len(vector.payload)):
        try:
            part = codec.decode(vector.port, vector.payload[:size])
        except DecodeError:
            continue
        assert vector.codec_id.startswith(CHANNELS)
        told = {(each.quantity, each.channel) for each in whole}
        assert {(each.quantity, each.channel) for each in part} <= told


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_frame_with_a_byte_too_many_is_an_error(vector: Vector) -> None:
    with pytest.raises(DecodeError):
        codec_for(vector.codec_id).decode(vector.port, vector.payload + b"\x00")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CODECS), st.integers(1, 223), st.binary(max_size=60))
@example(codec_for("uradmonitor_industrial"), 1, b"\xff" * 50)
@example(codec_for("milesight_em300_th"), 85, b"\x20\xce" + b"\xff" * 8)
def test_rubbish_is_an_error_or_measurements_of_known_quantities(
    codec: AddOnCodec, port: int, payload: bytes
) -> None:
    with contextlib.suppress(DecodeError):
        for each in codec.decode(port, payload):
            assert quantity_for(each.quantity).key == each.quantity
            assert math.isfinite(each.value)


@pytest.mark.parametrize(
    ("codec_id", "port", "payload", "told"),
    [
        ("decentlab_pm", 1, "031b5000010c25", "protocol version 3; known: 2"),
        ("decentlab_pm", 1, "021b5000110c250000", "this device has 4 sensors"),
        ("decentlab_cws", 1, "021b5000010c25", "12 more bytes belong here, 2 are left"),
        ("decentlab_cws", 1, "021b5000020c250c25", "2 bytes too many"),
        ("decentlab_cws", 2, "02463900020b74", "speaks on port 1"),
        ("milesight_em300_th", 85, "", "an empty payload"),
        ("milesight_em300_th", 85, "01", "1 more bytes belong here"),
        ("milesight_em300_th", 85, "017564057800", "byte 3 of 017564057800"),
        ("milesight_em300_th", 85, "057864", "no channel 05 78; known: 01 75, 03 67"),
        ("milesight_em500_udl", 85, "83e9e803000001", "no channel 83 e9"),
        ("milesight_em400_mud", 85, "050002", "0x02 where 00 or 01 belongs"),
        ("milesight_vs133", 85, "11d200000000", "no channel 11 d2"),
        ("milesight_ws202", 85, "0300ff", "0xff where 00 or 01 belongs"),
        ("parametric_pcr2", 14, "be0103000100020003000464000a0139", "version 3; known: 4"),
        ("parametric_pcr2", 14, "0b0005", "no field 0x0b; known: 01, 0a, 16"),
        (
            "parametric_pcr2",
            190,
            "be0107",
            "no setup message; known: 14 bytes of version 2, 20 bytes",
        ),
        ("pmx_tcr", 13, "a2190a03e832044c3433", "25:10 is no time of day"),
        ("pmx_tcr", 190, "a2140a03e832044c3433", "no message 0xa2 on this port"),
        ("pmx_tcr", 18, "a2140a03e832044c3433", "speaks on port 1, 13, 14, 15, 16, 17, 190"),
        ("uradmonitor_industrial", 1, "00" * 49, "a frame has 50 bytes"),
        ("uradmonitor_industrial", 1, "00" * 29 + "05" + "00" * 20, "0x05: no gas of this number"),
        (
            "uradmonitor_industrial",
            1,
            "00" * 29 + "2a0000012a000001" + "00" * 13,
            "0x2a: a second sensor of o3",
        ),
        ("dragino_ldds75", 2, "0d0a07e9", "too short"),
        ("dragino_ldds75", 1, "0d0a07e900000001", "speaks on port 2"),
    ],
)
def test_what_is_wrong_is_told(codec_id: str, port: int, payload: str, told: str) -> None:
    with pytest.raises(DecodeError, match=r"^port \d+, byte \d+ of ") as caught:
        codec_for(codec_id).decode(port, bytes.fromhex(payload))
    assert told in str(caught.value)


def test_what_a_milesight_device_says_of_itself_is_no_measurement() -> None:
    """Milesight's attribute table: ff 01 (1 byte), ff 09 (2), ff 0a (2), ff 16 (8), ff 0f (1)."""
    payload = bytes.fromhex("ff0b ff ff0101 ff166136d41005240016 ff090310 ff0a0101 ff0f00")
    assert codec_for("milesight_em300_th").decode(85, payload) == ()


def test_a_mean_speed_of_no_vehicles_is_no_speed() -> None:
    found = codec_for("pmx_tcr").decode(13, bytes.fromhex("a2140a00000000000033"))
    assert [each.quantity for each in found] == ["vehicle_count", "vehicle_count", "supply_voltage"]


def test_a_sensor_that_is_not_there_is_no_gas_and_a_value_below_zero_is_kept() -> None:
    """The layout of uRADMonitor: a sign and a size; 0x80000a of ozone is -0.010 ppm."""
    payload = bytes(29) + bytes.fromhex("2a80000a") + bytes(17)
    found = {
        each.quantity: each.value for each in codec_for("uradmonitor_industrial").decode(1, payload)
    }
    assert found["o3"] == -10
    assert "no2" not in found
    assert not quantity_for("o3").is_possible(-10)


def test_an_unknown_codec_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownCodecError, match="no add-on codec 'nosuch'; known: decentlab_pm, "):
        codec_for("nosuch")
