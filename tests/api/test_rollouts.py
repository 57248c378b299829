"""Rollouts over HTTP: proved, assigned, ordered; how far they are, and what strays."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from lighting.identifiers import DevEui
from lighting.operations.controller import Controller, Office
from lighting.operations.records import Echo, Seen, UplinkBatch
from schedules.library import library_text
from tests.api.city import StillClock, dev_eui, problem, put_text
from tests.api.test_policies import RESIDENTIAL, RULES, STRICT


@pytest.fixture
async def ruled(city: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return the city with a policy, and rules that exempt the crossing (leeds:1)."""
    await put_text(city, "/api/v1/policies/residential", RESIDENTIAL)
    assert (await put_text(city, "/api/v1/rules", RULES)).status_code == 200
    return city


async def begin(client: httpx.AsyncClient, **body: str) -> dict[str, Any]:
    response = await client.post("/api/v1/rollouts", json=body)
    assert response.status_code == 202, response.text
    told: dict[str, Any] = response.json()
    return told


async def echo_all(controller: Controller) -> None:
    """Send what is due, and let every node echo what it was sent."""
    office = controller.office
    while await controller.dispatcher.step(office.clock.now()):
        for order in await office.stores.book.of_node(DevEui(dev_eui(2))):
            assert order.frame.echo is not None
            echo = Echo(order.dev_eui, office.clock.now(), *order.frame.echo)
            await office.stores.nodes.record(UplinkBatch(echoes=[echo]))
        await office.clock.sleep(60)


async def test_a_rollout_proves_assigns_and_orders(ruled: httpx.AsyncClient) -> None:
    told = await begin(ruled)
    assert told["assignment"] == {
        "lanterns": 3,
        "changed": 3,
        "exempt": 1,
        "by_rule": {"crossings": 1, "all others": 2},
        "unmatched": 0,
        "unmatched_ids": [],
    }
    proofs = [(each["policy"], each["revision"], each["cell"]) for each in told["proofs"]]
    assert proofs == [("residential", 1, "538:-16")]  # tenths of a degree, south-west corner
    plan = told["plan"]
    assert plan["night"] == "2026-11-22"
    assert (plan["nodes"], plan["ordered"], plan["without_policy"]) == (2, 1, 1)


async def test_a_rollout_shows_on_its_lanterns(ruled: httpx.AsyncClient) -> None:
    await begin(ruled, policy="residential")
    exempt = (await ruled.get("/api/v1/lanterns/leeds:1")).json()
    assert exempt["lantern"]["assignment"]["exempt"] == "crossing beacons are always lit"
    told = (await ruled.get("/api/v1/lanterns/leeds:2")).json()
    assert told["lantern"]["assignment"]["policy"] == "residential"
    assert told["node"]["evidence"] == "intended"
    assert told["node"]["wanted_program_id"]
    assert told["node"]["held_program_id"] is None
    by_policy = (await ruled.get("/api/v1/groups?by=policy")).json()["groups"]
    assert by_policy[1] == {"group": "residential", "lanterns": 2, "nodes": 1}


async def test_tonight_of_a_lantern_is_the_program_that_its_node_is_sent(
    ruled: httpx.AsyncClient,
) -> None:
    await begin(ruled)
    tonight = (await ruled.get("/api/v1/tonight/leeds:2")).json()
    node = (await ruled.get("/api/v1/lanterns/leeds:2")).json()["node"]
    assert tonight["night"] == "2026-11-22"
    assert tonight["program"]["program_id"] == node["wanted_program_id"]
    summer = (await ruled.get("/api/v1/tonight/leeds:2?date=2027-06-21")).json()
    assert summer["night"] == "2027-06-21"
    assert summer["burning_hours"] < tonight["burning_hours"]


