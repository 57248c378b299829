"""Read the ``where`` of a rule: which devices it looks at.

where = { ward = ["Headingley", "Weetwood"], road = "Otley Road", use = "gully level" }
where = { lanterns = ["leeds:1", "leeds:2"] }
where = { near = "53.8195,-1.5774", within = "500 m" }
"""

from firmware_profiles.devices.device import Use
from lighting.identifiers import LanternId
from lighting.sensing.rules.reader import parse_distance_m
from lighting.sensing.rules.rule import Near, Where
from lighting.sensing.rules.scanner import ConditionError
from schedules.fields import BadValueError, Kind, Table, shown

_TEXT_MAX = 2000
_LATITUDE_MAX = 90.0
_LONGITUDE_MAX = 180.0


def as_text(raw: object) -> str:
    """Return ``raw`` if it is a text that says something.

    Raises:
        BadValueError: it is none, or too long.
    """
    if not isinstance(raw, str) or not raw.strip() or len(raw) > _TEXT_MAX:
        raise BadValueError(f"is {shown(raw)}")
    return raw


def _folded_texts(raw: object) -> frozenset[str]:
    return frozenset(each.strip().casefold() for each in _texts(raw))


def _texts(raw: object) -> list[str]:
    if isinstance(raw, list) and raw:
        return [as_text(each) for each in raw]
    return [as_text(raw)]


def _uses(raw: object) -> frozenset[Use]:
    texts = _texts(raw)
    unknown = [each for each in texts if each not in {use.value for use in Use}]
    if unknown:
        raise BadValueError(f"has {shown(unknown[0])}")
    return frozenset(Use(each) for each in texts)


def _lanterns(raw: object) -> frozenset[LanternId]:
    return frozenset(LanternId(each) for each in _texts(raw))


def _point(raw: object) -> tuple[float, float]:
    latitude, _, longitude = as_text(raw).partition(",")
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        raise BadValueError(f"is {shown(raw)}") from None
    if not (abs(point[0]) <= _LATITUDE_MAX and abs(point[1]) <= _LONGITUDE_MAX):
        raise BadValueError(f"is {shown(raw)}")
    return point


def _distance_m(raw: object) -> float:
    try:
        return parse_distance_m(as_text(raw))
    except ConditionError as exc:
        raise BadValueError(f"is {shown(raw)}: {exc.found}") from None


_NAMES = Kind("a name, or a list of names", _folded_texts)
_USES = Kind(", ".join(Use), _uses)
_IDS = Kind("a list of lantern ids", _lanterns)
_POINT = Kind("a place such as '53.8195,-1.5774' (latitude, longitude in degrees)", _point)
_DISTANCE = Kind("a distance such as '500 m', up to 50 km", _distance_m)


def read_where(table: Table) -> Where:
    """Return what a ``where`` says; problems are kept in the table's report."""
    where = Where(
        roads=table.optional("road", _NAMES, frozenset()),
        wards=table.optional("ward", _NAMES, frozenset()),
        uses=table.optional("use", _USES, frozenset()),
        lanterns=table.optional("lanterns", _IDS, frozenset()),
        near=_near(table),
    )
    table.close()
    return where


def _near(table: Table) -> Near | None:
    point = table.optional("near", _POINT, None)
    within_m = table.optional("within", _DISTANCE, None)
    if table.has("near") != table.has("within"):
        table.problem(
            "near" if table.has("near") else "within",
            "stands alone",
            "near and within together, or neither",
        )
    if point is None or within_m is None:
        return None
    return Near(latitude_deg=point[0], longitude_deg=point[1], within_m=within_m)
