"""Read the electricity rows of the UK Government's conversion factors, flat file, saved as CSV.

The workbook's sheet "Factors by Category" has a block of titles, then the columns ``ID, Scope,
Level 1 .. Level 4, Column Text, UOM, GHG/Unit, GHG Conversion Factor <year>`` (reference energy.md
2). A row is chosen by its scope, Level 2, unit and gas, and may be told by its known ID; exactly
one must answer to each scope line. What does not fit is refused with what was found.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO

from lighting.energy.carbon_errors import FlatFileError, YearKnownError
from lighting.energy.factor_text import FACTOR_MAX
from lighting.energy.factors import FactorSet, ScopeLine, YearFactors
from lighting.units import KilogramsCo2ePerKwh

LEVELS = ("Level 1", "Level 2", "Level 3", "Level 4")
COLUMNS = ("ID", "Scope", *LEVELS, "Column Text", "UOM", "GHG/Unit")
SHEET = "Factors by Category"
UNIT, GAS = "kWh", "kg CO2e"
_HEADER_ROWS = 50
"""The header stands on row 6 of the workbooks of 2025 and 2026; far below it there is only data."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheets begin, .xlsx (a zip archive) and .xls."""
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?")
_SIMILAR_MAX = 4
_CELL_MAX = 40


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a scope line's row is told: IDs are those of the 2025 file (reference energy.md 2)."""

    row_id: str
    scope: str
    level_2: str


