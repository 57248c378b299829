"""Charts as SVG: Vega-Lite drawn by vl-convert, which reads nothing and calls nobody."""

import json
import re
from collections.abc import Mapping

import vl_convert

from lighting.adapters.reports.errors import told_failures
from lighting.energy.document import Chart

_INK = "#1f2a37"
_PADDING = {"left": 26, "right": 26, "top": 5, "bottom": 5}
"""Room [px] for letters that are wider in the reader's font than where they were measured."""
_LABEL_SIGNS = 30
"""Room for a label, in its own font size; longer ones end in dots and stand whole in the table."""
_IDS = re.compile(r'(id="|url\(#|href="#)(?=\w)')


def chart_svg(chart: Chart, *, width: int, font: str, prefix: str, font_size: int = 13) -> str:
    """Return ``chart`` as an SVG element, ``width`` [px] wide between its axes.

    Its ids begin with ``prefix``, so that several fit one page. Text stays text, in ``font``.

    Raises:
        ReportFileError: it cannot be drawn.
    """
    spec = {**chart.spec, "width": width, "config": _config(font, font_size)}
    with told_failures("a chart"):
        drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    return _IDS.sub(rf"\g<1>{prefix}-", drawn)


def _config(font: str, size: int) -> Mapping[str, object]:
    return {
        "font": font,
        "aria": False,
        "background": None,
        "padding": _PADDING,
        "axis": {
            "labelFontSize": size,
            "titleFontSize": size,
            "labelColor": _INK,
            "titleColor": _INK,
            "titleFontWeight": "normal",
            "gridColor": "#d5dbe3",
            "labelLimit": _LABEL_SIGNS * size,
            "tickCount": 4,
        },
        "legend": {"labelFontSize": size, "labelColor": _INK, "orient": "top", "labelLimit": 260},
        "view": {"stroke": None},
    }
