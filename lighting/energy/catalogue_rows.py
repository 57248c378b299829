"""Lantern models written as the TOML that ``catalogue_text`` reads."""

from lighting.energy.catalogue_text import MARK
from lighting.energy.constant_light import Clo, ConstantLight
from lighting.energy.given_power import (
    DaliBank,
    GivenPower,
    MeasuredCurve,
    TwoPoints,
    bank_1_bytes,
)
from lighting.energy.lantern_model import LanternModel, NodeLoad
from lighting.energy.model_catalogue import Catalogue
from schedules.toml_text import toml_text


def models_text(catalogue: Catalogue) -> str:
    """Return the catalogue as TOML that ``parse_models`` reads back as it is.

    Comments of a file that was read before are not in it.
    """
    return toml_text({MARK: 1, "models": [_row(model) for model in catalogue.models]})


def _row(model: LanternModel) -> dict[str, object]:
    row: dict[str, object] = {"name": model.name, "source": model.source}
    if model.title:
        row["title"] = model.title
    if model.lamps:
        row["lamps"] = list(model.lamps)
    row |= _power_row(model.power)
    optional = (("standby_w", model.standby_w), ("tolerance", model.tolerance))
    row |= {key: value for key, value in optional if value is not None}
    if isinstance(model.clo, ConstantLight):
        clo = model.clo
        row["clo"] = {"initial": clo.initial, "end": clo.end, "life_h": clo.life_h}
    elif model.clo is Clo.NONE:
        row["clo"] = "none"
    if model.node is not None:
        row["node"] = _node_row(model.node)
    return row


def _power_row(power: GivenPower) -> dict[str, object]:
    match power:
        case MeasuredCurve(points=points):
            return {"curve": [{"level": level, "power_w": watts} for level, watts in points]}
        case DaliBank():
            return {"dali_bank_1": bank_1_bytes(power).hex().upper()}
        case TwoPoints(minimum_w=None):
            return {"full_w": power.full_w}
        case TwoPoints():
            return {
                "full_w": power.full_w,
                "minimum_w": power.minimum_w,
                "minimum_level": int(power.minimum_level),
            }


def _node_row(node: NodeLoad) -> dict[str, object]:
    row: dict[str, object] = {
        "day_w": node.day_w,
        "night_w": node.night_w,
        "source": node.source,
    }
    # TOML has no word for unknown: without the key it is unknown when it is read again.
    return row if node.in_meter is None else row | {"in_meter": node.in_meter}
