"""Alerts and their rules over HTTP: listed, paged, explained, acknowledged; and what is refused."""

import httpx
import pytest

from tests.api.city import problem, put_text
from tests.lighting.operations.sensors import ICE, Street, lantern_id, minute

RULES = ICE.replace('tell = ["log"]', "")


@pytest.mark.usefixtures("street")
async def test_an_alert_is_told_with_its_reason_and_who_was_told(client: httpx.AsyncClient) -> None:
    (told,) = (await client.get("/api/v1/alerts")).json()["items"]
    assert (told["rule"], told["lantern_id"], told["severity"]) == (
        "winter/ice",
        lantern_id(0),
        "warning",
    )
    assert (told["raised_at"], told["cleared_at"]) == ("2026-11-22T10:25:00Z", None)
    assert told["findings"][0]["values"] == [
        {"at": "2026-11-22T10:05:00Z", "value": 0.0},
        {"at": "2026-11-22T10:25:00Z", "value": -0.5},
    ]
    detail = (await client.get(f"/api/v1/alerts/{told['alert_id']}")).json()
    assert detail["alert"] == told
    assert [(d["channel"], d["state"]) for d in detail["deliveries"]] == [("log", "waiting")]


@pytest.mark.usefixtures("street")
async def test_somebody_says_that_they_know(client: httpx.AsyncClient) -> None:
    path = "/api/v1/alerts/1/acknowledgement"
    known = (await client.post(path, json={"by": "eva", "why": "gritters are out"})).json()
    assert (known["acknowledged_by"], known["acknowledged_why"], known["acknowledged_at"]) == (
        "eva",
        "gritters are out",
        "2026-11-22T10:30:00Z",
    )
    problem(await client.post(path, json={"by": "eva"}), 400)
    problem(await client.post(path, json={"by": "", "why": "x"}), 400)
    problem(
        await client.post("/api/v1/alerts/9/acknowledgement", json={"by": "a", "why": "b"}), 404
    )
    problem(await client.get("/api/v1/alerts/9"), 404)
    problem(await client.get(f"/api/v1/alerts/{10**30}"), 400)
    problem(await client.get("/api/v1/alerts", params={"after": 10**30}), 400)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"open": "false"}, 1),
        ({"open": "true"}, 1),
        ({"rule": "winter"}, 2),
        ({"rule": "winter/ice"}, 2),
        ({"rule": "air"}, 0),
        ({"ward": "HEADINGLEY"}, 2),
        ({"severity": "critical"}, 0),
        ({"acknowledged": "false"}, 2),
        ({"since": "2026-11-22T11:00:00Z"}, 1),
    ],
)
async def test_alerts_are_filtered(
    street: Street, client: httpx.AsyncClient, query: dict[str, str], count: int
) -> None:
    await street.measure((60, 0), (80, 0))
    await street.office.alerts.watch.tend(minute(81))
    assert len((await client.get("/api/v1/alerts", params=query)).json()["items"]) == count


async def test_alerts_come_in_pages_newest_first(street: Street, client: httpx.AsyncClient) -> None:
    await street.measure((60, 0), (80, 0))
    await street.office.alerts.watch.tend(minute(81))
    first = (await client.get("/api/v1/alerts", params={"limit": 1})).json()
    rest = (await client.get("/api/v1/alerts", params={"after": first["next"]})).json()
    assert [first["items"][0]["alert_id"], rest["items"][0]["alert_id"]] == [2, 1]
    assert rest["next"] is None


@pytest.mark.usefixtures("street")
async def test_rules_are_saved_listed_and_read_back(client: httpx.AsyncClient) -> None:
    saved = (await put_text(client, "/api/v1/alert-rules/winter", RULES)).json()
    assert (saved["name"], saved["revision"], saved["text"]) == ("winter", 2, RULES)
    assert saved["rules"] == [
        {
            "rule": "winter/ice",
            "when": "surface temperature below 1 °C for 20 min",
            "until": "surface temperature above 2 °C for 10 min",
            "until_by_default": False,
            "severity": "warning",
            "tell": [],
            "gap_min": 90.0,
            "note": "",
            "places": 1,
        }
    ]
    page = (await client.get("/api/v1/alert-rules")).json()
    assert [(each["name"], each["revision"]) for each in page["items"]] == [("winter", 2)]
    assert page["channels"] == []
    old = (await client.get("/api/v1/alert-rules/winter", params={"revision": 1})).json()
    assert old["text"] == ICE
    problem(await client.get("/api/v1/alert-rules/summer"), 404)


async def test_rules_that_are_wrong_are_refused_with_line_and_column(
    client: httpx.AsyncClient,
) -> None:
    text = '[ice]\nwhen = "road surface below 1 m/s"\n'
    told = problem(await put_text(client, "/api/v1/alert-rules/winter", text), 422)
    assert told["type"].endswith(":document")
    (found,) = told["problems"]
    assert (found["field"], found["line"]) == ("ice.when", 2)
    assert found["message"] == "column 30: 'm/s' is of another dimension"
    assert "°C" in found["allowed"]
    assert (await client.get("/api/v1/alert-rules")).json()["items"] == []


async def test_rules_that_tell_nobody_there_is_are_refused(client: httpx.AsyncClient) -> None:
    told = problem(await put_text(client, "/api/v1/alert-rules/winter", ICE), 422)
    assert "tells 'log', which is no channel" in str(told["detail"])
    told = problem(await put_text(client, "/api/v1/alert-rules/Winter!", RULES), 422)
    assert "no name for rules" in str(told["detail"])


@pytest.mark.usefixtures("street")
async def test_rules_are_tried_on_what_was_measured(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/v1/alert-rules/winter/trial",
        params={"from": "2026-11-22T10:00:00Z", "to": "2026-11-22T12:00:00+01:00"},
        content=RULES.encode(),
        headers={"Content-Type": "application/toml"},
    )
    (tried,) = response.json()["items"]
    assert (tried["raised_at"], tried["cleared_at"]) == (
        "2026-11-22T10:25:00Z",
        "2026-11-22T10:50:00Z",
    )


async def test_dead_deliveries_are_shown_and_go_again(
    street: Street, client: httpx.AsyncClient
) -> None:
    outbox = street.office.stores.outbox
    await outbox.failed(1, "the receiver answered 410", next_try_at=None)
    (dead,) = (await client.get("/api/v1/deliveries", params={"state": "dead"})).json()["items"]
    assert dead["problem"] == "the receiver answered 410"
    again = (await client.post("/api/v1/deliveries/1/again")).json()
    assert (again["state"], again["key"]) == ("waiting", dead["key"])
    problem(await client.post("/api/v1/deliveries/1/again"), 404)


async def test_a_report_of_an_area_that_is_not_there_is_told(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/v1/reports/daily/winter", params={"date": "2026-11-22"})
    assert "the alerts file names none" in str(problem(response, 404)["detail"])
