"""Lantern models as TOML: read with every fault at its line (``catalogue_rows`` writes it).

lamplighter_lantern_models = 1

[[models]]
name = "road-60"                        # lanterns carry the tag model:road-60
lamps = ["LED 60W road"]                # or one of these texts as their lamp
source = "data sheet of 12 May 2024"
full_w = 60.0                           # circuit watts of the charge code, at 100 %
minimum_w = 6.0                         # at minimum_level (left out: 1 %)
standby_w = 0.4
tolerance = 0.10                        # relative half-width at 90 %
clo = { initial = 0.85, end = 1.15, life_h = 100000 }    # or "none"; left out: unknown
node = { day_w = 1.0, night_w = 1.2, source = "bench, 3 nodes", in_meter = false }

In place of ``full_w``: ``curve = [{ level = 10, power_w = 8.0 }, …]`` up to level 100, as measured;
or ``dali_bank_1 = "003C0006"``, the bytes at locations 0x15 to 0x18.
"""

from lighting.energy.constant_light import Clo, ConstantLight
from lighting.energy.errors import PowerModelError
from lighting.energy.given_power import (
    DaliBank,
    GivenPower,
    MeasuredCurve,
    TwoPoints,
    read_bank_1,
)
from lighting.energy.lantern_model import LanternModel, NodeLoad
from lighting.energy.model_catalogue import Catalogue
from lighting.energy.power_model import LOWEST_LIGHT, CurvePoint
from lighting.units import Watts
from schedules.document import read_document
from schedules.fields import BadValueError, Kind, Table, shown
from schedules.level import FULL, Level
from schedules.values import LINE, as_text, number, version

MARK = "lamplighter_lantern_models"
MODELS_MAX = 5000
POWER_W_MAX = Watts(2000.0)
"""No lantern is believed to draw more [W]. Our own limit, unsourced."""

_LIFE_H_MAX = 1_000_000.0
_ONE_OF = "one of full_w, curve, dali_bank_1"
_MODEL = "a table [[models]]"
_POINT = "{ level = 50, power_w = 31.5 }"
_CLO = '"none", or { initial = 0.85, end = 1.15, life_h = 100000 }'
_NODE = '{ day_w = 1.0, night_w = 1.2, source = "…" }'
_WATTS = number(0, POWER_W_MAX, "W")
_FACTOR = number(0, 10, "of the charge-code value")


def _percent(raw: object) -> Level:
    if isinstance(raw, bool) or not isinstance(raw, int) or not LOWEST_LIGHT <= raw <= FULL:
        raise BadValueError(f"is {shown(raw)}")
    return Level(raw)


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BadValueError(f"is {shown(raw)}")
    return raw


def _bank(raw: object) -> DaliBank:
    try:
        return read_bank_1(bytes.fromhex(as_text(raw)))
    except (ValueError, PowerModelError):
        raise BadValueError(f"is {shown(raw)}") from None


_PERCENT = Kind("whole percent, 1 to 100", _percent)
_FLAG = Kind("true or false", _flag)
_BANK = Kind("8 hexadecimal digits, locations 0x15 to 0x18 of DALI bank 1", _bank)


def parse_models(text: str, *, document: str) -> Catalogue:
    """Return the lantern models written in ``text``; ``document`` names it in errors.

    Raises:
        PolicyError: not TOML, or not lantern models; carries every problem with its line.
    """
    root = read_document(text, document=document)
    root.required(MARK, version(1), 0)
    tables = root.tables("models", most=MODELS_MAX, allowed=_MODEL)
    root.close()
    models = [_model(table) for table in tables]
    _check_texts(tables, models)
    root.report.raise_problems()
    return Catalogue(models=tuple(model for model in models if model is not None))


def _model(table: Table) -> LanternModel | None:
    before = len(table.report.problems)
    name = table.required("name", LINE, "")
    source = table.required("source", LINE, "")
    power = _power(table)
    standby_w = table.optional("standby_w", _WATTS, None)
    tolerance = table.optional("tolerance", number(0.001, 0.999, "relative, at 90 %"), None)
    title = table.optional("title", LINE, "")
    lamps = table.each("lamps", LINE)
    clo = _clo(table)
    node = _node(table)
    table.close()
    if len(table.report.problems) > before or power is None:
        return None
    try:
        return LanternModel(
            name=name,
            source=source,
            power=power,
            title=title,
            lamps=lamps,
            standby_w=None if standby_w is None else Watts(standby_w),
            tolerance=tolerance,
            clo=clo,
            node=node,
        )
    except PowerModelError as exc:
        table.report.add(table.path, f"{exc.field} is {_value(exc.value)}", exc.allowed)
        return None


