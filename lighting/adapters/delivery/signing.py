"""Signatures of webhooks by the Standard Webhooks specification (standardwebhooks.com, v1).

What is signed is ``id.timestamp.body`` by HMAC-SHA256; the timestamp lets a receiver refuse what
was recorded and sent again, the id lets it drop what it had.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from lighting.errors import RefusedError

PREFIX = "whsec_"
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64
"""What the specification asks of a secret."""

TOLERANCE = timedelta(minutes=5)
"""How far a receiver lets the clocks be apart."""

_VERSION = "v1"


def secret_bytes(secret: str) -> bytes:
    """Return the key of a secret such as ``whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw``.

    Raises:
        RefusedError: it is none; the text does not repeat it.
    """
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (Base64Error, ValueError):
        key = b""
    if not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise RefusedError(
            f"a webhook's secret is {PREFIX} and {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes in"
            " base64; `openssl rand -base64 32` makes one"
        )
    return key


def signed_headers(key: bytes, *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that let a receiver verify ``body``, sent at ``at``."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(key, message_id, timestamp, body),
    }


def is_genuine(key: bytes, headers: Mapping[str, str], body: bytes, *, at: datetime) -> bool:
    """Return whether a request is signed with ``key`` and not old; for receivers and our tests."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    if abs(int(timestamp) - at.timestamp()) > TOLERANCE.total_seconds():
        return False
    expected = _signature(key, message_id, timestamp, body).encode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected, each.encode()) for each in given)


def _signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"{_VERSION},{b64encode(hmac.digest(key, signed, sha256)).decode()}"
