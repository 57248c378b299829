"""Registration over HTTP: a phone's way along a pavement, clear problems, and keys that stay in."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from lighting.testing.device_server import FakeDeviceServer
from tests.api.city import problem
from tests.contracts.device_desk import APP_KEY, dev, lantern_id

PATH = "/api/v1/registrations"
LABEL = "LW:D0:1122334455667788:70B3D57ED0000001:02590001:SXC1234"


def body(number: int = 1, **changes: object) -> dict[str, Any]:
    """Return the body that registers node ``number`` on the lantern of that number."""
    return {
        "label": dev(number),
        "device_id": "nas-ul2020",
        "lantern_id": lantern_id(number),
        "by": "ann",
        "keys": {"app_key": APP_KEY},
    } | changes


async def test_a_phone_scans_finds_its_column_and_registers(
    phone: httpx.AsyncClient, server: FakeDeviceServer
) -> None:
    scanned = (await phone.post(f"{PATH}/scan", json={"text": LABEL})).json()
    assert (scanned["dev_eui"], scanned["serial"], scanned["known"]) == (dev(1), "XC1234", None)
    here: dict[str, str | float] = {
        "latitude_deg": 53.8,
        "longitude_deg": -1.55,
        "device_id": "nas-ul2020",
    }
    near = (await phone.get(f"{PATH}/nearest", params=here)).json()["lanterns"]
    assert (near[0]["lantern_id"], near[0]["distance_m"]) == (lantern_id(0), 0.0)
    assert near[0]["places"][0]["fits"]
    answer = await phone.post(PATH, json=body(label=LABEL, lantern_id=near[0]["lantern_id"]))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["state"], told["server"], told["problem"]) == ("registered", "told", "")
    assert [step["event"] for step in told["steps"]] == ["fit", "register"]
    assert dev(1) in server.devices
    assert len(answer.content) < 1000  # a phone on a pavement
    shown = (await phone.get(f"{PATH}/{dev(1)}")).json()
    assert shown == told


async def test_a_server_that_is_away_is_told_so_and_asked_again(
    phone: httpx.AsyncClient, server: FakeDeviceServer
) -> None:
    server.down = True
    told = (await phone.post(PATH, json=body())).json()
    assert (told["state"], told["server"]) == ("fitted", "waiting")
    waiting = (await phone.get(PATH)).json()
    assert [each["dev_eui"] for each in waiting["items"]] == [dev(1)]
    server.down = False
    assert (await phone.post(f"{PATH}/{dev(1)}/retry")).json() == {"done": 1}
    assert (await phone.get(f"{PATH}/{dev(1)}")).json()["state"] == "registered"


async def test_swap_and_remove(phone: httpx.AsyncClient, server: FakeDeviceServer) -> None:
    await phone.post(PATH, json=body())
    new = {"label": dev(2), "device_id": "nas-ul2020", "by": "bob", "reason": "dead"}
    swapped = (await phone.post(f"{PATH}/{dev(1)}/swap", json=new)).json()
    assert (swapped["dev_eui"], swapped["lantern_id"]) == (dev(2), lantern_id(1))
    assert not server.devices[dev(1)].enabled
    gone = {"by": "bob", "reason": "column down", "forget": True}
    removed = (await phone.post(f"{PATH}/{dev(2)}/remove", json=gone)).json()
    assert removed["state"] == "removed"
    assert dev(2) not in server.devices


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"label": "https://maker.example"}, 422, "label"),
    ({"label": dev(9), "lantern_id": "leeds:9"}, 404, "not-found"),
    ({"label": dev(9), "device_id": "nosuch"}, 422, "device"),
    ({"label": dev(9), "position": "under"}, 422, "refused"),
    ({"label": dev(9), "keys": {"app_key": "12"}}, 422, "key"),
    ({"label": dev(9), "by": " "}, 422, "refused"),
    ({"lantern_id": "leeds:2"}, 409, "registered"),
]


async def test_what_is_wrong_is_a_problem_of_its_kind(phone: httpx.AsyncClient) -> None:
    await phone.post(PATH, json=body())
    for changes, status, kind in WRONG:
        found = problem(await phone.post(PATH, json=body() | changes), status)
        assert found["type"].endswith(f":{kind}"), changes


async def test_another_applications_device_is_told_with_where(
    phone: httpx.AsyncClient, server: FakeDeviceServer
) -> None:
    await phone.post(PATH, json=body())
    server.devices[dev(2)] = replace(
        server.devices[dev(1)], dev_eui=dev(2), application_id="water", application="Water meters"
    )
    found = problem(await phone.post(PATH, json=body(2)), 409)
    assert "Water meters" in found["detail"]
    problem(await phone.get(f"{PATH}/{dev(2)}"), 404)


SENT = [
    body(),
    body(keys={"app_key": APP_KEY[:-1]}),
    body(keys={"app_key": APP_KEY * 10}),
    body(keys={"app_key": [APP_KEY]}),
    body(keys=APP_KEY),
    body(keys={"app_key": APP_KEY, APP_KEY: 1}),
    body(label=APP_KEY),
    body(label=f"https://maker.example/{APP_KEY}"),
    body(device_id="nosuch"),
    body(keys={"app_key": APP_KEY, "nwk_key": APP_KEY[::-1]}),
]


async def test_no_answer_and_no_log_repeats_a_key(
    phone: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    for sent in SENT:
        answer = await phone.post(PATH, json=sent)
        scanned = await phone.post(f"{PATH}/scan", json={"text": str(sent["label"])})
        said = (answer.text + scanned.text + caplog.text).lower()
        assert APP_KEY[:12].lower() not in said
        assert APP_KEY[::-1][:12].lower() not in said


async def test_a_file_of_devices_is_reported_row_by_row(phone: httpx.AsyncClient) -> None:
    rows = f"dev_eui,device_id,lantern_id\n{dev(1)},nas-ul2020,leeds:1\nx,nas-ul2020,leeds:2\n"
    answer = await phone.post(
        f"{PATH}/bulk",
        params={"by": "ann"},
        content=rows.encode(),
        headers={"Content-Type": "text/csv"},
    )
    told = answer.json()
    assert (told["registered"], told["rejected"]) == (1, 1)
    (wrong,) = told["problems"]
    assert (wrong["row"], wrong["field"], wrong["value"]) == (3, "dev_eui", "x")
    assert wrong["cure"]


async def test_the_document_shows_a_phone_what_to_send(phone: httpx.AsyncClient) -> None:
    document = (await phone.get("/schema/openapi.json")).json()
    content = document["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]
    assert "nas-ul2020" in str(content)
