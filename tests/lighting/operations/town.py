"""A small town on a real SQLite file: short words for what the tests of operations need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from firmware_profiles.frame import Frame
from lighting.downlink.order import Order
from lighting.downlink.retry import REPLY_WAIT
from lighting.downlink.store import Sending
from lighting.identifiers import DevEui, GatewayId, LanternId
from lighting.inventory.lantern import Lantern, NodeLink
from lighting.inventory.store import Assigned
from lighting.operations.controller import Office
from lighting.operations.policies import save_policy
from lighting.operations.records import Echo, Node, Seen, UplinkBatch
from lighting.operations.stores import PROGRAM_BATCH

PROFILE_ID = "nas_ul20xx_1_1"
NEAR = GatewayId("00000000000000aa")

MORNING = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
"""A Sunday in November, after 09:00, when the coming night is already planned."""

TONIGHT = date(2026, 11, 22)

DIM_LATE = """\
lamplighter_policy = 1
name = "dim-late"
title = "Half light from 22:00 to 05:00"
[switching]
on = "sunset"
off = "sunrise"
[[nights]]
steps = [{ at = "on", level = 100 }, { at = "22:00", level = 50 }, { at = "05:00", level = 100 }]
"""

FRIDAYS = DIM_LATE.replace(
    "[[nights]]",
    """[[nights]]
when = { weekdays = ["fri"] }
steps = [{ at = "on", level = 100 }, { at = "23:00", level = 50 }, { at = "05:00", level = 100 }]
[[nights]]""",
    1,
)
"""The same, but for Fridays, so that the node needs more day programs."""

ALL_NIGHT = """\
lamplighter_policy = 1
name = "all-night"
title = "Full light all night"
[switching]
on = "sunset"
off = "sunrise"
[[nights]]
steps = [{ at = "on", level = 100 }]
"""


def dev(number: int) -> DevEui:
    """Return the DevEUI of the node on lantern ``number``."""
    return DevEui(f"70b3d57ed{number:07x}")


def lantern_id(number: int) -> LanternId:
    """Return the id of lantern ``number``."""
    return LanternId(f"leeds:{number:04}")


def lantern(number: int, *, power_w: float | None = 40.0, ward: str = "Headingley") -> Lantern:
    """Return lantern ``number``; all hang in one cell of the map."""
    return Lantern(
        lantern_id=lantern_id(number),
        latitude_deg=53.82,
        longitude_deg=-1.58,
        road="Otley Road",
        ward=ward,
        power_w=power_w,
    )


@dataclass
class Town:
    """An office, and what happens in the streets."""

    office: Office
    frames: dict[DevEui, list[Frame]] = field(default_factory=dict)
    """What nodes were sent, in order."""

    async def hang(self, *lanterns: Lantern) -> None:
        """Hang lanterns, each with its node."""
        stores = self.office.stores
        await stores.lanterns.put(lanterns)
        numbers = [int(each.lantern_id.partition(":")[2]) for each in lanterns]
        await stores.lanterns.fit_nodes(
            [
                NodeLink(
                    lantern_id=lantern_id(number),
                    dev_eui=dev(number),
                    profile_id=PROFILE_ID,
                    application_id="street",
                )
                for number in numbers
            ]
        )

    async def give(self, text: str, *numbers: int) -> Assigned:
        """Save a policy and assign its newest revision to lanterns."""
        policies = self.office.stores.policies
        policy, saved = await save_policy(policies, text, at=MORNING, by="engineer")
        given = Assigned(policy=policy.name, revision=saved.revision, rule="by hand")
        assigned = {lantern_id(number): given for number in numbers}
        await self.office.stores.lanterns.assign(assigned)
        return given

    async def node(self, number: int) -> Node:
        """Return a node that exists."""
        (node,) = await self.office.stores.nodes.find_nodes([dev(number)])
        return node

    async def orders(self, number: int) -> list[Order]:
        """Return the orders of a node, newest first."""
        return await self.office.stores.book.of_node(dev(number), limit=500)

    async def send(self, at: datetime) -> list[Order]:
        """Send all that is due, whatever the air allows; return the orders as they are then."""
        book = self.office.stores.book
        due = await book.due(at=at, limit=1000)
        moved = await book.sending([_sending(order, at) for order in due])
        for order in due:
            self.frames.setdefault(order.dev_eui, []).append(order.frame)
        return [await book.get(order_id) for order_id in moved]

    async def deliver(self, at: datetime) -> datetime:
        """Send until nothing is due, each frame echoed a second later; return when it is done."""
        while sent := await self.send(at):
            await self.prove(sent, at + timedelta(seconds=1))
            at += timedelta(seconds=2)
        return at

    async def prove(self, orders: Sequence[Order], at: datetime) -> None:
        """Let nodes echo what they were sent."""
        echoes = [Echo(o.dev_eui, at, *o.frame.echo) for o in orders if o.frame.echo is not None]
        await self.office.stores.nodes.record(UplinkBatch(echoes=echoes))

    async def hear(self, number: int, at: datetime) -> None:
        """Let a node say something."""
        seen = [Seen(dev(number), at, NEAR, -97)]
        await self.office.stores.nodes.record(UplinkBatch(seen=seen))

    async def slots(self, number: int) -> list[str]:
        """Return the slots of a node's open program orders, in the order in which they go."""
        orders = [o for o in await self.orders(number) if o.batch.startswith(PROGRAM_BATCH)]
        return [o.frame.slot for o in reversed(orders) if o.state.value == "waiting"]


def _sending(order: Order, at: datetime) -> Sending:
    attempt = order.attempts + 1
    return Sending(
        order_id=order.order_id,
        attempts=attempt,
        queue_item_id=order.queue_item_id(attempt),
        gateway_id=NEAR,
        sent_at=at,
        reply_by=at + REPLY_WAIT,
        airtime_ms=1155.0,
    )
