"""Readings over the API: latest values, history, roll-ups, exports."""

import csv
import io

import httpx
import pytest

from tests.api.city import problem
from tests.api.gully import API, EUI, get


async def test_the_latest_value_is_told_with_its_place_and_unit(gully: httpx.AsyncClient) -> None:
    (told,) = (await get(gully, "/measurements/latest", use="gully level"))["latest"]
    assert told["measurement"]["value"] == 1.0
    assert (told["measurement"]["unit"], told["road"], told["stream_id"]) == (
        "m",
        "Otley Road",
        "gully-levels",
    )
    assert (await get(gully, "/measurements/latest", ward="City"))["latest"] == []
    assert (await get(gully, "/measurements/latest", open_only=True))["latest"] == [told]


SPAN = {"from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"}


async def test_history_comes_in_pages_and_tells_flagged_values(gully: httpx.AsyncClient) -> None:
    asked = {"dev_eui": EUI, "quantity": "distance", **SPAN}
    page = await get(gully, "/measurements/history", limit=3, **asked)
    assert [each["quality"] for each in page["samples"]] == ["good", "good", "out of range"]
    rest = await get(gully, "/measurements/history", **asked | {"from": page["next"]})
    assert [each["value"] for each in rest["samples"]] == [1.0]
    assert rest["next"] is None


async def test_hours_and_days_leave_flagged_values_out_and_count_them(
    gully: httpx.AsyncClient,
) -> None:
    asked = {"dev_eui": EUI, "quantity": "distance", **SPAN}
    hours = await get(gully, "/measurements/roll-ups", **asked)
    assert hours["roll_up"] == "mean"
    first, second = hours["roll_ups"]
    assert (first["count"], first["flagged"], first["mean"], first["min"]) == (2, 1, 1.375, 1.25)
    assert second["value"] == 1.0
    (day,) = (await get(gully, "/measurements/roll-ups", period="day", **asked))["roll_ups"]
    assert (day["count"], day["sum"], day["end"]) == (3, 3.75, "2026-11-23T00:00:00Z")


async def test_an_export_is_csv_with_units_and_flags(gully: httpx.AsyncClient) -> None:
    answer = await gully.get(f"{API}/measurements/export", params=SPAN)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["value"] for row in rows] == ["1.5", "1.25", "99.0", "1.0"]
    assert (rows[0]["measured_at"], rows[0]["unit"]) == ("2026-11-22T08:00:00Z", "m")
    assert rows[2]["quality"] == "out of range"


async def test_an_export_is_an_array_of_ngsi_ld_entities(gully: httpx.AsyncClient) -> None:
    answer = await gully.get(f"{API}/measurements/export", params={**SPAN, "format": "ngsi-ld"})
    assert answer.headers["content-type"] == "application/ld+json"
    entities = answer.json()
    assert {entity["type"] for entity in entities} == {"DeviceMeasurement"}
    assert entities[0]["numValue"]["unitCode"] == "MTR"
    nothing = {**SPAN, "format": "ngsi-ld-keyvalues", "use": "footfall"}
    assert (await gully.get(f"{API}/measurements/export", params=nothing)).json() == []


NAIVE = {"from": "2026-11-22T00:00:00", "to": "2026-11-23T00:00:00"}


async def test_add_ons_and_lanterns_are_ngsi_ld_entities(gully: httpx.AsyncClient) -> None:
    (device,) = await get(gully, "/ngsi-ld/devices", key_values=True)
    assert device["controlledProperty"] == ["depth"]
    assert device["dateLastValueReported"] == "2026-11-22T09:00:00Z"
    lights = await get(gully, "/ngsi-ld/streetlights")
    assert [light["id"] for light in lights] == [  # the third has no node: nobody knows how it is
        "urn:ngsi-ld:Streetlight:leeds:1",
        "urn:ngsi-ld:Streetlight:leeds:2",
    ]
    assert lights[0]["refDevice"]["object"] == [device["id"]]
    assert lights[0]["status"]["value"] == "ok"
    assert await get(gully, "/ngsi-ld/streetlights", ward="City") == []


@pytest.mark.parametrize(
    ("path", "params", "told"),
    [
        ("/measurements/latest", {"quantity": "sadness"}, "no quantity 'sadness'"),
        ("/measurements/export", NAIVE, "need their offset"),
        ("/measurements/export", SPAN | {"to": "2058-01-01T00:00:00Z"}, "at most 3660 days"),
        ("/measurements/latest", {"dev_eui": "x"}, "16 hex digits"),
    ],
)
async def test_a_question_that_cannot_be_answered_says_why(
    gully: httpx.AsyncClient, path: str, params: dict[str, str], told: str
) -> None:
    answer = await gully.get(f"{API}{path}", params=params)
    assert told in problem(answer, 422)["detail"]