_WANTED: Mapping[ScopeLine, _Wanted] = {
    ScopeLine.GENERATION: _Wanted("7_400_4000_5_1", "Scope 2", "Electricity generated"),
    ScopeLine.TRANSMISSION_DISTRIBUTION: _Wanted(
        "13_402_4000_5_1", "Scope 3", "T&D- UK electricity"
    ),
    ScopeLine.WTT_GENERATION: _Wanted(
        "15_917_4000_5_1", "Scope 3", "WTT- UK electricity (generation)"
    ),
    ScopeLine.WTT_TRANSMISSION_DISTRIBUTION: _Wanted(
        "15_918_4000_5_1", "Scope 3", "WTT- UK electricity (T&D)"
    ),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the sheet: its line in the file, its cells by column, its factor as written."""

    line: int
    cells: Mapping[str, str]
    factor: str

    def is_total_of(self, wanted: _Wanted) -> bool:
        """Return whether the row is the total of all gases, per kWh, of what is wanted."""
        cells = self.cells
        named = (cells["Scope"], cells["Level 2"]) == (wanted.scope, wanted.level_2)
        return named and (cells["UOM"], cells["GHG/Unit"]) == (UNIT, GAS)

    def __str__(self) -> str:
        told = (self.cells[name] for name in COLUMNS)
        return f"line {self.line}: " + ", ".join(cell[:_CELL_MAX] for cell in told if cell)


def read_flat_file(data: bytes, year: int, *, document: str, publisher: str) -> YearFactors:
    """Return the electricity factors of ``year`` from the sheet as CSV; ``document`` names it.

    The source of the factors names the file with its SHA-256: a year's file is revised at times.

    Raises:
        FlatFileError: other columns, another year, a row that is missing, there twice, or of
            another unit, or a factor that is none; says what was found and what is expected.
    """
    rows = list(_rows(_text(data, document), year, document))
    problems: list[str] = []
    chosen = {line: _chosen(rows, line, problems) for line in ScopeLine}
    factors = {line: _factor(row, problems) for line, row in chosen.items() if row is not None}
    if problems:
        raise FlatFileError(document, problems)
    ids = ", ".join(row.cells["ID"] for row in chosen.values() if row is not None)
    return YearFactors(
        year=year,
        generation=factors[ScopeLine.GENERATION],
        transmission_distribution=factors[ScopeLine.TRANSMISSION_DISTRIBUTION],
        wtt_generation=factors[ScopeLine.WTT_GENERATION],
        wtt_transmission_distribution=factors[ScopeLine.WTT_TRANSMISSION_DISTRIBUTION],
        publisher=publisher,
        workbook=f"flat file {document} (SHA-256 {sha256(data).hexdigest()}), rows {ids}",
    )


def with_year(factors: FactorSet, row: YearFactors, *, replace: bool = False) -> FactorSet:
    """Return the table with the factors of one more year.

    Raises:
        YearKnownError: it has other figures for that year, and ``replace`` is not set.
    """
    known = factors.by_year.get(row.year)
    if known is not None and known.by_line != row.by_line and not replace:
        raise YearKnownError(row.year, known.source)
    return FactorSet(
        title=factors.title,
        attribution=factors.attribution,
        by_year={**factors.by_year, row.year: row},
    )


def _text(data: bytes, document: str) -> str:
    cure = f"save the workbook's sheet {SHEET!r} as CSV UTF-8"
    if data.startswith(_WORKBOOKS):
        raise FlatFileError(document, [f"is a workbook: {cure}"])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise FlatFileError(document, [f"is not UTF-8 text (byte {exc.start}): {cure}"]) from exc


def _rows(text: str, year: int, document: str) -> Iterator[_Row]:
    reader = csv.reader(StringIO(text))
    try:
        columns = _header(reader, year, document)
        for cells in reader:
            if len(cells) > max(columns.values()):
                told = {name: cells[at].strip() for name, at in columns.items()}
                yield _Row(reader.line_num, told, told.pop(_factor_column(year)))
    except csv.Error as exc:
        raise FlatFileError(document, [f"line {reader.line_num}: is no CSV: {exc}"]) from exc


def _header(reader: Iterator[list[str]], year: int, document: str) -> dict[str, int]:
    """Return where each column stands, from the first row that has an ID and a Scope."""
    expected = (*COLUMNS, _factor_column(year))
    for number, cells in enumerate(reader, 1):
        names = [" ".join(cell.split()) for cell in cells]
        if {"ID", "Scope"} <= {*names}:
            problems = [
                f"line {number}: has {names.count(name)} columns {name!r}, expected 1"
                for name in expected
                if names.count(name) != 1
            ]
            if problems:
                found = ", ".join(name[:_CELL_MAX] for name in names if name)
                raise FlatFileError(document, [*problems, f"the columns are: {found}"])
            return {name: names.index(name) for name in expected}
        if number == _HEADER_ROWS:
            break
    raise FlatFileError(document, [f"has no row of columns; expected: {', '.join(expected)}"])


def _factor_column(year: int) -> str:
    return f"GHG Conversion Factor {year}"


def _chosen(rows: list[_Row], line: ScopeLine, problems: list[str]) -> _Row | None:
    wanted = _WANTED[line]
    named = [row for row in rows if row.is_total_of(wanted)]
    numbered = [row for row in rows if row.cells["ID"] == wanted.row_id and row not in named]
    if len(named) == 1 and not numbered:
        return named[0]
    found = named + numbered or [row for row in rows if _is_similar(row, wanted)]
    told = "; ".join(str(row) for row in found[:_SIMILAR_MAX]) or "no row like it"
    expected = f"{wanted.scope}, {wanted.level_2}, {UNIT}, {GAS}"
    problems.append(
        f"{line.value}: expected one row {expected} (in 2025 its ID was {wanted.row_id}); "
        f"found {len(found)}: {told}"
    )
    return None


def _is_similar(row: _Row, wanted: _Wanted) -> bool:
    words = wanted.level_2.casefold()
    return any(words in row.cells[level].casefold() for level in LEVELS)


def _factor(row: _Row, problems: list[str]) -> KilogramsCo2ePerKwh:
    factor = float(row.factor) if _NUMBER.fullmatch(row.factor) else 0.0
    if not 0 < factor <= FACTOR_MAX:
        allowed = f"a plain number above 0, up to {FACTOR_MAX:g}"
        problems.append(f"{row}: its factor is {row.factor[:_CELL_MAX]!r}; allowed: {allowed}")
    return KilogramsCo2ePerKwh(factor)
