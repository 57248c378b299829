"""Rollouts: bring policies to their nodes, see how far they are and what strays."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from api.drift import drift
from api.problems import fails
from api.rollout import begin, progress
from api.schemas.rollouts import DriftTold, ProgressTold, RolloutAsked, RolloutTold
from lighting.operations.controller import Office

DRIFT_MAX = 1000
DRIFT_DEFAULT = 100


@post("/rollouts", tags=["rollouts"], status_code=202, responses=fails(404, 415, 422))
async def begin_rollout(
    office: NamedDependency[Office], data: JSONBody[RolloutAsked]
) -> RolloutTold:
    """Prove what the rules name, give every lantern its policy, and write the orders.

    The controller sends them in the hours that follow. A policy that a node would not follow within
    its tolerance is refused, with the nights that are worst, and nothing is changed.
    """
    return await begin(office, data.policy)


@get("/rollouts", tags=["rollouts"], responses=fails())
async def show_rollouts(office: NamedDependency[Office]) -> ProgressTold:
    """Return how far every policy is: its nodes by evidence, its orders by state."""
    return await progress(office, office.clock.now())


@get("/drift", tags=["rollouts"], responses=fails())
async def show_drift(
    office: NamedDependency[Office],
    limit: Annotated[int, QueryParameter(ge=1, le=DRIFT_MAX)] = DRIFT_DEFAULT,
) -> DriftTold:
    """Return nodes that do not provably hold what is wanted and have no order for it, and why."""
    return await drift(office.stores, limit=limit)


HANDLERS = (begin_rollout, show_rollouts, show_drift)
