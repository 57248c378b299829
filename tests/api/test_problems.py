"""Errors over HTTP: every one is a problem document, and a fault of ours tells nothing."""

import logging
from dataclasses import replace
from datetime import datetime

import httpx
import pytest

from api.problems import TABLE
from api.requests import LOOPBACK_HOSTS
from lighting.errors import RequestError, UnavailableError
from lighting.operations.controller import Controller
from schedules.errors import ScheduleError
from tests.api.city import client_of, problem


async def test_a_fault_of_ours_tells_an_id_that_the_log_explains(
    controller: Controller, caplog: pytest.LogCaptureFixture
) -> None:
    class BrokenClock:
        """A clock with a secret."""

        def now(self) -> datetime:
            """Fail as a bug would."""
            raise KeyError("password=hunter2")

        async def sleep(self, delay_s: float) -> None:
            """Never called."""

    office = replace(controller.office, clock=BrokenClock())
    async with client_of(replace(controller, office=office)) as client:
        response = await client.get("/api/v1/status")
    found = problem(response, 500)
    assert "hunter2" not in response.text
    assert "KeyError" not in response.text
    error_id = str(found["instance"]).removeprefix("urn:uuid:")
    record = next(r for r in caplog.records if error_id in r.getMessage())
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert "hunter2" in str(record.exc_info[1])


def _kinds(cls: type[Exception]) -> list[type[Exception]]:
    return [kind for each in cls.__subclasses__() for kind in (each, *_kinds(each))]


def test_every_error_that_a_person_can_cure_has_a_row_in_the_table() -> None:
    ours = [kind for kind in _kinds(ScheduleError) if kind.__module__ == "schedules.errors"]
    curable = _kinds(RequestError) + _kinds(UnavailableError) + ours
    assert [kind for kind in curable if not set(kind.__mro__) & set(TABLE)] == []


async def test_a_route_that_is_not_there_is_a_problem(client: httpx.AsyncClient) -> None:
    assert "/api/v1/lamps" in str(problem(await client.get("/api/v1/lamps"), 404)["detail"])
    response = await client.delete("/api/v1/lanterns")
    problem(response, 405)
    assert "GET" in response.headers["allow"]


async def test_a_parameter_that_a_route_does_not_know_is_refused(city: httpx.AsyncClient) -> None:
    found = problem(await city.get("/api/v1/lanterns?wrad=Headingley"), 400)
    first = found["problems"][0]
    assert first["field"] == "wrad"
    assert "ward" in first["allowed"]
    twice = problem(await city.get("/api/v1/lanterns?ward=City&ward=Headingley"), 400)
    assert twice["problems"][0]["field"] == "ward"


async def test_a_body_that_is_too_large_is_refused_with_the_limit(
    client: httpx.AsyncClient,
) -> None:
    response = await client.put(
        "/api/v1/rules", content=b"#" * 1_048_577, headers={"Content-Type": "application/toml"}
    )
    assert "1048576 bytes" in str(problem(response, 413)["detail"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"\xff", b'{"policy": "\xff"}', b"[" * 100_000,
        b'{"policy": NaN}', b'{"policy": 5}', b'{"policy": "a", "speed": 3}',
    ],
)  # fmt: skip
async def test_a_body_that_is_no_such_object_is_refused(
    client: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    problem(await client.post("/api/v1/rollouts", content=body, headers=headers), 400)


async def test_json_must_be_called_json(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"Content-Type": "text/plain"}):
        response = await client.post("/api/v1/rollouts", content=b"{}", headers=headers)
        problem(response, 415)


@pytest.mark.parametrize("host", ["lights.example", "127.0.0.1.example:8000", "", "[::1"])
async def test_a_name_that_leads_here_by_a_trick_is_not_served(
    client: httpx.AsyncClient, host: str
) -> None:
    problem(await client.get("/api/v1/status", headers={"Host": host}), 403)


@pytest.mark.parametrize("host", [*LOOPBACK_HOSTS[:2], "localhost:8000", "[::1]:8000"])
async def test_loopback_is_served_by_each_of_its_names(
    client: httpx.AsyncClient, host: str
) -> None:
    response = await client.get("/api/v1/status", headers={"Host": host})
    assert response.status_code == 200


async def test_a_page_from_elsewhere_cannot_command_the_lanterns(
    client: httpx.AsyncClient,
) -> None:
    for origin in ("https://evil.example", "null"):
        response = await client.post("/api/v1/rollouts", json={}, headers={"Origin": origin})
        problem(response, 403)
    own = await client.post(
        "/api/v1/rollouts", json={}, headers={"Origin": "http://127.0.0.1:8000"}
    )
    problem(own, 404)  # it is heard: there are no rules yet
