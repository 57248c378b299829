"""One suite for the way to the nodes: the fake link, and the real one over each broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol
from uuid import UUID

import pytest

from lighting.adapters.chirpstack import ChirpStack
from lighting.adapters.mqtt_link import MqttLink
from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion
from lighting.clock import Clock
from lighting.downlink.transport import (
    Downlink,
    GatewayAccepted,
    NetworkEvent,
    NetworkTransport,
    Uplink,
)
from lighting.errors import MessageError, TransportError
from lighting.identifiers import DevEui, GatewayId
from lighting.testing.broker import BrokerKind, EmbeddedBroker, mosquitto
from lighting.testing.clock import ScaledClock
from lighting.testing.lantern_spec import LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.network import SUBSCRIPTIONS, EmulatedNetwork
from lighting.testing.network_server import NetworkServer
from lighting.testing.network_settings import Gateway, NetworkSettings
from lighting.testing.transport import FakeLink
from lighting.testing.virtual_lantern import VirtualLantern

START = datetime(2026, 1, 10, 15, 0, tzinfo=UTC)
DEVICE = DevEui("70b3d57ed0000123")
GATEWAY = GatewayId("0016c001f153a14c")
UP_TOPIC = f"application/lights/device/{DEVICE}/event/up"
FALLBACK_50 = bytes.fromhex("2532")
CHIRPSTACK = ChirpStack()
LIMIT_S = 30

_REAL = [pytest.mark.external, pytest.mark.enable_socket]
FAKE = "fake"
AMQTT = pytest.param("amqtt", marks=_REAL)
MOSQUITTO = [pytest.param("mosquitto", marks=_REAL)] if mosquitto() else []

KEEPS_WHAT_IS_NOT_DONE = [FAKE, *MOSQUITTO]  # amqtt 0.12 forgets what was not acknowledged


class JumpingClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        """Return the present instant."""
        return self._now

    async def sleep(self, delay_s: float) -> None:
        """Jump ahead."""
        self._now += timedelta(seconds=delay_s)


class World(Protocol):
    """A transport, what is behind it, and how to break it."""

    transport: NetworkTransport
    clock: Clock
    server: NetworkServer

    async def say(self, topic: str, payload: bytes) -> None:
        """Publish something in the network server's place."""

    async def break_down(self) -> None:
        """Take the broker away."""

    async def recover(self) -> None:
        """Bring the broker back."""

    async def come_back(self) -> None:
        """Leave, as a process that dies, and come back under the same name."""


class FakeWorld:
    """The fake link."""

    def __init__(self, server: NetworkServer) -> None:
        self.server = server
        self.clock: Clock = JumpingClock()
        self._link = FakeLink(server, clock=self.clock)
        self.transport = NetworkTransport(self._link, CHIRPSTACK)
        server.start(START.timestamp())

    async def say(self, topic: str, payload: bytes) -> None:
        """Inject a message."""
        self._link.inject(topic, payload)

    async def break_down(self) -> None:
        """Stage an outage."""
        self._link.down = True

    async def recover(self) -> None:
        """End the outage."""
        self._link.down = False

    async def come_back(self) -> None:
        """Do nothing: whoever calls ``messages`` next is a new process."""


class RealWorld:
    """The real link over a real broker, with the network on a link of its own."""

    def __init__(
        self, stack: AsyncExitStack, broker: EmbeddedBroker, server: NetworkServer
    ) -> None:
        self.server = server
        self.clock: Clock = ScaledClock(start=START, speed=60)
        self._stack = stack
        self._broker = broker
        self._ours = self._link("controller", *CHIRPSTACK.subscriptions())
        self._theirs = self._link("network", *SUBSCRIPTIONS)
        self.transport = NetworkTransport(self._ours, CHIRPSTACK)

    def _link(self, client_id: str, *topics: str) -> MqttLink:
        settings = MqttSettings(
            port=self._broker.port,
            version=MqttVersion.V5 if self._broker.speaks_v5 else MqttVersion.V311,
            username=self._broker.username,
            client_id=client_id,
            subscriptions=topics,
            back_off_first_s=0.05,
            back_off_max_s=0.2,
        )
        return MqttLink(settings, clock=self.clock)

    async def start(self) -> None:
        """Connect both sides and let the network run."""
        for link in (self._theirs, self._ours):
            await self._stack.enter_async_context(link)
            await link.wait_until_connected()
        network = EmulatedNetwork(self.server, link=self._theirs, clock=self.clock)
        running = asyncio.create_task(network.run())

        async def stop() -> None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        self._stack.push_async_callback(stop)

    async def say(self, topic: str, payload: bytes) -> None:
        """Publish from the network's side."""
        await self._theirs.publish([(topic, payload)])

    async def break_down(self) -> None:
        """Kill the broker."""
        await self._broker.kill()
        while self._ours.state.connected or self._theirs.state.connected:  # noqa: ASYNC110 - no event for it
            await asyncio.sleep(0.01)

    async def recover(self) -> None:
        """Start the broker again on the same port."""
        await self._broker.start()
        await self._theirs.wait_until_connected()
        await self._ours.wait_until_connected()

    async def come_back(self) -> None:
        """Leave and come back with a new link."""
        await self._ours.__aexit__(None, None, None)
        self._ours = self._link("controller", *CHIRPSTACK.subscriptions())
        await self._stack.enter_async_context(self._ours)
        self.transport = NetworkTransport(self._ours, CHIRPSTACK)


