"""The supplies that all sockets of a lantern share: what they give, and what is drawn already."""

from dataclasses import dataclass

from firmware_profiles.devices.device import DeviceModel, Supply
from lighting.inventory.limits import LimitTable
from lighting.inventory.sockets import MAINS, Figure, LanternSockets, Limit, Occupant, Wire

SHARED: dict[Figure, Wire] = {
    Figure.AUX_AVERAGE: Wire.AUX_24V,
    Figure.AUX_PEAK: Wire.AUX_24V,
    Figure.BUS: Wire.DALI,
}
"""Figures of which the driver of the lantern gives one amount to all sockets that have the wire."""

WIRES_BEHIND: dict[Figure, frozenset[Wire]] = {
    **{figure: frozenset({wire}) for figure, wire in SHARED.items()},
    Figure.MAINS: MAINS,
    Figure.MASS: frozenset(Wire),
}
"""On which wires a figure depends; the mass of a device on none, so on any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One shared supply: its limit (None: unknown), what is drawn, and by whom nobody knows.

    ``unknown`` are the occupants whose share is not stated; ``drawn`` is without them.
    """

    figure: Figure
    limit: Limit | None
    drawn: float
    unknown: tuple[Occupant, ...]

    @property
    def free(self) -> float | None:
        """What is left, or None if that cannot be proved."""
        return None if self.limit is None or self.unknown else self.limit.value - self.drawn


def needed(device: DeviceModel, figure: Figure) -> float | None:
    """Return what a device needs of a figure, 0 if nothing, None if that is not stated.

    A device on the 24 V supply may sit on the bus as well: where its bus current is not stated it
    is unknown, not zero. Of average and peak load on the mains the greater counts.
    """
    power = device.power
    known = [each for each in (power.average_w, power.peak_w) if each is not None]
    on_bus = power.supply in {Supply.DALI_BUS, Supply.AUX_24V}
    on_mains = power.supply in {Supply.SWITCHED_MAINS, Supply.PERMANENT_MAINS}
    on_24_v = power.supply is Supply.AUX_24V
    return {
        Figure.MASS: device.mass_g,
        Figure.MAINS: max(known, default=None) if on_mains else 0.0,
        Figure.BUS: power.bus_ma if on_bus else power.bus_ma or 0.0,
        Figure.AUX_AVERAGE: power.average_w if on_24_v else 0.0,
        Figure.AUX_PEAK: power.peak_w if on_24_v else 0.0,
    }[figure]


def budget(figure: Figure, lantern: LanternSockets, table: LimitTable) -> Budget:
    """Return a shared supply of a lantern as it stands.

    Where sockets of one lantern state different limits the least holds: the driver behind them is
    one.
    """
    wire = SHARED[figure]
    stated = [table.of(socket, figure) for socket in lantern.sockets if wire in socket.wiring]
    limits = [limit for limit in stated if limit is not None]
    drawn, unknown = 0.0, list[Occupant]()
    for occupant in lantern.occupants:
        share = _share(occupant, figure, lantern)
        if share is None:
            unknown.append(occupant)
        else:
            drawn += share
    return Budget(
        figure=figure,
        limit=min(limits, key=lambda limit: limit.value) if limits else None,
        drawn=drawn,
        unknown=tuple(unknown),
    )


def _share(occupant: Occupant, figure: Figure, lantern: LanternSockets) -> float | None:
    """Return what an occupant takes; who sits where there is no such wire takes nothing."""
    wire = SHARED[figure]
    if not any(
        wire in socket.wiring and socket.socket_id in occupant.sits_in for socket in lantern.sockets
    ):
        return 0.0
    return None if occupant.device is None else needed(occupant.device, figure)
