"""Root keys show nowhere."""

import ast
import copy
import dataclasses
import json
import logging
import pickle
from pathlib import Path

import msgspec
import pytest

from lighting.errors import LightingError
from lighting.registration.errors import RootKeyError
from lighting.registration.keys import RootKeys

ROOT = Path(__file__).parents[3]
APP_KEY, NWK_KEY = "0123456789abcdef" * 2, "fedcba9876543210" * 2
KEYS = RootKeys.from_hex(APP_KEY, NWK_KEY)


@dataclasses.dataclass(frozen=True)
class Holder:
    """Something that holds keys, as a request might."""

    keys: RootKeys


def test_no_text_of_keys_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("%s %r", KEYS, Holder(KEYS))
    texts = [
        repr(KEYS),
        str(KEYS),
        f"{KEYS}",
        repr(Holder(KEYS)),
        repr(dataclasses.asdict(Holder(KEYS))),
        repr([KEYS]),
        caplog.text,
    ]
    for text in texts:
        assert "hidden" in text
        assert not any(part in text.lower() for part in ("0123", "fedc", "\\x01#"))


def test_keys_are_in_no_json_and_no_pickle() -> None:
    for encode in (json.dumps, msgspec.json.encode, pickle.dumps):
        with pytest.raises(TypeError):
            encode(Holder(KEYS))
        with pytest.raises(TypeError):
            encode(KEYS)


def test_a_copy_of_keys_is_the_same_object() -> None:
    assert copy.copy(KEYS) is KEYS
    assert copy.deepcopy(KEYS) is KEYS


def test_keys_are_equal_by_value_and_cannot_be_looked_up() -> None:
    assert RootKeys.from_hex(APP_KEY.upper(), NWK_KEY) == KEYS
    assert RootKeys.from_hex(APP_KEY) != KEYS
    assert KEYS != APP_KEY
    with pytest.raises(TypeError):
        hash(KEYS)


@pytest.mark.parametrize("text", ["01-23 45:67" + APP_KEY[8:], f" {APP_KEY.upper()}\n"])
def test_keys_are_read_in_the_usual_spellings(text: str) -> None:
    assert RootKeys.from_hex(text) == RootKeys.from_hex(APP_KEY)


def test_keys_say_of_which_lorawan_version_they_are() -> None:
    assert KEYS.are_for_1_1
    assert not RootKeys.from_hex(APP_KEY).are_for_1_1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (APP_KEY[:-1], "has 31 hex digits"),
        (APP_KEY + "00", "has 34 hex digits"),
        (APP_KEY[:-1] + "g", "no hex digits"),
        ("00" * 16, "all zero"),
        ("", "has 0 hex digits"),
    ],
)
def test_a_wrong_key_is_refused_without_repeating_it(text: str, problem: str) -> None:
    with pytest.raises(RootKeyError, match=problem) as refused:
        RootKeys.from_hex(APP_KEY, text)
    assert isinstance(refused.value, LightingError)
    assert "NwkKey" in str(refused.value)
    assert "0123" not in str(refused.value)


def test_a_servers_words_are_blotted_where_they_repeat_a_key() -> None:
    told = KEYS.redacted(f"bad key {APP_KEY.upper()} and {NWK_KEY}")
    assert told == "bad key (key hidden) and (key hidden)"


def test_only_adapters_reveal_keys() -> None:
    callers = {
        str(path.relative_to(ROOT))
        for package in ("lighting", "api", "tools")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "reveal"
    }
    assert callers == {
        "lighting/registration/keys.py",
        "lighting/adapters/chirpstack_devices.py",
        "lighting/adapters/things_stack_messages.py",
        "lighting/adapters/secrets.py",
    }
