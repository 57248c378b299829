"""Save, read and refuse policies and rules; every saved change is a new revision."""

from datetime import date, datetime

from firmware_profiles.profile import FirmwareProfile
from lighting.errors import NotFoundError, RefusedError
from lighting.operations.programs import prove_policy, require
from lighting.operations.records import PolicyRevision
from lighting.operations.stores import PolicyStore
from schedules.policy import Policy
from schedules.policy_text import parse_policy
from schedules.rules import Rules, unknown_policies
from schedules.rules_text import parse_rules
from schedules.site import Site


async def save_policy(
    store: PolicyStore, text: str, *, at: datetime, by: str
) -> tuple[Policy, PolicyRevision]:
    """Check a policy document and save it as a new revision of its name.

    Raises:
        PolicyError: the document is wrong; nothing is saved.
    """
    policy = parse_policy(text, document="policy")
    return policy, await store.save_policy(policy.name, text, at=at, by=by)


async def get_policy(
    store: PolicyStore, name: str, revision: int | None = None
) -> tuple[Policy, PolicyRevision]:
    """Return a saved policy, the newest revision if none is named.

    Raises:
        NotFoundError: there is none.
    """
    found = await store.find_policy(name, revision)
    if found is None:
        raise NotFoundError("policy", name if revision is None else f"{name} revision {revision}")
    return parse_policy(found.text, document=f"{name} revision {found.revision}"), found


async def save_rules(
    store: PolicyStore, text: str, *, at: datetime, by: str
) -> tuple[Rules, PolicyRevision]:
    """Check a rules document against the saved policies and save it as a new revision.

    Raises:
        PolicyError: the document is wrong.
        RefusedError: it names a policy that does not exist.
    """
    rules = parse_rules(text, document="rules")
    known = {revision.name for revision in await store.newest_policies()}
    missing = {rule.policy or "" for rule in unknown_policies(rules, known)}
    if missing:
        raise RefusedError(
            f"the rules name policies that are not saved: {', '.join(sorted(missing))};"
            f" saved are: {', '.join(sorted(known)) or 'none'}"
        )
    return rules, await store.save_rules(text, at=at, by=by)


def check_for(policy: Policy, site: Site, first: date, profile: FirmwareProfile) -> None:
    """Refuse a policy that a firmware line would not follow through a year at ``site``.

    Raises:
        ProofFailedError: it would not.
    """
    proof, _ = prove_policy(policy, site, first, profile)
    require(policy, profile, proof)
