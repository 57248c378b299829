"""Scanner: the text of a condition -> words, numbers and brackets, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lighting.errors import RequestError

_TOKEN = re.compile(
    r"(?P<open>\()|(?P<close>\))"
    r"|(?P<number>[-+\u2212]?[0-9]+(?:[.,][0-9]+)?(?![0-9./]))"
    r"|(?P<word>dB\(A\)|[^\s()]+)"
)


class Kind(Enum):
    """What a token is; the value is how an error calls it."""

    OPEN = "("
    CLOSE = ")"
    NUMBER = "a number"
    WORD = "a word"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a condition; ``at`` counts its characters from 0."""

    kind: Kind
    text: str
    at: int

    @property
    def shown(self) -> str:
        """How an error calls it."""
        return "the end of the text" if self.kind is Kind.END else repr(self.text[:40])


class ConditionError(RequestError):
    """A condition that cannot be read: where (characters from 0), what was found, what may be."""

    def __init__(self, at: int, found: str, allowed: str) -> None:
        self.at = at
        self.found = found
        self.allowed = allowed
        super().__init__(f"character {at + 1}: {found}; allowed: {allowed}")


def scan(text: str) -> list[Token]:
    """Return the tokens of ``text``, the end as the last one."""
    return [*_tokens(text), Token(Kind.END, "", len(text))]


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = Kind[(match.lastgroup or "").upper()]
        yield Token(kind, match[0], match.start())
