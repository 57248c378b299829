"""A report document as CSV (RFC 4180): one line for each figure or text, so that all fit one file.

A table of its own width for each table would be many files or a file that no program reads; this
one can be filtered by ``table`` and pivoted by ``row`` and ``column``.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from lighting.energy.cells import formula_safe
from lighting.energy.document import Cell, Figure, ReportDocument, Table

COLUMNS = ("table", "row", "column", "value", "unit", "how")
SUMMARY, STATEMENT, ABSENT = "Summary", "Statement", "Not in this report"
LOW, HIGH = "90 % interval, low", "90 % interval, high"

Line = tuple[str, str, str, Cell, str]
"""Table, row, column, what it says, how that is known."""


def csv_file(document: ReportDocument) -> bytes:
    """Return ``document`` as CSV, UTF-8."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for table, row, column, cell, how in _lines(document):
        unit = cell.unit if isinstance(cell, Figure) else ""
        writer.writerow(
            (formula_safe(table), formula_safe(row), formula_safe(column), _value(cell), unit, how)
        )
    return out.getvalue().encode()


def _value(cell: Cell) -> str:
    return cell.plain if isinstance(cell, Figure) else formula_safe(cell)


def _lines(document: ReportDocument) -> Iterator[Line]:
    yield SUMMARY, "Title", "", document.title, ""
    yield SUMMARY, "Period", "", document.period, ""
    yield SUMMARY, "Headline", "", document.headline, ""
    for key in document.key_figures:
        yield SUMMARY, key.name, "Value", key.figure, key.how.value
        for column, end in ((LOW, key.low), (HIGH, key.high)):
            if end is not None:
                yield SUMMARY, key.name, column, end, key.how.value
    yield SUMMARY, "Edition", "", document.edition, ""
    for name, told in document.statement:
        yield STATEMENT, name, "", told, ""
    for table in document.tables:
        yield from _table(table)
    for absent in document.absent:
        yield ABSENT, absent.what, "", absent.why, ""
    for number, paragraph in enumerate(document.method, start=1):
        yield "Method", str(number), "", paragraph, ""
    yield "Attribution", "", "", document.attribution, ""


def _table(table: Table) -> Iterator[Line]:
    names = table.columns[1:]
    for row in table.rows:
        label = str(row[0])
        if not names:
            yield table.title, label, table.columns[0].name, label, ""
        for column, cell in zip(names, row[1:], strict=True):
            yield table.title, label, column.name, cell, column.how.value if column.how else ""
