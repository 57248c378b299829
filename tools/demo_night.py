"""The demo's night: a broker, a database, the controller and its API run as they would for a city.

Only the radio and the lanterns are emulated. The night runs from the morning in which nodes take
their programs to the morning after.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api.listening import Listeners, listening
from lighting.adapters.mqtt_link import MqttLink
from lighting.inventory.lantern import Lantern
from lighting.operations.assign import assign_lanterns
from lighting.operations.controller import Controller, Office
from lighting.operations.keeping import Keeper
from lighting.operations.policies import save_policy, save_rules
from lighting.operations.records import Evidence, Node
from lighting.testing.broker import EmbeddedBroker
from lighting.testing.clock import SteppedClock
from lighting.testing.network import EmulatedNetwork
from lighting.testing.network_server import NetworkServer
from lighting.wiring import open_controller
from schedules.library import library_text
from schedules.night import Night, night_of
from schedules.site import Site
from tools.demo_add_ons import hang_add_ons, take_into_service
from tools.demo_city import (
    POLICIES,
    RULES,
    CityChoice,
    city_lanterns,
    node_links,
)
from tools.demo_parts import demo_settings, network_link, radio_side
from tools.demo_time import DemoTime

API_HOST = "127.0.0.1"

BEFORE_NOON = timedelta(hours=3)
"""Nodes join and take their programs from this long before the night begins at noon: the planner
plans for the coming night from then on, and the night's energy holds nothing of the fitting."""

BEFORE_DUSK = timedelta(minutes=10)
AFTER_DAWN = timedelta(hours=1)
"""The night is shown from a little before the first light to an hour after the last."""

LOOK_AGAIN = timedelta(minutes=2)
"""How often it is asked whether all nodes have their programs; they join over the first minute."""

NIGHT = "the night"
"""The stage that is shown and counted."""

FAST = 1e6
"""The speed of what nobody needs to watch: as fast as the chain can."""


