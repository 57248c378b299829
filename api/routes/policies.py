"""Policies: list, read, save and check them, and see the night that one gives."""

from datetime import date
from typing import Annotated

from litestar import get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from api.documents import file_body
from api.nights import coming_evening, compiled_night, required_proof
from api.parameters import site_asked, site_asked_perhaps
from api.problems import fails
from api.requests import SYNTAX_BY_TYPE, StrictRequest, document_of
from api.schemas.nights import NightTold
from api.schemas.policies import PoliciesTold, PolicyChecked, PolicyListed, PolicyTold
from firmware_profiles.registry import profile_for
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.policies import get_policy, save_policy
from lighting.operations.records import PolicyRevision
from schedules.document import DOCUMENT_CHARS_MAX
from schedules.policy import Policy
from schedules.policy_text import parse_policy, policy_document
from schedules.site import Site

DOCUMENT_BYTES_MAX = 4 * DOCUMENT_CHARS_MAX
"""The longest document, were all of its characters four bytes of UTF-8."""

DOCUMENT = "A policy document, as TOML or JSON; the library of policies shows the form."

SAVED_BY = "api"
"""Who saved a revision, as long as nobody signs in."""

Revision = Annotated[int | None, QueryParameter(ge=1)]
Evening = Annotated[date | None, QueryParameter(name="date")]


@get("/policies", tags=["policies"], responses=fails())
async def list_policies(office: NamedDependency[Office]) -> PoliciesTold:
    """Return the newest revision of every policy, by name."""
    found = await office.stores.policies.newest_policies()
    return PoliciesTold(policies=tuple(_listed(each) for each in found))


@get("/policies/{name:str}", tags=["policies"], responses=fails(404))
async def show_policy(
    office: NamedDependency[Office], name: FromPath[str], revision: Revision = None
) -> PolicyTold:
    """Return a saved policy, the newest revision if none is named."""
    policy, found = await get_policy(office.stores.policies, name, revision)
    return _told(policy, found)


@put(
    "/policies/{name:str}",
    tags=["policies"],
    request_max_body_size=DOCUMENT_BYTES_MAX,
    operation_class=file_body(DOCUMENT, SYNTAX_BY_TYPE),
    responses=fails(413, 415, 422),
)
async def put_policy(
    request: StrictRequest,
    office: NamedDependency[Office],
    name: FromPath[str],
    body: RawBody,
) -> PolicyTold:
    """Save a policy as a new revision; the same text again is the same revision.

    Nothing changes in the street until a rollout begins.
    """
    text, syntax = document_of(request, body)
    policy = parse_policy(text, document="policy", syntax=syntax)
    if policy.name != name:
        raise RefusedError(
            f"the document's name is {policy.name!r}; put it to /policies/{policy.name},"
            f" or write name = {name!r}"
        )
    saved, found = await save_policy(
        office.stores.policies, text, at=office.clock.now(), by=SAVED_BY
    )
    return _told(saved, found)


@post(
    "/policies/check",
    tags=["policies"],
    status_code=200,
    request_max_body_size=DOCUMENT_BYTES_MAX,
    dependencies={"site": Provide(site_asked_perhaps, sync_to_thread=False)},
    operation_class=file_body(DOCUMENT, SYNTAX_BY_TYPE),
    responses=fails(413, 415, 422),
)
async def check_policy(
    request: StrictRequest,
    office: NamedDependency[Office],
    body: RawBody,
    site: NamedDependency[Site | None],
    profile: FromQuery[str | None] = None,
) -> PolicyChecked:
    """Check a policy document and save nothing; with a place and a profile, prove it for a year."""
    text, syntax = document_of(request, body)
    policy = parse_policy(text, document="policy", syntax=syntax)
    proof = None
    if site is not None and profile is not None:
        proof = await required_proof(policy, site, coming_evening(office), profile_for(profile))
    elif site is not None or profile is not None:
        raise RefusedError("a proof needs both a place and a firmware profile")
    return PolicyChecked(
        name=policy.name,
        title=policy.title,
        notes=policy.notes,
        document=policy_document(policy),
        proof=proof,
    )


@get(
    "/policies/{name:str}/night",
    tags=["policies"],
    dependencies={"site": Provide(site_asked, sync_to_thread=False)},
    responses=fails(404, 422),
)
async def show_policy_night(
    office: NamedDependency[Office],
    name: FromPath[str],
    site: NamedDependency[Site],
    profile: FromQuery[str],
    on: Evening = None,
    revision: Revision = None,
) -> NightTold:
    """Return a saved policy compiled for a place and a night: timeline, program, frames, proof.

    ``date`` is the night's evening; left out, the night that is planned now.
    """
    policy, _ = await get_policy(office.stores.policies, name, revision)
    return await compiled_night(policy, site, on or coming_evening(office), profile_for(profile))


def _listed(found: PolicyRevision) -> PolicyListed:
    policy = parse_policy(found.text, document=f"{found.name} revision {found.revision}")
    return PolicyListed(
        name=found.name,
        title=policy.title,
        revision=found.revision,
        saved_at=found.saved_at,
        saved_by=found.saved_by,
    )


def _told(policy: Policy, found: PolicyRevision) -> PolicyTold:
    return PolicyTold(
        name=found.name,
        title=policy.title,
        revision=found.revision,
        saved_at=found.saved_at,
        saved_by=found.saved_by,
        notes=policy.notes,
        text=found.text,
        document=policy_document(policy),
    )


HANDLERS = (list_policies, show_policy, put_policy, check_policy, show_policy_night)
