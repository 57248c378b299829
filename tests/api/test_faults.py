"""Faults over HTTP: the ranked work list in pages, one fault, acknowledgement, refusals."""

import csv
from dataclasses import replace
from io import StringIO

import httpx
import pytest

from api.documents import exchanges
from lighting.errors import StoreError
from lighting.faults.kinds import Confidence, FaultKind, Severity
from lighting.faults.settle import Changes
from lighting.operations.controller import Office
from tests.api.city import StillClock, problem
from tests.api.test_examples import answer_of
from tests.lighting.faults.made import after, found

LANE = found("leeds:1", kind=FaultKind.LAMP, severity=Severity.LIGHT)
CROSSING = found("leeds:2", kind=FaultKind.LAMP, severity=Severity.SAFETY)
BURNER = found("leeds:3", kind=FaultKind.DAY_BURNER, severity=Severity.SAVING)


@pytest.fixture
async def broken_lights(office: Office) -> list[int]:
    """Write three faults; return their ids in the order of the work list."""
    written = await office.stores.faults.write(Changes(opened=(BURNER, LANE, CROSSING)))
    ids = {fault.subject: fault.fault_id for fault in written}
    return [ids["leeds:2"], ids["leeds:1"], ids["leeds:3"]]


async def test_the_work_list_begins_with_safety_and_comes_in_pages(
    client: httpx.AsyncClient, broken_lights: list[int]
) -> None:
    first = (await client.get("/api/v1/faults", params={"limit": 2})).json()
    assert [item["fault_id"] for item in first["items"]] == broken_lights[:2]
    assert first["next"] == broken_lights[1]
    rest = (await client.get("/api/v1/faults", params={"after": first["next"]})).json()
    assert [item["fault_id"] for item in rest["items"]] == broken_lights[2:]
    assert rest["next"] is None


async def test_a_fault_is_told_with_its_evidence(
    client: httpx.AsyncClient, broken_lights: list[int]
) -> None:
    told = (await client.get(f"/api/v1/faults/{broken_lights[0]}")).json()
    assert told == {
        "fault_id": broken_lights[0],
        "kind": "lamp failure",
        "subject": "leeds:2",
        "state": "open",
        "severity": "safety",
        "confidence": "medium",
        "lanterns": ["leeds:2"],
        "lanterns_concerned": 1,
        "evidence": ["3 meter readings show no light"],
        "first_seen": "2026-11-22T18:00:00Z",
        "last_seen": "2026-11-22T20:00:00Z",
        "place": "Otley Road",
        "latitude_deg": 53.82,
        "longitude_deg": -1.58,
        "reopened": 0,
        "cleared_at": None,
        "cleared_why": "",
        "acknowledged_at": None,
        "acknowledged_by": "",
        "acknowledged_reason": "",
    }


async def test_faults_are_filtered_by_state_kind_subject_and_acknowledgement(
    client: httpx.AsyncClient, office: Office, broken_lights: list[int]
) -> None:
    fault = await office.stores.faults.get(broken_lights[2])
    cleared = replace(fault, cleared_at=fault.last_seen, cleared_why="2 good readings since")
    await office.stores.faults.write(Changes(changed=(cleared,)))
    await client.post(
        f"/api/v1/faults/{broken_lights[0]}/acknowledgement", json={"by": "Jo", "reason": "seen"}
    )

    async def ids(**params: str) -> list[int]:
        told = (await client.get("/api/v1/faults", params=params)).json()
        return [item["fault_id"] for item in told["items"]]

    assert await ids() == broken_lights[:2]
    assert await ids(state="cleared") == broken_lights[2:]
    assert await ids(state="any") == broken_lights
    assert await ids(state="any", kind="day burner") == broken_lights[2:]
    assert await ids(subject="leeds:1") == [broken_lights[1]]
    assert await ids(acknowledged="true") == [broken_lights[0]]


