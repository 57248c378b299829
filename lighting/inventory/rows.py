"""Rows on their way in: what a reader yields, and what becomes of each row."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lighting.inventory.errors import printable
from lighting.inventory.lantern import Lantern
from lighting.inventory.mapping import CsvPart

MAX_TEXT_CHARACTERS = 500
"""Longest text of one cell; a longer one is a broken file, not a street name. Our own limit."""

_SHOWN_CHARACTERS = 80
_NEVER_IN_TEXT = {"Cc", "Cs"}  # control characters and lone surrogates: no database takes them


class TableMapping(Protocol):
    """What a reader of rows asks of a mapping: how the text is written, and its columns."""

    @property
    def name(self) -> str:
        """What errors call it."""

    @property
    def csv(self) -> CsvPart:
        """Encoding and delimiter."""

    @property
    def none(self) -> Mapping[str, Sequence[str]]:
        """By column, the texts that mean: no value."""

    def columns(self) -> tuple[str, ...]:
        """Return every column that is read."""

    def required_columns(self) -> tuple[str, ...]:
        """Return the columns without which the file is refused as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with one value: where it stands, what it is, why, and what to do about it.

    ``row`` is the line of a CSV file on which the record starts (the header is line 1), or the
    number of a GeoJSON feature, counted from 1.
    """

    row: int
    field: str
    value: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.field} {self.value!r}: {self.problem}; {self.cure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One row as text: only the columns of the mapping, only those that have a value."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A row that became a lantern, with what the engineer should know about it."""

    row: int
    lantern: Lantern
    warnings: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that became nothing, with every reason found."""

    row: int
    problems: tuple[RowProblem, ...]


def row_problem(row: int, *, field: str, value: str, problem: str, cure: str) -> RowProblem:
    """Return a RowProblem whose value is cut to 80 characters that can be printed."""
    shown = printable(value[:_SHOWN_CHARACTERS])
    return RowProblem(row=row, field=field, value=shown, problem=problem, cure=cure)


def rejected(row: int, *, field: str, value: str, problem: str, cure: str) -> Rejected:
    """Return the rejection of ``row`` for a single reason."""
    found = row_problem(row, field=field, value=value, problem=problem, cure=cure)
    return Rejected(row=row, problems=(found,))


def source_row(
    row: int, cells: Iterable[tuple[str, str]], mapping: TableMapping
) -> SourceRow | Rejected:
    """Return ``cells`` (column, text) trimmed, white space made single, without what means none."""
    kept: dict[str, str] = {}
    for column, raw in cells:
        text = " ".join(raw.split())
        if len(text) > MAX_TEXT_CHARACTERS:
            return _too_long(row, column, text)
        if not text.isprintable() and _has_control_character(text):
            return _unprintable(row, column, text)
        if text and text not in mapping.none.get(column, ()):
            kept[column] = text
    return SourceRow(row=row, cells=kept)


def _has_control_character(text: str) -> bool:
    return any(unicodedata.category(character) in _NEVER_IN_TEXT for character in text)


def _too_long(row: int, column: str, text: str) -> Rejected:
    return rejected(
        row,
        field=column,
        value=text,
        problem=f"has {len(text):,} characters",
        cure=f"shorten it to {MAX_TEXT_CHARACTERS} or fewer; look for a missing double quote",
    )


def _unprintable(row: int, column: str, text: str) -> Rejected:
    return rejected(
        row,
        field=column,
        value=text,
        problem="contains a control character",
        cure="remove it, or save the file again as UTF-8 text",
    )
