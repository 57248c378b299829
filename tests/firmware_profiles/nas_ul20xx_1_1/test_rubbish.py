"""Whatever a node (or someone in its name) sends: a reading, or an error that tells the byte."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware_profiles.errors import DecodeError, EncodeError
from firmware_profiles.frame import Frame
from firmware_profiles.nas_ul20xx_1_1.downlinks import DOWNLINKS
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE
from firmware_profiles.reading import (
    BootReading,
    EchoReading,
    EventReading,
    Reading,
    RejectionReading,
    StatusReading,
    UsageReading,
)

UPLINK_PORTS = (23, 24, 25, 26, 50, 60, 61, 99)
DOWNLINK_PORTS = (49, 50, 51, 60)
READINGS = (
    BootReading,
    EchoReading,
    EventReading,
    RejectionReading,
    StatusReading,
    UsageReading,
)
HEADERS = st.sampled_from([*range(0x10), *range(0x13, 0x2D), 0x52, 0x53, *range(0x80, 0x88), 0xFE])
# Half of all payloads begin with a byte that means something, or nothing would get far.
payloads = st.binary(max_size=60) | st.builds(
    lambda header, rest: bytes([header]) + rest, HEADERS, st.binary(max_size=60)
)


@given(st.sampled_from(UPLINK_PORTS), payloads)
@example(60, bytes.fromhex("0504"))
@example(23, bytes.fromhex("01F37F205E824432091620" + "FF01"))
@example(61, bytes.fromhex("86000000C07F0000C07F00000000"))
def test_any_bytes_are_a_reading_or_a_decode_error(port: int, payload: bytes) -> None:
    outcome: DecodeError | Reading
    try:
        (outcome,) = PROFILE.decode_uplink(port, payload)
    except DecodeError as error:
        outcome = error
    if isinstance(outcome, DecodeError):
        assert 0 <= outcome.offset <= len(payload)
        assert outcome.problem
    else:
        assert isinstance(outcome, READINGS)


@given(st.sampled_from(DOWNLINK_PORTS), payloads)
@example(49, bytes.fromhex("0807"))
def test_any_downlink_means_something_plain_or_is_a_decode_error(port: int, payload: bytes) -> None:
    try:
        meaning = PROFILE.decode_downlink(port, payload)
    except DecodeError:
        return
    assert json.loads(json.dumps(meaning, allow_nan=False)) == meaning
    # The short boot delay of older tools is the one form that we read and do not write.
    if len(payload) <= PROFILE.payload_max and b"\x0d" not in payload:
        assert PROFILE.encode_downlink(meaning).payload == payload


@given(st.integers(-1, 300), st.binary(max_size=20))
def test_any_port_is_known_or_refused(port: int, payload: bytes) -> None:
    if port not in UPLINK_PORTS:
        with pytest.raises(DecodeError, match="speak on the ports 23, 24"):
            PROFILE.decode_uplink(port, payload)
    if port not in DOWNLINK_PORTS:
        with pytest.raises(DecodeError):
            PROFILE.decode_downlink(port, payload)


@pytest.mark.parametrize("port", UPLINK_PORTS)
@pytest.mark.parametrize("payload", [b"", bytes(1_000_000), b"\xff" * 243])
def test_an_empty_or_a_huge_payload_is_refused(port: int, payload: bytes) -> None:
    with pytest.raises(DecodeError, match="1 to 242 bytes") as error:
        PROFILE.decode_uplink(port, payload)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("port", DOWNLINK_PORTS)
@pytest.mark.parametrize("payload", [b"", bytes(1_000_000)])
def test_an_empty_or_a_huge_downlink_is_refused(port: int, payload: bytes) -> None:
    with pytest.raises(DecodeError):
        PROFILE.decode_downlink(port, payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
def test_any_values_are_a_frame_or_an_encode_error(data: st.DataObject) -> None:
    packet = data.draw(st.sampled_from(DOWNLINKS.packets))
    names = [name for field in packet.fields for name in field.names]
    meaning = {"packet": packet.name, **{name: data.draw(json_values) for name in names}}
    try:
        frame = PROFILE.encode_downlink(meaning)
    except EncodeError:
        return
    assert isinstance(frame, Frame)
