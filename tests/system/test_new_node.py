"""A new node on the pavement: scanned, registered, heard, lit by its policy the same evening."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.operations.commissionings import Commissioned
from lighting.operations.controller import Office
from lighting.operations.keeping import Keeper
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.tell_server import ServerDesk
from lighting.registration.commissioning import Event, State
from lighting.registration.keys import RootKeys
from lighting.testing.broker import EmbeddedBroker
from lighting.testing.clock import SteppedClock
from lighting.testing.device_server import FakeDeviceServer
from lighting.testing.network import EmulatedNetwork
from lighting.wiring import open_controller
from schedules.library import library_text
from tests.contracts.device_desk import APP_KEY, desk, fake_server, plan
from tests.system.passing import Passing
from tests.system.street import (
    APPLICATION,
    MORNING,
    POWER_W,
    a_plan,
    a_server,
    dev_eui,
    give,
    network_link,
    proved,
    settings_for,
)
from tests.system.witness import WitnessServer

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

LABEL = f"LW:D0:1122334455667788:{dev_eui(0).upper()}:FFFF0001"
COLUMN = LanternId("street:0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pavement:
    """A column without a node, a node without power in somebody's hand, and what runs meanwhile."""

    office: Office
    network: EmulatedNetwork
    time: Passing
    server: WitnessServer

    async def there(self) -> Commissioned:
        """Return how the node stands."""
        found = await self.office.devices.registration.store.find(dev_eui(0))
        assert found is not None
        return found

    async def confirmed(self) -> bool:
        """Tell whether its first word was understood."""
        return (await self.there()).state is State.CONFIRMED

    async def holds_its_program(self) -> bool:
        """Tell whether it has proved its program."""
        return await proved(self.office) == 1

    async def scan_and_register(self) -> Commissioned:
        """Do what a person with a phone does."""
        looked = await self.office.devices.scanner.look(LABEL)
        asked = RegisterAsked(
            dev_eui=looked.dev_eui,
            join_eui=looked.join_eui,
            device_id="nas-ul2020",
            by="ann",
            lantern_id=COLUMN,
            keys=RootKeys.from_hex(APP_KEY),
        )
        return await self.office.devices.registration.register(asked)


@asynccontextmanager
async def a_pavement(
    folder: Path, broker: EmbeddedBroker, device_server: FakeDeviceServer
) -> AsyncIterator[Pavement]:
    """Hang the lantern, give it its policy, and run the controller and the network."""
    street = a_plan(lanterns=1)
    clock = SteppedClock(MORNING)
    settings = settings_for(folder, broker, street.network.spreading)
    async with (
        open_controller(settings, clock=clock, desk=_desk(device_server)) as controller,
        network_link(broker, clock) as link,
    ):
        await controller.office.stores.lanterns.put([_lantern()])
        await give(controller.office, "hampshire", library_text("hampshire"))
        server = a_server(street)
        network = EmulatedNetwork(server, link=link, clock=clock)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(Keeper(controller).run(), name="new node.controller"),
                group.create_task(network.take_commands(), name="new node.network"),
            ]
            yield Pavement(
                office=controller.office,
                network=network,
                time=Passing(clock=clock, controller=controller, network=network, server=server),
                server=server,
            )
            for task in tasks:
                task.cancel()


async def test_a_node_registered_by_its_label_is_confirmed_by_its_first_word_and_lit_by_policy(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    device_server = fake_server()
    device_server.applications[APPLICATION] = "Street"
    async with a_pavement(tmp_path, broker, device_server) as pavement:
        time = pavement.time
        assert (await pavement.scan_and_register()).state is State.REGISTERED
        assert device_server.devices[dev_eui(0)].name == COLUMN
        await time.let_pass(timedelta(minutes=5))
        assert (await pavement.there()).state is State.REGISTERED  # it has no power yet
        pavement.network.start()
        await time.until(pavement.confirmed, look_every=timedelta(seconds=20))
        await time.until(pavement.holds_its_program, at_most=timedelta(minutes=30))
        assert time.clock.now() - MORNING < timedelta(minutes=50)  # not only with the hour's plan
        (lantern,) = pavement.server.lanterns.values()
        assert lantern.level == 0  # in the forenoon
        await time.let_pass(MORNING.replace(hour=18) - time.clock.now())
        assert lantern.level > 0
        way = [step.event for step in (await pavement.there()).steps]
    assert way in ([Event.FIT, Event.REGISTER, *more, Event.UPLINK] for more in _JOINS)


_JOINS: tuple[list[Event], ...] = ([], [Event.JOIN])
"""Its join may be seen by itself, if a round falls between it and the first decoded word."""


def _desk(device_server: FakeDeviceServer) -> ServerDesk:
    where = replace(plan(), applications={"lighting": APPLICATION})
    return replace(desk(device_server), plan=where)


def _lantern() -> Lantern:
    return Lantern(
        lantern_id=COLUMN,
        latitude_deg=53.8195,
        longitude_deg=-1.5774,
        road="Otley Road",
        power_w=POWER_W,
    )
