"""Root keys at rest: AES-256-GCM under a ring of keys, each value bound to its DevEUI.

A sealed value is ``version (1 byte) | key id (4) | nonce (12) | ciphertext and tag``. Version, key
id and DevEUI are authenticated with it: copied to another device's row it does not open.
The first key of the ring is the newest and encrypts; all of them decrypt, so a key is changed by
putting a new one first, sealing everything again (``reseal``) and then dropping the old one.

The ring is the setting ``LAMPLIGHTER_SECRET_KEY`` or a file that only its owner may read. Without
one nothing is stored. Losing it loses the stored keys; the network server keeps its own.
"""

import os
import secrets
import stat
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lighting.identifiers import DevEui
from lighting.registration.errors import KeySafeError
from lighting.registration.keys import KEY_BYTES, RootKeys

SECRET_BYTES = 32
CURE = "set LAMPLIGHTER_SECRET_KEY_FILE to a file that `lamplighter keys new FILE` made"

_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12  # what AES-GCM is made for; random, far below 2^32 values per key
_HEAD_BYTES = len(_VERSION) + _ID_BYTES
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


class KeyRing:
    """A ``KeySafe``. The first secret is the newest; an empty ring refuses to seal and to open."""

    def __init__(self, ring: Sequence[bytes]) -> None:
        self._ciphers = {_key_id(secret): AESGCM(secret) for secret in ring}
        self._newest = _key_id(ring[0]) if ring else None

    def __repr__(self) -> str:
        return f"KeyRing({len(self._ciphers)} keys, hidden)"

    def seal(self, dev_eui: DevEui, keys: RootKeys) -> bytes:
        """Return ``keys`` encrypted with the newest secret, bound to ``dev_eui``.

        Raises:
            KeySafeError: the ring is empty.
        """
        if self._newest is None:
            raise KeySafeError(f"root keys cannot be stored: there is no secret key; {CURE}")
        app_key, nwk_key = keys.reveal()
        head, nonce = _VERSION + self._newest, secrets.token_bytes(_NONCE_BYTES)
        plain = app_key + (nwk_key or b"")
        sealed = self._ciphers[self._newest].encrypt(nonce, plain, _bound(head, dev_eui))
        return head + nonce + sealed

    def open_sealed(self, dev_eui: DevEui, sealed: bytes) -> RootKeys:
        """Return the keys of ``dev_eui``, to be sent to the network server and dropped.

        Raises:
            KeySafeError: sealed with a secret that is not in the ring, for another device, damaged,
                or of a version that this release does not know.
        """
        head, rest = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
        if head[:1] != _VERSION:
            raise KeySafeError(f"the stored keys of {dev_eui} are of a form not known here")
        cipher = self._ciphers.get(head[1:])
        if cipher is None:
            raise KeySafeError(
                f"the stored keys of {dev_eui} were sealed with secret key {head[1:].hex()}, which"
                " is not among ours; bring it back, or give the device's keys again"
            )
        try:
            nonce, body = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
            plain = cipher.decrypt(nonce, body, _bound(head, dev_eui))
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise KeySafeError(
                f"the stored keys of {dev_eui} do not open: they are damaged, or were made for"
                " another device; give the device's keys again"
            ) from None
        return RootKeys(app_key=plain[:KEY_BYTES], nwk_key=plain[KEY_BYTES:] or None)

    def reseal(self, dev_eui: DevEui, sealed: bytes) -> bytes:
        """Return ``sealed`` under the newest secret, as it is if it is so already.

        Raises:
            KeySafeError: it does not open.
        """
        if self._newest is not None and sealed[:_HEAD_BYTES] == _VERSION + self._newest:
            return sealed
        return self.seal(dev_eui, self.open_sealed(dev_eui, sealed))


def read_ring(value: str | None, path: Path | None) -> KeyRing:
    """Return the ring of the setting ``value`` or of the file ``path``; empty if there is neither.

    Both hold secrets as ``new_secret`` makes them, newest first, apart by commas or new lines.

    Raises:
        KeySafeError: both are given, the file is not there or others may read it, or a secret is
            none.
    """
    if value and path:
        raise KeySafeError("a secret key is given twice, as a setting and as a file; keep one")
    text = _read_private(path) if path else value or ""
    words = text.replace(",", "\n").split()
    return KeyRing([_secret(word, place) for place, word in enumerate(words, 1)])


def new_secret() -> str:
    """Return a new random secret as text (URL-safe base64 of 32 bytes)."""
    return urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def add_secret(path: Path) -> int:
    """Put a new secret first in the ring at ``path`` and return how many that makes.

    The file is made (mode 0600) where there is none. It is replaced in one step: a crash leaves the
    old ring or the new one.

    Raises:
        KeySafeError: the file is no ring that we may read, or cannot be written.
    """
    before = _read_private(path).split() if path.exists() else []
    for place, word in enumerate(before, 1):
        _secret(word, place)
    beside = path.with_name(f"{path.name}.new-{secrets.token_hex(4)}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "w") as file:
            file.write("\n".join([new_secret(), *before]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as exc:
        beside.unlink(missing_ok=True)
        raise KeySafeError(f"the secret key file {path} cannot be written: {exc.strerror}") from exc
    return len(before) + 1


def _read_private(path: Path) -> str:
    try:
        if path.stat().st_mode & _OTHERS_MAY:
            raise KeySafeError(
                f"others may read the secret key file {path}; take that away: chmod 600 {path}"
            )
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as exc:
        raise KeySafeError(f"the secret key file {path} cannot be read: {exc}; {CURE}") from exc


def _secret(word: str, place: int) -> bytes:
    try:
        secret = b64decode(word, altchars=b"-_", validate=True)
    except (Base64Error, ValueError):
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise KeySafeError(f"secret key {place} is not 32 bytes of URL-safe base64; {CURE}")
    return secret


def _key_id(secret: bytes) -> bytes:
    return sha256(b"lamplighter secret key id" + secret).digest()[:_ID_BYTES]


def _bound(head: bytes, dev_eui: DevEui) -> bytes:
    return b"lamplighter root keys" + head + dev_eui.encode()
