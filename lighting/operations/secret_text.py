"""Texts that may hold a secret by mistake: a key in the wrong column, a maker's own QR code."""

import re

from lighting.registration.tr005 import is_tr005

HIDDEN = "(hidden)"

_KEY = re.compile(r"[0-9a-fA-F](?:[-:. ]?[0-9a-fA-F]){31,}")
"""What may be a root key: 32 hex digits or more, as people separate them."""

_OWNER_TOKEN = re.compile(r"(:O)[^:']+", re.IGNORECASE)
"""Of a TR005 code; who has it can claim the device at its join server."""


_HEAD = 4
"""Parts of a TR005 code up to the DevEUI."""

_EUI_CHARACTERS = len("70-B3-D5-7E-D0-00-01-23")


def without_keys(text: str) -> str:
    """Return ``text`` with whatever may be a root key blotted out."""
    return _KEY.sub(HIDDEN, text)


def holds_key(text: str) -> bool:
    """Return whether a text holds what may be a root key.

    JoinEUI and DevEUI of a TR005 code stand side by side and are 32 digits too: they are none.
    """
    if is_tr005(text):
        parts = text.split(":")
        head = [part for part in parts[:_HEAD] if len(part) > _EUI_CHARACTERS]
        text = ":".join([*head, *(part for part in parts[_HEAD:] if part[:1] not in {"O", "o"})])
    return _KEY.search(text) is not None


def without_token(text: str) -> str:
    """Return ``text`` with the owner token of a TR005 code blotted out."""
    return _OWNER_TOKEN.sub(rf"\1{HIDDEN}", text)


def without_secrets(words: str, text: str) -> str:
    """Return our ``words`` about a ``text`` that people scanned or typed, without its secrets.

    Words may repeat the text in part, and a part of a key is told by nothing: then they go whole.
    """
    if holds_key(text):
        return "this is no label, and may hold a root key, so it is not shown"
    return without_token(words)
