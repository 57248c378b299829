"""Roll out: prove what the rules name, give every lantern its policy, plan what nodes should hold.

A policy is proved before anything is written: one that a node would not follow leaves the lanterns
on the revision that they have.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from firmware_profiles.registry import profile_for
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui
from lighting.operations.assign import AssignReport, assign_lanterns
from lighting.operations.controller import Office
from lighting.operations.policies import get_policy
from lighting.operations.programs import Cell, cell_of, prove_policy, require
from lighting.operations.records import Node, PolicyRevision
from lighting.operations.rollout import AHEAD, PAGE, PlanReport
from schedules.proof import Proof
from schedules.rules import Rules
from schedules.rules_text import parse_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProof:
    """One policy revision, proved over a year for one firmware line at one cell."""

    policy: str
    revision: int
    profile_id: str
    cell: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledOut:
    """What rolling out did."""

    assigned: AssignReport
    proofs: tuple[PolicyProof, ...]
    plan: PlanReport


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


async def roll_out(
    office: Office, policy: str | None, *, progress: Callable[[int], None] = lambda _: None
) -> RolledOut:
    """Prove, assign and plan.

    ``policy`` limits the planning to its nodes; the hourly planning takes the others. ``progress``
    is told the number of nodes planned so far.

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
    plan = await office.planner.plan(office.clock.now(), policy=policy, progress=progress)
    return RolledOut(assigned=assigned, proofs=proofs, plan=plan)


async def _prove(office: Office, revisions: Mapping[str, int]) -> tuple[PolicyProof, ...]:
    """Prove each policy for each firmware line in the city, at the cell of the first node.

    Planning proves the program of every cell again; a year at one cell shows beforehand what the
    seasons will bring.
    """
    first: Cell | None = None
    profile_ids: set[str] = set()
    async for page in _node_pages(office):
        first = first or cell_of(page[0].latitude_deg, page[0].longitude_deg)
        profile_ids |= {node.profile_id for node in page}
    if first is None:
        return ()
    site = first.site(office.zone)
    evening = office.planner.night_of(office.clock.now() + AHEAD)
    proved = []
    for name, revision in revisions.items():
        policy, _ = await get_policy(office.stores.policies, name, revision)
        for profile_id in sorted(profile_ids):
            profile = profile_for(profile_id)
            proof, _ = await asyncio.to_thread(prove_policy, policy, site, evening, profile)
            require(policy, profile, proof)
            proved.append(
                PolicyProof(
                    policy=name,
                    revision=revision,
                    profile_id=profile_id,
                    cell=first.key,
                    proof=proof,
                )
            )
    return tuple(proved)


async def _node_pages(office: Office) -> AsyncIterator[list[Node]]:
    """Yield all nodes, in order of DevEUI.

    Raises:
        StoreError: the database could not be read.
    """
    after: DevEui | None = None
    while page := await office.stores.nodes.nodes(after=after, limit=PAGE):
        yield page
        after = page[-1].dev_eui