def server_of(**settings: float) -> NetworkServer:
    rng = Random(1)
    spec = LanternSpec(
        dev_eui=DEVICE,
        application_id="lights",
        latitude_deg=53.8,
        longitude_deg=-1.55,
        power_w=40,
        status_interval_s=300,
    )
    node = VirtualLantern(spec, LightPlans(), rng=rng)
    wanted = NetworkSettings(spreading=9, start_spread_s=0.0, **settings)  # type: ignore[arg-type]  # shares
    return NetworkServer([node], [Gateway(GATEWAY, 53.81, -1.55)], settings=wanted, rng=rng)


MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture(params=[FAKE, AMQTT, *MOSQUITTO])
async def make_world(request: pytest.FixtureRequest) -> AsyncIterator[MakeWorld]:
    async with AsyncExitStack() as stack:

        async def make(**settings: float) -> World:
            server = server_of(**settings)
            if request.param == FAKE:
                return FakeWorld(server)
            broker = await stack.enter_async_context(EmbeddedBroker(BrokerKind(request.param)))
            world = RealWorld(stack, broker, server)
            await world.start()
            return world

        yield make


async def listen(
    world: World, enough: Callable[[list[NetworkEvent]], bool], *, done: bool = True
) -> tuple[list[NetworkEvent], list[MessageError]]:
    """Take batches until what came is enough."""
    events: list[NetworkEvent] = []
    problems: list[MessageError] = []
    async with asyncio.timeout(LIMIT_S):
        async for batch in world.transport.messages():
            for message in batch.messages:
                try:
                    event = CHIRPSTACK.parse(message.topic, message.payload, message.received_at)
                    events.append(event)
                except MessageError as exc:
                    problems.append(exc)
            if done:
                await batch.done()
            if enough(events):
                break
    return events, problems


def heard(events: list[NetworkEvent]) -> bool:
    return any(isinstance(event, Uplink) for event in events)


def echoed(events: list[NetworkEvent]) -> bool:
    return any(isinstance(e, Uplink) and e.payload == FALLBACK_50 for e in events)


def downlink(world: World, item: int) -> Downlink:
    return Downlink(
        application_id="lights",
        dev_eui=DEVICE,
        queue_item_id=UUID(int=item),
        f_port=50,
        payload=FALLBACK_50,
        expires_at=world.clock.now() + timedelta(minutes=30),
    )


async def test_a_downlink_goes_out_and_its_proof_comes_back(make_world: MakeWorld) -> None:
    world = await make_world()
    await listen(world, heard)
    await world.transport.send([downlink(world, 1)])
    events, problems = await listen(world, echoed)
    accepted = [event for event in events if isinstance(event, GatewayAccepted)]
    assert [(a.queue_item_id, a.gateway_id) for a in accepted] == [(UUID(int=1), GATEWAY)]
    assert problems == []
    assert world.server.lanterns[DEVICE].level == 50


async def test_while_the_broker_is_down_sending_says_so_and_afterwards_it_works(
    make_world: MakeWorld,
) -> None:
    world = await make_world()
    await listen(world, heard)
    await world.break_down()
    with pytest.raises(TransportError):
        await world.transport.send([downlink(world, 1)])
    await world.recover()
    await world.transport.send([downlink(world, 2)])
    events, _ = await listen(world, echoed)
    items = {event.queue_item_id for event in events if isinstance(event, GatewayAccepted)}
    assert items == {UUID(int=2)}


async def test_duplicates_come_through_as_they_are(make_world: MakeWorld) -> None:
    world = await make_world(duplicate_share=1.0)
    events, _ = await listen(world, lambda events: len(events) >= 6)
    assert events[0] == events[1]
    assert events[2] == events[3]


async def test_garbage_on_the_topics_is_told_apart_and_stops_nothing(make_world: MakeWorld) -> None:
    world = await make_world()
    garbage = [b"", b"\xff" * 40, b'{"data":"%%%"}', b'{"fCnt":NaN}', b"x" * 1_000_000]
    for payload in garbage:
        await world.say(UP_TOPIC, payload)
    await world.transport.send([downlink(world, 1)])
    _, problems = await listen(world, echoed)
    assert [problem.topic for problem in problems] == [UP_TOPIC] * len(garbage)


@pytest.mark.parametrize("make_world", KEEPS_WHAT_IS_NOT_DONE, indirect=True)
async def test_what_was_not_done_comes_again(make_world: MakeWorld) -> None:
    world = await make_world()
    before, _ = await listen(world, heard, done=False)
    await world.come_back()
    again, _ = await listen(world, heard)
    assert before[0] == again[0]
