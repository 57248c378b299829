"""The charts of a report as Vega-Lite specifications, drawn from the figures of its tables.

A name is data here, never a field, a title or an expression: whatever it holds is shown as it is.
Colours differ in lightness and series in shape, so that nothing rests on colour alone. Months run
down and bars run right, so that names have room on paper and on a narrow screen.
"""

from collections.abc import Iterable, Mapping, Sequence

from lighting.energy.document import Chart, Figure, Table
from lighting.energy.document_parts import Decomposition, LoadCurve
from lighting.energy.document_scale import Scale

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

INK, LIGHT, DARK = "#1f2a37", "#f0b429", "#334e68"
"""Text, used energy (light), what it is measured against; 3:1 or more against white or a line."""

_BAR_STEP = 26
_NUMBER = ",.4~f"
Row = Mapping[str, object]


def month_chart(table: Table, others: Sequence[str]) -> Chart:
    """Return used energy by month as bars, each baseline as a mark on its bar's row."""
    rows = table.rows[:-1]
    names = ("Used", "Baseline", *others)
    places = (3, 4, *range(len(table.columns) - len(others), len(table.columns)))
    values = [
        {"row": str(row[0]), "series": name, "value": _value(row[place])}
        for row in rows
        for name, place in zip(names, places, strict=True)
    ]
    used, baseline = (_last(table, place) for place in places[:2])
    return Chart(
        title="Energy by month (bars: used) against baselines (marks)",
        alt=f"Bar chart of {len(rows)} months: {used.with_unit} used in all, against a baseline of"
        f" {baseline.with_unit}. The table “{table.title}” has every figure.",
        table=table.key,
        spec=_spec(values, [_bars("datum.series === 'Used'"), _ticks(names[1:])], height=len(rows)),
    )


def waterfall_chart(causes: Decomposition, table: Table, scale: Scale) -> Chart:
    """Return the way from the baseline to the used energy, cause by cause."""
    values, level = [], scale.kwh(causes.baseline_kwh).value or 0.0
    values.append(_step("Baseline", 0.0, level, "level"))
    for row in table.rows[:-1]:
        saved = row[1]
        if isinstance(saved, Figure) and saved.value is not None:
            kind = "saved" if saved.value >= 0 else "used more"
            values.append(_step(str(row[0]), level, level - saved.value, kind))
            level -= saved.value
    used = scale.kwh(causes.used_kwh)
    values.append(_step("Used", 0.0, used.value or 0.0, "level"))
    parts = ", ".join(
        f"{row[0]} {row[1].with_unit}" for row in table.rows[:-1] if isinstance(row[1], Figure)
    )
    return Chart(
        title="From the baseline to what was used",
        alt=f"Waterfall from {scale.kwh(causes.baseline_kwh).with_unit} down to"
        f" {used.with_unit}. Saved by {parts}.",
        table=table.key,
        spec=_spec(values, [_floating()], height=len(values)),
    )


def load_chart(curve: LoadCurve, table: Table) -> Chart:
    """Return a night's half-hours: used energy as an area, the baseline as a stepped line."""
    values = [
        {"at": str(row[0])[len("2026-11-22T") :][:5], "place": place, "series": name,
         "value": _value(row[column])}
        for place, row in enumerate(table.rows)
        for name, column in (("Used", 1), ("Baseline", 2))
    ]  # fmt: skip
    most = max(values, key=lambda each: float(str(each["value"] or 0)))
    return Chart(
        title="Load of one night by half-hour (filled: used; dashed: baseline)",
        alt=f"Stepped lines over {len(table.rows)} half-hours from {curve.starts[0]:%d %B %Y %H:%M}"
        f" local time; the most is {most['value']:,} kWh in the half-hour from {most['at']}"
        f" ({str(most['series']).lower()}).",
        table=table.key,
        spec=_load_spec(values, [str(row[0])[len("2026-11-22T") :][:5] for row in table.rows]),
    )


