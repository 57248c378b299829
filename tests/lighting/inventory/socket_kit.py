"""Lanterns with sockets and devices for them, in short words. The devices are made up."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from firmware_profiles.devices.device import DeviceModel, PowerNeed, SocketStandard, Supply, Use
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.limits import shipped_limits
from lighting.inventory.occupancy import Fitting, Occupancy
from lighting.inventory.seats import StoredSockets
from lighting.inventory.sockets import LanternSockets, Occupant, Position, Socket, SocketId, Wire

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = LanternId("leeds:1")
TABLE = shipped_limits()
D4I = frozenset({Wire.AUX_24V, Wire.DALI})

AIR = DeviceModel(
    device_id="air-z",
    title="air quality for Zhaga",
    vendor="made up",
    uses=(Use.AIR_QUALITY,),
    power=PowerNeed(supply=Supply.AUX_24V, average_w=1.0, peak_w=2.0, bus_ma=0.0),
    fits=(SocketStandard.ZHAGA_2, SocketStandard.ZHAGA_3),
    mass_g=120.0,
    orientation="bottom",
)
NODE = DeviceModel(
    device_id="node-z",
    title="lantern node for Zhaga",
    vendor="made up",
    uses=(Use.LIGHTING,),
    power=PowerNeed(supply=Supply.AUX_24V, average_w=0.8, peak_w=2.5, bus_ma=10.0),
    fits=(SocketStandard.ZHAGA_2, SocketStandard.ZHAGA_3),
    mass_g=100.0,
    firmware_profile="nas_ul20xx_1_1",
)
COUNTER = DeviceModel(
    device_id="counter-n",
    title="vehicle counter for C136.41",
    vendor="made up",
    uses=(Use.VEHICLES,),
    power=PowerNeed(supply=Supply.PERMANENT_MAINS, average_w=6.0, peak_w=9.0),
    fits=(SocketStandard.NEMA5, SocketStandard.NEMA7),
    mass_g=700.0,
)
CLAMPED = DeviceModel(
    device_id="tilt-c",
    title="tilt sensor with a battery",
    vendor="made up",
    uses=(Use.STRUCTURE,),
    power=PowerNeed(supply=Supply.BATTERY),
    mass_g=200.0,
)
CATALOGUE = {device.device_id: device for device in (AIR, NODE, COUNTER, CLAMPED)}


def socket(position: str = "bottom", standard: str = "zhaga-2", **more: Any) -> Socket:  # noqa: ANN401 - any field of Socket
    """Return a socket of lantern ``leeds:1``, a D4i one unless said otherwise."""
    nema = standard.startswith("nema")
    wires = frozenset({Wire.PERMANENT_MAINS}) if nema else D4I
    values: dict[str, Any] = {"lantern_id": HERE, "wiring": wires} | more
    return Socket(position=Position(position), standard=SocketStandard(standard), **values)


BOTTOM, TOP = socket("bottom"), socket("top")


def lantern(*sockets: Socket, occupants: Iterable[Occupant] = ()) -> LanternSockets:
    """Return lantern ``leeds:1``."""
    return LanternSockets(lantern_id=HERE, sockets=sockets, occupants=tuple(occupants))


def sits(device: DeviceModel | None, *where: Socket, number: int | None = 1) -> Occupant:
    """Return a device that sits in a socket, or perhaps in one of several."""
    return Occupant(
        device=device,
        sits_in=tuple(each.socket_id for each in where),
        words=f"{device.device_id if device else 'something'} {number}",
        occupancy_id=number,
    )


def drawing(device: DeviceModel, **power: Any) -> DeviceModel:  # noqa: ANN401 - any field of PowerNeed
    """Return ``device`` with another need of power."""
    return replace(device, power=replace(device.power, **power))


def fitting(device: DeviceModel = AIR, where: SocketId | None = None, **more: Any) -> Fitting:  # noqa: ANN401 - any field of Fitting
    """Return a fitting on lantern ``leeds:1`` at noon."""
    values: dict[str, Any] = {"lantern_id": HERE, "at": NOON, "by": "Ada", "serial": "S1"} | more
    return Fitting(device_id=device.device_id, socket_id=where, **values)


def recorded(number: int, made: Fitting) -> Occupancy:
    """Return an open occupancy."""
    return Occupancy(occupancy_id=number, fitting=made)


def stored(number: int, *sockets: Socket, **more: Any) -> StoredSockets:  # noqa: ANN401 - any field of StoredSockets
    """Return lantern ``leeds:<number>`` with sockets like these."""
    lantern_id = LanternId(f"leeds:{number}")
    own = tuple(replace(each, lantern_id=lantern_id) for each in sockets)
    values: dict[str, Any] = {"latitude_deg": 53.8, "longitude_deg": -1.55} | more
    return StoredSockets(lantern_id=lantern_id, sockets=own, **values)


def dev(number: int) -> DevEui:
    """Return a DevEUI."""
    return DevEui(f"70b3d57ed{number:07x}")