def _value(value: object) -> str:
    """Return a value of an error in few characters."""
    return repr(value)[:60]


def _power(table: Table) -> GivenPower | None:
    ways = [key for key in ("full_w", "curve", "dali_bank_1") if table.has(key)]
    minimum_w = table.optional("minimum_w", _WATTS, None)
    minimum_level = table.optional("minimum_level", _PERCENT, LOWEST_LIGHT)
    if len(ways) != 1:
        found = "gives no power" if not ways else f"gives {' and '.join(ways)}"
        table.report.add(table.path, found, _ONE_OF)
        return None
    stray = [key for key in ("minimum_w", "minimum_level") if table.has(key)]
    if ways[0] != "full_w" and stray:
        table.problem(stray[0], f"does not go with {ways[0]}", "only beside full_w")
    if ways[0] == "curve":
        return _curve(table)
    if ways[0] == "dali_bank_1":
        return table.required("dali_bank_1", _BANK, None)
    full_w = table.required("full_w", _WATTS, None)
    if full_w is None:
        return None
    return TwoPoints(
        full_w=Watts(full_w),
        minimum_w=None if minimum_w is None else Watts(minimum_w),
        minimum_level=minimum_level,
    )


def _curve(table: Table) -> MeasuredCurve:
    points: list[CurvePoint] = []
    for row in table.tables("curve", most=FULL, allowed=_POINT):
        level = row.required("level", _PERCENT, LOWEST_LIGHT)
        points.append((level, Watts(row.required("power_w", _WATTS, 0.0))))
        row.close()
    return MeasuredCurve(points=tuple(points))


def _clo(table: Table) -> ConstantLight | Clo:
    if not table.has("clo"):
        return Clo.UNKNOWN
    said = table.optional("clo", Kind(_CLO, _clo_word), None)
    if isinstance(said, Clo):
        return said
    row = table.table("clo", allowed=_CLO) if said else None
    if row is None:
        return Clo.UNKNOWN
    initial = row.required("initial", _FACTOR, 0.5)
    end = row.required("end", _FACTOR, 2.0)
    life_h = row.required("life_h", number(1, _LIFE_H_MAX, "h"), 1.0)
    row.close()
    try:
        return ConstantLight(initial=initial, end=end, life_h=life_h)
    except PowerModelError as exc:
        table.problem("clo", f"{exc.field} is {_value(exc.value)}", exc.allowed)
        return Clo.UNKNOWN


def _clo_word(raw: object) -> Clo | bool:
    """Return NONE for the word, True for a table, which is read then."""
    if raw == "none":
        return Clo.NONE
    if not isinstance(raw, dict):
        raise BadValueError(f"is {shown(raw)}")
    return True


def _node(table: Table) -> NodeLoad | None:
    row = table.table("node", allowed=_NODE) if table.has("node") else None
    if row is None:
        return None
    load = NodeLoad(
        day_w=Watts(row.required("day_w", _WATTS, 0.0)),
        night_w=Watts(row.required("night_w", _WATTS, 0.0)),
        source=row.required("source", LINE, ""),
        in_meter=row.optional("in_meter", _FLAG, None),
    )
    row.close()
    return load


def _check_texts(tables: list[Table], models: list[LanternModel | None]) -> None:
    """Report a name or lamp text by which a lantern could be of two models."""
    owners: dict[str, str] = {}
    for table, model in zip(tables, models, strict=True):
        if model is None:
            continue
        for text in dict.fromkeys(each.casefold() for each in (model.name, *model.lamps)):
            if text in owners:
                table.report.add(
                    table.path,
                    f"{shown(text)} is already a name or lamp text of {owners[text]}",
                    "each text of one model only",
                )
            owners.setdefault(text, model.name)
