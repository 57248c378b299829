"""The controller's loops: each waits out its own failures, and nothing is lost meanwhile."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from firmware_profiles.errors import EncodeError
from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import Batch, Incoming, NetworkTransport
from lighting.errors import StoreError
from lighting.identifiers import GatewayId
from lighting.operations.controller import Controller, Office
from lighting.operations.keeping import LOOPS, OVERRIDES_S, REPAIR_S, RETRY_S, Keeper
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.records import Evidence, Recorded
from lighting.testing.clock import SteppedClock
from lighting.testing.lantern_spec import LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.network_server import NetworkServer
from lighting.testing.network_settings import Gateway, NetworkSettings
from lighting.testing.transport import FakeLink
from lighting.testing.virtual_lantern import VirtualLantern
from schedules.errors import PlaceError
from tests.lighting.downlink.radio import Radio, dispatcher
from tests.lighting.operations.chirpstack import up
from tests.lighting.operations.desk import a_controller, until
from tests.lighting.operations.town import DIM_LATE, MORNING, TONIGHT, Town, dev, lantern

SECOND = timedelta(seconds=1)
AGAIN = "overrides did not work and will be tried again: "


class Scripted(Radio):
    """A transport that says what it was given, and then nothing more."""

    def __init__(self, *batches: Batch) -> None:
        super().__init__()
        self._batches = batches

    async def messages(self) -> AsyncIterator[Batch]:
        """Yield the batches; then wait for ever."""
        for batch in self._batches:
            yield batch
        await asyncio.Event().wait()


class Flaky(UplinkRecorder):
    """A recorder whose database fails twice."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.stores.nodes, ChirpStack())
        self.failures = 2

    async def record(self, messages: Sequence[Incoming]) -> Recorded:
        """Fail, or record."""
        if self.failures:
            self.failures -= 1
            raise StoreError("the file is locked")
        return await super().record(messages)


@asynccontextmanager
async def kept(controller: Controller) -> AsyncIterator[asyncio.Task[None]]:
    """Run a controller's loops for as long as the block lasts."""
    task = asyncio.create_task(Keeper(controller).run(), name="keeper")
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def settle(clock: SteppedClock, waiting: int, task: asyncio.Task[None]) -> None:
    """Wait until so many loops wait for the clock."""
    await until(lambda: clock.asleep >= waiting or task.done())
    if task.done():
        await task


async def test_when_there_is_nothing_to_do_all_loops_but_the_listener_wait_for_the_clock(
    town: Town, clock: SteppedClock
) -> None:
    async with kept(a_controller(town.office, clock, Scripted())) as task:
        await settle(clock, LOOPS, task)
        await asyncio.sleep(0.05)
        assert clock.asleep == LOOPS


