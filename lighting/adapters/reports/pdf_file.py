"""A report document as PDF/UA-1 (tagged, for readers of every kind), typeset by Typst.

What the document says goes in as JSON data and is shown as it is: nothing of it is ever read as
Typst's markup, and the template reads no file. Only fonts that come with Typst are used, so that
the same document gives the same bytes on every machine.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files

import typst

from lighting.adapters.reports.charts import chart_svg
from lighting.adapters.reports.errors import told_failures
from lighting.energy.document import Cell, Column, Figure, How, ReportDocument, Table

FONT = "Libertinus Serif"
_WIDTH = 520

SHOWN = (
    (0x20, 0x7E),
    (0xA0, 0x4FF),
    (0x1E00, 0x1FFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x20A0, 0x20BF),
    (0x2190, 0x22FF),
)
"""Code points for which Typst's own fonts have signs: Latin, Greek, Cyrillic, currencies, signs of
mathematics (a test has it set them all). PDF/UA-1 forbids text that no font can show."""

_NO_SIGN = frozenset({"Cn", "Cc", "Cf", "Cs", "Co"})
"""Categories without a sign of their own: unassigned, control, format, surrogate, private."""


def pdf_file(document: ReportDocument) -> bytes:
    """Return ``document`` as PDF; its date is that of the report's end, not of the writing.

    Raises:
        ReportFileError: a chart cannot be drawn, or the page cannot be set.
    """
    ended = datetime.combine(document.last + timedelta(days=1), time(), tzinfo=UTC)
    template = files(__package__).joinpath("report.typ").read_bytes()
    with told_failures("PDF"):
        return typst.compile(
            template,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"document": json.dumps(_showable(_told(document)))},
            ignore_system_fonts=True,
            timestamp=int(ended.timestamp()),
        )


def showable(text: str) -> str:
    """Return ``text`` with signs that the fonts have; others are named: ``[U+6C34]``."""
    composed = unicodedata.normalize("NFC", text.replace("\n", " ").replace("\t", " "))
    return "".join(sign if _has_sign(sign) else f"[U+{ord(sign):04X}]" for sign in composed)


def _has_sign(sign: str) -> bool:
    inside = any(first <= ord(sign) <= last for first, last in SHOWN)
    return inside and unicodedata.category(sign) not in _NO_SIGN


def _showable(value: object) -> object:
    """Return plain values with every text made showable."""
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, Mapping):
        return {key: _showable(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_showable(each) for each in value]
    return value


def _told(document: ReportDocument) -> dict[str, object]:
    """Return what the template shows, in its words; charts stand where their section is."""
    return {
        "title": document.title,
        "period": document.period,
        "edition": document.edition,
        "year": document.last.year,
        "headline": document.headline,
        "key": [
            {
                "name": key.name,
                "value": key.figure.with_unit,
                "interval": key.interval,
                "how": f"{key.how.value}: {key.evidence}" if key.evidence else key.how.value,
                "modelled": key.how is How.MODELLED,
            }
            for key in document.key_figures
        ],
        "sections": [
            {
                "title": section.title,
                "charts": [
                    {"title": chart.title, "alt": chart.alt, "svg": _svg(document, place)}
                    for place, chart in enumerate(document.charts)
                    if chart in section.charts
                ],
                "tables": [_table(table) for table in section.tables],
            }
            for section in document.sections
        ],
        "statement": document.statement,
        "absent": [(each.what, each.why) for each in document.absent],
        "method": document.method,
        "attribution": document.attribution,
    }


def _svg(document: ReportDocument, place: int) -> str:
    chart = document.charts[place]
    return chart_svg(chart, width=_WIDTH, font=FONT, prefix=f"c{place}")


def _table(table: Table) -> dict[str, object]:
    first_row: Sequence[Cell] = table.rows[0] if table.rows else [""] * len(table.columns)
    return {
        "title": table.title,
        "note": table.printed_note,
        "heads": [(column.name, column.unit) for column in table.columns],
        "numbers": [isinstance(cell, Figure) for cell in first_row],
        "rows": [
            [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.printed_rows
        ],
        "total": bool(table.rows) and table.rows[-1][0] == "Total",
    }


def _cell(cell: Cell, column: Column) -> tuple[str, bool]:
    """Return a cell's text and whether it is slanted."""
    if isinstance(cell, Figure):
        return cell.text, column.how is How.MODELLED
    return cell, False
