"""Tell what beginning a rollout did, and how far all of them are."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import msgspec

from api.schemas.nights import ProofTold
from api.schemas.rollouts import (
    AssignmentReport,
    PlanTold,
    PolicyProgress,
    PolicyProved,
    ProgressTold,
    RolloutTold,
)
from lighting.operations.assign import AssignReport
from lighting.operations.controller import Office
from lighting.operations.records import Evidence, NodeCount
from lighting.operations.roll_out import roll_out
from lighting.operations.rollout import PlanReport
from lighting.operations.tonight import plain_proof


async def begin(office: Office, policy: str | None) -> RolloutTold:
    """Roll out, and tell what was done; see ``lighting.operations.roll_out``."""
    done = await roll_out(office, policy)
    return RolloutTold(
        assignment=_assignment_told(done.assigned),
        proofs=tuple(
            PolicyProved(
                policy=each.policy,
                revision=each.revision,
                profile_id=each.profile_id,
                cell=each.cell,
                proof=msgspec.convert(plain_proof(each.proof), ProofTold),
            )
            for each in done.proofs
        ),
        plan=_plan_told(done.plan),
    )


async def progress(office: Office, at: datetime) -> ProgressTold:
    """Count nodes by evidence and orders by state, for each policy.

    Raises:
        StoreError: the database could not be read.
    """
    counted = await office.stores.nodes.counts_by_policy()  # in order of policy
    by_policy = groupby(counted, attrgetter("policy"))
    told = [await _progress_of(office, name, list(counts)) for name, counts in by_policy]
    return ProgressTold(at=at, policies=tuple(told))


async def _progress_of(office: Office, name: str, counts: Sequence[NodeCount]) -> PolicyProgress:
    evidence: Counter[Evidence] = Counter()
    for count in counts:
        evidence[count.evidence] += count.nodes
    wanted = {count.wanted for count in counts if count.wanted is not None}
    orders = await office.stores.nodes.order_counts_of(sorted(wanted))
    return PolicyProgress(
        policy=name or None,
        nodes=evidence.total(),
        proved=sum(nodes for level, nodes in evidence.items() if level >= Evidence.ECHOED),
        programs=len(wanted),
        evidence={level.words: evidence[level] for level in Evidence},
        orders={state.value: count for state, count in orders.items()},
    )


def _assignment_told(report: AssignReport) -> AssignmentReport:
    return AssignmentReport(
        lanterns=report.lanterns,
        changed=report.changed,
        exempt=report.exempt,
        by_rule=dict(report.by_rule),
        unmatched=report.unmatched,
        unmatched_ids=tuple(report.unmatched_ids),
    )


def _plan_told(report: PlanReport) -> PlanTold:
    return PlanTold(
        night=report.night,
        nodes=report.nodes,
        changed=report.changed,
        ordered=report.ordered,
        without_policy=report.without_policy,
        compiled=report.compiled,
        by_policy=dict(report.by_policy),
        losses=dict(report.losses),
        refused=tuple(report.refused.values()),
    )
