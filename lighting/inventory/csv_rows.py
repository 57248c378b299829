"""CSV to rows: line numbers kept, undecodable bytes and broken records reported, nothing lost."""

import csv
from collections.abc import Iterator
from typing import IO, NamedTuple

from lighting.inventory.errors import CouncilFileError, listed
from lighting.inventory.rows import Rejected, SourceRow, TableMapping, rejected, source_row

MAX_LINE_BYTES = 1_048_576
"""Longest line that is read into memory; the rest of a longer one is skipped. Our own limit."""

_UTF8_MARK = b"\xef\xbb\xbf"
_NOT_CSV = {
    b"PK\x03\x04": "is a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook",
    b"\xff\xfe": "is UTF-16 text",
    b"\xfe\xff": "is UTF-16 text",
}


class _LineFault(NamedTuple):
    """Why a line cannot be taken as it is."""

    value: str
    problem: str
    cure: str


class _Lines:
    """The file's lines as text, one by one; what is wrong with one is kept for ``take_fault``."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._faults: dict[int, _LineFault] = {}
        self._stream = stream
        self._encoding = encoding
        self.line = 0
        self._offset = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(MAX_LINE_BYTES)
        if not raw:
            raise StopIteration
        self.line += 1
        start, self._offset = self._offset, self._offset + len(raw)
        if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            self._skip_the_rest()
            return ""
        if self.line == 1:
            raw, start = self._without_mark(raw, start)
        return self._decoded(raw, start)

    def _skip_the_rest(self) -> None:
        self._faults[self.line] = _LineFault(
            value="",
            problem=f"the line has more than {MAX_LINE_BYTES:,} bytes",
            cure="no council row is so long: look for missing line ends",
        )
        while raw := self._stream.readline(MAX_LINE_BYTES):
            self._offset += len(raw)
            if raw.endswith(b"\n"):
                return

    def _without_mark(self, raw: bytes, start: int) -> tuple[bytes, int]:
        for mark, what in _NOT_CSV.items():
            if raw.startswith(mark):
                raise CouncilFileError(f"the file {what}", "save it as CSV text in UTF-8")
        if b"\0" in raw:
            raise CouncilFileError(
                "line 1 holds NUL bytes, as UTF-16 text or a binary file has them",
                "save it as CSV text in UTF-8",
            )
        if self._encoding == "utf-8" and raw.startswith(_UTF8_MARK):
            return raw[len(_UTF8_MARK) :], start + len(_UTF8_MARK)
        return raw, start

    def _decoded(self, raw: bytes, start: int) -> str:
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError as exc:
            self._faults[self.line] = _LineFault(
                value=f"byte 0x{raw[exc.start]:02x}",
                problem=f"cannot be read as {self._encoding} at byte {start + exc.start:,}"
                " of the file",
                cure='save the file as UTF-8, or say encoding = "cp1252" in [csv] of the mapping',
            )
            return raw.decode(self._encoding, errors="replace")

    def take_fault(self, first: int) -> _LineFault | None:
        """Return the earliest fault of the lines read since line ``first``, and forget them all."""
        found = [self._faults.pop(line) for line in sorted(self._faults) if line >= first]
        return found[0] if found else None


class _Table(NamedTuple):
    """An open CSV file behind its header."""

    lines: _Lines
    records: Iterator[list[str]]
    width: int
    wanted: tuple[tuple[str, int], ...]
    mapping: TableMapping


def csv_rows(stream: IO[bytes], mapping: TableMapping) -> Iterator[SourceRow | Rejected]:
    """Read the header of ``stream`` now, and return its rows, to be read one by one.

    Raises:
        CouncilFileError: no CSV text, no header, or columns of the mapping are missing.
    """
    lines = _Lines(stream, mapping.csv.encoding)
    records = csv.reader(lines, delimiter=mapping.csv.delimiter, strict=True)
    try:
        header = [" ".join(cell.split()) for cell in next(records, [])]
    except csv.Error as exc:
        raise CouncilFileError(
            f"the header cannot be read: {exc}",
            "give a CSV file as text, with the names of its columns in line 1",
        ) from exc
    fault = lines.take_fault(1)
    if fault:
        raise CouncilFileError(f"the header: {fault.value} {fault.problem}", fault.cure)
    _check_header(header, mapping)
    wanted = tuple((name, header.index(name)) for name in mapping.columns() if name in header)
    return _records(
        _Table(lines=lines, records=records, width=len(header), wanted=wanted, mapping=mapping)
    )


def _check_header(header: list[str], mapping: TableMapping) -> None:
    missing = [name for name in mapping.required_columns() if name not in header]
    if missing:
        raise CouncilFileError(
            f"columns missing: {listed(missing)}; columns present: {listed(header)}",
            _other_delimiter(header, mapping)
            or f"correct line 1, or use the mapping of this file instead of {mapping.name!r}",
        )
    twice = [name for name in mapping.columns() if header.count(name) > 1]
    if twice:
        raise CouncilFileError(f"two columns are called {twice[0]!r}", "rename one of them")


def _other_delimiter(header: list[str], mapping: TableMapping) -> str:
    """Return what to do about a header that is one cell, as that of another delimiter is."""
    used, (whole, *others) = mapping.csv.delimiter, header or [""]
    found = next((each for each in ";\t|," if each != used and each in whole), "")
    if others or not found:
        return ""
    return f"its cells seem to be apart by {found!r}: save it with {used!r} between them"


def _records(table: _Table) -> Iterator[SourceRow | Rejected]:
    while True:
        first = table.lines.line + 1
        try:
            cells = next(table.records)
        except StopIteration:
            return
        except csv.Error as exc:
            table.lines.take_fault(first)
            yield _broken(first, table.lines.line, str(exc))
            continue
        fault = table.lines.take_fault(first)
        if fault:
            yield rejected(
                first,
                field="(the row)",
                value=fault.value,
                problem=fault.problem,
                cure=fault.cure,
            )
        elif len(cells) == table.width:
            values = ((name, cells[index]) for name, index in table.wanted)
            yield source_row(first, values, table.mapping)
        elif cells:  # a blank line is no row
            yield _miscounted(first, cells, table.width)


def _broken(first: int, last: int, reason: str) -> Rejected:
    return rejected(
        first,
        field="(the row)",
        value=f"lines {first} to {last}",
        problem=f"is not a CSV record: {reason}",
        cure="look for a missing or stray double quote; end lines with LF or CR LF",
    )


def _miscounted(row: int, cells: list[str], width: int) -> Rejected:
    return rejected(
        row,
        field="(the row)",
        value=",".join(cells),
        problem=f"has {len(cells)} cells where the header has {width}",
        cure="put text with commas in double quotes, or add the missing cells",
    )
