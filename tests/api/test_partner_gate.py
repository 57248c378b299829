"""The gate: a partner's token opens the partner's routes and no other; nothing else opens those."""

import re
from collections.abc import Iterator
from typing import Any

from litestar.routes import HTTPRoute

from api.app import build_app
from api.partner_gate import PARTNER_PATH
from api.throttle import Throttle
from lighting.operations.controller import Controller, Office
from lighting.operations.partner_tokens import digest_of, is_token, matches, new_token
from tests.api.city import MORNING, StillClock, problem
from tests.api.partner_kit import PartnerClient

SIMPLE = {"int": "1", "float": "1.0"}


def routes(controller: Controller) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route that the application has, with keys put in."""
    app: Any = build_app(controller)
    for route in app.routes:
        assert isinstance(route, HTTPRoute), route
        path = re.sub(r"\{\w+:(\w+)\}", lambda kind: SIMPLE.get(kind[1], "leeds:1"), route.path)
        for method in route.methods:
            yield method, path


async def test_no_route_but_a_partners_answers_a_request_that_carries_a_partners_token(
    air: PartnerClient, controller: Controller
) -> None:
    await air.register(1)
    others = [each for each in routes(controller) if not each[1].startswith(PARTNER_PATH)]
    assert len(others) > 80
    assert {"/schema/openapi.json", "/api/v1/overrides", "/api/v1/measurements/live"} <= {
        path for _, path in others
    }
    for method, path in others:
        answer = await air.client.request(method, path, headers=air.headers)
        assert "opens /api/v1/partner/" in problem(answer, 403)["detail"], (method, path)


async def test_every_route_of_partners_wants_a_token(
    air: PartnerClient, controller: Controller
) -> None:
    own = [each for each in routes(controller) if each[1].startswith(PARTNER_PATH)]
    assert len(own) == 15  # eight routes on seven paths, and OPTIONS of each path
    for method, path in own:
        answer = await air.client.request(method, path)
        assert "Authorization: Bearer" in problem(answer, 401)["detail"], (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_is_refused_elsewhere_wherever_it_is_carried_and_also_when_it_is_dead(
    air: PartnerClient, office: Office
) -> None:
    await office.partners.city.revoke(air.token_number, by="Ann")
    places: list[dict[str, Any]] = [
        {"headers": air.headers},
        {"headers": {"authorization": f"bearer  {air.token}"}},
        {"headers": {"Authorization": f"Token {air.token.upper()}"}},
        {"headers": [("Authorization", "Basic x"), ("Authorization", f"Bearer {air.token}")]},
        {"headers": {"Cookie": f"session={air.token}"}},
        {"params": {"access_token": air.token}},
    ]
    for carried in places:
        problem(await air.client.get("/api/v1/lanterns", **carried), 403)
        body = {"selection": {"ward": "City"}, "level": 0, "reason": "x", "ends_at": "x"}
        problem(await air.client.post("/api/v1/overrides", json=body, **carried), 403)


async def test_nobody_without_a_token_is_kept_from_the_other_routes(air: PartnerClient) -> None:
    assert (await air.client.get("/api/v1/lanterns")).status_code == 200
    basic = {"Authorization": "Basic eDp5"}  # what a proxy in front of it may add
    assert (await air.client.get("/api/v1/lanterns", headers=basic)).status_code == 200


async def test_what_is_no_live_token_opens_nothing(air: PartnerClient, clock: StillClock) -> None:
    wrong = air.token[:-1] + ("A" if air.token[-1] != "A" else "B")
    given = [
        "",
        "Bearer",
        f"Basic {air.token}",
        air.token,
        f"Bearer {wrong}",
        f"Bearer {air.token}x",
        f"Bearer {digest_of(air.token)}",
        f"Bearer {new_token()}",
        "Bearer ' OR 1=1 --",
    ]
    for each in given:
        answer = await air.client.get(f"{PARTNER_PATH}trial", headers={"Authorization": each})
        problem(answer, 401)
    twice = [("Authorization", f"Bearer {air.token}"), ("Authorization", f"Bearer {air.token}")]
    problem(await air.client.get(f"{PARTNER_PATH}trial", headers=twice), 401)
    in_query = {"access_token": air.token}
    problem(await air.client.get(f"{PARTNER_PATH}trial", params=in_query), 401)
    assert (await air.get("/trial")).status_code == 200
    clock.at = MORNING.replace(month=12, day=1, hour=0)
    assert "over" in problem(await air.get("/trial"), 401)["detail"]


async def test_a_revoked_token_is_dead_and_another_of_the_trial_is_not(
    air: PartnerClient, office: Office
) -> None:
    _, text = await office.partners.city.issue_token(air.trial_id, by="Ann")
    await office.partners.city.revoke(air.token_number, by="Ann")
    assert "revoked" in problem(await air.get("/trial"), 401)["detail"]
    answer = await air.client.get(
        f"{PARTNER_PATH}trial", headers={"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == 200


async def test_a_partner_asks_from_the_hosts_that_are_served_like_everybody(
    air: PartnerClient,
) -> None:
    headers = air.headers | {"Host": "evil.example"}
    problem(await air.client.get(f"{PARTNER_PATH}trial", headers=headers), 403)


async def test_no_token_is_stored_as_it_is(air: PartnerClient, office: Office) -> None:
    (token,) = await office.stores.partners.tokens()
    assert token.digest == digest_of(air.token)
    assert matches(air.token, token.digest)
    assert air.token not in repr(token)


def test_tokens_are_256_random_bits() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(is_token(each) and len(each.partition("_")[2]) == 43 for each in tokens)


def test_a_throttle_counts_each_key_by_the_minute() -> None:
    throttle = Throttle(most=2)
    at = MORNING.replace(second=50)
    assert [throttle.wait_s(1, at) for _ in range(3)] == [0, 0, 10]
    assert throttle.wait_s(2, at) == 0
    assert throttle.wait_s(1, at.replace(minute=1, second=0)) == 0
