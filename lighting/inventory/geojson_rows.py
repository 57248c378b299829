"""GeoJSON to rows: a FeatureCollection of Points (RFC 7946), read as a whole."""

import json
from collections.abc import Iterator
from typing import IO, Any

from lighting.inventory.errors import CouncilFileError, listed
from lighting.inventory.mapping import GEOMETRY_X, GEOMETRY_Y, FileMapping
from lighting.inventory.rows import Rejected, SourceRow, rejected, source_row

_GEOMETRY = (GEOMETRY_X, GEOMETRY_Y)
_LARGEST_EXACT_INTEGER = 2**53  # beyond it a JSON number is no longer a whole number for sure


def geojson_rows(stream: IO[bytes], mapping: FileMapping) -> Iterator[SourceRow | Rejected]:
    """Read ``stream`` now, and return a row for each feature, counted from 1.

    A property that a feature does not have is a missing value of that row; one that no feature
    has is a missing column of the file.

    Raises:
        CouncilFileError: not JSON, not a FeatureCollection, or properties of the mapping missing.
    """
    features = _features(stream.read())
    wanted = tuple(name for name in mapping.columns() if name not in _GEOMETRY)
    _check_properties(features, mapping)
    return (_row(row, feature, wanted, mapping) for row, feature in enumerate(features, start=1))


def _features(data: bytes) -> list[Any]:
    try:
        document = json.loads(data)
    except UnicodeDecodeError as exc:
        raise CouncilFileError(
            f"byte 0x{data[exc.start]:02x} at byte {exc.start:,} of the file is not {exc.encoding}",
            "save the file as UTF-8",
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise CouncilFileError(f"the file is not JSON: {exc}", "export it again") from exc
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise CouncilFileError(
            "the file is not a GeoJSON FeatureCollection with a list of features",
            "export it as a FeatureCollection of Points (RFC 7946)",
        )
    return features


def _check_properties(features: list[Any], mapping: FileMapping) -> None:
    present = {str(name): None for feature in features for name in _properties(feature)}
    required = [name for name in mapping.required_columns() if name not in _GEOMETRY]
    missing = [name for name in required if name not in present]
    if features and missing:
        raise CouncilFileError(
            f"properties missing in every feature: {listed(missing)};"
            f" properties present: {listed(list(present))}",
            f"use the mapping of this file, or correct {mapping.name!r}",
        )


def _properties(feature: object) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _row(
    row: int, feature: object, wanted: tuple[str, ...], mapping: FileMapping
) -> SourceRow | Rejected:
    if not isinstance(feature, dict):
        return _misshapen(row, "(the feature)", feature, "is not a feature", "give an object")
    point = _point(feature.get("geometry"))
    if point is None:
        problem = "is not a Point with a longitude and a latitude"
        cure = "give each lantern as one Point: two numbers"
        return _misshapen(row, "geometry", feature.get("geometry"), problem, cure)
    properties = _properties(feature)
    cells = list(zip(_GEOMETRY, point, strict=True))
    for name in wanted:
        text = _text(properties.get(name))
        if text is None:
            problem = "is a list or an object"
            return _misshapen(row, name, properties[name], problem, "give a text or a number")
        cells.append((name, text))
    return source_row(row, cells, mapping)


def _point(geometry: object) -> tuple[str, str] | None:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    match geometry.get("coordinates"):
        case [bool(), *_] | [_, bool(), *_]:  # to Python a truth value is a whole number
            return None
        case [int() | float() as x, int() | float() as y, *_]:
            return str(x), str(y)
        case _:
            return None


def _text(value: object) -> str | None:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT_INTEGER:
        return str(int(value))
    return None if isinstance(value, list | dict) else str(value)


def _misshapen(row: int, field: str, value: object, problem: str, cure: str) -> Rejected:
    return rejected(row, field=field, value=str(value), problem=problem, cure=cure)
