"""Lanterns over HTTP: imported, listed, looked at, fitted with nodes."""

from datetime import timedelta

import httpx

from lighting.identifiers import DevEui
from lighting.operations.controller import Office
from lighting.operations.records import BOOT, Note, UplinkBatch
from tests.api.city import LANTERNS, MORNING, dev_eui, fit, import_csv, problem


async def ids(client: httpx.AsyncClient, **params: str | int | bool) -> list[str]:
    response = await client.get("/api/v1/lanterns", params=params)
    assert response.status_code == 200, response.text
    return [item["lantern_id"] for item in response.json()["items"]]


async def test_a_file_is_imported_row_by_row_and_twice_is_once(client: httpx.AsyncClient) -> None:
    first = (await import_csv(client, LANTERNS)).json()
    assert (first["rows"], first["added"], first["unchanged"], first["rejected"]) == (3, 3, 0, 0)
    assert first["unknown"]["power_w"] == 1  # The Headrow states no wattage
    again = (await import_csv(client, LANTERNS)).json()
    assert (again["added"], again["unchanged"], again["changed"]) == (0, 3, [])


async def test_a_dry_run_says_what_would_change_and_changes_nothing(
    city: httpx.AsyncClient,
) -> None:
    moved = LANTERNS.replace("The Headrow", "Boar Lane")
    would = (await import_csv(city, moved, dry_run=True)).json()
    assert would["dry_run"] is True
    assert would["changed"] == [{"lantern_id": "leeds:3", "fields": ["road"]}]
    assert await ids(city, road="boar lane") == []


async def test_a_bad_row_is_reported_with_its_line_and_the_others_are_taken(
    client: httpx.AsyncClient,
) -> None:
    report = (await import_csv(client, LANTERNS.replace("53.8196", "north"))).json()
    assert (report["added"], report["rejected"]) == (2, 1)
    found = report["problems"][0]
    assert (found["row"], found["field"], found["value"]) == (3, "latitude_deg", "north")
    assert found["cure"]


