"""Socket: a standard receptacle on a lantern; LanternSockets: those of one, and who sits there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from firmware_profiles.devices.device import DeviceModel, SocketStandard, Supply
from lighting.identifiers import DevEui, LanternId

SocketId = NewType("SocketId", str)
"""A socket: its lantern's id, a slash, its place: ``leeds:12/bottom``, ``leeds:12/bottom-2``."""

NEMA = frozenset({SocketStandard.NEMA3, SocketStandard.NEMA5, SocketStandard.NEMA7})
"""ANSI C136.41: three mains contacts, and two or four low-voltage pads from 5 pins on [S23]."""

LOW_VOLTAGE = frozenset(SocketStandard) - NEMA
"""Four pins, no mains: Zhaga Book 18 and ANSI C136.58 (60 V DC at most) [S19]."""


NUMBER_MAX = 9
"""Sockets in one position of one lantern; more is a slip. Our own limit."""


class Position(StrEnum):
    """Where on the lantern a socket is."""

    TOP = "top"
    BOTTOM = "bottom"
    SIDE = "side"


class Wire(StrEnum):
    """What is behind a socket's contacts; the words are those of ``Supply``."""

    SWITCHED_MAINS = "switched mains"
    PERMANENT_MAINS = "permanent mains"
    DALI = "dali bus"
    AUX_24V = "24 V auxiliary"
    IO_PADS = "i/o pads"


MAINS = frozenset({Wire.SWITCHED_MAINS, Wire.PERMANENT_MAINS})

WIRES_OF: dict[Supply, frozenset[Wire]] = {
    Supply.BATTERY: frozenset(),
    Supply.SWITCHED_MAINS: MAINS,
    Supply.PERMANENT_MAINS: frozenset({Wire.PERMANENT_MAINS}),
    Supply.DALI_BUS: frozenset({Wire.DALI}),
    Supply.AUX_24V: frozenset({Wire.AUX_24V}),
}
"""Which wires can feed a device: one that bears switched mains is content with permanent mains."""


class Figure(StrEnum):
    """What a socket limits; the unit is in the name."""

    MASS = "mass_g"
    AUX_AVERAGE = "aux_average_w"
    AUX_PEAK = "aux_peak_w"
    BUS = "bus_ma"
    MAINS = "mains_w"

    @property
    def unit(self) -> str:
        """The unit, as it is printed."""
        return {"g": "g", "w": "W", "ma": "mA"}[self.value.rsplit("_", 1)[1]]

    @property
    def words(self) -> str:
        """The figure in words."""
        return {
            Figure.MASS: "mass",
            Figure.AUX_AVERAGE: "24 V auxiliary supply, average",
            Figure.AUX_PEAK: "24 V auxiliary supply, peak",
            Figure.BUS: "DALI bus current",
            Figure.MAINS: "mains load",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The greatest value allowed, and why we believe it: a source, or why it is unverified."""

    value: float
    source: str = ""
    unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """One receptacle. ``number`` tells apart several in one position.

    A mains wire on a socket without mains contacts says how the driver behind it is fed: on a
    switched feeder its 24 V is dead by day. ``limits`` are those of this lantern, from its data
    sheet; what is not there comes from the configuration for the standard.
    """

    lantern_id: LanternId
    position: Position
    standard: SocketStandard
    wiring: frozenset[Wire]
    number: int = 1
    limits: Mapping[Figure, Limit] = field(default_factory=dict)

    @property
    def socket_id(self) -> SocketId:
        """The socket's key."""
        place = self.position.value + (f"-{self.number}" if self.number > 1 else "")
        return SocketId(f"{self.lantern_id}/{place}")

    @property
    def contacts(self) -> frozenset[Wire]:
        """What a device finds on the contacts: mains behind a low-voltage socket is not there."""
        return self.wiring - MAINS if self.standard in LOW_VOLTAGE else self.wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """Who took a socket off the register, when and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredSocket:
    """A socket that is not there any more, or never was."""

    socket: Socket
    retirement: Retirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """What sits on a lantern.

    ``sits_in`` is its socket; empty for one that is clamped to the column; several sockets for a
    lantern node that was fitted before anyone recorded which one it took. ``device`` is None where
    the model is not known. ``words`` say who it is, for people. ``occupancy_id`` is None where
    nobody has recorded it yet.
    """

    device: DeviceModel | None
    sits_in: tuple[SocketId, ...]
    words: str
    occupancy_id: int | None = None
    dev_eui: DevEui | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternSockets:
    """The sockets of one lantern, in order of id, and all that sits on it."""

    lantern_id: LanternId
    sockets: tuple[Socket, ...]
    occupants: tuple[Occupant, ...] = ()

    def in_socket(self, socket_id: SocketId) -> tuple[Occupant, ...]:
        """Return who sits, or may sit, in a socket."""
        return tuple(each for each in self.occupants if socket_id in each.sits_in)

    def without(self, occupant: Occupant) -> "LanternSockets":
        """Return the lantern as it is when ``occupant`` is taken off."""
        rest = tuple(each for each in self.occupants if each is not occupant)
        return LanternSockets(lantern_id=self.lantern_id, sockets=self.sockets, occupants=rest)

    @property
    def fed_by_day(self) -> bool:
        """Whether nothing says that the lantern hangs on a switched feeder."""
        wires = {wire for socket in self.sockets for wire in socket.wiring}
        return Wire.SWITCHED_MAINS not in wires or Wire.PERMANENT_MAINS in wires


def wiring_fault(standard: SocketStandard, wiring: Collection[Wire]) -> str:
    """Return why a socket of ``standard`` cannot be wired so, or an empty text."""
    mains = MAINS.intersection(wiring)
    low = set(wiring) - MAINS
    faults = {
        "it is wired to nothing": not wiring,
        "it is wired to both switched and permanent mains": mains == MAINS,
        f"{standard} has mains contacts, and no mains is named": standard in NEMA and not mains,
        "nema3 has mains contacts only": standard is SocketStandard.NEMA3 and bool(low),
        f"{standard} has no contacts that are mains only": standard in LOW_VOLTAGE and not low,
    }
    return next((fault for fault, there in faults.items() if there), "")
