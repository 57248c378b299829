"""What the demo is made of besides the city: settings, the network's link, the radio side."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from random import Random

from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion
from lighting.config import Settings, wrong_settings_refused
from lighting.operations.records import Node
from lighting.testing.broker import EmbeddedBroker
from lighting.testing.network import SUBSCRIPTIONS
from lighting.testing.network_server import NetworkServer
from lighting.testing.network_settings import NetworkSettings
from tools.demo_add_ons import Hung, alerts_file
from tools.demo_city import Trouble, city_gateways, virtual_lanterns

SPREADING = 9
"""Spreading factor of the emulated region's RX2 (ChirpStack's rx2_dr 3)."""

DEVICES_A_SECOND = 400
"""Four ChirpStack instances; one serves 100 class-C devices a second."""


@wrong_settings_refused()
def demo_settings(zone: str, folder: Path, broker: EmbeddedBroker) -> Settings:
    """Return the controller's settings: a database and an alerts file in ``folder``.

    Raises:
        RefusedError: the zone is unknown.
    """
    return Settings(
        zone=zone,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        mqtt_host=broker.host,
        mqtt_port=broker.port,
        mqtt_version="5" if broker.speaks_v5 else "3.1.1",
        mqtt_username=broker.username,
        rx2_spreading=SPREADING,
        devices_per_second=DEVICES_A_SECOND,
        log_level="ERROR",
        alerts_file=alerts_file(folder),
    )


def network_link(broker: EmbeddedBroker) -> MqttSettings:
    """Return the emulated network's link to the broker."""
    return MqttSettings(
        host=broker.host,
        port=broker.port,
        version=MqttVersion.V5 if broker.speaks_v5 else MqttVersion.V311,
        client_id="emulated-network",
        username=broker.username,
        subscriptions=SUBSCRIPTIONS,
    )


def radio_side(
    nodes: list[Node], hung: Iterable[Hung], first_light: datetime, seed: int
) -> NetworkServer:
    """Return the emulated network: virtual lanterns and add-ons, gateways, a network server."""
    lanterns = virtual_lanterns(nodes, dusk_s=first_light.timestamp(), trouble=Trouble(), seed=seed)
    return NetworkServer(
        lanterns,
        city_gateways(nodes),
        add_ons=[each.add_on for each in hung],
        settings=NetworkSettings(
            spreading=SPREADING,
            devices_a_second=DEVICES_A_SECOND,
            downlink_loss_share=0.01,
            uplink_loss_share=0.01,
        ),
        rng=Random(seed),
    )
