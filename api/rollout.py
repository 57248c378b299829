"""Begin a rollout, and tell how far all of them are.

A policy is proved before anything is written: one that a node would not follow leaves the lanterns
on the revision that they have.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from api.nights import coming_evening, required_proof
from api.schemas.rollouts import (
    AssignmentReport,
    PlanTold,
    PolicyProgress,
    PolicyProved,
    ProgressTold,
    RolloutTold,
)
from firmware_profiles.registry import profile_for
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui, ProgramId
from lighting.operations.assign import AssignReport, assign_lanterns
from lighting.operations.controller import Office
from lighting.operations.policies import get_policy
from lighting.operations.programs import Cell, cell_of
from lighting.operations.records import Evidence, Node, PolicyRevision
from lighting.operations.rollout import PAGE, PlanReport
from schedules.rules import Rules
from schedules.rules_text import parse_rules


async def current_rules(office: Office) -> tuple[PolicyRevision, Rules]:
    """Return the newest rules, as they were saved and as they are read.

    Raises:
        NotFoundError: none were saved.
        StoreError: the database could not be read.
    """
    found = await office.stores.policies.find_rules()
    if found is None:
        raise NotFoundError("saved document", "rules")
    return found, parse_rules(found.text, document=f"rules revision {found.revision}")


async def roll_out(office: Office, policy: str | None) -> RolloutTold:
    """Prove what the rules name, give every lantern its policy, and plan what nodes should hold.

    ``policy`` limits the planning to its nodes; the hourly planning takes the others.

    Raises:
        NotFoundError: there are no rules yet.
        RefusedError: no rule gives ``policy``.
        ProofFailedError: a node would not follow a policy that the rules give; nothing is changed.
        StoreError: the database could not take it; beginning again completes it.
    """
    _, rules = await current_rules(office)
    given = {rule.policy for rule in rules.rules if rule.policy is not None}
    if policy is not None and policy not in given:
        raise RefusedError(
            f"no rule gives policy {policy!r}; the rules give {', '.join(sorted(given)) or 'none'}"
        )
    newest = await office.stores.policies.newest_policies()
    revisions = {each.name: each.revision for each in newest}
    proofs = await _prove(office, {name: revisions[name] for name in sorted(given)})
    assigned = await assign_lanterns(office.stores.lanterns, rules, revisions)
    plan = await office.planner.plan(office.clock.now(), policy=policy)
    return RolloutTold(assignment=_assignment_told(assigned), proofs=proofs, plan=_plan_told(plan))


async def _prove(office: Office, revisions: dict[str, int]) -> tuple[PolicyProved, ...]:
    """Prove each policy for each firmware line in the city, at the cell of the first node.

    Planning proves the program of every cell again; a year at one cell shows beforehand what the
    seasons will bring.
    """
    first: Cell | None = None
    profile_ids: set[str] = set()
    async for page in _pages(office):
        first = first or cell_of(page[0].latitude_deg, page[0].longitude_deg)
        profile_ids |= {node.profile_id for node in page}
    if first is None:
        return ()
    site, evening = first.site(office.zone), coming_evening(office)
    proved = []
    for name, revision in revisions.items():
        policy, _ = await get_policy(office.stores.policies, name, revision)
        for profile_id in sorted(profile_ids):
            proof = await required_proof(policy, site, evening, profile_for(profile_id))
            proved.append(
                PolicyProved(
                    policy=name,
                    revision=revision,
                    profile_id=profile_id,
                    cell=first.key,
                    proof=proof,
                )
            )
    return tuple(proved)


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
    async for page in _pages(office):
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


async def _pages(office: Office) -> AsyncIterator[list[Node]]:
    """Yield all nodes, in order of DevEUI."""
    after: DevEui | None = None
    while page := await office.stores.nodes.nodes(after=after, limit=PAGE):
        yield page
        after = page[-1].dev_eui


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
    )
