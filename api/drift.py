"""Drift as it is told: nodes that do not provably hold what is wanted, each with the reason."""

from api.schemas.rollouts import Adrift, DriftTold
from lighting.operations.all_stores import Stores
from lighting.operations.drift import find_drift


async def drift(stores: Stores, *, limit: int) -> DriftTold:
    """Return up to ``limit`` nodes that are adrift, and whether there are more.

    Raises:
        StoreError: the database could not be read.
    """
    found = await find_drift(stores, limit=limit + 1)
    told = tuple(
        Adrift(
            dev_eui=each.node.dev_eui,
            lantern_id=each.node.lantern_id,
            policy=each.node.policy,
            wanted_program_id=each.node.wanted,
            held_program_id=each.node.held,
            last_seen_at=each.node.last_seen_at,
            reason=each.reason,
        )
        for each in found[:limit]
    )
    return DriftTold(nodes=told, more=len(found) > limit)
