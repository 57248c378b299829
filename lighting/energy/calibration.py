"""Calibration: what a model of lantern draws, from the fleet's own meters.

Each lantern's power at a level is its metered energy over its metered hours at that level. The
fitted power is the median over the lanterns: up to half of them can be faulty in any way and the
fit stays between powers of sound ones, so nothing has to be left out. Residuals are therefore of
all lanterns, and those far off are listed beside them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from lighting.energy.errors import CalibrationError, MeterSampleError
from lighting.energy.given_power import MeasuredCurve
from lighting.energy.metering import COUNTER_STEP_WH
from lighting.energy.power_model import CurvePoint
from lighting.identifiers import LanternId
from lighting.units import Watts
from schedules.level import FULL, OFF, Level

LANTERNS_MIN = 10
"""Fewer than these at a level are not fitted (reference energy.md 6.1: use >= 10 of a model)."""

HOURS_MIN = 10.0
"""A lantern counts at a level from so many metered hours on [h]. Our choice: a counter's step of
1 Wh over 10 h is 0.1 W."""

OUTLIER_SPREADS = 3.5
"""A lantern is listed beyond so many robust standard deviations. Our choice, unsourced."""

OUTLIER_SHARE_MIN = 0.05
"""Nor is one listed for less than this share of the fitted power. Our choice, unsourced."""

_MAD_TO_SD = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""

_COVERED = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """``energy_wh`` [Wh] metered over ``hours`` [h] in which a lantern was at one level [percent].

    Raises:
        MeterSampleError: hours that are not positive, or an energy that is negative.
    """

    lantern_id: LanternId
    level: Level
    energy_wh: float
    hours: float

    def __post_init__(self) -> None:
        if not (isfinite(self.hours) and self.hours > 0):
            raise MeterSampleError("hours", self.hours, "more than 0 hours, finite")
        if not (isfinite(self.energy_wh) and self.energy_wh >= 0):
            raise MeterSampleError("energy_wh", self.energy_wh, "0 Wh or more, finite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A lantern whose power at a level is far from its model's; it is in every figure."""

    lantern_id: LanternId
    level: Level
    power_w: Watts
    fitted_w: Watts


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFit:
    """The fitted power at one level, and how the lanterns lie around it [W].

    ``mean_w`` and ``spread_w`` are the mean and the standard deviation of power less fitted power,
    over all lanterns that count at this level.
    """

    level: Level
    power_w: Watts
    lanterns: int
    hours: float
    mean_w: float
    spread_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the meters say of one model.

    ``fits`` by rising level; 0 is standby as the counter sees it, if day stretches were long
    enough. Residuals are relative: each lantern's metered over fitted energy less 1, at all levels
    with light: their mean, their standard deviation, and the half-width that holds 90 % of the
    lanterns. ``not_fitted`` are levels that too few showed. ``too_short`` counts lanterns whose
    stretches were too short at every level.
    """

    model: str
    fits: tuple[LevelFit, ...]
    lanterns: int
    hours: float
    residual_mean: float
    residual_spread: float
    residual_90: float
    outliers: tuple[Outlier, ...]
    not_fitted: Mapping[Level, str]
    too_short: int

    @property
    def basis(self) -> str:
        """How the figures were come by, in words for a report."""
        return (
            f"calibrated from {self.lanterns} lanterns, {self.hours:,.0f} hours, "
            f"residual ±{100 * self.residual_90:.1f} %"
        )

    @property
    def standby_w(self) -> Watts | None:
        """Power at 0 % [W], or None if it was not fitted."""
        return next((fit.power_w for fit in self.fits if fit.level == OFF), None)

    def curve(self) -> MeasuredCurve:
        """Return the fitted powers as a curve; below its lowest level it stays at that power.

        Raises:
            CalibrationError: 100 % or a lower level was not fitted, so there is no curve.
        """
        points: tuple[CurvePoint, ...] = tuple(
            (fit.level, fit.power_w) for fit in self.fits if fit.level > OFF
        )
        if len(points) == 1 or points[-1][0] != FULL:
            seen = ", ".join(f"{level} %" for level, _ in points)
            raise CalibrationError(
                self.model,
                f"a curve needs 100 % and a lower level, and the meters tell {seen}",
                "choose nights in which its lanterns burn at both",
            )
        return MeasuredCurve(points=points)


@dataclass(slots=True)
class _Metered:
    """Energy [Wh] and hours [h] of one lantern at one level, and of how many stretches."""

    energy_wh: float = 0.0
    hours: float = 0.0
    stretches: int = 0

    @property
    def power_w(self) -> float:
        return self.energy_wh / self.hours

    @property
    def step_w(self) -> float:
        """What the counter's steps may be worth: independent by stretch, so in quadrature."""
        return COUNTER_STEP_WH * sqrt(self.stretches) / self.hours


