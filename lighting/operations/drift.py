"""Drift: nodes that do not provably hold what is wanted and have no order for it, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order
from lighting.operations.all_stores import Stores
from lighting.operations.records import Node
from lighting.operations.stores import PROGRAM_BATCH
from lighting.operations.tonight import utc_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Adrift:
    """A node and, in words, why it is adrift."""

    node: Node
    reason: str


async def find_drift(stores: Stores, *, limit: int) -> list[Adrift]:
    """Return up to ``limit`` nodes that are adrift.

    Raises:
        StoreError: the database could not be read.
    """
    return [
        Adrift(node=node, reason=_reason(node, await stores.book.of_node(node.dev_eui)))
        for node in await stores.nodes.adrift(limit=limit)
    ]


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
