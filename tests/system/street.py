"""A street: witnesses on an emulated network, a real broker, a real database, a real controller."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from lighting.adapters.mqtt_link import MqttLink
from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion
from lighting.clock import Clock
from lighting.config import Settings
from lighting.identifiers import DevEui, GatewayId, LanternId
from lighting.inventory.lantern import Lantern, NodeLink
from lighting.operations.assign import assign_lanterns
from lighting.operations.controller import Controller, Office
from lighting.operations.keeping import Keeper
from lighting.operations.policies import save_policy, save_rules
from lighting.operations.records import Evidence, Node
from lighting.testing.broker import EmbeddedBroker
from lighting.testing.clock import SteppedClock
from lighting.testing.lantern_spec import Faults, LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.network import SUBSCRIPTIONS, EmulatedNetwork
from lighting.testing.network_settings import Gateway, NetworkSettings
from lighting.testing.virtual_add_on import VirtualAddOn
from lighting.wiring import open_controller
from schedules.library import library_text
from tests.system.passing import Passing
from tests.system.witness import Witness, WitnessServer

MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday, in the hours when the coming night's programs are handed out."""

APPLICATION = "5b1f0d3e-7f8a-4c57-9a53-6d0c1a7e2f40"
GATEWAY = Gateway(GatewayId("0016c001f1500001"), 53.8195, -1.5774)
POWER_W = 40.0
RULES = 'lamplighter_rules = 1\n[[rules]]\nname = "All"\npolicy = "{}"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetPlan:
    """What a street is made of: how often nodes report [s], ``faults`` by number of the lantern.

    ``alerts`` is the file of channels.
    """

    lanterns: int = 20
    policy: str = "hampshire"
    report_s: int = 1800
    faults: Mapping[int, Faults]
    network: NetworkSettings
    add_ons: tuple[VirtualAddOn, ...] = ()
    alerts: Path | None = None


def dev_eui(number: int) -> DevEui:
    """Return the DevEUI of a lantern's node."""
    return DevEui(f"70b3d57ed{number:07x}")


def a_plan(
    *,
    lanterns: int = 20,
    report_s: int = 1800,
    faults: Mapping[int, Faults] | None = None,
    **network: object,
) -> StreetPlan:
    """Return a plan; other keywords are of the network's settings."""
    settings = NetworkSettings(**{"start_spread_s": 20.0, **network})  # type: ignore[arg-type]  # the caller's keywords
    return StreetPlan(lanterns=lanterns, report_s=report_s, faults=faults or {}, network=settings)


def a_server(plan: StreetPlan) -> WitnessServer:
    """Return the radio side of a street, with one gateway."""
    plans, rng = LightPlans(), Random(7)
    lanterns = [
        Witness(
            LanternSpec(
                dev_eui=dev_eui(number),
                application_id=APPLICATION,
                latitude_deg=53.8195 + number * 0.0003,
                longitude_deg=-1.5774,
                power_w=POWER_W,
                status_interval_s=plan.report_s,
                usage_interval_s=plan.report_s,
            ),
            plans,
            rng=Random(rng.getrandbits(64)),
            faults=plan.faults.get(number),
        )
        for number in range(plan.lanterns)
    ]
    return WitnessServer(lanterns, [GATEWAY], add_ons=plan.add_ons, settings=plan.network, rng=rng)


def settings_for(
    folder: Path, broker: EmbeddedBroker, spreading: int, *, alerts: Path | None = None
) -> Settings:
    """Return the controller's settings."""
    return Settings(
        alerts_file=alerts,
        database_url=f"sqlite:///{folder / 'street.db'}",
        mqtt_host=broker.host,
        mqtt_port=broker.port,
        mqtt_version="5" if broker.speaks_v5 else "3.1.1",
        mqtt_username=broker.username,
        rx2_spreading=spreading,
    )


def link_of(broker: EmbeddedBroker, clock: Clock, name: str, *topics: str) -> MqttLink:
    """Return a link of somebody else than the controller to the broker."""
    return MqttLink(
        MqttSettings(
            host=broker.host,
            port=broker.port,
            version=MqttVersion.V5 if broker.speaks_v5 else MqttVersion.V311,
            client_id=name,
            username=broker.username,
            subscriptions=topics,
            back_off_first_s=0.05,
            back_off_max_s=0.2,
            batch_wait_s=0.0,
        ),
        clock=clock,
    )


def network_link(broker: EmbeddedBroker, clock: Clock) -> MqttLink:
    """Return the link of the emulated network."""
    return link_of(broker, clock, "emulated-network", *SUBSCRIPTIONS)


async def build(office: Office, plan: StreetPlan) -> None:
    """Save lanterns, nodes, policy and rules, and give every lantern its policy."""
    ids = [LanternId(f"street:{number}") for number in range(plan.lanterns)]
    await office.stores.lanterns.put(
        [
            Lantern(
                lantern_id=lantern_id,
                latitude_deg=53.8195 + number * 0.0003,
                longitude_deg=-1.5774,
                road="Otley Road",
                power_w=POWER_W,
            )
            for number, lantern_id in enumerate(ids)
        ]
    )
    await office.stores.lanterns.fit_nodes(
        [
            NodeLink(
                lantern_id=lantern_id,
                dev_eui=dev_eui(number),
                profile_id="nas_ul20xx_1_1",
                application_id=APPLICATION,
            )
            for number, lantern_id in enumerate(ids)
        ]
    )
    await give(office, plan.policy, library_text(plan.policy))


async def give(office: Office, policy: str, text: str) -> None:
    """Save a revision of a policy and assign it to every lantern."""
    at, stores = office.clock.now(), office.stores
    _, revision = await save_policy(stores.policies, text, at=at, by="test")
    rules, _ = await save_rules(stores.policies, RULES.format(policy), at=at, by="test")
    await assign_lanterns(stores.lanterns, rules, {policy: revision.revision})


async def all_nodes(office: Office) -> list[Node]:
    """Return every node of the street."""
    return await office.stores.nodes.nodes()


async def proved(office: Office) -> int:
    """Return how many nodes have proved that they hold what is wanted of them."""
    counts = await office.stores.nodes.evidence_counts()
    return sum(count for level, count in counts.items() if level >= Evidence.ECHOED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street whose controller runs in this task's group, on a clock that is moved by hand."""

    controller: Controller
    server: WitnessServer
    time: Passing
    file: Path

    @property
    def office(self) -> Office:
        """The controller's office."""
        return self.controller.office

    async def all_proved(self) -> bool:
        """Tell whether every node has proved its program."""
        return await proved(self.office) == len(self.server.lanterns)


@asynccontextmanager
async def open_street(
    folder: Path, broker: EmbeddedBroker, plan: StreetPlan, *, start: datetime = MORNING
) -> AsyncIterator[Street]:
    """Build a street and run all of it; it does not wait for the broker."""
    clock = SteppedClock(start)
    async with (
        open_controller(
            settings_for(folder, broker, plan.network.spreading, alerts=plan.alerts), clock=clock
        ) as controller,
        network_link(broker, clock) as link,
    ):
        await build(controller.office, plan)
        server = a_server(plan)
        network = EmulatedNetwork(server, link=link, clock=clock)
        network.start()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(Keeper(controller).run(), name="street.controller"),
                group.create_task(network.take_commands(), name="street.network"),
            ]
            yield Street(
                controller=controller,
                server=server,
                time=Passing(clock=clock, controller=controller, network=network, server=server),
                file=folder / "street.db",
            )
            for task in tasks:
                task.cancel()