_AtLevel = dict[LanternId, _Metered]


def calibrate(model: str, stretches: Iterable[Stretch]) -> Calibration:
    """Return what the metered ``stretches`` of constant level say of a model of lantern.

    Raises:
        CalibrationError: no level with light has ten lanterns of ten hours each.
    """
    summed, everyone = _summed(stretches)
    counted = {level: _long_enough(at_level) for level, at_level in sorted(summed.items())}
    good = {level: each for level, each in counted.items() if len(each) >= LANTERNS_MIN}
    lit = {level: each for level, each in good.items() if level > OFF}
    if not lit:
        most = max((len(each) for level, each in counted.items() if level > OFF), default=0)
        raise CalibrationError(
            model,
            f"at no level with light have {LANTERNS_MIN} lanterns {HOURS_MIN:g} metered hours each "
            f"(at most {most} have)",
            "take more nights, or wait until more of its lanterns are metered",
        )
    fitted_w = {level: _median_w(each.values()) for level, each in good.items()}
    dark = [f"{level} %" for level in lit if not fitted_w[level]]
    if dark:
        raise CalibrationError(
            model,
            f"half of its lanterns or more draw nothing at {', '.join(dark)}",
            "mend them, or check the policy that they follow",
        )
    residuals = _residuals(lit, fitted_w)
    heard = {lantern_id for each in counted.values() for lantern_id in each}
    return Calibration(
        model=model,
        fits=tuple(_fit(level, each, fitted_w[level]) for level, each in good.items()),
        lanterns=len(residuals),
        hours=sum(each.hours for at_level in lit.values() for each in at_level.values()),
        residual_mean=float(residuals.mean()),
        residual_spread=float(residuals.std(ddof=1)),
        residual_90=float(np.quantile(np.abs(residuals), _COVERED, method="higher")),
        outliers=tuple(_outliers(good, fitted_w)),
        not_fitted={
            level: f"{len(each)} lanterns with {HOURS_MIN:g} hours; it takes {LANTERNS_MIN}"
            for level, each in counted.items()
            if level not in good
        },
        too_short=len(everyone - heard),
    )


def _summed(stretches: Iterable[Stretch]) -> tuple[dict[Level, _AtLevel], set[LanternId]]:
    summed: defaultdict[Level, _AtLevel] = defaultdict(dict)
    everyone = set()
    for stretch in stretches:
        everyone.add(stretch.lantern_id)
        metered = summed[stretch.level].setdefault(stretch.lantern_id, _Metered())
        metered.energy_wh += stretch.energy_wh
        metered.hours += stretch.hours
        metered.stretches += 1
    return summed, everyone


def _long_enough(at_level: _AtLevel) -> _AtLevel:
    return {key: each for key, each in sorted(at_level.items()) if each.hours >= HOURS_MIN}


def _median_w(metered: Iterable[_Metered]) -> float:
    return float(np.median([each.power_w for each in metered]))


def _residuals(
    lit: Mapping[Level, _AtLevel], fitted_w: Mapping[Level, float]
) -> NDArray[np.float64]:
    """Return each lantern's metered over fitted energy less 1, over its levels with light."""
    energy_wh: defaultdict[LanternId, float] = defaultdict(float)
    expected_wh: defaultdict[LanternId, float] = defaultdict(float)
    for level, at_level in lit.items():
        for lantern_id, each in at_level.items():
            energy_wh[lantern_id] += each.energy_wh
            expected_wh[lantern_id] += fitted_w[level] * each.hours
    return np.array([energy_wh[key] / expected_wh[key] - 1 for key in expected_wh])


def _fit(level: Level, at_level: _AtLevel, fitted_w: float) -> LevelFit:
    off_w = np.array([each.power_w - fitted_w for each in at_level.values()])
    return LevelFit(
        level=level,
        power_w=Watts(fitted_w),
        lanterns=len(at_level),
        hours=sum(each.hours for each in at_level.values()),
        mean_w=float(off_w.mean()),
        spread_w=float(off_w.std(ddof=1)),
    )


def _outliers(good: Mapping[Level, _AtLevel], fitted_w: Mapping[Level, float]) -> Sequence[Outlier]:
    found = []
    for level, at_level in good.items():
        fit_w = fitted_w[level]
        off_w = {key: abs(each.power_w - fit_w) for key, each in at_level.items()}
        spread_w = _MAD_TO_SD * float(np.median(list(off_w.values())))
        least_w = max(OUTLIER_SPREADS * spread_w, OUTLIER_SHARE_MIN * fit_w)
        found += [
            Outlier(
                lantern_id=key,
                level=level,
                power_w=Watts(each.power_w),
                fitted_w=Watts(fit_w),
            )
            for key, each in at_level.items()
            if off_w[key] > least_w + each.step_w
        ]
    return found
