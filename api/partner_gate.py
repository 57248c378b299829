"""The gate between partners' routes and all others: a token opens the former, and only those.

It stands at the application, not at each route: a route that is added later is on one side or the
other by its path, and nobody has to remember it.
"""

from collections.abc import Awaitable, Callable

from litestar.connection import ASGIConnection
from litestar.exceptions import (
    NotAuthorizedException,
    PermissionDeniedException,
    TooManyRequestsException,
)
from litestar.handlers import BaseRouteHandler

from api.documents import API_VERSION
from api.requests import Connection
from api.throttle import Throttle
from lighting.operations.partner_desk import PartnerDesk, TokenRefusedError, Visit
from lighting.operations.partner_tokens import holds_token

PARTNER_PATH = f"/api/v{API_VERSION}/partner/"
"""Where the routes are that a partner's token opens; they answer nobody else."""

_SCHEME = "bearer"
_VISIT = "lamplighter.visit"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_HOW = "send the token of your trial as: Authorization: Bearer lamplighter-trial_…"

Gate = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def partner_gate(desk: PartnerDesk, throttle: Throttle) -> Gate:
    """Return the guard of the application that keeps both sides apart."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if not connection.scope["path_template"].startswith(PARTNER_PATH):
            _refuse_token(connection)
            return
        visit = await _admitted(desk, connection)
        wait_s = throttle.wait_s(visit.token_number, desk.now())
        if wait_s:
            raise TooManyRequestsException(
                f"too many requests in one minute; the next is answered in {wait_s} s",
                headers={"Retry-After": str(wait_s)},
            )
        connection.scope["state"][_VISIT] = visit

    return guard


def the_visit(request: ASGIConnection) -> Visit:  # type: ignore[type-arg] # as Litestar injects it
    """Return who asks; only routes behind the gate have a visitor."""
    visit: Visit = request.scope["state"][_VISIT]
    return visit


def _refuse_token(connection: Connection) -> None:
    """Refuse a request that carries a partner's token anywhere, dead ones too."""
    carried = [value.decode("latin-1") for _, value in connection.scope["headers"]]
    carried.append(connection.scope["query_string"].decode("latin-1"))
    if any(holds_token(each) for each in carried):
        raise PermissionDeniedException(
            f"a partner's token opens {PARTNER_PATH} and nothing else; leave it out"
        )


async def _admitted(desk: PartnerDesk, connection: Connection) -> Visit:
    given = connection.headers.getall("authorization", [])
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.casefold() != _SCHEME:
        raise NotAuthorizedException(_HOW, headers=_CHALLENGE)
    try:
        return await desk.admit(token.strip())
    except TokenRefusedError as exc:
        raise NotAuthorizedException(str(exc), headers=_CHALLENGE) from None
