"""Tokens by which partners prove who they are: 256 random bits, shown once, kept as SHA-256."""

import re
import secrets
from hashlib import sha256
from hmac import compare_digest

PREFIX = "lamplighter-trial_"
"""What every token begins with: routes that are not for partners know one by it, and so do programs
that look for secrets in files."""

_BYTES = 32
_TOKEN = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a new token; nobody can show it again."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def is_token(text: str) -> bool:
    """Return whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def digest_of(token: str) -> str:
    """Return what is kept of a token, as hex. A random text of 256 bits needs no salt."""
    return sha256(token.encode()).hexdigest()


def matches(token: str, digest: str) -> bool:
    """Return whether a token is the one of which ``digest`` is kept, in constant time."""
    return compare_digest(digest_of(token), digest)


def holds_token(text: str) -> bool:
    """Return whether a text holds a partner's token, or something that poses as one."""
    return PREFIX in text.casefold()
