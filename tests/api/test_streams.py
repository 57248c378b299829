"""The data register over the API: what it refuses, what it keeps, what it counts."""

from datetime import timedelta

import httpx

from lighting.operations.controller import Office
from tests.api.city import MORNING, problem, put_text
from tests.api.gully import API, EUI, GULLY, SAID, at, get
from tests.contracts.sensing_kit import add_samples


async def test_a_stream_without_a_field_cannot_be_switched_on(city: httpx.AsyncClient) -> None:
    lacking = GULLY.replace('dpia = "not needed"', "")
    put = await put_text(city, f"{API}/streams?by=me&why=test", lacking)
    (row,) = put.json()["streams"]
    assert (row["on"], row["missing"]) == (False, ["dpia is not stated"])
    refused = await city.post(f"{API}/streams/gully-levels/on", json=SAID)
    assert "dpia is not stated" in problem(refused, 422)["detail"]
    nameless = await put_text(city, f"{API}/streams?by=&why=test", GULLY)
    assert "say who changes the register and why" in problem(nameless, 422)["detail"]


async def test_a_row_that_would_lose_its_grounds_is_refused_while_it_is_on(
    gully: httpx.AsyncClient,
) -> None:
    lacking = GULLY.replace('owner = "Highways asset management"', "")
    refused = await put_text(gully, f"{API}/streams?by=me&why=test", lacking)
    assert "is on and would lack its grounds: owner" in problem(refused, 422)["detail"]
    longer = GULLY.replace("retention_days = 30", "retention_days = 60")
    (row,) = (await put_text(gully, f"{API}/streams?by=me&why=test", longer)).json()["streams"]
    assert (row["on"], row["retention_days"]) == (True, 60)
    shown = await get(gully, "/streams/gully-levels")
    assert [each["act"] for each in shown["changes"]] == ["put", "on", "put"]
    assert shown["changes"][1]["why"] == "the DPO agreed"


async def test_faults_in_rows_are_told_by_stream_and_field(city: httpx.AsyncClient) -> None:
    wrong = await put_text(city, f"{API}/streams?by=me&why=test", GULLY + "retention = 3\n")
    (found,) = problem(wrong, 422)["problems"]
    assert found["field"] == "gully-levels.retention"


async def test_retention_is_told_and_what_it_deleted(
    gully: httpx.AsyncClient, office: Office
) -> None:
    await office.sensing.register.enforce_retention(MORNING + timedelta(days=30, hours=-1))
    (told,) = (await get(gully, "/deletions"))["deletions"]
    assert (told["stream_id"], told["samples"]) == ("gully-levels", 3)
    rest = await get(gully, "/measurements/latest")
    assert [each["measurement"]["value"] for each in rest["latest"]] == [1.0]


async def test_a_stream_that_is_off_stores_nothing_and_indicators_count_it(
    gully: httpx.AsyncClient, office: Office
) -> None:
    await gully.post(f"{API}/streams/gully-levels/off", json=SAID)
    assert await add_samples(office.stores.series, [at(90, 0.5)]) == 0
    told = await get(gully, "/indicators")
    assert told["deployed"] == {"gully level": 1, "lighting": 2}
    assert (told["datasets"], told["datasets_on"], told["datasets_open"]) == (1, 0, 0)
    assert told["messages_withheld"] == 1
    office.sensing.measurements.counts["read"] += 2
    metrics = (await gully.get(f"{API}/metrics")).text
    assert 'lamplighter_add_on_messages_total{outcome="read"} 2.0' in metrics
    assert told["alerts"] == {"since": "2026-10-23T10:00:00Z", "raised": 0, "acted_on": 0}
    (add_on,) = (await get(gully, "/add-ons"))["add_ons"]
    assert (add_on["withheld"], add_on["stream_id"]) == (1, "gully-levels")


async def test_a_gauge_is_put_shown_and_taken_away(gully: httpx.AsyncClient) -> None:
    said = {"empty_m": 1.2, "full_m": 0.2}
    path = f"{API}/add-ons/{EUI}/gauge"
    assert (await gully.put(path, json=said)).json()["gauge"] == said
    wrong = await gully.put(path, json={"empty_m": 0.2, "full_m": 1.2})
    assert (wrong.status_code, "further away" in wrong.json()["detail"]) == (422, True)
    assert (await gully.delete(path)).json()["gauge"] is None
    nobody = await gully.put(f"{API}/add-ons/70b3d57ed0000001/gauge", json=said)
    assert nobody.status_code == 404