async def test_an_unknown_mapping_is_refused_with_the_names_there_are(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post(
        "/api/v1/lanterns/import?mapping=atlantis",
        content=b"",
        headers={"Content-Type": "text/csv"},
    )
    found = problem(response, 422)
    assert found["type"] == "urn:problem-type:lamplighter:mapping"
    assert "camden" in found["problems"][0]["allowed"]


async def test_a_file_without_the_mappings_columns_is_refused_as_a_whole(
    client: httpx.AsyncClient,
) -> None:
    response = await import_csv(client, "id,lat\n1,2\n")
    assert problem(response, 422)["type"] == "urn:problem-type:lamplighter:file"


async def test_a_form_is_not_a_file(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/v1/lanterns/import?mapping=lamplighter", data={"file": LANTERNS}
    )
    assert "text/csv" in str(problem(response, 415)["detail"])


async def test_lanterns_come_in_pages_by_id(city: httpx.AsyncClient) -> None:
    first = (await city.get("/api/v1/lanterns", params={"limit": 2})).json()
    assert [item["lantern_id"] for item in first["items"]] == ["leeds:1", "leeds:2"]
    rest = (await city.get("/api/v1/lanterns", params={"limit": 2, "after": first["next"]})).json()
    assert [item["lantern_id"] for item in rest["items"]] == ["leeds:3"]
    assert rest["next"] is None


async def test_every_filter_narrows_the_list(city: httpx.AsyncClient) -> None:
    assert await ids(city, ward="headingley") == ["leeds:1", "leeds:2"]
    assert await ids(city, road="the headrow") == ["leeds:3"]
    assert await ids(city, **{"class": "m3"}) == ["leeds:3"]
    assert await ids(city, tag="crossing") == ["leeds:1"]
    assert await ids(city, with_node=False) == ["leeds:3"]
    assert await ids(city, ward="Headingley", tag="crossing") == ["leeds:1"]
    assert await ids(city, policy="residential") == []


async def test_a_page_of_no_or_too_many_lanterns_is_refused(city: httpx.AsyncClient) -> None:
    for limit in (0, 1001):
        found = problem(await city.get("/api/v1/lanterns", params={"limit": limit}), 400)
        assert found["problems"][0]["field"] == "limit"


async def test_a_lantern_tells_its_inventory_its_node_and_its_evidence(
    city: httpx.AsyncClient,
) -> None:
    told = (await city.get("/api/v1/lanterns/leeds:1")).json()
    assert told["lantern"]["road"] == "Otley Road"
    assert told["lantern"]["power_w"] == 28
    assert told["lantern"]["tags"] == ["crossing", "led"]
    assert told["lantern"]["assignment"] == {
        "policy": None, "revision": None, "rule": None, "exempt": None,
    }  # fmt: skip
    assert told["node"]["dev_eui"] == dev_eui(1)
    assert told["node"]["evidence"] == "no program"
    bare = (await city.get("/api/v1/lanterns/leeds:3")).json()
    assert bare["node"] is None
    assert (told["notes"], bare["notes"]) == ([], [])


async def test_a_lantern_tells_what_was_noted_of_its_node_in_a_week_newest_first(
    city: httpx.AsyncClient, office: Office
) -> None:
    node, minute = DevEui(dev_eui(1)), timedelta(minutes=1)
    await office.stores.nodes.record(
        UplinkBatch(
            notes=[
                Note(node, MORNING - timedelta(days=7, seconds=1), "alert", "tilt"),
                Note(node, MORNING - 5 * minute, BOOT, "serial 1, firmware 1.1, dali"),
                Note(node, MORNING - minute, "clock", "the node's clock is not set"),
                Note(DevEui(dev_eui(2)), MORNING - minute, "radio", "downlink margin 9 dB"),
            ]
        )
    )
    told = (await city.get("/api/v1/lanterns/leeds:1")).json()
    assert told["notes"] == [
        {"at": "2026-11-22T09:59:00Z", "kind": "clock", "text": "the node's clock is not set"},
        {"at": "2026-11-22T09:55:00Z", "kind": "boot", "text": "serial 1, firmware 1.1, dali"},
    ]


async def test_an_unknown_lantern_is_not_found(city: httpx.AsyncClient) -> None:
    found = problem(await city.get("/api/v1/lanterns/leeds:9"), 404)
    assert found["detail"] == "no lantern 'leeds:9'"


async def test_an_id_with_a_slash_is_found(client: httpx.AsyncClient) -> None:
    await import_csv(client, LANTERNS.replace("leeds:3", "leeds:12/A"))
    for path in ("leeds:12/A", "leeds:12%2FA"):
        told = (await client.get(f"/api/v1/lanterns/{path}")).json()
        assert told["lantern"]["lantern_id"] == "leeds:12/A"


async def test_nodes_are_fitted_all_or_none(city: httpx.AsyncClient) -> None:
    response = await city.put("/api/v1/nodes", json={"nodes": [fit(3), fit(7), fit(8)]})
    found = problem(response, 422)
    assert "leeds:7 leeds:8" in str(found["detail"])
    assert await ids(city, with_node=False) == ["leeds:3"]


async def test_a_node_moves_when_it_is_fitted_elsewhere(city: httpx.AsyncClient) -> None:
    response = await city.put("/api/v1/nodes", json={"nodes": [fit(3, dev_eui=dev_eui(1).upper())]})
    assert response.json() == {"fitted": 1, "recorded": 0}
    assert await ids(city, with_node=True) == ["leeds:2", "leeds:3"]


async def test_nodes_that_cannot_be_are_refused_with_the_reason(city: httpx.AsyncClient) -> None:
    cases = [
        ([fit(3, dev_eui="xyz")], "16 hex digits"),
        ([fit(3, profile_id="acme")], "nas_ul20xx_1_1"),
        ([fit(3), fit(3, dev_eui=dev_eui(9))], "comes twice"),
        ([fit(3), fit(1, dev_eui=dev_eui(3))], "comes twice"),
    ]
    for body, words in cases:
        found = problem(await city.put("/api/v1/nodes", json={"nodes": body}), 422)
        assert words in str(found["detail"])
    assert await ids(city, with_node=False) == ["leeds:3"]


async def test_fitting_no_node_at_all_is_a_slip(city: httpx.AsyncClient) -> None:
    found = problem(await city.put("/api/v1/nodes", json={"nodes": []}), 400)
    assert found["problems"][0]["field"] == "nodes"


async def test_groups_count_lanterns_and_nodes(city: httpx.AsyncClient) -> None:
    by_ward = (await city.get("/api/v1/groups?by=ward")).json()
    assert by_ward["groups"] == [
        {"group": "City", "lanterns": 1, "nodes": 0},
        {"group": "Headingley", "lanterns": 2, "nodes": 2},
    ]
    by_class = (await city.get("/api/v1/groups?by=class")).json()
    assert [group["group"] for group in by_class["groups"]] == ["M3", "P4"]
    problem(await city.get("/api/v1/groups?by=colour"), 400)
    problem(await city.get("/api/v1/groups"), 400)