async def test_the_work_list_is_exported_as_a_file(
    client: httpx.AsyncClient, broken_lights: list[int]
) -> None:
    path = "/api/v1/faults/export"
    answer = await client.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="faults.csv"'
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [int(row["fault_id"]) for row in rows] == broken_lights
    answer = await client.get(path, params={"format": "geojson", "kind": "day burner"})
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert [each["id"] for each in answer.json()["features"]] == broken_lights[2:]
    none = (await client.get(path, params={"format": "geojson", "kind": "tilt"})).json()
    assert none == {"type": "FeatureCollection", "features": []}
    problem(await client.get(path, params={"format": "xlsx"}), 400)
    problem(await client.get(path, params={"kind": "gremlin"}), 422)


async def test_a_file_that_cannot_be_read_is_a_problem_and_no_half_of_one(
    client: httpx.AsyncClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_where: object) -> list[int]:
        raise StoreError("the database is away")

    monkeypatch.setattr(office.stores.faults, "ranked", away)
    problem(await client.get("/api/v1/faults/export"), 503)


async def test_a_number_that_no_database_holds_is_refused(client: httpx.AsyncClient) -> None:
    huge = 2**63
    problem(await client.get(f"/api/v1/faults/{huge}"), 400)
    problem(await client.get("/api/v1/faults", params={"after": huge}), 400)
    asked = {"by": "Jo", "reason": "seen"}
    problem(await client.post(f"/api/v1/faults/{huge}/acknowledgement", json=asked), 400)


async def test_the_examples_of_the_document_are_answered_so(
    client: httpx.AsyncClient, office: Office, clock: StillClock
) -> None:
    clock.at = after(14)
    await office.stores.faults.write(Changes(opened=(CROSSING,)))
    for operation, shown in exchanges("faults").items():
        if operation != "export_fault_file":
            assert await answer_of(client, operation, shown) == shown.answer, operation
            continue
        for media_type, text in dict(shown.answer).items():  # type: ignore[call-overload] # plain JSON
            form = "csv" if media_type == "text/csv" else "geojson"
            asked = {**shown.parameters, "format": form}
            answer = await client.get("/api/v1/faults/export", params=asked)  # type: ignore[arg-type] # plain values
            assert answer.headers["content-type"].startswith(media_type)
            assert (answer.text if form == "csv" else answer.json()) == text


async def test_an_acknowledgement_says_who_and_why_and_leaves_the_fault_open(
    client: httpx.AsyncClient, broken_lights: list[int]
) -> None:
    path = f"/api/v1/faults/{broken_lights[0]}/acknowledgement"
    told = (await client.post(path, json={"by": "Jo Hart", "reason": "crew on Monday"})).json()
    assert (told["state"], told["acknowledged_by"]) == ("open", "Jo Hart")
    assert told["acknowledged_reason"] == "crew on Monday"
    assert told["acknowledged_at"] == "2026-11-22T10:00:00Z"


async def test_what_cannot_be_is_refused(
    client: httpx.AsyncClient, broken_lights: list[int]
) -> None:
    path = f"/api/v1/faults/{broken_lights[0]}/acknowledgement"
    problem(await client.get("/api/v1/faults/999"), 404)
    problem(await client.get("/api/v1/faults", params={"after": 999}), 404)
    problem(await client.get("/api/v1/faults", params={"state": "shut"}), 400)
    problem(await client.get("/api/v1/faults", params={"limit": 0}), 400)
    refused = problem(await client.get("/api/v1/faults", params={"kind": "gremlin"}), 422)
    assert "lamp failure" in str(refused["detail"])
    problem(await client.post(path, json={"by": "Jo"}), 400)
    problem(await client.post(path, json={"by": " ", "reason": "x"}), 422)
    missing = "/api/v1/faults/999/acknowledgement"
    problem(await client.post(missing, json={"by": "Jo", "reason": "x"}), 404)


async def test_a_database_that_is_gone_is_told_as_unavailable(broken: httpx.AsyncClient) -> None:
    problem(await broken.get("/api/v1/faults"), 503)


def test_confidence_and_severity_have_words() -> None:
    assert [each.words for each in Confidence] == ["low", "medium", "high"]
    assert Severity.SAFETY.words == "safety"
