"""Fields: a table of a document, read key by key; every problem is kept, none stops the reading.

A reader asks a ``Table`` for each key it knows, with the ``Kind`` of value that belongs there. A
value that is wrong is reported and a stand-in returned in its place;
``Report.raise_problems`` comes before anything built from stand-ins can escape.
"""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from typing import Final, Generic, TypeVar

from schedules.errors import PolicyError, Problem, ScheduleError
from schedules.lines import Lines

T = TypeVar("T", bound=Hashable)
D = TypeVar("D")

ROOT: Final = "document"  # the name of a problem's place when it is the document as a whole
PROBLEMS_MAX = 100
"""More than a person reads at once; the last one then says how many were left out."""
_SHOWN_CHARS = 60
_PATH_CHARS = 120
_SHOWN_INT_MAX = 10**15


class BadValueError(ScheduleError):
    """A value that is not what its key asks for; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value: what is allowed, in words, and how it is read.

    ``parse`` takes what TOML or JSON gave and raises ``BadValueError`` where it is not allowed.
    """

    allowed: str
    parse: Callable[[object], T]


def _tame(text: str, chars: int) -> str:
    """Return a text that any output can take: cut to a length, half characters spelt out."""
    cut = text if len(text) <= chars else text[:chars] + "…"
    return cut.encode(errors="backslashreplace").decode()


def shown(value: object) -> str:
    """Return a raw value as its author would know it, short enough for a message."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, date | time):
        return f"{value.isoformat()} without quotes"
    if isinstance(value, int) and abs(value) > _SHOWN_INT_MAX:
        return "a number beyond any use here"
    if isinstance(value, str):
        return json.dumps(_tame(value, _SHOWN_CHARS), ensure_ascii=False)
    return json.dumps(value)


class Report:
    """Every problem found in one document, with its line."""

    def __init__(self, document: str, lines: Lines) -> None:
        self.document = document
        self.lines = lines
        self.problems: list[Problem] = []

    def add(self, path: str, message: str, allowed: str) -> None:
        """Keep one problem of the value at ``path``."""
        field = _tame(path, _PATH_CHARS) or ROOT
        line = self.lines.of(path)
        self.problems.append(Problem(field=field, message=message, allowed=allowed, line=line))

    def raise_problems(self) -> None:
        """Do nothing where all is well.

        Raises:
            PolicyError: there was at least one problem; it carries them all, by line.
        """
        if self.problems:
            ordered = sorted(self.problems, key=lambda problem: problem.line or 0)
            kept, left_out = ordered[:PROBLEMS_MAX], len(ordered) - PROBLEMS_MAX
            if left_out > 0:
                message = f"has {left_out} more problems"
                kept.append(Problem(field=ROOT, message=message, allowed="none"))
            raise PolicyError(self.document, tuple(kept))


class Table:
    """One table of a document. Ask for every known key, then ``close`` to report the others."""

    def __init__(self, path: str, values: Mapping[str, object], report: Report) -> None:
        self.path = path
        self.report = report
        self._values = values
        self._known: dict[str, None] = {}

    def at(self, key: str) -> str:
        """Return the dotted path of one of its keys."""
        return f"{self.path}.{key}" if self.path else key

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that the document gives here."""
        return tuple(self._values)

    @property
    def empty(self) -> bool:
        """Whether the document gives no key here at all."""
        return not self._values

    def has(self, key: str) -> bool:
        """Tell whether the document gives this key, and count it as known."""
        self._known[key] = None
        return key in self._values

    def problem(self, key: str, message: str, allowed: str) -> None:
        """Report a problem of one of its keys."""
        self.report.add(self.at(key), message, allowed)

    def wrong(self, key: str, message: str, allowed: str) -> None:
        """Report a problem of one of its keys."""
        self.report.add(self.at(key), message, allowed)

    def _parsed(self, path: str, raw: object, kind: Kind[T], stand_in: D) -> T | D:
        try:
            return kind.parse(raw)
        except BadValueError as exc:
            self.report.add(path, str(exc), kind.allowed)
            return stand_in

    def required(self, key: str, kind: Kind[T], stand_in: D) -> T | D:
        """Return the value of ``key``; where it is missing or wrong, report and stand in."""
        if not self.has(key):
            self.wrong(key, "is missing", kind.allowed)
            return stand_in
        return self._parsed(self.at(key), self._values[key], kind, stand_in)

    def optional(self, key: str, kind: Kind[T], default: D) -> T | D:
        """Return the value of ``key``, or ``default`` where it is missing (or wrong: reported)."""
        if not self.has(key):
            return default
        return self._parsed(self.at(key), self._values[key], kind, default)

    def _items(self, key: str, allowed: str) -> list[object]:
        """Return the items of a list that may be missing but must not be empty."""
        raw = self._values[key] if self.has(key) else []
        if isinstance(raw, list) and (raw or key not in self._values):
            return raw
        found = "is empty" if raw == [] else f"is {shown(raw)}, not a list"
        self.wrong(key, found, f"a list of one or more, each: {allowed}")
        return []

    def each(self, key: str, kind: Kind[T]) -> tuple[T, ...]:
        """Return the items of a list that may be missing; an item given twice is wrong."""
        good: dict[T, None] = {}
        for index, raw in enumerate(self._items(key, kind.allowed)):
            path = f"{self.at(key)}[{index}]"
            item = self._parsed(path, raw, kind, None)
            if item is not None and item in good:
                self.report.add(path, f"{shown(raw)} is given twice", "each one once")
            elif item is not None:
                good[item] = None
        return tuple(good)

    def _table(self, path: str, raw: object, allowed: str) -> "Table | None":
        if isinstance(raw, dict):
            return Table(path, raw, self.report)
        self.report.add(path, f"is {shown(raw)}, not a table", allowed)
        return None

    def table(self, key: str, *, allowed: str) -> "Table | None":
        """Return the table at ``key``, or None where it is missing or no table (reported)."""
        return self._table(self.at(key), self._values[key], allowed) if self.has(key) else None

    def tables(self, key: str, *, most: int, allowed: str) -> list["Table"]:
        """Return the tables listed at ``key``, of which there must be 1 to ``most``."""
        items = self._items(key, allowed)
        if key not in self._values:
            self.wrong(key, "is missing", allowed)
        if len(items) > most:
            self.wrong(key, f"has {len(items)} entries", f"at most {most}")
        listed = (
            self._table(f"{self.at(key)}[{index}]", raw, allowed)
            for index, raw in enumerate(items[:most])
        )
        return [table for table in listed if table is not None]

    def close(self) -> None:
        """Report every key that nothing asked for, with the known key that is nearest to it."""
        free = [key for key in self._known if key not in self._values]
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key, free or list(self._known), n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.wrong(key, f"is not a known key{hint}", ", ".join(self._known))
