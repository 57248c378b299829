"""Coordinates of many rows at once: checked, and converted to WGS 84 degrees with pyproj.

The British National Grid is converted by the seven-parameter Helmert transformation of EPSG:1314,
written out so that every machine gives the same positions whether or not it has Ordnance Survey's
OSTN15 grid: within about 5 m of the truth (EPSG states 2 m), which is ample for a lantern's sun
and for a map. Converted positions are rounded to 1e-7 degrees (about 1 cm), so that another
version of PROJ does not move every lantern.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyproj import Transformer

from lighting.inventory.mapping import CoordinateSystem, PositionPart
from lighting.inventory.rows import RowProblem, SourceRow, row_problem

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CONVERTED_DECIMALS = 7
_TO_DEGREES = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"


class Position(NamedTuple):
    """A place on WGS 84 [degrees]."""

    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _System:
    """A coordinate system: its name, what its x and y can be, and the pipeline to degrees."""

    title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    pipeline: str = ""


_SYSTEMS: dict[CoordinateSystem, _System] = {
    "wgs84": _System(
        title="WGS 84 degrees (longitude, latitude)",
        x_range=(-180.0, 180.0),
        y_range=(-90.0, 90.0),
    ),
    # The grid's extent: 700 km by 1,300 km (Ordnance Survey, "A guide to coordinate systems in
    # Great Britain").
    "british_national_grid": _System(
        title="British National Grid metres (easting, northing)",
        x_range=(0.0, 700_000.0),
        y_range=(0.0, 1_300_000.0),
        pipeline="+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717"
        " +x_0=400000 +y_0=-100000 +ellps=airy +step +proj=push +v_3"
        " +step +proj=cart +ellps=airy +step +proj=helmert +x=446.448 +y=-125.157 +z=542.06"
        " +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector"
        f" +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 {_TO_DEGREES}",
    ),
    # EPSG:3857 is a square of pi times the radius 6,378,137 m each way from its centre.
    "web_mercator": _System(
        title="Web Mercator metres (x, y)",
        x_range=(-20_037_508.35, 20_037_508.35),
        y_range=(-20_037_508.35, 20_037_508.35),
        pipeline=f"+proj=pipeline +step +inv +proj=webmerc +ellps=WGS84 {_TO_DEGREES}",
    ),
}


def number(text: str) -> float | None:
    """Return ``text`` as a finite number, or None: only plain digits, point and exponent count."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def positions(rows: Sequence[SourceRow], part: PositionPart) -> list[Position | RowProblem]:
    """Return for each row its position on WGS 84, or what is wrong with its coordinates."""
    system = _SYSTEMS[part.system]
    found = [_coordinates(row, part, system) for row in rows]
    given = [xy for xy in found if not isinstance(xy, RowProblem)]
    converted = iter(_converted(given, system))
    return [
        xy if isinstance(xy, RowProblem) else _inside_box(row, part, next(converted))
        for row, xy in zip(rows, found, strict=True)
    ]


def _coordinates(
    row: SourceRow, part: PositionPart, system: _System
) -> tuple[float, float] | RowProblem:
    values = []
    for column, (least, most) in ((part.x, system.x_range), (part.y, system.y_range)):
        text = row.cells.get(column)
        if text is None:
            return _problem(row, column, "", "the coordinate is missing", f"give {system.title}")
        value = number(text)
        if value is None:
            cure = f"give {system.title}, with a decimal point and no unit"
            return _problem(row, column, text, "is not a number", cure)
        if not least <= value <= most:
            problem = f"is outside {least:,.0f} to {most:,.0f}"
            return _problem(row, column, text, problem, f"give {system.title}")
        values.append(value)
    x, y = values
    if x == 0.0 and y == 0.0:
        columns = f"{part.x}, {part.y}"
        return _problem(row, columns, "0, 0", "is the origin, not a place", "give the true place")
    return x, y


def _converted(given: Sequence[tuple[float, float]], system: _System) -> list[Position]:
    if not system.pipeline:
        return [Position(y, x) for x, y in given]
    transformer = Transformer.from_pipeline(system.pipeline)
    longitudes, latitudes = transformer.transform([x for x, _ in given], [y for _, y in given])
    return [
        Position(round(latitude, _CONVERTED_DECIMALS), round(longitude, _CONVERTED_DECIMALS))
        for latitude, longitude in zip(latitudes, longitudes, strict=True)
    ]


def _inside_box(row: SourceRow, part: PositionPart, position: Position) -> Position | RowProblem:
    west, south, east, north = part.box_west_south_east_north
    latitude, longitude = position
    # A conversion that fails gives infinity, which is in no box.
    if south <= latitude <= north and west <= longitude <= east:
        return position
    value = f"{row.cells[part.x]}, {row.cells[part.y]}"
    problem = (
        f"lies at {latitude:.5f}, {longitude:.5f} (latitude, longitude), outside the mapping's box"
        f" of {south:g} to {north:g}, {west:g} to {east:g}"
    )
    cure = "correct the place (are the two swapped?), or widen the box in the mapping"
    return _problem(row, f"{part.x}, {part.y}", value, problem, cure)


def _problem(row: SourceRow, field: str, value: str, problem: str, cure: str) -> RowProblem:
    return row_problem(row.row, field=field, value=value, problem=problem, cure=cure)
