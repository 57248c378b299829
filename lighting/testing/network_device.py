"""Device: what an emulated network server knows of a node, and how far the gateways are."""

import heapq
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lighting.identifiers import GatewayId
from lighting.testing import chirpstack_emulation as chirpstack
from lighting.testing.airtime_probe import AirtimeProbe
from lighting.testing.chirpstack_emulation import Command
from lighting.testing.lantern_spec import NEVER_S
from lighting.testing.network_settings import Gateway
from lighting.testing.virtual_lantern import VirtualLantern

METRES_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""

GATEWAYS_IN_REACH = 2


@dataclass(slots=True, eq=False)
class Air:
    """A gateway's transmitter."""

    gateway_id: GatewayId
    busy_until_s: float = 0.0
    probe: AirtimeProbe = field(default_factory=AirtimeProbe)


@dataclass(slots=True, eq=False)
class Device:
    """A node as the network server knows it: its session, its queue, who hears it."""

    lantern: VirtualLantern
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


def connect(
    lantern: VirtualLantern, gateways: Sequence[Gateway], airs: Mapping[GatewayId, Air]
) -> Device:
    """Return the device of a lantern, heard by the gateways nearest to it."""
    spec = lantern.spec
    scale = math.cos(math.radians(spec.latitude_deg))

    def metres(gateway: Gateway) -> float:
        north = gateway.latitude_deg - spec.latitude_deg
        east = (gateway.longitude_deg - spec.longitude_deg) * scale
        return math.hypot(north, east) * METRES_A_DEGREE

    near = heapq.nsmallest(GATEWAYS_IN_REACH, gateways, key=metres)
    return Device(
        lantern=lantern,
        topic=f"application/{spec.application_id}/device/{spec.dev_eui}/event/",
        info=chirpstack.device_info(spec.application_id, spec.dev_eui),
        heard_by=[(airs[gateway.gateway_id], rssi_dbm(metres(gateway))) for gateway in near],
    )


def rssi_dbm(distance_m: float) -> int:
    """Return a plausible RSSI [dBm]: log-distance, -95 at 1 km (general knowledge, unverified)."""
    return round(-60 - 17.5 * math.log10(max(distance_m, 10) / 10))
