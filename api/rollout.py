"""Tell what beginning a rollout did, and how far all of them are."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

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
from lighting.identifiers import ProgramId
from lighting.operations.assign import AssignReport
from lighting.operations.controller import Office
from lighting.operations.records import Evidence
from lighting.operations.roll_out import node_pages, roll_out
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


@dataclass(slots=True)
class _Tally:
    """What is counted of one policy's nodes."""

    evidence: Counter[Evidence] = field(default_factory=Counter)
    wanted: set[ProgramId] = field(default_factory=set)


async def progress(office: Office, at: datetime) -> ProgressTold:
    """Count nodes by evidence and orders by state, for each policy.

    Raises:
        StoreError: the database could not be read.
    """
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    async for page in node_pages(office):
        for node in page:
            tally = tallies[node.policy]
            tally.evidence[node.evidence] += 1
            if node.wanted is not None:
                tally.wanted.add(node.wanted)
    told = [await _progress_of(office, name, tally) for name, tally in sorted(tallies.items())]
    return ProgressTold(at=at, policies=tuple(told))


async def _progress_of(office: Office, name: str, tally: _Tally) -> PolicyProgress:
    orders = await office.stores.nodes.order_counts_of(sorted(tally.wanted))
    return PolicyProgress(
        policy=name or None,
        nodes=tally.evidence.total(),
        proved=sum(n for level, n in tally.evidence.items() if level >= Evidence.ECHOED),
        programs=len(tally.wanted),
        evidence={level.words: tally.evidence[level] for level in Evidence},
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
