"""A report document as one HTML page: no script, no request to anywhere, printable, WCAG 2.2 AA."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from lighting.adapters.reports.charts import chart_svg
from lighting.energy.document import Chart, Column, Figure, How, ReportDocument

FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
WIDE, NARROW = 720, 150
"""Widths of a chart between its axes [px]: for a desk and for a telephone (320 px)."""


def html_page(document: ReportDocument) -> bytes:
    """Return ``document`` as a page, UTF-8.

    Raises:
        ReportFileError: a chart cannot be drawn.
    """
    drawn = {chart.title: _pictures(chart, place) for place, chart in enumerate(document.charts)}
    page = _template().render(document=document, drawn=drawn)
    return page.encode()


def _pictures(chart: Chart, place: int) -> tuple[Markup, Markup]:
    """Return the picture for a wide and for a narrow screen; vl-convert escaped its texts."""
    wide = chart_svg(chart, width=WIDE, font=FONT, prefix=f"w{place}")
    narrow = chart_svg(chart, width=NARROW, font=FONT, prefix=f"n{place}", font_size=11)
    return Markup(wide), Markup(narrow)  # noqa: S704 - SVG made from data by vl-convert


@cache
def _template() -> Template:
    text = files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8")
    house = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    house.tests["figure"] = lambda cell: isinstance(cell, Figure)
    house.tests["modelled"] = _is_modelled
    return house.from_string(text)


def _is_modelled(column: Column) -> bool:
    return column.how is How.MODELLED