async def test_a_lantern_that_follows_nothing_has_no_tonight(ruled: httpx.AsyncClient) -> None:
    problem(await ruled.get("/api/v1/tonight/leeds:9"), 404)
    assert "no node" in str(problem(await ruled.get("/api/v1/tonight/leeds:3"), 422)["detail"])
    unruled = problem(await ruled.get("/api/v1/tonight/leeds:1"), 422)
    assert "no rule matches" in str(unruled["detail"])
    await begin(ruled)
    exempt = problem(await ruled.get("/api/v1/tonight/leeds:1"), 422)
    assert "crossing beacons" in str(exempt["detail"])


async def test_a_rollout_without_rules_or_of_another_policy_is_refused(
    city: httpx.AsyncClient,
) -> None:
    problem(await city.post("/api/v1/rollouts", json={}), 404)
    await put_text(city, "/api/v1/policies/residential", RESIDENTIAL)
    await put_text(city, "/api/v1/rules", RULES)
    found = problem(await city.post("/api/v1/rollouts", json={"policy": "hampshire"}), 422)
    assert "residential" in str(found["detail"])


async def test_a_policy_that_fails_its_proof_is_refused_and_changes_no_lantern(
    ruled: httpx.AsyncClient,
) -> None:
    await begin(ruled)
    before = (await ruled.get("/api/v1/lanterns/leeds:2")).json()
    await put_text(ruled, "/api/v1/policies/dusk-to-dawn", STRICT)
    await put_text(ruled, "/api/v1/rules", RULES.replace('"residential"', '"dusk-to-dawn"'))
    found = problem(await ruled.post("/api/v1/rollouts", json={}), 422)
    assert found["type"] == "urn:problem-type:lamplighter:proof"
    proof = found["proof"]
    worst = proof["worst_nights"][0]
    assert worst["minutes_wrong"] > 0.5
    assert worst["night"] in str(found["detail"])
    assert (await ruled.get("/api/v1/lanterns/leeds:2")).json() == before


async def test_progress_counts_nodes_by_evidence_and_orders_by_state(
    ruled: httpx.AsyncClient, controller: Controller
) -> None:
    await begin(ruled)
    policies = (await ruled.get("/api/v1/rollouts")).json()["policies"]
    assert [(each["policy"], each["nodes"], each["proved"]) for each in policies] == [
        (None, 1, 0),
        ("residential", 1, 0),
    ]
    waiting = policies[1]["orders"]["waiting"]
    assert waiting > 0
    assert policies[1]["evidence"]["intended"] == 1
    await echo_all(controller)
    done = (await ruled.get("/api/v1/rollouts")).json()["policies"][1]
    assert (done["proved"], done["evidence"]["echoed by node"]) == (1, 1)
    assert (done["orders"]["waiting"], done["orders"]["echoed"]) == (0, waiting)


async def test_a_node_that_never_answers_is_adrift_and_the_reason_is_told(
    ruled: httpx.AsyncClient, office: Office, clock: StillClock
) -> None:
    await begin(ruled)
    assert (await ruled.get("/api/v1/drift")).json() == {"nodes": [], "more": False}
    clock.at += timedelta(hours=25)  # an order is tried for a day
    await office.stores.book.expire(clock.at)
    adrift = (await ruled.get("/api/v1/drift")).json()["nodes"]
    assert [each["lantern_id"] for each in adrift] == ["leeds:2"]
    assert "2026-11-23T10:00:00Z" in adrift[0]["reason"]
    assert "never heard" in adrift[0]["reason"]
    seen = Seen(DevEui(dev_eui(2)), clock.at, None, None)
    await office.stores.nodes.record(UplinkBatch(seen=[seen]))
    heard = (await ruled.get("/api/v1/drift")).json()["nodes"][0]
    assert "last heard at 2026-11-23T11:00:00Z" in heard["reason"]


async def test_every_library_policy_can_be_saved_and_rolled_out(city: httpx.AsyncClient) -> None:
    for name in ("hampshire", "dusk-to-dawn"):
        await put_text(city, f"/api/v1/policies/{name}", library_text(name))
        rules = RULES.replace('"residential"', f'"{name}"')
        await put_text(city, "/api/v1/rules", rules)
        assert (await begin(city))["plan"]["by_policy"] == {name: 1}
