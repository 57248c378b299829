"""Keys at rest. AES-256-GCM itself is ``cryptography``'s; here is what we build of it."""

from pathlib import Path

import pytest

from lighting.adapters.secrets import KeyRing, add_secret, new_secret, read_ring
from lighting.identifiers import DevEui
from lighting.registration.errors import KeySafeError
from lighting.registration.keys import RootKeys

EUI, OTHER = DevEui("70b3d57ed0000001"), DevEui("70b3d57ed0000002")
APP_KEY, NWK_KEY = "0123456789abcdef" * 2, "fedcba9876543210" * 2
KEYS = RootKeys.from_hex(APP_KEY)
OLD, NEW = b"\x01" * 32, b"\x02" * 32


@pytest.mark.parametrize("keys", [KEYS, RootKeys.from_hex(APP_KEY, NWK_KEY)])
def test_sealed_keys_open_to_what_they_were(keys: RootKeys) -> None:
    ring = KeyRing([NEW])
    assert ring.open_sealed(EUI, ring.seal(EUI, keys)) == keys


def test_a_sealed_value_holds_no_key_and_is_never_the_same_twice() -> None:
    ring = KeyRing([NEW])
    first, second = ring.seal(EUI, KEYS), ring.seal(EUI, KEYS)
    assert first != second
    assert bytes.fromhex(APP_KEY) not in first + second


def test_a_value_moved_to_another_devices_row_does_not_open() -> None:
    ring = KeyRing([NEW])
    with pytest.raises(KeySafeError, match="another device"):
        ring.open_sealed(OTHER, ring.seal(EUI, KEYS))


def test_any_changed_byte_keeps_a_value_shut() -> None:
    ring = KeyRing([NEW])
    sealed = ring.seal(EUI, KEYS)
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 0x01
        with pytest.raises(KeySafeError):
            ring.open_sealed(EUI, bytes(broken))


@pytest.mark.parametrize("length", range(49))
def test_a_value_cut_short_stays_shut(length: int) -> None:
    ring = KeyRing([NEW])
    with pytest.raises(KeySafeError):
        ring.open_sealed(EUI, ring.seal(EUI, KEYS)[:length])


def test_after_a_change_of_secrets_old_values_open_and_new_ones_use_the_newest() -> None:
    before = KeyRing([OLD]).seal(EUI, KEYS)
    ring = KeyRing([NEW, OLD])
    assert ring.open_sealed(EUI, before) == KEYS
    after = ring.reseal(EUI, before)
    assert ring.reseal(EUI, after) == after
    assert KeyRing([NEW]).open_sealed(EUI, after) == KEYS


def test_a_secret_that_is_gone_is_named_by_its_id_only() -> None:
    sealed = KeyRing([OLD]).seal(EUI, KEYS)
    with pytest.raises(KeySafeError, match=sealed[1:5].hex()):
        KeyRing([NEW]).open_sealed(EUI, sealed)


def test_without_a_secret_nothing_is_sealed_and_the_cure_is_told() -> None:
    ring = read_ring(None, None)
    with pytest.raises(KeySafeError, match="lamplighter keys new"):
        ring.seal(EUI, KEYS)
    with pytest.raises(KeySafeError):
        ring.open_sealed(EUI, KeyRing([NEW]).seal(EUI, KEYS))


def test_a_ring_shows_no_secret() -> None:
    assert repr(KeyRing([NEW, OLD])) == "KeyRing(2 keys, hidden)"


def test_a_new_file_is_its_owners_alone_and_a_second_secret_goes_first(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    assert add_secret(path) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    sealed = read_ring(None, path).seal(EUI, KEYS)
    assert add_secret(path) == 2
    ring = read_ring(None, path)
    assert ring.open_sealed(EUI, sealed) == KEYS
    assert ring.seal(EUI, KEYS)[1:5] != sealed[1:5]  # the id of the key
    assert [each.name for each in tmp_path.iterdir()] == ["ring"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "ring"
    add_secret(path)
    path.chmod(mode)
    with pytest.raises(KeySafeError, match="chmod 600"):
        read_ring(None, path)
    with pytest.raises(KeySafeError, match="chmod 600"):
        add_secret(path)


def test_the_setting_holds_several_secrets_too() -> None:
    old, new = new_secret(), new_secret()
    sealed = read_ring(old, None).seal(EUI, KEYS)
    assert read_ring(f"{new},{old}", None).open_sealed(EUI, sealed) == KEYS


TOO_LONG = "A" * 43 + "=QQ"
"""The base64 of 32 bytes is 44 characters (RFC 4648)."""


@pytest.mark.parametrize("word", ["hunter2", "QUJD", "%%%", TOO_LONG])
def test_a_setting_that_is_no_secret_is_refused_and_not_repeated(word: str) -> None:
    with pytest.raises(KeySafeError, match="secret key 1 ") as refused:
        read_ring(word, None)
    assert word not in str(refused.value)


def test_a_file_that_is_not_there_or_a_second_ring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeySafeError, match="cannot be read"):
        read_ring(None, tmp_path / "none")
    with pytest.raises(KeySafeError, match="given twice"):
        read_ring(new_secret(), tmp_path / "none")
    with pytest.raises(KeySafeError, match="cannot be written"):
        add_secret(tmp_path / "no folder" / "ring")
