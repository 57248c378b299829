"""Texts that phones scan and people type.

The TR005 drafts are vectors of The Things Stack (pkg/qrcodegenerator, Apache-2.0), the Matter code
is of the public Matter test devices, the GTIN is GS1's own example.
"""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.registration.errors import LabelError
from lighting.registration.label import read_label
from lighting.registration.tr005 import Tr005

EUI = "70b3d57ed0000123"
CODE = "LW:D0:70B3D57ED0FFFFFF:70B3D57ED0000123:00000000"


@pytest.mark.parametrize(
    "text",
    [
        "70b3d57ed0000123",
        "70B3D57ED0000123",
        "70-B3-D5-7E-D0-00-01-23",
        "70:b3:d5:7e:d0:00:01:23",
        "70 B3 D5 7E D0 00 01 23",
        "70b3.d57e.d000.0123",
        "  70B3D57ED0000123\r\n",
        "\ufeff70B3D57ED0000123",
        CODE,
        CODE.lower(),
        f"{CODE}\n",
    ],
)
def test_a_dev_eui_is_read_in_every_usual_spelling(text: str) -> None:
    read = read_label(text)
    assert (read.dev_eui if isinstance(read, Tr005) else read) == EUI


def test_a_code_tells_more_than_a_dev_eui() -> None:
    assert isinstance(read_label(CODE), Tr005)
    assert read_label(EUI) == EUI


@pytest.mark.parametrize(
    "text", ["0" * 16, "FF-FF-FF-FF-FF-FF-FF-FF", f"{CODE[:23]}{'0' * 16}:00000000"]
)
def test_a_placeholder_is_no_dev_eui(text: str) -> None:
    with pytest.raises(LabelError, match="a placeholder and no device's DevEUI"):
        read_label(text)


def test_bytes_are_taken_in_the_order_that_is_written() -> None:
    assert read_label("23 01 00 D0 7E D5 B3 70") == "230100d07ed5b370"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "nothing was read"),
        (" \ufeff ", "nothing was read"),
        ("https://www.example.com/?sn=70B3D57ED0000123", "a web address"),
        ("HTTPS://EXAMPLE.COM", "a web address"),
        ("https://id.gs1.org/01/09506000134352", "GS1 Digital Link"),
        ("(01)09506000134352(21)12345", "a GS1 product code"),
        ("]d20109506000134352", "a GS1 product code"),
        ("9506000134352", "a GS1 product number"),
        ("0109506000134352", "may be a GS1 product number"),
        ("MT:Y.K9042C00KA0648G00", "a Matter code"),
        ("Z:000D6F0012345678$I:83FED3407A939723A5C639B26916D505C3B5", "a Zigbee install code"),
        ("WIFI:T:WPA;S:net;P:secret;;", "a Wi-Fi code"),
        ('{"devEui":"70B3D57ED0000123"}', "a document"),
        ("424FFFFFFFFF", "12 hex digits where a DevEUI has 16"),  # TTS dev_eui_test "Invalid"
        ("70B3D57ED00001234", "17 hex digits"),
        ("70B3D57EDO000123", "'O' as digit 10.*did you mean the digit 0"),
        ("70B3D57ED000012\N{FULLWIDTH DIGIT THREE}", "as digit 16"),
        ("LW:D7:70B3D57ED0FFFFFF:70B3D57ED0000123:00000000", "schema 'D7'"),
        ("x" * 100_000, "as digit 1"),
    ],
)
def test_what_a_text_is_instead_is_said_with_a_cure(text: str, problem: str) -> None:
    with pytest.raises(LabelError, match=problem) as refused:
        read_label(text)
    assert refused.value.cure
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("draft", "number"),
    [
        ("URN:DEV:LW:42FFFFFFFFFFFFFF_4242FFFFFFFFFFFF_42FFFF42_V0102", "draft 3"),
        ("URN:LW:DP:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42:%V0102", "draft 2"),
    ],
)
def test_a_draft_of_tr005_is_refused_and_its_dev_eui_offered(draft: str, number: str) -> None:
    with pytest.raises(LabelError, match=number) as refused:
        read_label(draft)
    assert "4242FFFFFFFFFFFF" in refused.value.cure


@given(st.text(max_size=60))
def test_rubbish_is_refused_and_never_crashes(text: str) -> None:
    with suppress(LabelError):
        read_label(text)
