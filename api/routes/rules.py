"""Rules: which lanterns follow which policy."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.documents import file_body
from api.problems import fails
from api.requests import SYNTAX_BY_TYPE, StrictRequest, document_of
from api.routes.policies import DOCUMENT_BYTES_MAX, SAVED_BY
from api.schemas.policies import RulesTold
from lighting.operations.controller import Office
from lighting.operations.policies import save_rules
from lighting.operations.records import PolicyRevision
from lighting.operations.roll_out import current_rules
from schedules.rules import Rules
from schedules.rules_text import parse_rules, rules_document

DOCUMENT = "A rules document, as TOML or JSON: the first rule that matches a lantern wins."


@get("/rules", tags=["policies"], responses=fails(404))
async def show_rules(office: NamedDependency[Office]) -> RulesTold:
    """Return the newest rules."""
    found, rules = await current_rules(office)
    return _told(found, rules)


@put(
    "/rules",
    tags=["policies"],
    request_max_body_size=DOCUMENT_BYTES_MAX,
    operation_class=file_body(DOCUMENT, SYNTAX_BY_TYPE),
    responses=fails(413, 415, 422),
)
async def put_rules(
    request: StrictRequest, office: NamedDependency[Office], body: RawBody
) -> RulesTold:
    """Save rules as a new revision; lanterns get their policies when a rollout begins."""
    text, syntax = document_of(request, body)
    parse_rules(text, document="rules", syntax=syntax)
    rules, found = await save_rules(
        office.stores.policies, text, at=office.clock.now(), by=SAVED_BY
    )
    return _told(found, rules)


def _told(found: PolicyRevision, rules: Rules) -> RulesTold:
    return RulesTold(
        revision=found.revision,
        saved_at=found.saved_at,
        saved_by=found.saved_by,
        text=found.text,
        document=rules_document(rules),
    )


HANDLERS = (show_rules, put_rules)
