"""The packer refuses what does not fit, and the reader tells where bytes are wrong."""

import struct
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_profiles import wire
from firmware_profiles.errors import DecodeError, EncodeError

# Limits of two's complement integers, and bytes of Python's own struct module as the oracle.
KINDS = [
    (wire.U8, 0, 255, "<B"),
    (wire.I8, -128, 127, "<b"),
    (wire.U16, 0, 65_535, "<H"),
    (wire.I16, -32_768, 32_767, "<h"),
    (wire.U32, 0, 4_294_967_295, "<I"),
    (wire.I32, -2_147_483_648, 2_147_483_647, "<i"),
]


@pytest.mark.parametrize(("kind", "low", "high", "code"), KINDS)
def test_an_integer_takes_its_whole_range_and_nothing_more(
    kind: wire.IntType, low: int, high: int, code: str
) -> None:
    for value in (low, low + 1, high - 1, high):
        assert kind.pack("x", value) == struct.pack(code, value)
        assert wire.Reader(1, kind.pack("x", value)).integer(kind) == value
    for value in (low - 1, high + 1):
        with pytest.raises(EncodeError, match=f"from {low} to {high}"):
            kind.pack("x", value)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, nan, b"1"])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(EncodeError) as error:
        wire.U8.pack("level", value)
    assert (error.value.field, error.value.allowed) == ("level", "a whole number from 0 to 255")


@pytest.mark.parametrize("value", [nan, inf, -inf, True, "1.5", None, 1e39])
def test_what_no_float_can_hold_is_refused(value: object) -> None:
    with pytest.raises(EncodeError):
        wire.pack_f32("lux", value)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_is_told_shortly_and_keeps_every_bit(number: float) -> None:
    short = wire.shortest_f32(number)

    assert wire.pack_f32("lux", short) == struct.pack("<f", number)
    assert len(repr(abs(short)).replace(".", "").split("e")[0].strip("0")) <= 9


def test_the_shortest_float_is_the_one_that_people_meant() -> None:
    assert wire.shortest_f32(struct.unpack("<f", struct.pack("<f", 123.4))[0]) == 123.4


def test_bits_go_in_lowest_first() -> None:
    assert wire.pack_bits("counts", [(2, 4), (1, 4)]) == b"\x12"
    assert wire.Reader(1, b"\x12").bits(4, 4) == (2, 1)


def test_a_bit_field_refuses_what_its_width_cannot_hold() -> None:
    with pytest.raises(EncodeError, match="from 0 to 15"):
        wire.pack_bits("counts", [(16, 4), (0, 4)])


@pytest.mark.parametrize(
    "read",
    [
        lambda reader: reader.integer(wire.U32),
        lambda reader: reader.take(wire.integers(wire.U16, wire.U8)),
        lambda reader: reader.raw(3),
        lambda reader: reader.f32(),
    ],
)
def test_a_short_payload_is_told_with_its_place(read: object) -> None:
    reader = wire.Reader(7, b"\x01\x02\x03", offset=1)
    with pytest.raises(DecodeError, match="too short") as error:
        read(reader)  # type: ignore[operator] # parametrized lambdas
    assert (error.value.f_port, error.value.offset) == (7, 1)


def test_a_byte_past_the_end_is_told_with_its_place() -> None:
    with pytest.raises(DecodeError, match="port 7, byte 0 of \\(empty\\)"):
        wire.Reader(7, b"").u8()


def test_bytes_left_over_are_told_with_their_place() -> None:
    reader = wire.Reader(7, b"\x01\x02\x03")
    reader.u8()
    with pytest.raises(DecodeError, match="2 bytes too many") as error:
        reader.end()
    assert error.value.offset == 1


@pytest.mark.parametrize("number", [nan, inf])
def test_a_float_that_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(DecodeError, match="finite"):
        wire.Reader(7, struct.pack("<f", number)).f32()
