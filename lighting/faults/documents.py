"""A fault as a document: a JSON body for webhooks and the API, a CSV row, a GeoJSON feature."""

import csv
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO

from lighting.faults.fault import Fault

Document = dict[str, object]

CSV_COLUMNS = (
    "fault_id", "kind", "severity", "confidence", "subject", "place", "lanterns_concerned",
    "lanterns", "evidence", "first_seen", "last_seen", "latitude_deg", "longitude_deg", "reopened",
    "acknowledged_by", "cleared_at", "cleared_why",
)  # fmt: skip

_BETWEEN = " | "
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection)."""


def fault_document(fault: Fault) -> Document:
    """Return a fault as JSON-ready values: the body that webhooks and asset systems get."""
    return {
        "fault_id": fault.fault_id,
        "kind": fault.kind.value,
        "subject": fault.subject,
        "state": "open" if fault.is_open else "cleared",
        "severity": fault.severity.words,
        "confidence": fault.confidence.words,
        "lanterns": list(fault.lanterns),
        "lanterns_concerned": fault.size,
        "evidence": list(fault.evidence),
        "first_seen": _iso(fault.first_seen),
        "last_seen": _iso(fault.last_seen),
        "place": fault.place,
        "latitude_deg": fault.latitude_deg,
        "longitude_deg": fault.longitude_deg,
        "reopened": fault.reopened,
        "cleared_at": _iso(fault.cleared_at),
        "cleared_why": fault.cleared_why,
        "acknowledged_at": _iso(fault.acknowledged_at),
        "acknowledged_by": fault.acknowledged_by,
        "acknowledged_reason": fault.acknowledged_reason,
    }


def csv_header() -> str:
    """Return the first line of a CSV file (RFC 4180)."""
    return _csv_line(CSV_COLUMNS)


def csv_line(fault: Fault) -> str:
    """Return a fault as a line of a CSV file."""
    told = fault_document(fault)
    return _csv_line([_cell(told[name]) for name in CSV_COLUMNS])


GEOJSON_START, GEOJSON_END = '{"type": "FeatureCollection", "features": [\n', "\n]}\n"
"""What stands around the features of a collection (RFC 7946)."""


def geojson_line(fault: Fault) -> str:
    """Return a fault as a GeoJSON feature; one without a place has no geometry."""
    return json.dumps(_feature(fault), ensure_ascii=False)


def _feature(fault: Fault) -> Document:
    here = (fault.longitude_deg, fault.latitude_deg)
    placed = None not in here
    told = fault_document(fault)
    del told["latitude_deg"], told["longitude_deg"]
    return {
        "type": "Feature",
        "id": fault.fault_id,
        "geometry": {"type": "Point", "coordinates": list(here)} if placed else None,
        "properties": told,
    }


def _csv_line(cells: Iterable[object]) -> str:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str | int | float:
    if isinstance(value, int | float):
        return value
    text = _BETWEEN.join(map(str, value)) if isinstance(value, list) else str(value or "")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