@dataclass(slots=True, kw_only=True)
class Demo:
    """What runs, for the view and the summary."""

    controller: Controller
    clock: SteppedClock
    time: DemoTime
    server: NetworkServer
    nodes: list[Node]
    night: Night
    first_light: datetime
    last_light: datetime
    api_url: str
    began_s: float
    look_again_at: datetime

    @property
    def office(self) -> Office:
        """The controller's office."""
        return self.controller.office

    @property
    def uplinks(self) -> int:
        """Messages that the controller has heard from nodes and add-ons."""
        return self.controller.recorder.heard.kinds["Uplink"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoChoice:
    """What the person asked for."""

    city: CityChoice
    zone: str
    speed: float
    seed: int
    port: int


@asynccontextmanager
async def open_demo(
    choice: DemoChoice, folder: Path, now: datetime, say: Callable[[str], None]
) -> AsyncIterator[Demo]:
    """Build the city and start everything; the clock shows the morning before the coming dusk.

    Raises:
        LightingError: the city's file cannot be used, or a server does not start.
    """
    began_s = time.monotonic()
    lanterns = city_lanterns(choice.city)
    middle = lanterns[len(lanterns) // 2]
    site = Site(
        latitude_deg=middle.latitude_deg, longitude_deg=middle.longitude_deg, zone=choice.zone
    )
    night = _coming_night(site, now)
    clock = SteppedClock(night.start - BEFORE_NOON)
    async with AsyncExitStack() as stack:
        listeners = stack.enter_context(listening(API_HOST, choice.port))
        say(f"{len(lanterns)} lanterns")
        broker = await stack.enter_async_context(EmbeddedBroker())
        say(f"broker: {broker.kind.value} on {broker.host}:{broker.port}")
        settings = demo_settings(choice.zone, folder, broker)
        async with (
            open_controller(settings, clock=clock) as controller,
            MqttLink(network_link(broker), clock=clock) as link,
        ):
            await _prepare(controller.office, lanterns, clock.now())
            hung = hang_add_ons(lanterns, night, choice.seed)
            await take_into_service(controller.office, hung)
            nodes = await all_nodes(controller.office)
            first, last = await _light(controller.office, nodes, night)
            server = radio_side(nodes, hung, first, choice.seed)
            network = EmulatedNetwork(server, link=link, clock=clock)
            drive = DemoTime(clock=clock, controller=controller, network=network, server=server)
            demo = Demo(
                controller=controller,
                clock=clock,
                time=drive,
                server=server,
                nodes=nodes,
                night=night,
                first_light=first,
                last_light=last,
                api_url=f"http://{API_HOST}:{choice.port}/api/v1",
                began_s=began_s,
                look_again_at=clock.now() + LOOK_AGAIN,
            )
            await link.wait_until_connected()
            async with _running(demo, listeners, network):
                yield demo


def _coming_night(site: Site, now: datetime) -> Night:
    """Return the night whose dusk comes next: tonight's, or tomorrow's once it is dark."""
    night = night_of(site, now)
    return night if now - night.start < timedelta(hours=3) else night.next()


async def _prepare(office: Office, lanterns: list[Lantern], at: datetime) -> None:
    """Save lanterns, policies and rules, assign, and fit nodes to all that a rule gave a policy."""
    stores = office.stores
    await stores.lanterns.put(lanterns)
    revisions = {}
    for name in POLICIES:
        _, revision = await save_policy(stores.policies, library_text(name), at=at, by="demo")
        revisions[name] = revision.revision
    rules, _ = await save_rules(stores.policies, RULES, at=at, by="demo")
    await assign_lanterns(stores.lanterns, rules, revisions)
    stored = await stores.lanterns.get([lantern.lantern_id for lantern in lanterns])
    with_policy = [lan for lan in lanterns if stored[lan.lantern_id].assigned.policy]
    await stores.lanterns.fit_nodes(node_links(with_policy))


async def all_nodes(office: Office) -> list[Node]:
    """Return every node, as the database has it now."""
    nodes: list[Node] = []
    while page := await office.stores.nodes.nodes(after=nodes[-1].dev_eui if nodes else None):
        nodes += page
    return nodes


async def _light(office: Office, nodes: list[Node], night: Night) -> tuple[datetime, datetime]:
    """Return when the first lantern of the city switches on and the last one off."""
    timelines = [await office.expected.timeline(node, night.evening) for node in nodes]
    lit = [timeline for timeline in timelines if timeline.changes]
    return (
        min((timeline.changes[0].at for timeline in lit), default=night.start),
        max((timeline.changes[-1].at for timeline in lit), default=night.end),
    )


@asynccontextmanager
async def _running(
    demo: Demo, listeners: Listeners, network: EmulatedNetwork
) -> AsyncIterator[None]:
    """Run controller, API and network in the background; stop them at the end."""
    from api.server import serve_api  # noqa: PLC0415 - Litestar takes a second to import

    network.start()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(Keeper(demo.controller).run(), name="demo.controller"),
            group.create_task(network.take_commands(), name="demo.network"),
            group.create_task(serve_api(demo.controller, API_HOST, listeners), name="demo.api"),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def run_night(demo: Demo, speed: float, look: Callable[[str], Awaitable[None]]) -> None:
    """Let nodes take their programs, go to dusk, and let the night pass at ``speed``.

    ``look`` is called after every step with what is going on, and decides what to do of it.
    """
    dusk = demo.first_light - BEFORE_DUSK

    async def is_ready(at: datetime) -> bool:
        return at >= dusk or await _is_prepared(demo)

    def telling(stage: str) -> Callable[[], Awaitable[None]]:
        return lambda: look(stage)

    async def is_dusk(at: datetime) -> bool:
        return at >= dusk

    async def is_over(at: datetime) -> bool:
        return at >= demo.last_light + AFTER_DAWN

    drive = demo.time.run_until
    await drive(is_ready, telling("nodes join and take their programs"), speed=FAST)
    await drive(is_dusk, telling("the afternoon"), speed=FAST)
    await drive(is_over, telling(NIGHT), speed=speed)


async def _is_prepared(demo: Demo) -> bool:
    """Tell whether every node that was heard holds its program; looks only now and then."""
    at = demo.clock.now()
    if at < demo.look_again_at:
        return False
    demo.look_again_at = at + LOOK_AGAIN
    counts = await demo.office.stores.nodes.evidence_counts()
    missing = sum(count for level, count in counts.items() if level < Evidence.ECHOED)
    if missing > len(demo.nodes) // 50:
        return False
    nodes = await all_nodes(demo.office)
    return all(node.last_seen_at is None for node in nodes if node.evidence < Evidence.ECHOED)
