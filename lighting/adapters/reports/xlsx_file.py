"""A report document as a workbook: a summary, then a sheet for each table; numbers are numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from lighting.energy.document import Cell, Column, Figure, How, ReportDocument, Table

_SHEET_NAME_MAX = 31
"""Excel's limit."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_WIDE, _NARROW, _WRAPPED = 34, 16, 90
_CELL_CHARACTERS_MAX = 32_767
"""Excel's limit of a cell."""


def xlsx_file(document: ReportDocument) -> bytes:
    """Return ``document`` as a workbook, dated by the report's end and not by its writing."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    ended = datetime.combine(document.last + timedelta(days=1), time(), tzinfo=UTC)
    book.set_properties(
        {
            "title": document.title,
            "subject": document.period,
            "comments": f"Edition {document.edition}",
            "created": ended,
        }
    )
    pages = _Pages(book)
    pages.summary(document)
    for table in document.tables:
        pages.table(table)
    pages.words(document)
    book.close()
    return out.getvalue()


class _Pages:
    """Writes sheets; keeps a format for each kind of number."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._book = book
        self._formats: dict[tuple[str, bool], Any] = {}
        self._head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def summary(self, document: ReportDocument) -> None:
        """Write the summary: the sentence and the key figures."""
        sheet = self._sheet("Summary", (_WIDE, _NARROW, _NARROW, _NARROW, _NARROW, _WIDE, _WIDE))
        for row, text in enumerate((document.title, document.period, document.headline)):
            sheet.write_string(row, 0, text, self._title if row == 0 else None)
        names = ("Figure", "Value", "Unit", "90 % low", "90 % high", "How known", "Evidence")
        self._heads(sheet, 4, names)
        for row, key in enumerate(document.key_figures, start=5):
            cells: tuple[Cell | None, ...] = (
                key.name, key.figure, key.figure.unit, key.low, key.high, key.how.value,
                key.evidence,
            )  # fmt: skip
            self._row(sheet, row, cells)
        below = 6 + len(document.key_figures)
        sheet.write_string(below, 0, f"Edition {document.edition}")
        sheet.write_string(below + 1, 0, document.attribution)

    def table(self, table: Table) -> None:
        """Write a table on a sheet of its own."""
        widths = [_WIDE if place == 0 else _NARROW for place in range(len(table.columns))]
        sheet = self._sheet(table.title, widths)
        sheet.write_string(0, 0, table.title, self._title)
        sheet.write_string(1, 0, table.note)
        self._heads(sheet, 2, [_heading(column) for column in table.columns])
        sheet.freeze_panes(3, 1)
        modelled = [column.how is How.MODELLED for column in table.columns]
        for row, cells in enumerate(table.rows, start=3):
            self._row(sheet, row, cells, modelled)

    def words(self, document: ReportDocument) -> None:
        """Write the statement, the method and what is missing."""
        sheet = self._sheet("Statement and method", (_WIDE, _WRAPPED))
        told = [
            *document.statement,
            *((f"Method {n}", text) for n, text in enumerate(document.method, start=1)),
            *((f"Not in this report: {each.what}", each.why) for each in document.absent),
        ]
        for row, (name, text) in enumerate(told):
            sheet.write_string(row, 0, name, self._wrap)
            sheet.write_string(row, 1, text, self._wrap)

    def _sheet(self, name: str, widths: Sequence[int]) -> Any:  # noqa: ANN401 - as above
        sheet = self._book.add_worksheet(name.translate(_FORBIDDEN)[:_SHEET_NAME_MAX].strip())
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&CPage &P of &N")
        return sheet

    def _heads(self, sheet: Any, row: int, names: Sequence[str]) -> None:  # noqa: ANN401
        for place, name in enumerate(names):
            sheet.write_string(row, place, name, self._head)

    def _row(
        self,
        sheet: Any,  # noqa: ANN401 - as above
        row: int,
        cells: Sequence[Cell | None],
        modelled: Sequence[bool] = (),
    ) -> None:
        for place, cell in enumerate(cells):
            slanted = place < len(modelled) and modelled[place]
            if isinstance(cell, Figure) and cell.value is not None:
                sheet.write_number(row, place, cell.value, self._number(cell, slanted=slanted))
            elif cell is not None:
                text = cell.text if isinstance(cell, Figure) else cell
                sheet.write_string(row, place, text[:_CELL_CHARACTERS_MAX])

    def _number(self, told: Figure, *, slanted: bool) -> Any:  # noqa: ANN401 - as above
        form = f"#,##0.{'0' * told.decimals}" if told.decimals else "#,##0"
        key = (form, slanted)
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"num_format": form, "italic": slanted})
        return self._formats[key]


def _heading(column: Column) -> str:
    how = f" ({column.how.value})" if column.how else ""
    return f"{column.name}{f' [{column.unit}]' if column.unit else ''}{how}"
