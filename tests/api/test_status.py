"""Status, savings, health and metrics over HTTP."""

from datetime import date, timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from lighting.downlink.transport import Incoming
from lighting.operations.controller import Controller, Office
from tests.api.city import MORNING, Link, LinkState, StillClock, problem


def samples(text: str) -> dict[str, float]:
    """Return the samples of a Prometheus exposition, as its own parser reads them."""
    return {
        sample.name + "".join(f",{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def begin_override(client: httpx.AsyncClient) -> None:
    body = {
        "selection": {"ward": "Headingley"},
        "level": 100,
        "ends_at": "2026-11-22T12:00:00Z",
        "reason": "a search",
    }
    assert (await client.post("/api/v1/overrides", json=body)).status_code == 201


async def test_status_tells_the_whole_city_at_one_look(city: httpx.AsyncClient) -> None:
    await begin_override(city)
    told = (await city.get("/api/v1/status")).json()
    assert told["at"] == "2026-11-22T10:00:00Z"
    assert (told["lanterns"], told["with_node"]) == (3, 2)
    assert told["evidence"]["no program"] == 2
    assert told["orders"]["waiting"] == 2
    assert told["oldest_waiting_at"] == "2026-11-22T10:00:00Z"
    assert [each["reason"] for each in told["overrides"]] == ["a search"]


async def test_health_is_200_when_database_and_broker_are_there(
    city: httpx.AsyncClient, clock: StillClock
) -> None:
    await begin_override(city)
    clock.at += timedelta(seconds=90)
    response = await city.get("/api/v1/health")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        "well": True,
        "at": "2026-11-22T10:01:30Z",
        "database": {"well": True, "problem": None},
        "broker": {
            "connected": True,
            "since": "2026-11-22T10:00:00Z",
            "reconnects": 0,
            "problem": None,
        },
        "oldest_waiting_at": "2026-11-22T10:00:00Z",
        "oldest_waiting_age_s": 90.0,
    }


async def test_health_is_503_with_the_same_body_when_the_broker_is_away(
    client: httpx.AsyncClient, link: Link
) -> None:
    link.state = LinkState(connected=False, reconnects=3, problem="connection refused")
    response = await client.get("/api/v1/health")
    assert response.status_code == 503
    told = response.json()
    assert told["well"] is False
    assert told["broker"] == {
        "connected": False,
        "since": "2026-11-22T10:00:00Z",
        "reconnects": 3,
        "problem": "connection refused",
    }
    assert told["oldest_waiting_at"] is None


async def test_a_database_that_is_gone_is_told_by_health_metrics_and_every_other_route(
    broken: httpx.AsyncClient,
) -> None:
    response = await broken.get("/api/v1/health")
    assert response.status_code == 503
    assert response.json()["database"]["well"] is False
    assert response.json()["database"]["problem"]
    found = samples((await broken.get("/api/v1/metrics")).text)
    assert found["lamplighter_database_up"] == 0
    assert not any(name.startswith("lamplighter_orders") for name in found)
    for path in ("status", "lanterns", "policies", "overrides", "rollouts", "drift"):
        response = await broken.get(f"/api/v1/{path}")
        problem(response, 503)
        assert response.headers["retry-after"] == "5"


async def test_metrics_tell_evidence_orders_air_time_and_messages(
    city: httpx.AsyncClient, controller: Controller, clock: StillClock, link: Link
) -> None:
    await begin_override(city)
    clock.at += timedelta(seconds=30)
    link.state.reconnects = 2
    await controller.recorder.record([Incoming("nonsense", b"{", MORNING)])
    response = await city.get("/api/v1/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    waiting = samples(response.text)
    assert waiting["lamplighter_nodes,no program"] == 2
    assert waiting["lamplighter_orders,waiting"] == 2
    assert waiting["lamplighter_oldest_waiting_order_age_seconds"] == 30
    assert waiting["lamplighter_messages_total,malformed"] == 1
    assert waiting["lamplighter_broker_connected"] == 1
    assert waiting["lamplighter_broker_reconnects_total"] == 2
    assert waiting["lamplighter_database_up"] == 1
    await controller.dispatcher.step(clock.now())
    sent = samples((await city.get("/api/v1/metrics")).text)
    assert sent["lamplighter_orders,sent"] == 2
    assert sent["lamplighter_gateway_airtime_used_ratio,unknown"] > 0


async def test_savings_add_up_by_group_against_full_power(
    city: httpx.AsyncClient, office: Office
) -> None:
    def night(number: int, evening: date) -> dict[str, object]:
        return {
            "lantern_id": f"leeds:{number}",
            "night": evening,
            "policy": "residential",
            "revision": 1,
            "metered_kwh": 0.2,
            "metered_hours": 10.0,
            "modelled_kwh": 0.05,
            "modelled_hours": 4.0,
            "baseline_kwh": 0.4,
            "power_basis": "rated",
            "findings": [],
        }

    first, second = date(2025, 11, 21), date(2025, 11, 22)
    rows = [night(1, first), night(2, first), night(3, first), night(1, second)]
    await office.stores.nights.put_nights(rows)
    response = await city.get("/api/v1/savings?from=2025-11-21&to=2025-11-22&by=ward")
    told = response.json()
    assert (told["lanterns"], told["nights"]) == (3, 2)
    assert told["total"]["metered_kwh"] == pytest.approx(0.8)
    assert told["total"]["modelled_kwh"] == pytest.approx(0.2)
    assert told["total"]["saved_kwh"] == pytest.approx(0.6)  # 4 x 0.4 - 4 x (0.2 + 0.05)
    assert told["by_group"]["Headingley"]["lantern_nights"] == 3
    assert told["by_group"]["City"]["lanterns"] == 1
    assert told["by_night"]["2025-11-22"]["used_kwh"] == pytest.approx(0.25)
    # DESNZ 2025: 0.177 kg CO2e/kWh generation and 0.01853 transmission and distribution
    assert told["factors"][0]["generation_kg_co2e_per_kwh"] == 0.177
    assert told["evidence"]["no program"] == 2


async def test_savings_of_a_year_without_a_factor_need_leave_to_carry_one_forward(
    city: httpx.AsyncClient, office: Office
) -> None:
    row = {
        "lantern_id": "leeds:1", "night": date(2031, 1, 5), "policy": "residential",
        "revision": 1, "metered_kwh": 0.2, "metered_hours": 10.0, "modelled_kwh": 0.0,
        "modelled_hours": 0.0, "baseline_kwh": 0.4, "power_basis": "rated", "findings": [],
    }  # fmt: skip
    await office.stores.nights.put_nights([row])
    path = "/api/v1/savings?from=2031-01-01&to=2031-01-31"
    assert problem(await city.get(path), 422)["type"] == "urn:problem-type:lamplighter:factor"
    carried = (await city.get(f"{path}&carry_forward=true")).json()
    assert "carried forward" in carried["factors"][0]["note"]


async def test_savings_from_after_to_or_over_more_than_a_year_are_refused(
    client: httpx.AsyncClient,
) -> None:
    for span in ("from=2026-02-01&to=2026-01-31", "from=2024-01-01&to=2025-01-01"):
        problem(await client.get(f"/api/v1/savings?{span}"), 422)
    problem(await client.get("/api/v1/savings?from=2026-02-01"), 400)
    problem(await client.get("/api/v1/savings?from=2026-02-01&to=soon"), 400)
