"""The register of sockets over HTTP: filled, searched, checked, fitted, removed, corrected."""

from typing import Any

import httpx

from tests.api.city import dev_eui, fit, problem

CSV = """\
lantern_id,position,standard,wiring,aux_average_w,aux_peak_w,bus_ma,mass_g,limits_source
leeds:1,bottom,zhaga-2,24 V auxiliary; dali bus,3,6,50,400,sheet 7
leeds:1,top,nema7,permanent mains,,,,,
leeds:2,bottom,zhaga-2,24 V auxiliary; dali bus,3,6,50,400,sheet 7
"""
ACCEPT = {"by": "Bob", "reason": "data sheet seen"}


async def import_sockets(client: httpx.AsyncClient, text: str = CSV, **params: Any) -> Any:  # noqa: ANN401 - a JSON document
    response = await client.post(
        "/api/v1/sockets/import",
        params=params,
        content=text.encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert response.status_code == 200, response.text
    return response.json()


def device(lantern: int = 1, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return the body that puts a Zhaga node of the catalogue on a lantern."""
    return {
        "lantern_id": f"leeds:{lantern}",
        "device_id": "flashnet-fre24-zhaga",
        "by": "Ada",
        "serial": "F-1",
        "position": "bottom",
        "accept": ACCEPT,
    } | changes


async def put(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
    return await client.post("/api/v1/occupancies", json=device(**changes))


async def test_sockets_are_imported_row_by_row_and_twice_is_once(city: httpx.AsyncClient) -> None:
    would = await import_sockets(city, dry_run=True)
    assert (would["dry_run"], would["added"]) == (True, 3)
    assert (await import_sockets(city))["added"] == 3
    again = await import_sockets(city, CSV + "leeds:9,bottom,zhaga-2,dali,,,,,\n")
    assert (again["unchanged"], again["rejected"]) == (3, 1)
    (bad,) = again["problems"]
    assert (bad["row"], bad["field"], bad["value"]) == (5, "lantern_id", "leeds:9")
    assert bad["cure"]


async def test_every_lantern_of_a_selection_gets_the_usual_socket(city: httpx.AsyncClient) -> None:
    asked = {"standard": "zhaga-2", "position": "bottom", "tag": "led"}
    await import_sockets(city)
    told = (await city.post("/api/v1/sockets/default", json=asked)).json()
    assert (told["added"], told["unchanged"]) == (0, 2)
    everywhere = {"standard": "zhaga-2", "position": "bottom", "whole_city": True}
    told = (await city.post("/api/v1/sockets/default", json=everywhere)).json()
    assert (told["added"], told["unchanged"]) == (1, 2)
    nobody = {"standard": "zhaga-2", "position": "bottom"}
    assert "whole_city" in str(
        problem(await city.post("/api/v1/sockets/default", json=nobody), 422)
    )
    open_wiring = {"standard": "nema7", "position": "top", "whole_city": True}
    response = await city.post("/api/v1/sockets/default", json=open_wiring)
    assert "has to be said" in str(problem(response, 422)["detail"])


async def test_a_lantern_shows_sockets_occupants_and_what_is_left(city: httpx.AsyncClient) -> None:
    await import_sockets(city)
    shown = (await city.get("/api/v1/sockets/leeds:1")).json()
    assert [each["socket_id"] for each in shown["sockets"]] == ["leeds:1/bottom", "leeds:1/top"]
    assert shown["sockets"][0]["limits"][0] == {
        "figure": "mass_g",
        "value": 400.0,
        "source": "sheet 7",
        "unverified": None,
    }
    assert shown["sockets"][1]["limits"][0]["unverified"]
    (node,) = shown["occupants"]  # fitted by PUT /nodes before the sockets were known
    assert (node["dev_eui"], node["occupancy"]) == (dev_eui(1), None)
    assert node["sits_in"] == ["leeds:1/bottom", "leeds:1/top"]
    problem(await city.get("/api/v1/sockets/leeds:9"), 404)


async def test_a_need_finds_columns_and_one_that_cannot_be_read_says_why(
    client: httpx.AsyncClient, city: httpx.AsyncClient
) -> None:
    assert client is city
    await import_sockets(city, CSV + "leeds:3,bottom,zhaga-2,aux;dali,4,8,60,500,sheet 8\n")
    need = "zhaga, 2 W, near 53.80,-1.55"
    found = (await city.get("/api/v1/sockets", params={"need": need})).json()
    assert [each["socket_id"] for each in found["sockets"]] == ["leeds:3/bottom"]
    assert found["sockets"][0]["caveats"] == []
    assert 40 < found["sockets"][0]["distance_m"] < 80  # 0.0003 degrees by 0.0008: 33 m and 53 m
    asked = {"need": "zhaga, 2 horses"}
    refused = problem(await city.get("/api/v1/sockets", params=asked), 422)
    assert refused["type"] == "urn:problem-type:lamplighter:need"
    assert "such as 2.5 W" in refused["problems"][0]["allowed"]


async def test_a_check_tells_every_reason_and_writes_nothing(city: httpx.AsyncClient) -> None:
    await import_sockets(city)
    asked = {"lantern_id": "leeds:2", "device_id": "flashnet-fre220-nema", "position": "bottom"}
    told = (await city.post("/api/v1/sockets/check", json=asked)).json()
    assert told["fits"] is False
    assert told["obstacles"][0]["kind"] == "wrong standard"
    unknown = problem(
        await city.post("/api/v1/sockets/check", json=asked | {"device_id": "acme"}), 422
    )
    assert unknown["type"] == "urn:problem-type:lamplighter:device"
    assert (await city.get("/api/v1/occupancies")).json() == {"items": [], "next": None}


async def test_a_fit_that_cannot_be_is_a_conflict_with_reasons_and_what_would_fit(
    city: httpx.AsyncClient,
) -> None:
    await import_sockets(city, CSV.replace("leeds:2,", "leeds:3,"))
    refused = problem(await put(city, lantern=3, device_id="zane-zlamp"), 409)
    assert refused["type"] == "urn:problem-type:lamplighter:fit"
    assert refused["problems"][0]["field"] == "wrong standard"
    assert refused["problems"][0]["allowed"]
    vague = problem(await put(city, lantern=3, accept=None), 409)
    assert {each["field"] for each in vague["problems"]} == {"not provable"}
    assert "say who and why" in vague["detail"]


async def test_a_device_is_fitted_corrected_removed_and_its_history_tells_all(
    city: httpx.AsyncClient,
) -> None:
    await import_sockets(city, CSV.replace("leeds:2,", "leeds:3,"))
    made = (await put(city, lantern=3, owner="Cyti", fitted_at="2026-11-22T09:00:00Z")).json()
    path = f"/api/v1/occupancies/{made['occupancy_id']}"
    assert made["socket_id"] == "leeds:3/bottom"
    assert made["accepted_by"] == "Bob"
    taken = problem(await put(city, lantern=3, serial="F-2"), 409)
    assert "serial F-1 of Cyti (fitted by Ada" in taken["detail"]
    fixed = {"by": "Eve", "reason": "typing", "owner": "City"}
    corrected = (await city.post(f"{path}/corrections", json=fixed)).json()
    assert (corrected["owner"], corrected["corrections"][0]["was"]) == ("City", {"owner": "Cyti"})
    gone = await city.post(f"{path}/removal", json={"by": "Eve", "reason": "broken"})
    assert gone.status_code == 200
    again = problem(await city.post(f"{path}/removal", json={"by": "Eve"}), 409)
    assert again["type"] == "urn:problem-type:lamplighter:record"
    told = (await city.get(path)).json()
    assert (told["removed_by"], told["removed_reason"]) == ("Eve", "broken")
    listed = (await city.get("/api/v1/occupancies", params={"serial": "f-1"})).json()["items"]
    assert listed == [told]
    assert (await city.get("/api/v1/occupancies", params={"now": True})).json()["items"] == []
    problem(await city.get("/api/v1/occupancies/999"), 404)
    problem(await city.get(f"/api/v1/occupancies/{10**30}"), 422)
    problem(await city.get("/api/v1/occupancies", params={"after": 10**30}), 422)


async def test_bodies_that_do_not_fit_are_told(city: httpx.AsyncClient) -> None:
    await import_sockets(city)
    for changes in (
        {"position": "left"},
        {"number": 0},
        {"by": ""},
        {"serial": 7},
        {"colour": "x"},
    ):
        problem(await put(city, **changes), 400)
    assert "16 hex digits" in problem(await put(city, dev_eui="70b3"), 422)["detail"]
    strange = problem(await put(city, owner="a\x00b"), 422)
    assert "owner 'a\\x00b' has control characters" in strange["detail"]
    future = problem(await put(city, fitted_at="2027-01-01T00:00:00Z"), 422)
    assert "has not come yet" in future["detail"]


async def test_fitting_nodes_checks_and_records_them_where_there_are_sockets(
    city: httpx.AsyncClient,
) -> None:
    await import_sockets(city)
    asked = {"nodes": [fit(2, dev_eui=dev_eui(7))]}
    silent = problem(await city.put("/api/v1/nodes", json=asked), 422)
    assert "say who fitted it" in silent["detail"]
    refused = problem(await city.put("/api/v1/nodes", json=asked | {"by": "Ada"}), 409)
    assert refused["type"] == "urn:problem-type:lamplighter:fit"
    told = await city.put("/api/v1/nodes", json=asked | {"by": "Ada", "accept": ACCEPT})
    assert told.json() == {"fitted": 1, "recorded": 1}
    shown = (await city.get("/api/v1/sockets/leeds:2")).json()
    assert [each["occupancy"]["device_id"] for each in shown["occupants"]] == ["nas-ul2030"]
    several = {"nodes": [fit(1, dev_eui=dev_eui(8))], "by": "Ada", "accept": ACCEPT}
    vague = problem(await city.put("/api/v1/nodes", json=several), 422)
    assert "nas-ul2020, nas-ul2021, nas-ul2030" in vague["detail"]
    named = {"nodes": [fit(1, dev_eui=dev_eui(8), device_id="nas-ul2020", position="top")]}
    told = await city.put("/api/v1/nodes", json=named | {"by": "Ada", "accept": ACCEPT})
    assert told.json() == {"fitted": 1, "recorded": 1}