def scope_chart(table: Table) -> Chart:
    """Return emissions by scope as bars, what was avoided as marks."""
    values = [
        {"row": str(row[0]), "series": name, "value": _value(row[place])}
        for row in table.rows
        for name, place in (("Emitted", 1), ("Avoided", 2))
    ]
    told = "; ".join(
        f"{row[0]} {row[1].with_unit}" for row in table.rows if isinstance(row[1], Figure)
    )
    layers = [_bars("datum.series === 'Emitted'"), _ticks(("Avoided",))]
    return Chart(
        title="Carbon by scope (bars: emitted; marks: avoided)",
        alt=f"Bar chart of emissions: {told}.",
        table=table.key,
        spec=_spec(values, layers, height=len(table.rows), unit=table.columns[1].unit),
    )


def _value(cell: object) -> float | None:
    return cell.value if isinstance(cell, Figure) else None


def _last(table: Table, place: int) -> Figure:
    cell = table.rows[-1][place]
    return cell if isinstance(cell, Figure) else Figure(value=None, unit="", decimals=0)


def _step(name: str, start: float, end: float, kind: str) -> Row:
    return {"row": name, "start": start, "end": end, "series": kind}


def _spec(
    values: Sequence[Row], layers: Iterable[Mapping[str, object]], *, height: int, unit: str = "kWh"
) -> Mapping[str, object]:
    """Return a chart of horizontal rows; its width is the renderer's."""
    return {
        "$schema": SCHEMA,
        "data": {"values": list(values)},
        "height": {"step": _BAR_STEP} if height else 40,
        "encoding": {
            "y": {"field": "row", "type": "nominal", "sort": None, "title": None},
            "x": {"type": "quantitative", "title": unit, "axis": {"format": _NUMBER}},
        },
        "layer": list(layers),
    }


def _bars(where: str) -> Mapping[str, object]:
    return {
        "transform": [{"filter": where}],
        "mark": {"type": "bar", "fill": LIGHT, "stroke": INK, "strokeWidth": 0.5},
        "encoding": {"x": {"field": "value", "type": "quantitative"}},
    }


def _ticks(names: Sequence[str]) -> Mapping[str, object]:
    """Return marks of one shape a series, with a legend that shows the shapes."""
    shapes = ("stroke", "diamond", "triangle-up", "cross", "circle")
    return {
        "transform": [{"filter": {"field": "series", "oneOf": list(names)}}],
        "mark": {"type": "point", "size": 160, "stroke": INK, "strokeWidth": 2, "angle": 90},
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "shape": {
                "field": "series",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(names), "range": _cycled(shapes, len(names))},
            },
        },
    }


def _cycled(shapes: Sequence[str], number: int) -> list[str]:
    return [shapes[place % len(shapes)] for place in range(number)]


def _floating() -> Mapping[str, object]:
    return {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            "x": {"field": "start", "type": "quantitative"},
            "x2": {"field": "end"},
            "fill": {
                "field": "series",
                "type": "nominal",
                "title": None,
                "scale": {
                    "domain": ["level", "saved", "used more"],
                    "range": [DARK, LIGHT, "#ba2525"],
                },
            },
        },
    }


def _load_spec(values: Sequence[Row], times: Sequence[str]) -> Mapping[str, object]:
    shown = list(range(0, len(times), 4))
    labels = " : ".join(f"datum.value === {place} ? '{times[place]}'" for place in shown)
    return {
        "$schema": SCHEMA,
        "data": {"values": list(values)},
        "height": 180,
        "encoding": {
            "x": {
                "field": "place",
                "type": "quantitative",
                "title": "local time",
                "scale": {"nice": False},
                "axis": {"values": shown, "labelExpr": f"{labels} : ''", "grid": False},
            },
            "y": {"field": "value", "type": "quantitative", "title": "kWh per half-hour",
                  "axis": {"format": _NUMBER}},
        },
        "layer": [
            {
                "transform": [{"filter": "datum.series === 'Used'"}],
                "mark": {"type": "area", "interpolate": "step-after", "fill": LIGHT,
                         "stroke": INK, "strokeWidth": 0.5},
            },
            {
                "transform": [{"filter": "datum.series === 'Baseline'"}],
                "mark": {"type": "line", "interpolate": "step-after", "stroke": DARK,
                         "strokeWidth": 2, "strokeDash": [6, 3]},
            },
        ],
    }  # fmt: skip
