"""TR005 codes.

Sources of the vectors: the example of LoRa Alliance TR005 (2020) 4.3 with its checksum, as repeated
in The Things Stack's console (pkg/webui, device-claiming-parse-qr.js) and TagoIO's SDK tests; those
marked TTS are of pkg/qrcodegenerator/qrcode/enddevices/lora_alliance_tr005_test.go of
TheThingsNetwork/lorawan-stack (Apache-2.0), where checksums are not checked. CRC-16/MODBUS of
``123456789`` is 0x4B37 (the check value of Greg Cook's catalogue of CRC algorithms).
"""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.identifiers import DevEui
from lighting.registration.errors import LabelError
from lighting.registration.eui import JoinEui
from lighting.registration.tr005 import Tr005, crc16_modbus, parse_tr005

EXAMPLE = "LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C"
TTS_SIMPLE = "LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42"


def written(code: Tr005) -> str:
    """Return the text of ``code`` as the recommendation says it is made, with a checksum."""
    named = (("O", code.owner_token), ("S", code.serial), ("P", code.proprietary))
    options = [letter + value for letter, value in named if value]
    profile = f"{code.vendor_id:04X}{code.vendor_profile_id:04X}"
    fixed = ["LW", "D0", code.join_eui.upper(), code.dev_eui.upper(), profile]
    body = ":".join([*fixed, *options])
    return f"{body}:C{crc16_modbus(body.encode()):04X}"


def test_the_crc_is_the_catalogues() -> None:
    assert crc16_modbus(b"123456789") == 0x4B37


def test_the_example_of_the_recommendation_is_read_whole() -> None:
    code = parse_tr005(EXAMPLE)
    assert code == Tr005(
        join_eui=JoinEui("1122334455667788"),
        dev_eui=DevEui("aabbccddeeff0011"),
        vendor_id=0xAABB,
        vendor_profile_id=0x1122,
        owner_token="AABBCCDDEEFF",  # noqa: S106 - of the example
        serial="YYWWNNNNNN",
        proprietary="FOOBAR",
        checked=True,
    )
    assert written(code) == EXAMPLE


def test_a_code_without_options_is_read_and_says_that_nothing_checked_it() -> None:
    code = parse_tr005(TTS_SIMPLE)
    assert (code.join_eui, code.dev_eui) == ("42ffffffffffffff", "4242ffffffffffff")
    assert (code.vendor_id, code.vendor_profile_id) == (0x42FF, 0xFF42)
    assert not code.checked


def test_options_without_a_value_are_absent() -> None:
    code = parse_tr005(f"{TTS_SIMPLE}:O:S:P")  # TTS "EmptyExtensions"
    assert (code.owner_token, code.serial, code.proprietary) == (None, None, None)


def test_a_checksum_counts_wherever_it_stands() -> None:
    body, checksum = EXAMPLE.rsplit(":", 1)
    parts = body.split(":")
    moved = ":".join([*parts[:5], checksum, *parts[5:]])
    assert parse_tr005(moved).checked


def test_a_code_typed_in_lower_case_is_the_same_device() -> None:
    assert parse_tr005(EXAMPLE.lower()).dev_eui == parse_tr005(EXAMPLE).dev_eui


@pytest.mark.parametrize("place", range(6, EXAMPLE.index(":CAF2C")))
def test_any_one_wrong_character_is_caught(place: int) -> None:
    wrong = "0" if EXAMPLE[place] != "0" else "1"
    with pytest.raises(LabelError):
        parse_tr005(EXAMPLE[:place] + wrong + EXAMPLE[place + 1 :])


def test_an_option_of_a_later_version_is_kept() -> None:
    code = parse_tr005(f"{TTS_SIMPLE}:XNEW")
    assert code.unknown == ("XNEW",)


def test_an_owner_token_is_not_shown() -> None:
    assert "AABBCCDDEEFF" not in repr(parse_tr005(EXAMPLE))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF", "before its ProfileID"),  # TTS Parts
        ("LW:D0:42FFFFFFFFFFFFFF", "before its DevEUI"),
        ("LW:D0", "before its JoinEUI"),
        ("LW:D0:42FFFFFFFF:4242FFFFFFFFFFFF:42FFFF42", "10 hex digits where a JoinEUI has 16"),
        ("LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFG:42FFFF42", "'G' as digit 16 of its DevEUI"),
        ("LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42AABB", "12 hex digits"),  # TTS ProdID
        ("LW:D1:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42", "schema 'D1'"),
        (f"{TTS_SIMPLE}:CCHECKSUM:O0102", "'H' as digit 2 of its checksum"),  # TTS Extensions
        (f"{TTS_SIMPLE}:C0000", "checksum 0000 does not fit"),
        (f"{TTS_SIMPLE}:SA:SB", "element S twice"),
        (f"{TTS_SIMPLE}::SA", "nothing between two colons"),
        (f"{TTS_SIMPLE}:S{'A' * 600}", "characters; at most"),
        (f"{TTS_SIMPLE}:S\x1b[2J", "control characters"),
        (f"{TTS_SIMPLE}:S1\nS2", "control characters"),
        ("", "does not begin with LW:"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    with pytest.raises(LabelError, match=problem):
        parse_tr005(text)


_WORD = st.none() | st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./", min_size=1, max_size=30)
_EUI = st.integers(0, 2**64 - 1).map(lambda value: f"{value:016x}")
_DEV_EUI = st.integers(1, 2**64 - 2).map(lambda value: f"{value:016x}")
_HALF = st.integers(0, 0xFFFF)


@given(_EUI, _DEV_EUI, st.tuples(_HALF, _HALF), st.tuples(_WORD, _WORD, _WORD))
def test_whatever_is_written_is_read_back(
    join: str,
    dev: str,
    profile: tuple[int, int],
    words: tuple[str | None, str | None, str | None],
) -> None:
    code = Tr005(
        join_eui=JoinEui(join),
        dev_eui=DevEui(dev),
        vendor_id=profile[0],
        vendor_profile_id=profile[1],
        owner_token=words[0],
        serial=words[1],
        proprietary=words[2],
        checked=True,
    )
    assert parse_tr005(written(code)) == code


@given(st.text(max_size=80) | st.text("LWD0:ACOSP1f", max_size=80).map("LW:D0:".__add__))
def test_rubbish_is_refused_and_never_crashes(text: str) -> None:
    with suppress(LabelError):
        parse_tr005(text)
