"""What a person scanned is told back to them, but never a key or an owner token in it."""

import pytest

from lighting.operations.scan import scanned_dev_eui
from lighting.operations.secret_text import holds_key, without_secrets
from lighting.registration.errors import LabelError

CODE = "LW:D0:1122334455667788:70B3D57ED0000123:02590001"
KEY = "2B7E151628AED2A6ABF7158809CF4F3C"
"""Of FIPS 197, appendix A."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{CODE}:CFFFF", "the checksum FFFF does not fit: a character was read or typed wrongly"),
        (CODE.replace("D0:1", "D1:1"), "schema 'D1' of TR005 is not known"),
        (CODE.replace("0123:", "O123:"), r"did you mean the digit 0\?"),
        (CODE[:-1], "has 7 hex digits where a ProfileID has 8"),
        (f"{CODE}:O{KEY}:CFFFF", "the checksum FFFF does not fit"),
    ],
)
def test_what_is_wrong_with_a_misread_code_is_said_though_its_euis_are_32_digits(
    text: str, told: str
) -> None:
    with pytest.raises(LabelError, match=told) as caught:
        scanned_dev_eui(text)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f'{{"dev_eui": "70B3D57ED0000123", "app_key": "{KEY}"}}',
        f"{CODE}:P{KEY}:CFFFF",
        f"LW:D0:{KEY}:70B3D57ED0000123:02590001",
        f"{CODE}:" + ":".join(KEY[i : i + 2] for i in range(0, 32, 2)),
        "-".join(KEY[i : i + 2] for i in range(0, 32, 2)),
    ],
)
def test_whatever_may_be_a_key_is_not_told(text: str) -> None:
    assert holds_key(text)
    with pytest.raises(LabelError, match="not shown") as caught:
        scanned_dev_eui(text)
    assert KEY[:8] not in str(caught.value)


def test_an_owner_token_is_blotted_out_of_what_is_repeated() -> None:
    assert without_secrets(f"'{CODE}:OABC12:SX' is wrong", f"{CODE}:OABC12:SX") == (
        f"'{CODE}:O(hidden):SX' is wrong"
    )
