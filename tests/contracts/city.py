"""A small city on a database: short words for what every contract test needs."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from firmware_profiles.frame import Frame
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.nodes import SqlNodeStore
from lighting.adapters.sql.orders import SqlOrderBook
from lighting.adapters.sql.readings import SqlReadingStore
from lighting.downlink.lifecycle import State
from lighting.downlink.order import NewOrder, Order, Purpose, Rank
from lighting.downlink.retry import REPLY_WAIT
from lighting.downlink.store import Sending
from lighting.identifiers import DevEui, GatewayId, LanternId, ProgramId
from lighting.inventory.lantern import Lantern, NodeLink
from lighting.operations.records import (
    Echo,
    GatewayAcceptance,
    Node,
    Seen,
    StoredProgram,
    UplinkBatch,
)
from lighting.operations.stores import PROGRAM_BATCH

DUSK = datetime(2026, 11, 22, 15, 55, tzinfo=UTC)
"""When our tests begin; any instant would do."""

NEAR = GatewayId("00000000000000aa")
FAR = GatewayId("00000000000000bb")


def after(seconds: float) -> datetime:
    """Return the instant ``seconds`` after dusk."""
    return DUSK + timedelta(seconds=seconds)


def dev(number: int) -> DevEui:
    """Return the DevEUI of node ``number``."""
    return DevEui(f"70b3d57ed{number:07x}")


def lantern_id(number: int) -> LanternId:
    """Return the id of lantern ``number``."""
    return LanternId(f"leeds:{number:07}")


def lantern(number: int) -> Lantern:
    """Return lantern ``number``, with what an inventory must have."""
    return Lantern(lantern_id=lantern_id(number), latitude_deg=53.8, longitude_deg=-1.55)


def frame(number: int, *, echoed: bool = True) -> Frame:
    """Return a frame of its own slot; ``echoed`` if the node answers with the same bytes."""
    payload = bytes([number, 0xFF, 0x00])
    return Frame(
        f_port=50,
        payload=payload,
        slot=f"profile {number}",
        echo=(50, payload) if echoed else None,
    )


def program(name: str, *frames: Frame) -> StoredProgram:
    """Return a program of ``frames``, for the winter of 2026."""
    return StoredProgram(
        program_id=ProgramId(name),
        profile_id="nas_ul20xx_1_1",
        policy="Main roads",
        revision=1,
        cell="53.8,-1.5",
        valid_from=date(2026, 11, 22),
        valid_until=date(2027, 3, 27),
        frames=frames,
    )


def new_order(dev_eui: DevEui, of: Frame, *, batch: str = "program:p1") -> NewOrder:
    """Return a program order that may go at dusk and is tried for a day."""
    return NewOrder(
        dev_eui=dev_eui,
        rank=Rank.PROGRAM,
        purpose=Purpose.PROGRAM,
        batch=batch,
        frame=of,
        created_at=DUSK,
        not_before=DUSK,
        expires_at=DUSK + timedelta(days=1),
    )


def sending(order: Order, at: datetime, *, gateway_id: GatewayId = NEAR) -> Sending:
    """Return the next try of ``order``, written as the dispatcher does."""
    return Sending(
        order_id=order.order_id,
        attempts=order.attempts + 1,
        queue_item_id=order.queue_item_id(order.attempts + 1),
        gateway_id=gateway_id,
        sent_at=at,
        reply_by=at + REPLY_WAIT,
        airtime_ms=246.0,
    )


def echo_of(order: Order, at: datetime) -> Echo:
    """Return the echo by which the node proves that it took ``order``."""
    assert order.frame.echo is not None
    return Echo(order.dev_eui, at, *order.frame.echo)


def acceptance_of(
    order: Order, at: datetime, *, gateway_id: GatewayId | None = NEAR
) -> GatewayAcceptance:
    """Return a gateway's word that it took the present try of ``order``."""
    return GatewayAcceptance(order.dev_eui, at, order.queue_item_id(order.attempts), gateway_id)


@dataclass(frozen=True)
class City:
    """The stores of one database."""

    database: Database

    @property
    def lanterns(self) -> SqlLanternStore:
        """The inventory."""
        return SqlLanternStore(self.database)

    @property
    def nodes(self) -> SqlNodeStore:
        """The nodes."""
        return SqlNodeStore(self.database)

    @property
    def orders(self) -> SqlOrderBook:
        """The book."""
        return SqlOrderBook(self.database)

    @property
    def readings(self) -> SqlReadingStore:
        """What nodes said."""
        return SqlReadingStore(self.database)

    async def build(self, lanterns: int) -> list[DevEui]:
        """Hang lanterns 0, 1, … each with its node; return the nodes."""
        numbers = range(lanterns)
        await self.lanterns.put([lantern(number) for number in numbers])
        await self.lanterns.fit_nodes([self.link(number, number) for number in numbers])
        return [dev(number) for number in numbers]

    def link(self, node: int, on: int) -> NodeLink:
        """Return the link that fits node ``node`` on lantern ``on``."""
        return NodeLink(
            lantern_id=lantern_id(on),
            dev_eui=dev(node),
            profile_id="nas_ul20xx_1_1",
            application_id="street",
        )

    async def node(self, dev_eui: DevEui) -> Node:
        """Return a node that exists."""
        (node,) = await self.nodes.find_nodes([dev_eui])
        return node

    async def roll_out(self, dev_eui: DevEui, wanted: StoredProgram, at: datetime = DUSK) -> None:
        """Want a program of a node and write its orders."""
        await self.nodes.put_programs([wanted])
        await self.nodes.want({dev_eui: wanted.program_id}, at=at)
        new = [
            new_order(dev_eui, of, batch=PROGRAM_BATCH + wanted.program_id) for of in wanted.frames
        ]
        await self.orders.add([replace(each, created_at=at, not_before=at) for each in new])

    async def send(self, at: datetime) -> list[Order]:
        """Send all that is due; return the orders as they are then."""
        tries = [sending(order, at) for order in await self.orders.due(at=at, limit=1000)]
        return [await self.orders.get(key) for key in await self.orders.sending(tries)]

    async def send_and_prove(self, dev_eui: DevEui, at: datetime) -> None:
        """Send a node's orders one by one from ``at`` on, each echoed a second later."""
        while due := [o for o in await self.orders.due(at=at, limit=1000) if o.dev_eui == dev_eui]:
            await self.orders.sending([sending(order, at) for order in due])
            echoes = [echo_of(order, at + timedelta(seconds=1)) for order in due]
            await self.nodes.record(UplinkBatch(echoes=echoes))
            at += timedelta(seconds=2)

    async def see(self, dev_eui: DevEui, at: datetime, gateway_id: GatewayId | None = NEAR) -> None:
        """Record that a node was heard."""
        await self.nodes.record(UplinkBatch(seen=[Seen(dev_eui, at, gateway_id, -97)]))

    async def one_in_flight(self) -> Order:
        """Build one node, send it the only order of program ``p1`` at dusk; return the order."""
        await self.build(1)
        await self.roll_out(dev(0), program("p1", frame(1)))
        (order,) = await self.send(DUSK)
        return order

    async def one_holding(self, held: StoredProgram) -> None:
        """Build one node that proves at dusk, frame by frame, that it holds a program."""
        await self.build(1)
        await self.roll_out(dev(0), held)
        await self.send_and_prove(dev(0), DUSK)
        assert (await self.node(dev(0))).held == held.program_id

    async def state_of(self, order: Order) -> State:
        """Return the state that an order has now."""
        return (await self.orders.get(order.order_id)).state
