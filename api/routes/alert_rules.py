"""Alert rules: list, read, save and check them, and try them on what was measured."""

from typing import Annotated

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, RawBody

from api.documents import example, exchanges, file_body
from api.problems import fails
from api.requests import TOML, StrictRequest, document_of
from api.routes.policies import DOCUMENT_BYTES_MAX, SAVED_BY, Revision
from api.schemas.alerts import (
    AlertRulesPage,
    AlertRulesTold,
    RuleTold,
    TriedPage,
    listed,
    rule_told,
    tried_told,
)
from api.schemas.base import Instant
from lighting.operations.controller import Office
from lighting.sensing.alerts.alert import RuleRevision
from lighting.sensing.rules.rule import Rule
from lighting.sensing.rules.rule_text import parse_rules

DOCUMENT = "Alert rules as TOML; lighting/sensing/rules shows the form."
TRIED_MAX = 1000
SHOWN = exchanges("alert_rules")

Start = Annotated[Instant, QueryParameter(name="from")]
End = Annotated[Instant, QueryParameter(name="to")]


@get(
    "/alert-rules",
    tags=["alerts"],
    responses=fails(),
    operation_class=example(SHOWN["list_alert_rules"]),
)
async def list_alert_rules(office: NamedDependency[Office]) -> AlertRulesPage:
    """Return the newest revision of every document of rules, and the channels there are."""
    found = await office.alerts.store.newest_rules()
    return AlertRulesPage(
        items=tuple(listed(each) for each in found),
        channels=tuple(sorted(office.alerts.postman.channels)),
    )


@get(
    "/alert-rules/{name:str}",
    tags=["alerts"],
    responses=fails(404),
    operation_class=example(SHOWN["show_alert_rules"]),
)
async def show_alert_rules(
    office: NamedDependency[Office], name: FromPath[str], revision: Revision = None
) -> AlertRulesTold:
    """Return saved rules, the newest revision if none is named."""
    found = await office.alerts.book.get(name, revision)
    return await _told(office, found, parse_rules(found.text, document=name))


@put(
    "/alert-rules/{name:str}",
    tags=["alerts"],
    request_max_body_size=DOCUMENT_BYTES_MAX,
    operation_class=file_body(DOCUMENT, (TOML,), SHOWN["put_alert_rules"]),
    responses=fails(413, 415, 422),
)
async def put_alert_rules(
    request: StrictRequest, office: NamedDependency[Office], name: FromPath[str], body: RawBody
) -> AlertRulesTold:
    """Save rules as a new revision, in force from now; the same text again is the same revision.

    A document without rules ends those that it held before, and their alerts.
    """
    text, _ = document_of(request, body)
    rules, found = await office.alerts.book.save(name, text, at=office.clock.now(), by=SAVED_BY)
    return await _told(office, found, rules)


@post(
    "/alert-rules/{name:str}/trial",
    tags=["alerts"],
    status_code=200,
    request_max_body_size=DOCUMENT_BYTES_MAX,
    operation_class=file_body(DOCUMENT, (TOML,), SHOWN["try_alert_rules"]),
    responses=fails(413, 415, 422),
)
async def try_alert_rules(
    request: StrictRequest,
    office: NamedDependency[Office],
    name: FromPath[str],
    body: RawBody,
    start: Start,
    end: End,
) -> TriedPage:
    """Return what rules would have raised on the values ``from`` to ``to``; saves nothing."""
    text, _ = document_of(request, body)
    tried = await office.alerts.book.try_out(
        name, text, start=start, end=end, at=office.clock.now()
    )
    return TriedPage(
        items=tuple(tried_told(each) for each in tried[:TRIED_MAX]),
        more=max(len(tried) - TRIED_MAX, 0),
    )


async def _told(office: Office, found: RuleRevision, rules: list[Rule]) -> AlertRulesTold:
    places = await office.alerts.book.places(rules)
    told: tuple[RuleTold, ...] = tuple(rule_told(rule, places[rule.rule_id]) for rule in rules)
    return AlertRulesTold(
        name=found.name,
        revision=found.revision,
        saved_at=found.saved_at,
        saved_by=found.saved_by,
        text=found.text,
        rules=told,
    )


HANDLERS = (list_alert_rules, show_alert_rules, put_alert_rules, try_alert_rules)
