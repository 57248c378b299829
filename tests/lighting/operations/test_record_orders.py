"""What a node, a gateway or the network server says of an order, and what becomes of it.

The JSON is in the shape of the project reference ``lorawan.md``, 1.3; refusal and start report are
published vectors of ``firmware_profiles/nas_ul20xx_1_1/vectors.toml``.
"""

from datetime import timedelta

import pytest

from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order
from lighting.identifiers import GatewayId
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.records import Evidence, Recorded
from tests.lighting.operations.chirpstack import log, message, txack, up
from tests.lighting.operations.town import DIM_LATE, MORNING, NEAR, Town, dev, lantern

NODE = dev(1)
FAR = GatewayId("00000000000000bb")
SECOND = timedelta(seconds=1)
START = "000D008350010101F37F205E000CFE0104"


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with one lantern."""
    await town.hang(lantern(1))
    return town


@pytest.fixture
def recorder(street: Town) -> UplinkRecorder:
    """Return what records the messages of a ChirpStack."""
    return UplinkRecorder(street.office.stores.nodes, ChirpStack())


@pytest.fixture
async def sent(street: Town) -> Order:
    """Return the first order of a program, which is in flight since the morning."""
    await street.give(DIM_LATE, 1)
    await street.office.planner.plan(MORNING)
    (order,) = await street.send(MORNING)
    return order


async def test_an_echo_proves_the_order_in_flight(
    street: Town, recorder: UplinkRecorder, sent: Order
) -> None:
    said = up(NODE, MORNING + SECOND, 50, sent.frame.payload.hex())
    await recorder.record([said, said])
    states = [order.state for order in reversed(await street.orders(1))]
    assert states == [State.ECHOED] + [State.WAITING] * 5


async def test_a_refusal_of_the_node_ends_the_order_with_its_reason(
    street: Town, recorder: UplinkRecorder, sent: Order
) -> None:
    await recorder.record([up(NODE, MORNING + SECOND, 99, "13320a")])
    order = await street.office.stores.book.get(sent.order_id)
    assert (order.state, order.note) == (State.REJECTED, "unsupported header")


async def test_a_tx_ack_is_kept_and_moves_the_air_time_to_the_gateway_that_it_names(
    street: Town, recorder: UplinkRecorder, sent: Order
) -> None:
    said = txack(NODE, MORNING + SECOND, sent.queue_item_id(1), FAR)
    recorded = await recorder.record([said])
    assert recorded.moved == ((NEAR, MORNING, 1155.0, FAR),)
    assert (await street.office.stores.book.get(sent.order_id)).state is State.ACCEPTED
    assert (await street.node(1)).evidence is Evidence.INTENDED  # five frames wait still
    assert await recorder.record([said]) == Recorded()


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("DOWNLINK_GATEWAY", False),  # ChirpStack does not say which item it means
        ("EXPIRED", True),
        ("DOWNLINK_PAYLOAD_SIZE", True),
        ("F_CNT_DOWN", True),
    ],
)
async def test_a_refusal_of_the_network_puts_the_order_back(
    street: Town, recorder: UplinkRecorder, sent: Order, code: str, *, named: bool
) -> None:
    item = sent.queue_item_id(1) if named else None
    await recorder.record([log(NODE, MORNING + SECOND, code, "TOO_LATE", item)])
    order = await street.office.stores.book.get(sent.order_id)
    assert (order.state, order.note) == (State.WAITING, f"{code}: TOO_LATE")


async def test_a_confirmed_frame_that_was_not_acknowledged_goes_again(
    street: Town, recorder: UplinkRecorder, sent: Order
) -> None:
    item = str(sent.queue_item_id(1))
    await recorder.record(
        [message("ack", NODE, MORNING + SECOND, queueItemId=item, acknowledged=False)]
    )
    assert (await street.office.stores.book.get(sent.order_id)).state is State.WAITING


@pytest.mark.parametrize("kind", ["join", "start"])
async def test_a_node_that_starts_again_may_have_lost_its_program(
    street: Town, recorder: UplinkRecorder, kind: str
) -> None:
    await street.give(DIM_LATE, 1)
    await street.office.planner.plan(MORNING)
    at = await street.deliver(MORNING) + SECOND
    said = message("join", NODE, at) if kind == "join" else up(NODE, at, 99, START)
    assert (await recorder.record([said])).lost_program == (NODE,)
    assert (await street.node(1)).held is None