async def test_a_batch_that_the_database_did_not_take_is_kept_until_it_does(
    town: Town, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await town.hang(lantern(1))
    acknowledged: list[datetime] = []
    batches = [
        Batch([up(dev(1), MORNING + n * SECOND, 0, "")], lambda: acknowledged.append(clock.now()))
        for n in range(2)
    ]
    recorder = Flaky(town.office)
    controller = a_controller(town.office, clock, Scripted(*batches), recorder=recorder)
    with caplog.at_level(logging.WARNING, "lighting.operations.keeping"):
        async with kept(controller) as task:
            for _ in range(2):
                await settle(clock, LOOPS + 1, task)
                assert acknowledged == []
                clock.advance(timedelta(seconds=RETRY_S))
            await settle(clock, LOOPS, task)
            await until(lambda: len(acknowledged) == 2)
    assert (await town.node(1)).last_seen_at == MORNING + SECOND
    assert acknowledged == [MORNING + timedelta(seconds=2 * RETRY_S)] * 2
    assert [record.getMessage() for record in caplog.records] == [
        "1 messages wait: the file is locked"
    ] * 2


class Failing:
    """Something looked after by a loop, that fails at first in every way that is foreseen."""

    def __init__(self) -> None:
        self.calls: list[datetime] = []
        self._failures = [
            StoreError("the disk is full"),
            PlaceError("no such zone"),
            EncodeError("steps", 11, "9 at most"),
        ]

    async def tend(self, at: datetime) -> int:
        """Fail three times, then do nothing."""
        self.calls.append(at)
        if self._failures:
            raise self._failures.pop(0)
        return 0


async def test_a_loop_that_fails_is_logged_and_goes_on_and_stops_no_other(
    town: Town, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing()
    office = replace(town.office, overrides=failing)  # type: ignore[arg-type]  # a fake
    every = timedelta(seconds=OVERRIDES_S)
    with caplog.at_level(logging.ERROR, "lighting.operations.keeping"):
        async with kept(a_controller(office, clock, Scripted())) as task:
            for _ in range(4):
                await settle(clock, LOOPS, task)
                clock.advance(every)
            await settle(clock, LOOPS, task)
    assert failing.calls[:4] == [MORNING + n * every for n in range(4)]
    assert [record.getMessage() for record in caplog.records] == [
        f"{AGAIN}the disk is full",
        f"{AGAIN}no such zone",
        f"{AGAIN}steps = 11 cannot be encoded; allowed: 9 at most",
    ]


async def test_a_database_that_is_not_there_at_the_start_ends_the_run(
    town: Town, clock: SteppedClock
) -> None:
    class Closed:
        """A book that cannot be read."""

        async def transmissions_since(self, at: datetime) -> list[object]:
            """Fail."""
            raise StoreError(f"nothing since {at.isoformat()}")

    radio = Scripted()
    controller = a_controller(town.office, clock, radio)
    shut = replace(controller, dispatcher=dispatcher(Closed(), radio, clock))  # type: ignore[arg-type]  # a fake
    with pytest.raises(StoreError, match="nothing since 2026-11-22T08:59:15"):
        await Keeper(shut).run()


async def test_last_night_is_closed_when_the_controller_starts(
    town: Town, clock: SteppedClock
) -> None:
    await town.hang(lantern(1))
    await town.give(DIM_LATE, 1)
    async with kept(a_controller(town.office, clock, Scripted())) as task:
        await settle(clock, LOOPS, task)
    nights = await town.office.stores.nights.nights(
        first=TONIGHT - timedelta(days=10), last=TONIGHT
    )
    # At 10:00 of the 22nd the night of the 21st still runs: the last one is that of the 20th.
    closed = [row["night"] for row in nights if "unknown" not in row]
    assert closed == [f"2026-11-{day}" for day in range(14, 21)]
    # Of the night that still runs only the policy is noted.
    assert {row["night"] for row in nights if "unknown" in row} == {"2026-11-21"}


class Lookout:
    """Somebody who looks for faults."""

    def __init__(self) -> None:
        self.looks: list[datetime] = []

    async def tend(self, at: datetime) -> list[object]:
        """Find nothing."""
        self.looks.append(at)
        return []


async def test_faults_are_looked_for_every_hour(town: Town, clock: SteppedClock) -> None:
    lookout, hour = Lookout(), timedelta(hours=1)
    office = replace(town.office, faults=lookout)  # type: ignore[arg-type]  # a fake
    async with kept(a_controller(office, clock, Scripted())) as task:
        for _ in range(2):
            await settle(clock, LOOPS, task)
            clock.advance(hour)
        await settle(clock, LOOPS, task)
    assert lookout.looks == [MORNING, MORNING + hour, MORNING + 2 * hour]


async def test_a_rollout_runs_by_itself_over_an_emulated_network(
    town: Town, clock: SteppedClock
) -> None:
    await town.hang(lantern(1), lantern(2))
    await town.give(DIM_LATE, 1, 2)
    controller = _on_the_air(town.office, clock, nodes=2)
    async with kept(controller) as task:
        for _ in range(int(4 * REPAIR_S)):
            await settle(clock, LOOPS + 1, task)  # the fake network waits for the clock too
            clock.advance(SECOND)
    for number in (1, 2):
        node = await town.node(number)
        assert (node.held, node.evidence) == (node.wanted, Evidence.ECHOED)
        assert node.gateway_id is not None


def _on_the_air(office: Office, clock: SteppedClock, *, nodes: int) -> Controller:
    """Return a controller whose nodes are virtual lanterns behind one gateway."""
    rng, plans = random.Random(1), LightPlans()
    lanterns = [
        VirtualLantern(
            LanternSpec(
                dev_eui=dev(number),
                application_id="street",
                latitude_deg=53.82,
                longitude_deg=-1.58,
                power_w=40,
            ),
            plans,
            rng=rng,
        )
        for number in range(1, nodes + 1)
    ]
    gateways = [Gateway(GatewayId("00000000000000aa"), 53.82, -1.58)]
    settings = NetworkSettings(spreading=9, start_spread_s=0)
    server = NetworkServer(lanterns, gateways, settings=settings, rng=rng)
    server.start(clock.now().timestamp())
    transport = NetworkTransport(FakeLink(server, clock=clock), ChirpStack())
    return a_controller(office, clock, transport)
