"""CSV tables that people bring: rows with their line numbers; what is wrong is told by line."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from lighting.errors import RequestError
from lighting.settlement.errors import FileFault, SettlementFileError, SettlementValueError

Value = TypeVar("Value")

MARK = "\ufeff"
"""A byte-order mark, as spreadsheets write it before UTF-8: no part of the first column's name."""


class TableRow(NamedTuple):
    """A row of a table: the line it begins in (from 1), and its cells by column, trimmed."""

    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Faults:
    """What is wrong in a file, collected so that one reading tells all of it."""

    what: str
    found: list[FileFault] = field(default_factory=list)

    def add(self, line: int, column: int | str, problem: str, allowed: str) -> None:
        """Note a fault."""
        fault = FileFault(line=line, column=column, problem=problem, allowed=allowed)
        self.found.append(fault)

    def read(self, row: TableRow, column: str, parse: Callable[[str], Value]) -> Value | None:
        """Return what ``parse`` makes of a cell, or None and note what it refuses."""
        text = row.cells[column]
        try:
            return parse(text)
        except SettlementValueError as exc:
            self.add(row.line, column, f"{exc.what} is {text[:64]!r}", exc.allowed)
        except RequestError as exc:
            self.add(row.line, column, str(exc), "see there")
        return None

    def check(self) -> None:
        """Return if nothing is wrong.

        Raises:
            SettlementFileError: something is.
        """
        if self.found:
            raise SettlementFileError(self.what, self.found)


def table_rows(
    text: str, needed: Iterable[str], faults: Faults, *, optional: Iterable[str] = ()
) -> Iterator[TableRow]:
    """Yield the rows of a CSV text that has the ``needed`` columns, and maybe ``optional`` ones.

    Other columns are left alone. A row of another length is noted in ``faults`` and not yielded.

    Raises:
        SettlementFileError: no header, columns missing or named twice, or no CSV.
    """
    records = _records(text.removeprefix(MARK), faults)
    header = [cell.strip() for cell in next(records, (1, []))[1]]
    _check_header(header, tuple(needed), tuple(optional), faults)
    for line, cells in records:
        if not cells:
            continue  # a blank line is no row
        if len(cells) != len(header):
            faults.add(line, "(the row)", f"{len(cells)} cells", f"{len(header)}, as in line 1")
            continue
        named = zip(header, (cell.strip() for cell in cells), strict=True)
        yield TableRow(line, dict.fromkeys(optional, "") | dict(named))


def _records(text: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as exc:
            faults.add(line, "(the row)", f"no CSV: {exc}", "RFC 4180: quotes in pairs")
            faults.check()
            return
        if cells is None:
            return
        yield line, cells


def _check_header(
    header: list[str], needed: tuple[str, ...], optional: tuple[str, ...], faults: Faults
) -> None:
    for name in needed:
        if name not in header:
            faults.add(1, name, f"missing; there are: {', '.join(header) or 'none'}", "it is there")
    for name in (*needed, *optional):
        if header.count(name) > 1:
            faults.add(1, name, "named twice", "each column once")
    faults.check()


def number(what: str, *, low: float = 0.0) -> Callable[[str], float]:
    """Return a reader of finite numbers of ``low`` or more; its errors say ``what`` it is of."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value < float("inf"):
            raise SettlementValueError(what, text, f"a finite number, {low:g} or more")
        return value

    return parse


def whole(what: str, low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``low`` to ``high``; its errors say ``what`` it is."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text[:20]) <= high:
            raise SettlementValueError(what, text, f"a whole number from {low} to {high}")
        return int(text)

    return parse
