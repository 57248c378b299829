"""Overrides over HTTP: begun, listed, ended; and what is refused."""

import httpx
import pytest

from lighting.identifiers import DevEui
from lighting.operations.controller import Controller, Office
from tests.api.city import SentBox, StillClock, dev_eui, problem


def asked(**changes: object) -> dict[str, object]:
    """Return an override of Headingley at 40 % for two hours."""
    return {
        "selection": {"ward": "Headingley"},
        "level": 40,
        "ends_at": "2026-11-22T12:00:00Z",
        "reason": "film crew on Otley Road",
    } | changes


async def test_an_override_holds_the_nodes_of_its_selection_until_its_end(
    city: httpx.AsyncClient, office: Office
) -> None:
    response = await city.post("/api/v1/overrides", json=asked())
    assert response.status_code == 201, response.text
    told = response.json()
    assert told["override"] == {
        "override_id": 1,
        "selection": "ward Headingley",
        "level": 40,
        "starts_at": "2026-11-22T10:00:00Z",
        "ends_at": "2026-11-22T12:00:00Z",
        "ended_at": None,
        "reason": "film crew on Otley Road",
        "emergency": False,
        "nodes": 2,
    }
    assert told["lanterns_without_node"] == 0
    assert (await city.get("/api/v1/overrides")).json() == {"overrides": [told["override"]]}
    orders = await office.stores.book.of_node(DevEui(dev_eui(1)))
    assert [order.purpose.value for order in orders] == ["override"]


async def test_an_override_that_is_ended_tells_its_nodes_to_resume(
    city: httpx.AsyncClient, office: Office, clock: StillClock
) -> None:
    await city.post("/api/v1/overrides", json=asked())
    await clock.sleep(600)
    ended = await city.delete("/api/v1/overrides/1")
    assert ended.json()["ended_at"] == "2026-11-22T10:10:00Z"
    assert (await city.get("/api/v1/overrides")).json() == {"overrides": []}
    newest = (await office.stores.book.of_node(DevEui(dev_eui(1))))[0]
    assert newest.purpose.value == "resume"
    problem(await city.delete("/api/v1/overrides/1"), 404)
    problem(await city.delete("/api/v1/overrides/9"), 404)


async def test_a_time_with_an_offset_is_the_same_instant(city: httpx.AsyncClient) -> None:
    body = asked(starts_at="2026-11-22T13:30:00+02:00", ends_at="2026-11-22T13:00:00+01:00")
    told = (await city.post("/api/v1/overrides", json=body)).json()["override"]
    assert told["starts_at"] == "2026-11-22T11:30:00Z"
    assert told["ends_at"] == "2026-11-22T12:00:00Z"


async def test_an_emergency_is_the_first_to_be_sent(
    city: httpx.AsyncClient, controller: Controller
) -> None:
    await city.post("/api/v1/overrides", json=asked())
    body = asked(selection={"lantern_ids": ["leeds:2"]}, level=100, emergency=True)
    response = await city.post("/api/v1/overrides", json=body)
    assert response.status_code == 201, response.text
    await controller.dispatcher.step(controller.office.clock.now())
    assert isinstance(controller.transport, SentBox)
    assert controller.transport.sent[0].dev_eui == dev_eui(2)


async def test_the_whole_city_must_be_meant(city: httpx.AsyncClient) -> None:
    whole = await city.post("/api/v1/overrides", json=asked(selection={"whole_city": True}))
    assert whole.json()["override"]["selection"] == "every lantern"
    assert whole.json()["lanterns_without_node"] == 1
    for selection in ({}, {"whole_city": True, "ward": "City"}):
        found = problem(await city.post("/api/v1/overrides", json=asked(selection=selection)), 422)
        assert "whole_city" in str(found["detail"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"level": 101}, "0 (off) to 100"),
        ({"level": -1}, "0 (off) to 100"),
        ({"ends_at": "2026-11-22T09:00:00Z"}, "in the future"),
        ({"ends_at": "2026-11-30T10:00:00Z"}, "7 days"),
        ({"reason": " "}, "say why"),
        ({"emergency": True}, "100 %"),
        ({"selection": {"ward": "City"}}, "no lantern with a node"),
        ({"selection": {"lantern_ids": ["leeds:1", "leeds:8"]}}, "leeds:8"),
    ],
)
async def test_an_override_that_makes_no_sense_is_refused(
    city: httpx.AsyncClient, changes: dict[str, object], words: str
) -> None:
    found = problem(await city.post("/api/v1/overrides", json=asked(**changes)), 422)
    assert words in str(found["detail"])
    assert (await city.get("/api/v1/overrides")).json() == {"overrides": []}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": "40"}, "level"),
        ({"level": True}, "level"),
        ({"level": 40.5}, "level"),
        ({"ends_at": "2026-11-22T12:00:00"}, "ends_at"),
        ({"ends_at": 1795348800}, "ends_at"),
        ({"ends_at": "tomorrow"}, "ends_at"),
        ({"reason": ""}, "reason"),
        ({"selection": {"wrad": "City"}}, "selection"),
        ({"until": "2026-11-22T12:00:00Z"}, "body"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_by_its_field(
    city: httpx.AsyncClient, changes: dict[str, object], field: str
) -> None:
    found = problem(await city.post("/api/v1/overrides", json=asked(**changes)), 400)
    assert found["problems"][0]["field"] == field
