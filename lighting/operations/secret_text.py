"""Texts that may hold a secret by mistake: a key in the wrong column, a maker's own QR code."""

import re

HIDDEN = "(hidden)"

_KEY = re.compile(r"[0-9a-fA-F](?:[-:. ]?[0-9a-fA-F]){31,}")
"""What may be a root key: 32 hex digits or more, as people separate them."""

_OWNER_TOKEN = re.compile(r"(:O)[^:']+", re.IGNORECASE)
"""Of a TR005 code; who has it can claim the device at its join server."""


def without_keys(text: str) -> str:
    """Return ``text`` with whatever may be a root key blotted out."""
    return _KEY.sub(HIDDEN, text)


def holds_key(text: str) -> bool:
    """Return whether a text holds what may be a root key."""
    return _KEY.search(text) is not None


def without_secrets(words: str, text: str) -> str:
    """Return our ``words`` about a ``text`` that people scanned or typed, without its secrets.

    Words may repeat the text in part, and a part of a key is told by nothing: then they go whole.
    """
    if holds_key(text):
        return "this is no label, and may hold a root key, so it is not shown"
    return _OWNER_TOKEN.sub(rf"\1{HIDDEN}", words)
