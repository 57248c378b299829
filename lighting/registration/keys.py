"""Root keys: given once, sealed, sent to the network server, never shown. Pure.

LoRaWAN 1.0.x devices have one root key, the AppKey; LoRaWAN 1.1 devices have NwkKey and AppKey.
Where each goes on a server differs (ChirpStack keeps the AppKey of 1.0.x in ``nwk_key``); that is
the adapters' business, so these names are always the specification's.
"""

import re
from hmac import compare_digest
from typing import NoReturn, Protocol, Self

from lighting.identifiers import DevEui
from lighting.registration.errors import RootKeyError
from lighting.registration.eui import is_hex, without_separators

KEY_BYTES = 16


class RootKeys:
    """The root keys of one device. Shown nowhere: not by repr, format, JSON, copy or pickle.

    ``reveal`` is the only way to their text, and only adapters call it (a test sees to that).
    """

    __slots__ = ("_app_key", "_nwk_key")

    def __init__(self, *, app_key: bytes, nwk_key: bytes | None = None) -> None:
        self._app_key = _checked("AppKey", app_key)
        self._nwk_key = None if nwk_key is None else _checked("NwkKey", nwk_key)

    @classmethod
    def from_hex(cls, app_key: str, nwk_key: str | None = None) -> Self:
        """Return keys from hex in its usual spellings; leave ``nwk_key`` out for LoRaWAN 1.0.x.

        Raises:
            RootKeyError: not 32 hex digits, or all zero.
        """
        return cls(
            app_key=_from_hex("AppKey", app_key),
            nwk_key=None if nwk_key is None else _from_hex("NwkKey", nwk_key),
        )

    @property
    def are_for_1_1(self) -> bool:
        """Whether a NwkKey is among them, as LoRaWAN 1.1 needs and 1.0.x has not."""
        return self._nwk_key is not None

    def reveal(self) -> tuple[bytes, bytes | None]:
        """Return AppKey and NwkKey, to seal them or to send them to the network server."""
        return self._app_key, self._nwk_key

    def redacted(self, text: str) -> str:
        """Return ``text`` (a server's own words) with these keys blotted out, if it holds them."""
        for key in (self._app_key, self._nwk_key):
            if key is not None:
                text = re.sub(key.hex(), "(key hidden)", text, flags=re.IGNORECASE)
        return text

    def __repr__(self) -> str:
        return "RootKeys(hidden)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RootKeys):
            return NotImplemented
        mine, theirs = (app + (nwk or b"") for app, nwk in (self.reveal(), other.reveal()))
        return compare_digest(mine, theirs)

    __hash__ = None  # type: ignore[assignment]  # keys belong in no set and no dictionary

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("root keys are not pickled")


class KeySafe(Protocol):
    """Seals keys for storage. There is no way to read a key but ``open_sealed``."""

    def reseal(self, dev_eui: DevEui, sealed: bytes) -> bytes:
        """Return ``sealed`` under the newest secret, as it is if it is so already.

        Raises:
            KeySafeError: it does not open.
        """

    def seal(self, dev_eui: DevEui, keys: RootKeys) -> bytes:
        """Return ``keys`` encrypted for storage, bound to ``dev_eui``.

        Raises:
            KeySafeError: there is no key to encrypt with.
        """

    def open_sealed(self, dev_eui: DevEui, sealed: bytes) -> RootKeys:
        """Return the keys of ``dev_eui``, to be sent to the network server and dropped.

        Raises:
            KeySafeError: sealed with a key that is gone, for another device, or damaged.
        """


def _checked(name: str, key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise RootKeyError(name, f"has {len(key)} bytes")
    if not any(key):
        raise RootKeyError(name, "is all zero, which is a placeholder and no key")
    return bytes(key)


def _from_hex(name: str, text: str) -> bytes:
    cleaned = without_separators(text)
    if not is_hex(cleaned):
        raise RootKeyError(name, "holds characters that are no hex digits")
    if len(cleaned) != 2 * KEY_BYTES:
        raise RootKeyError(name, f"has {len(cleaned)} hex digits")
    return bytes.fromhex(cleaned)
