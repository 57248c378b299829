"""What the tests of the dispatcher send into, and short words for what they need of a city."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lighting.clock import Clock
from lighting.downlink.airtime import Band
from lighting.downlink.dispatcher import Dispatcher, RadioPlan
from lighting.downlink.order import Order, Rank
from lighting.downlink.store import OrderBook
from lighting.downlink.transport import Batch, Downlink, DownlinkTransport
from lighting.identifiers import DevEui, GatewayId
from lighting.operations.records import Seen, UplinkBatch
from tests.contracts.city import DUSK, NEAR, City, dev, echo_of, frame, new_order


@dataclass
class Radio:
    """A transport that keeps what it is given, and raises ``failure`` instead if one is set."""

    sent: list[Downlink] = field(default_factory=list)
    failure: BaseException | None = None
    ready: bool = True

    def is_ready(self) -> bool:
        """Tell whether the broker is there, as far as is known."""
        return self.ready

    async def send(self, downlinks: Sequence[Downlink]) -> None:
        """Keep the downlinks, unless a failure is staged."""
        if self.failure is not None:
            raise self.failure
        self.sent += downlinks

    async def messages(self) -> AsyncIterator[Batch]:
        """Say nothing."""
        nothing: tuple[Batch, ...] = ()
        for batch in nothing:
            yield batch

    @property
    def to(self) -> list[DevEui]:
        """The nodes that something was sent to, in order."""
        return [downlink.dev_eui for downlink in self.sent]


def dispatcher(
    book: OrderBook,
    radio: DownlinkTransport,
    clock: Clock,
    *,
    spreading: int = 7,
    devices_a_second: float = 100.0,
) -> Dispatcher:
    """Return a dispatcher in EU868 band P, at SF7 (fast) if nothing else is said."""
    plan = RadioPlan(spreading=spreading, band=Band(), devices_a_second=devices_a_second)
    return Dispatcher(book, radio, plan, clock)


async def order_for(city: City, number: int, rank: Rank = Rank.PROGRAM) -> Order:
    """Write an order for node ``number`` that may go at dusk; return it."""
    await city.orders.add([replace(new_order(dev(number), frame(number % 200)), rank=rank)])
    return (await city.orders.of_node(dev(number)))[0]


async def orders_for(city: City, numbers: range) -> None:
    """Write an order of a program for each of these nodes."""
    for number in numbers:
        await order_for(city, number)


async def heard_city(city: City, nodes: int, *, gateway_id: GatewayId = NEAR) -> None:
    """Hang nodes that a gateway hears at dusk."""
    heard = [Seen(dev_eui, DUSK, gateway_id, -97) for dev_eui in await city.build(nodes)]
    await city.nodes.record(UplinkBatch(seen=heard))


async def echo(city: City, order: Order, at: datetime) -> None:
    """Let the node prove that it took an order."""
    await city.nodes.record(UplinkBatch(echoes=[echo_of(order, at)]))
