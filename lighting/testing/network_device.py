"""Device: what an emulated network server knows of what has a radio, and how far gateways are."""

import heapq
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lighting.identifiers import DevEui, GatewayId
from lighting.testing import chirpstack_emulation as chirpstack
from lighting.testing.airtime_probe import AirtimeProbe
from lighting.testing.chirpstack_emulation import Command
from lighting.testing.lantern_spec import NEVER_S
from lighting.testing.network_settings import Gateway
from lighting.testing.virtual_lantern import Saying

METRES_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""

GATEWAYS_IN_REACH = 2


class StationSpec(Protocol):
    """Who a station is and where it hangs."""

    @property
    def dev_eui(self) -> DevEui:
        """Its DevEUI."""

    @property
    def application_id(self) -> str:
        """The network server's application in which it is registered."""

    @property
    def latitude_deg(self) -> float:
        """How far north it hangs."""

    @property
    def longitude_deg(self) -> float:
        """How far east it hangs."""


class Station(Protocol):
    """What has a radio: a lantern's node, or an add-on. Its instants are seconds since 1970."""

    @property
    def spec(self) -> StationSpec:
        """Who it is."""

    @property
    def sessions(self) -> int:
        """How often it has joined."""

    @property
    def next_s(self) -> float:
        """When it is to be woken."""

    def power_on(self, at_s: float) -> list[Saying]:
        """Switch it on; return what it says first."""

    def wake(self, at_s: float) -> list[Saying]:
        """Let it do what is due; return what it says."""

    def hear(self, f_port: int, payload: bytes, at_s: float) -> list[Saying]:
        """Give it a downlink; return what it answers."""

    def is_dead(self, at_s: float) -> bool:
        """Tell whether it neither hears nor speaks."""


@dataclass(slots=True, eq=False)
class Air:
    """A gateway's transmitter."""

    gateway_id: GatewayId
    busy_until_s: float = 0.0
    probe: AirtimeProbe = field(default_factory=AirtimeProbe)


@dataclass(slots=True, eq=False)
class Device:
    """A station as the network server knows it: its session, its queue, who hears it."""

    station: Station
    topic: str
    info: Any
    heard_by: Sequence[tuple[Air, int]]
    """Gateways in reach, nearest first, with the RSSI [dBm] they hear it at."""
    queue: deque[Command] = field(default_factory=deque)
    pending: Command | None = None
    session: int = 0
    f_cnt_up: int = 0
    f_cnt_down: int = 0
    """The last counter that is used up: that of the last frame whose tx ack came."""
    f_cnt_heard: int = 0
    """The last counter that the node has heard: what is not above it, it drops as a replay."""
    wake_s: float = NEVER_S
    locked_until_s: float = 0.0
    scheduled: bool = False


def connect(station: Station, gateways: Sequence[Gateway], airs: Mapping[GatewayId, Air]) -> Device:
    """Return the device of a station, heard by the gateways nearest to it."""
    spec = station.spec
    scale = math.cos(math.radians(spec.latitude_deg))

    def metres(gateway: Gateway) -> float:
        north = gateway.latitude_deg - spec.latitude_deg
        east = (gateway.longitude_deg - spec.longitude_deg) * scale
        return math.hypot(north, east) * METRES_A_DEGREE

    near = heapq.nsmallest(GATEWAYS_IN_REACH, gateways, key=metres)
    return Device(
        station=station,
        topic=f"application/{spec.application_id}/device/{spec.dev_eui}/event/",
        info=chirpstack.device_info(spec.application_id, spec.dev_eui),
        heard_by=[(airs[gateway.gateway_id], rssi_dbm(metres(gateway))) for gateway in near],
    )


def rssi_dbm(distance_m: float) -> int:
    """Return a plausible RSSI [dBm]: log-distance, -95 at 1 km (general knowledge, unverified)."""
    return round(-60 - 17.5 * math.log10(max(distance_m, 10) / 10))
