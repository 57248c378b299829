"""A register of sockets on a city of three lanterns, in short words; the devices are made up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from firmware_profiles.devices.device import DeviceModel, PowerNeed, SocketStandard, Supply, Use
from lighting.adapters.sql.sockets import SqlSocketStore
from lighting.inventory.limits import shipped_limits
from lighting.inventory.occupancy import Occupancy
from lighting.inventory.socket_store import HistoryFilter
from lighting.inventory.sockets import Position, Socket, Wire
from lighting.operations.sockets import FitAsked, Sockets
from tests.contracts.city import DUSK, City, lantern_id


class Dusk:
    """A clock that says it is an hour after dusk."""

    def now(self) -> Any:  # noqa: ANN401 - a datetime
        """Return the instant."""
        return DUSK + timedelta(hours=1)

    async def sleep(self, _: float) -> None:
        """Return at once."""


AIR = DeviceModel(
    device_id="air-z",
    title="",
    vendor="made up",
    uses=(Use.AIR_QUALITY,),
    power=PowerNeed(supply=Supply.AUX_24V, average_w=1.0, peak_w=2.0, bus_ma=0.0),
    fits=(SocketStandard.ZHAGA_2,),
    mass_g=100.0,
)
NODE = replace(AIR, device_id="node-z", uses=(Use.LIGHTING,), firmware_profile="nas_ul20xx_1_1")
VAGUE = replace(AIR, device_id="vague-z", mass_g=None)
MODELS = {model.device_id: model for model in (AIR, NODE, VAGUE)}
D4I = frozenset({Wire.AUX_24V, Wire.DALI})


def socket(on: int, position: str = "bottom", **more: Any) -> Socket:  # noqa: ANN401 - any field
    values: dict[str, Any] = {"standard": SocketStandard.ZHAGA_2, "wiring": D4I} | more
    return Socket(lantern_id=lantern_id(on), position=Position(position), **values)


def register_of(city: City) -> Sockets:
    store = SqlSocketStore(city.database)
    return Sockets(store, Dusk(), table=shipped_limits(), catalogue=MODELS)


def asked(on: int, serial: str = "S1", **more: Any) -> FitAsked:  # noqa: ANN401 - any field
    values: dict[str, Any] = {"device_id": "air-z", "by": "Ada", "at": DUSK} | more
    return FitAsked(lantern_id=lantern_id(on), serial=serial, **values)


BOTTOM: dict[str, Any] = {"position": Position.BOTTOM}
TOP: dict[str, Any] = {"position": Position.TOP}


async def history(register: Sockets, **where: Any) -> list[Occupancy]:  # noqa: ANN401 - any field
    return await register.history(HistoryFilter(**where))
