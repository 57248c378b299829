"""A report document as plain values for JSON, and the edition that they give it."""

import json
from hashlib import sha256

from lighting.energy.document import Chart, Figure, KeyFigure, ReportDocument, Table

_EDITION_DIGITS = 12


def with_edition(document: ReportDocument) -> ReportDocument:
    """Return ``document`` with its edition: the first digits of the SHA-256 of what it says."""
    said = document_as_plain(document.of_edition(""))
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return document.of_edition(sha256(text.encode()).hexdigest()[:_EDITION_DIGITS])


def document_as_plain(document: ReportDocument) -> dict[str, object]:
    """Return ``document`` as dicts, lists, texts and numbers, in a fixed order; None is unknown."""
    return {
        "title": document.title,
        "edition": document.edition,
        "first_night": document.first.isoformat(),
        "last_night": document.last.isoformat(),
        "headline": document.headline,
        "key_figures": [_key_figure(each) for each in document.key_figures],
        "statement": dict(document.statement),
        "tables": {table.key: _table(table) for table in document.tables},
        "charts": [_chart(each) for each in document.charts],
        "absent": {each.what: each.why for each in document.absent},
        "method": list(document.method),
        "attribution": document.attribution,
    }


def _key_figure(key: KeyFigure) -> dict[str, object]:
    return {
        "name": key.name,
        **_figure(key.figure),
        "how": key.how.value,
        "evidence": key.evidence,
        "low": None if key.low is None else key.low.value,
        "high": None if key.high is None else key.high.value,
    }


def _table(table: Table) -> dict[str, object]:
    """Return a table; the unit and the decimals of a figure are its column's."""
    return {
        "title": table.title,
        "columns": [
            {
                "name": column.name,
                "unit": column.unit,
                "how": column.how.value if column.how else None,
                "decimals": _decimals(table, place),
            }
            for place, column in enumerate(table.columns)
        ],
        "rows": [
            [cell.value if isinstance(cell, Figure) else cell for cell in row] for row in table.rows
        ],
        "note": table.note,
    }


def _decimals(table: Table, place: int) -> int | None:
    """Return the decimals of a column's figures; None for texts."""
    cells = (row[place] for row in table.rows)
    return next((cell.decimals for cell in cells if isinstance(cell, Figure)), None)


def _chart(chart: Chart) -> dict[str, object]:
    return {
        "title": chart.title,
        "alt": chart.alt,
        "table": chart.table,
        "vega_lite": dict(chart.spec),
    }


def _figure(told: Figure) -> dict[str, object]:
    return {"value": told.value, "unit": told.unit, "decimals": told.decimals}
