"""Lines: where in a TOML or JSON text each value stands.

Neither ``tomllib`` nor ``json`` keeps positions, and an error that names its line is worth this
short scan. It runs over text that the standard library has already accepted, so it need not judge
anything: strings and comments are skipped whole, brackets and separators give the structure.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

_STRING = (
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
_TOML = re.compile(rf"(?s:{_STRING})|\#[^\n]*|\n|[\[\]{{}},=.]|[^\s\[\]{{}},=.\#\"']+")
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|\n|[\[\]{},:]|[^\s\[\]{},:"]+')


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of every value of a document, by dotted path, and the paths given twice."""

    by_path: dict[str, int] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def of(self, path: str) -> int:
        """Return the line (from 1) of the value at ``path``, or of the nearest one around it."""
        while path and path not in self.by_path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.by_path.get(path, 1)


@dataclass(slots=True)
class _Level:
    """One open bracket: a table collects the parts of its next key, an array counts."""

    path: str
    index: int | None = None
    key: list[str] = field(default_factory=list)
    in_value: bool = False


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _unquoted(piece: str) -> str:
    if piece[0] == '"':
        try:
            return str(json.loads(piece))
        except ValueError:  # an escape that only TOML has; it is part of no key of ours
            return piece[1:-1]
    return piece[1:-1] if piece[0] == "'" else piece


class _Scan:
    """The state of one walk over the pieces of a text."""

    def __init__(self, separator: str) -> None:
        self.separator = separator
        self.found = Lines()
        self.stack: list[_Level] = []
        self.line = 1

    def note(self, path: str) -> None:
        """Keep the line of ``path``, the first time it is met."""
        if path in self.found.by_path:
            self.found.repeated.append(path)
        self.found.by_path.setdefault(path, self.line)

    def value_path(self) -> str:
        """Return the path of the value being read, and keep the line of an array's item."""
        here = self.stack[-1]
        if here.index is None:
            return _join(here.path, ".".join(here.key))
        item = f"{here.path}[{here.index}]"
        if not here.in_value:
            here.in_value = True
            self.note(item)
        return item

    def key_ends(self) -> None:
        """Keep the line of a key, and of every table that a dotted key opens on its way."""
        here = self.stack[-1]
        path = here.path
        for part in here.key[:-1]:
            path = _join(path, part)
            self.found.by_path.setdefault(path, self.line)
        self.note(_join(here.path, ".".join(here.key)))
        here.in_value = True

    def next_entry(self) -> None:
        """Pass from one entry of a table or an array to the next."""
        here = self.stack[-1]
        here.key, here.in_value = [], False
        if here.index is not None:
            here.index += 1

    def take(self, piece: str) -> None:
        """Take one piece that is neither a newline nor a comment."""
        here = self.stack[-1]
        if piece in "[{":
            self.stack.append(_Level(self.value_path(), index=0 if piece == "[" else None))
        elif piece in "]}":
            self.stack.pop()
        elif piece == ",":
            self.next_entry()
        elif piece == self.separator:
            self.key_ends()
        elif here.index is None and not here.in_value:
            here.key += [] if piece == "." else [_unquoted(piece)]
        else:
            self.value_path()


class _TomlScan(_Scan):
    """The walk over TOML: adds ``[table]`` and ``[[array of tables]]`` headers."""

    def __init__(self) -> None:
        super().__init__("=")
        self.stack = [_Level("")]
        self.tables: dict[str, int] = {}

    def header(self, pieces: Iterator[str]) -> None:
        """Take a header whose first bracket was just read, to its end."""
        inside = list(takewhile(lambda piece: piece != "]", pieces))
        is_array = inside[0] == "["
        if is_array:
            next(pieces)  # the second closing bracket
        parts = [_unquoted(piece) for piece in inside if piece not in ("[", ".")]
        path = ""
        for number, part in enumerate(parts, start=1):
            path = _join(path, part)
            if is_array and number == len(parts):
                self.tables[path] = self.tables.get(path, 0) + 1
            self.found.by_path.setdefault(path, self.line)
            if path in self.tables:
                path = f"{path}[{self.tables[path] - 1}]"
        self.found.by_path.setdefault(path, self.line)
        self.stack = [_Level(path)]


def toml_lines(text: str) -> Lines:
    """Return the lines of a valid TOML text."""
    scan = _TomlScan()
    pieces = (match.group() for match in _TOML.finditer(text))
    for piece in pieces:
        if piece == "\n":
            if len(scan.stack) == 1:
                scan.next_entry()
        elif piece == "[" and len(scan.stack) == 1 and not scan.stack[0].in_value:
            scan.header(pieces)
        elif piece[0] != "#":
            scan.take(piece)
        scan.line += piece.count("\n")
    return scan.found


def json_lines(text: str) -> Lines:
    """Return the lines of a valid JSON text, with the keys that it gives twice."""
    scan = _Scan(":")
    scan.stack = [_Level("", in_value=True)]
    for match in _JSON.finditer(text):
        piece = match.group()
        if piece == "\n":
            scan.line += 1
        else:
            scan.take(piece)
    return scan.found
