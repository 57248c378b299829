"""LanternModel: what one model of lantern draws, over its levels and its life, and how sure."""

from dataclasses import dataclass
from math import isfinite

from lighting.energy.constant_light import Clo, ConstantLight
from lighting.energy.errors import PowerModelError
from lighting.energy.given_power import GivenPower
from lighting.energy.power_model import DEFAULT_STANDBY_W, PowerModel
from lighting.units import KilowattHours, Watts, kwh

UNVERIFIED_NODE_W = (Watts(0.5), Watts(2.0))
"""Least and most that a node is said to draw [W]. General knowledge, unverified (energy.md 6.1):
a range and no value, so it is shown beside a saving and never taken off it."""

NO_STANDBY = "standby 0.5 W: general knowledge, unverified"
_MID_LIFE = "constant light output: charge-code (mid-life) value, burning hours not known"
_BY_HOURS = "constant light output by burning hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLoad:
    """The node's own power by day and by night [W]: a line of its own, in no lantern's watts.

    ``in_meter`` says whether the energy counter includes it; None: nobody knows.

    Raises:
        PowerModelError: watts that are negative or not finite.
    """

    day_w: Watts
    night_w: Watts
    source: str
    in_meter: bool | None = None

    def __post_init__(self) -> None:
        for name, value in (("node day_w", self.day_w), ("node night_w", self.night_w)):
            if not isfinite(value) or value < 0:
                raise PowerModelError(name, value, "a finite number of watts, 0 or more")

    def kwh(self, *, day_h: float, night_h: float) -> KilowattHours:
        """Return the node's energy [kWh] over so many hours of day and of night."""
        return KilowattHours(kwh(self.day_w, day_h) + kwh(self.night_w, night_h))


def unverified_node_kwh(hours: float) -> tuple[KilowattHours, KilowattHours]:
    """Return the least and the most energy [kWh] of a node of which nobody stated the power."""
    low_w, high_w = UNVERIFIED_NODE_W
    return kwh(low_w, hours), kwh(high_w, hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternModel:
    """One model of lantern: circuit watts at each level, standby, ageing, node, tolerance.

    ``power`` holds the charge-code watts: of mid-life, where light output is kept constant.
    ``standby_w`` (driver and lantern while off) is None where nobody stated it. ``tolerance`` is
    the relative 90 % half-width of its watts, common to all lanterns of the model; None: not
    stated. ``lamps`` are texts by which inventories call it, besides its ``name``.

    Raises:
        PowerModelError: figures that no lantern can have.
    """

    name: str
    source: str
    power: GivenPower
    title: str = ""
    lamps: tuple[str, ...] = ()
    standby_w: Watts | None = None
    tolerance: float | None = None
    clo: ConstantLight | Clo = Clo.UNKNOWN
    node: NodeLoad | None = None

    def __post_init__(self) -> None:
        self.power_model()
        if self.tolerance is not None and not 0 < self.tolerance < 1:
            raise PowerModelError("tolerance", self.tolerance, "more than 0 and below 1, relative")

    def power_model(self, burning_h: float | None = None) -> PowerModel:
        """Return power against level after ``burning_h`` [h]; None: not known, mid-life is taken.

        Standby does not age. ``basis`` tells where each figure is from and what is unverified.

        Raises:
            PowerModelError: hours that are negative or not finite.
        """
        stated = self.power.stated()
        factor, ageing = self._ageing(burning_h)
        notes = [
            f"{self.name}: {stated.words}, {self.source}",
            stated.unverified,
            NO_STANDBY if self.standby_w is None else "",
            ageing,
        ]
        points = tuple((level, Watts(power_w * factor)) for level, power_w in stated.points)
        return PowerModel(
            curve=points,
            standby_w=DEFAULT_STANDBY_W if self.standby_w is None else self.standby_w,
            basis="; ".join(filter(None, notes)),
        )

    def _ageing(self, burning_h: float | None) -> tuple[float, str]:
        if isinstance(self.clo, Clo):
            return 1.0, self.clo.value if self.clo is Clo.UNKNOWN else ""
        if burning_h is None:
            return 1.0, _MID_LIFE
        return self.clo.factor(burning_h), _BY_HOURS
