"""An emulated network of a few nodes, run from one second to another, and what it said."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import (
    Downlink,
    NetworkEvent,
)
from lighting.identifiers import DevEui, GatewayId
from lighting.testing.lantern_spec import Faults, LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.network_server import NetworkServer
from lighting.testing.network_settings import Gateway, NetworkSettings
from lighting.testing.virtual_lantern import VirtualLantern

T = TypeVar("T")

START = datetime(2026, 1, 10, 15, 0, tzinfo=UTC)
START_S = START.timestamp()
CHIRPSTACK = ChirpStack()
FALLBACK_50 = bytes.fromhex("2532")
NEAR, FAR = GatewayId("0016c001f1530001"), GatewayId("0016c001f1530002")


def eui(number: int) -> DevEui:
    return DevEui(f"70b3d57ed{number:07x}")


def network(
    lanterns: int = 1, *, faults: Faults | None = None, **settings: object
) -> NetworkServer:
    rng, plans = random.Random(1), LightPlans()
    nodes = [
        VirtualLantern(
            LanternSpec(
                dev_eui=eui(number),
                application_id="lights",
                latitude_deg=53.8,
                longitude_deg=-1.55,
                power_w=40,
            ),
            plans,
            rng=rng,
            faults=faults,
        )
        for number in range(lanterns)
    ]
    wanted = NetworkSettings(**{"spreading": 9, "start_spread_s": 0, **settings})  # type: ignore[arg-type]  # the caller's keywords
    gateways = [Gateway(FAR, 53.9, -1.5), Gateway(NEAR, 53.81, -1.55)]
    server = NetworkServer(nodes, gateways, settings=wanted, rng=rng)
    server.start(START_S)
    return server


def run(server: NetworkServer, seconds: float) -> list[NetworkEvent]:
    until_s = START_S + seconds
    said: list[tuple[str, bytes]] = []
    while server.next_s <= until_s:
        said += server.advance(until_s)
    return [CHIRPSTACK.parse(topic, payload, START) for topic, payload in said]


def send(
    server: NetworkServer,
    at: float,
    *,
    device: int = 0,
    item: int = 1,
    life_s: float = 60,
    **other: object,
) -> UUID:
    values = {"f_port": 50, "payload": FALLBACK_50, **other}
    downlink = Downlink(
        application_id="lights",
        dev_eui=eui(device),
        queue_item_id=UUID(int=item),
        expires_at=START + timedelta(seconds=at + life_s),
        **values,  # type: ignore[arg-type]  # the caller's keywords
    )
    server.command(*CHIRPSTACK.command(downlink), START_S + at)
    return downlink.queue_item_id


def of_kind(kind: type[T], events: Sequence[object]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]
