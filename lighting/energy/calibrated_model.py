"""A calibration as a lantern model of the catalogue, in the place of what was stated before."""

from lighting.energy.calibration import Calibration
from lighting.energy.lantern_model import LanternModel


def calibrated_model(calibration: Calibration, stated: LanternModel | None) -> LanternModel:
    """Return the model with the watts that the meters tell.

    Of what was ``stated`` before, names, the node's load and (where none was metered) standby stay.
    The tolerance goes: it was of other figures, and the class of the meters is not known. Constant
    light output goes too: the meters tell the power of today's lanterns, whatever their age, and
    not that of mid-life.

    Raises:
        CalibrationError: 100 % or a lower level was not fitted, so there is no curve.
    """
    curve = calibration.curve()
    if stated is None:
        return LanternModel(
            name=calibration.model,
            source=calibration.basis,
            power=curve,
            standby_w=calibration.standby_w,
        )
    source, standby_w = calibration.basis, calibration.standby_w
    if standby_w is None and stated.standby_w is not None:
        standby_w = stated.standby_w
        source += "; standby not metered, as stated before"
    return LanternModel(
        name=stated.name,
        source=source,
        power=curve,
        title=stated.title,
        lamps=stated.lamps,
        standby_w=standby_w,
        node=stated.node,
    )
