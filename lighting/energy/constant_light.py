"""Constant light output (CLO): a driver that raises power over life to keep the light the same.

The charge code of such a lantern holds the value of its mid-life; a new lantern draws less and an
old one more (reference energy.md 4.5). Whether a lantern does this at all must be stated: unknown
stays unknown.
"""

from dataclasses import dataclass
from enum import Enum
from math import isfinite

from lighting.energy.errors import PowerModelError

PLANNING_HOURS_A_YEAR = 4100.0
"""Burning hours a year that turn an age into hours [h] (ILE planning figure: energy.md 4.4)."""


class Clo(Enum):
    """What is known of a lantern that has no table of factors."""

    NONE = "no constant light output"
    UNKNOWN = "not known whether light output is kept constant: power over life not modelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantLight:
    """Power over the charge-code value when new (``initial``) and at the end of ``life_h`` [h].

    Half-way, at mid-life, the factor is 1 by definition. Between these three points it is linear,
    after the end it stays: a simplification, since makers publish no curve that was read here.

    Raises:
        PowerModelError: not 0 < initial < 1 < end, or a life that is not positive and finite.
    """

    initial: float
    end: float
    life_h: float

    def __post_init__(self) -> None:
        if not 0 < self.initial < 1:
            raise PowerModelError("clo initial", self.initial, "more than 0 and below 1 (mid-life)")
        if not (isfinite(self.end) and self.end > 1):
            raise PowerModelError("clo end", self.end, "more than 1 (mid-life), finite")
        if not (isfinite(self.life_h) and self.life_h > 0):
            raise PowerModelError("clo life_h", self.life_h, "more than 0 hours, finite")

    def factor(self, burning_h: float) -> float:
        """Return power over the charge-code value after ``burning_h`` [h].

        Raises:
            PowerModelError: hours that are negative or not finite.
        """
        if not (isfinite(burning_h) and burning_h >= 0):
            raise PowerModelError("burning_h", burning_h, "0 hours or more, finite")
        lived = min(burning_h / self.life_h, 1.0)
        if lived <= 0.5:  # noqa: PLR2004 - half of life: mid-life
            return self.initial + (1 - self.initial) * lived * 2
        return 1 + (self.end - 1) * (lived * 2 - 1)


def burning_hours_of_age(age_years: float, hours_a_year: float = PLANNING_HOURS_A_YEAR) -> float:
    """Return the burning hours [h] of a lantern of an age [years], at so many hours a year."""
    return age_years * hours_a_year
