"""Causes of a saving, exactly: a ladder of energies from the baseline down to what was used.

Each rung changes one thing, in the order in which a city does them, and a cause is the difference
of two rungs. Rungs are whole millionths of a watt-hour, each rounded once, so that the causes add
up to the saving to the last unit, for a night and for any sum of nights. Nothing remains
unexplained: where a meter says other than the model, that is a cause of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from operator import add

from lighting.energy.asked import AskedEnergy
from lighting.energy.baseline_errors import UnexplainedEnergyError
from lighting.units import WATT_HOURS_PER_KWH, kwh

MICRO_WH_PER_KWH = 10**9


class Cause(Enum):
    """Why energy was saved, in the order of the steps; a negative part is energy lost."""

    NON_ROUTINE = "non-routine adjustment"
    LAMP = "lamp change"
    HOURS = "burning hours"
    DIMMING = "dimming"
    FAULTS = "faults"
    OWN_LOAD = "node's own load"
    MEASURED = "measured against model"


CAUSES = tuple(Cause)

ORDER_MEANING = (
    "one after another, as the city did them: lamps changed at the old hours, then hours, then"
    " levels; what lamps and hours save together counts for the lamps"
)
ORDER_FREE_MEANING = (
    "without an order between lamps and hours (Shapley): what the two save together counts half"
    " for each; then levels"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLoad:
    """What a node itself draws, day and night [W], and whether its lantern's meter counts it."""

    power_w: float
    in_meter: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineNight:
    """The baseline of one lantern and night.

    ``dimmed_kwh`` is what the baseline's own levels took off full power [kWh], and
    ``dimmed_today_kwh`` what the same levels would take off today's lamp; both are 0 unless it
    was an earlier policy.
    """

    full_w: float
    lit_hours: float
    dimmed_kwh: float = 0.0
    dimmed_today_kwh: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedNight:
    """What one lantern used in one night: metered where metered, else as its model says [kWh, h].

    ``outage_kwh`` is energy that was asked for and not burned, ``day_burning_kwh`` energy that was
    burned and not asked for, over the whole night as the model has it.
    """

    metered_kwh: float
    metered_hours: float
    modelled_kwh: float
    modelled_hours: float
    outage_kwh: float = 0.0
    day_burning_kwh: float = 0.0


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs [millionths of a Wh]: adjusted baseline first, used energy last.

    ``half_shared`` is half of what the change of lamps and that of hours save only together,
    (W0 - W1)(H0 - H1), rounded down once for each night so that sums of nights agree.
    """

    rungs: tuple[int, ...]
    half_shared: int

    def __add__(self, other: "Ladder") -> "Ladder":
        return Ladder(
            tuple(map(add, self.rungs, other.rungs)), self.half_shared + other.half_shared
        )

    @property
    def baseline_uwh(self) -> int:
        """The baseline, adjustments included."""
        return self.rungs[0]

    @property
    def used_uwh(self) -> int:
        """What was used."""
        return self.rungs[-1]

    @property
    def saved_uwh(self) -> int:
        """The saving; negative when more was used."""
        return self.rungs[0] - self.rungs[-1]

    def parts_uwh(self, *, order_free: bool = False) -> Mapping[Cause, int]:
        """Return the saving by cause; the parts add up to ``saved_uwh``.

        With ``order_free`` lamps give ``half_shared`` to hours; an odd unit stays with them.
        """
        steps = (high - low for high, low in pairwise(self.rungs))
        parts = dict(zip(CAUSES, steps, strict=True))
        if order_free:
            parts[Cause.LAMP] -= self.half_shared
            parts[Cause.HOURS] += self.half_shared
        return parts


NO_ENERGY = Ladder((0,) * (len(CAUSES) + 1), 0)


def adjustment_ladder(energy_kwh: float) -> Ladder:
    """Return the ladder of a non-routine adjustment: energy of the baseline that nobody used."""
    return Ladder((micro_wh(energy_kwh), *NO_ENERGY.rungs[1:]), 0)


def night_ladder(
    before: BaselineNight, asked: AskedEnergy, used: UsedNight, *, node: NodeLoad | None
) -> Ladder:
    """Return the ladder of one lantern and night; without ``node`` its load is in no figure.

    In a night that is metered in part, faults are taken to lie in its metered part by its share
    of the time: there the meter has counted them already.

    Raises:
        UnexplainedEnergyError: there is no meter, and yet the energy is not the model's.
    """
    night_hours = used.metered_hours + used.modelled_hours
    unmetered = used.modelled_hours / night_hours
    faults = micro_wh(used.outage_kwh) - micro_wh(used.day_burning_kwh)
    own, own_unmetered = _node_uwh(node, night_hours, used)
    model, lit = micro_wh(asked.model_kwh), micro_wh(asked.lit_kwh)
    if not used.metered_hours and micro_wh(used.modelled_kwh) != model:
        raise UnexplainedEnergyError(micro_wh(used.modelled_kwh), model)
    was, now = before.full_w, asked.full_w
    baseline = micro_wh(kwh(was, before.lit_hours) - before.dimmed_kwh)
    total = micro_wh(used.metered_kwh) + micro_wh(used.modelled_kwh)
    return Ladder(
        (
            baseline,
            baseline,
            micro_wh(kwh(now, before.lit_hours) - before.dimmed_today_kwh),
            micro_wh(kwh(now, asked.lit_hours) - before.dimmed_today_kwh),
            lit,
            lit - faults,
            model - faults + own,
            total - round(faults * unmetered) + own_unmetered,
        ),
        micro_wh(kwh(was - now, before.lit_hours - asked.lit_hours)) // 2,
    )


def micro_wh(energy_kwh: float) -> int:
    """Return an energy [kWh] in whole millionths of a watt-hour."""
    return round(energy_kwh * MICRO_WH_PER_KWH)


def _node_uwh(node: NodeLoad | None, night_hours: float, used: UsedNight) -> tuple[int, int]:
    """Return the node's own energy of the night, and the part of it that no meter counted."""
    if node is None:
        return 0, 0
    whole = micro_wh(node.power_w * night_hours / WATT_HOURS_PER_KWH)
    if node.in_meter and used.metered_hours:
        return whole, micro_wh(node.power_w * used.modelled_hours / WATT_HOURS_PER_KWH)
    return whole, whole
