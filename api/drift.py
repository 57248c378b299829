"""Why nodes are adrift: what became of the last orders for what they should hold."""

from collections.abc import Sequence

from api.schemas.rollouts import Adrift, DriftTold
from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order
from lighting.operations.controller import Stores
from lighting.operations.records import Node
from lighting.operations.stores import PROGRAM_BATCH
from lighting.operations.tonight import utc_text


async def drift(stores: Stores, *, limit: int) -> DriftTold:
    """Return up to ``limit`` nodes that do not hold what is wanted, each with the reason.

    Raises:
        StoreError: the database could not be read.
    """
    nodes = await stores.nodes.adrift(limit=limit + 1)
    told = [_adrift(node, await stores.book.of_node(node.dev_eui)) for node in nodes[:limit]]
    return DriftTold(nodes=tuple(told), more=len(nodes) > limit)


def _adrift(node: Node, orders: Sequence[Order]) -> Adrift:
    return Adrift(
        dev_eui=node.dev_eui,
        lantern_id=node.lantern_id,
        policy=node.policy,
        wanted_program_id=node.wanted,
        held_program_id=node.held,
        last_seen_at=node.last_seen_at,
        reason=_reason(node, orders),
    )


def _reason(node: Node, orders: Sequence[Order]) -> str:
    """Return why a node is adrift; ``orders`` are its own, newest first."""
    for_program = [o for o in orders if o.batch == f"{PROGRAM_BATCH}{node.wanted}"]
    rejected = next((o for o in for_program if o.state is State.REJECTED), None)
    if rejected is not None:
        return f"the node rejected {rejected.frame.slot}: {rejected.note or 'it gave no reason'}"
    expired = next((o for o in for_program if o.state is State.EXPIRED), None)
    if expired is not None:
        return f"no proof came before {utc_text(expired.expires_at)}; {_last_heard(node)}"
    if node.held is None:
        return f"what the node holds is not known; {_last_heard(node)}"
    return "the node holds another program; orders will be written by the next repair"


def _last_heard(node: Node) -> str:
    if node.last_seen_at is None:
        return "the node was never heard"
    return f"the node was last heard at {utc_text(node.last_seen_at)}"
