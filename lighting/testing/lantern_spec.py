"""LanternSpec and Faults: a virtual lantern as it hangs, and what is wrong with it."""

import math
from dataclasses import dataclass

from lighting.identifiers import DevEui

NEVER_S = math.inf
RELAY_OPENS_BELOW = 2
"""The relay closes if an output is above 1 %."""

CYCLE_S = 3600
"""Half the period of a cycling lamp: hourly reports show it dark and lit in turn."""

SAGGED_V, TILTED_DEG = 204, 34
"""Mains [V] and tilt [degrees] of lanterns that have such a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is wrong with a lantern. Instants are seconds since 1970; ``NEVER_S``: does not happen.

    ``lies``: it echoes and reports the level it was told, but burns at full power all the time.
    ``forgets``: at a rejoin its registers are empty (a node that was exchanged).
    ``dims_not``: whenever it is lit it burns at full power. ``draws``: its power over its model's.
    ``cycles_from_s``: its lamp is out every other ``CYCLE_S``. ``sags_from_s``: its mains is
    ``SAGGED_V``. ``tilts_from_s``: it hangs at ``TILTED_DEG``.
    """

    dead_from_s: float = NEVER_S
    lamp_fails_s: float = NEVER_S
    rejoins_s: float = NEVER_S
    clock_lost_s: float = NEVER_S
    cycles_from_s: float = NEVER_S
    sags_from_s: float = NEVER_S
    tilts_from_s: float = NEVER_S
    lies: bool = False
    dims_not: bool = False
    draws: float = 1.0
    forgets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternSpec:
    """A lantern as it hangs: full power, power at 1 %, and how often its node reports [s].

    ``notify_s``: after a change of level it reports within this time, at random; 0 never.
    ``tells_tilt``: its node has a sensor for it.
    """

    dev_eui: DevEui
    application_id: str
    latitude_deg: float
    longitude_deg: float
    power_w: float
    power_min_w: float | None = None
    standby_w: float = 0.3
    status_interval_s: int = 3600
    usage_interval_s: int = 3600
    notify_s: float = 60.0
    energy_wh: float = 0.0
    tells_tilt: bool = False

    def watts(self, level: int) -> float:
        """Return the power [W] at a level: a line through two points, as DALI guides give it.

        Without ``power_min_w``, 1 % draws a tenth of full power (general knowledge, unverified).
        """
        if level < RELAY_OPENS_BELOW:
            return self.standby_w
        least_w = self.power_w * 0.1 if self.power_min_w is None else self.power_min_w
        return least_w + (self.power_w - least_w) * (level - 1) / 99
