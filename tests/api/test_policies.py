"""Policies and rules over HTTP: saved, read, checked, refused, compiled for a night."""

from datetime import date

import httpx
import pytest

from firmware_profiles.registry import profile_for
from lighting.operations.tonight import compile_tonight, plain_tonight
from schedules.library import library_text
from schedules.policy_text import parse_policy
from schedules.site import Site
from tests.api.city import problem, put_text

RESIDENTIAL = library_text("residential")
TOML = {"Content-Type": "application/toml"}
LEEDS = {"latitude_deg": 53.8, "longitude_deg": -1.55}
PROFILE = "nas_ul20xx_1_1"

STRICT = library_text("dusk-to-dawn").replace("[switching]", "tolerance_min = 0.5\n[switching]")
"""Half a minute is less than the rounding of the node's own sun: no node can follow it."""

RULES = """\
lamplighter_rules = 1
[[rules]]
name = "crossings"
match = { tags = ["crossing"] }
exempt = "crossing beacons are always lit"
[[rules]]
name = "all others"
policy = "residential"
"""


async def test_a_policy_is_saved_as_revisions_and_read_back_as_it_was_given(
    client: httpx.AsyncClient,
) -> None:
    first = (await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)).json()
    assert first["revision"] == 1
    assert first["text"] == RESIDENTIAL
    assert first["document"]["name"] == "residential"
    same = (await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)).json()
    assert same["revision"] == 1
    changed = RESIDENTIAL.replace("[switching]", "# reviewed in 2026\n[switching]")
    second = (await put_text(client, "/api/v1/policies/residential", changed)).json()
    assert second["revision"] == 2
    assert (await client.get("/api/v1/policies/residential")).json() == second
    old = (await client.get("/api/v1/policies/residential?revision=1")).json()
    assert old["text"] == RESIDENTIAL
    listed = (await client.get("/api/v1/policies")).json()["policies"]
    assert [(each["name"], each["revision"]) for each in listed] == [("residential", 2)]


async def test_a_policy_can_be_json(client: httpx.AsyncClient) -> None:
    document = (await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)).json()[
        "document"
    ]
    again = await client.put("/api/v1/policies/residential", json=document)
    assert again.json()["document"] == document


async def test_an_unknown_policy_or_revision_is_not_found(client: httpx.AsyncClient) -> None:
    problem(await client.get("/api/v1/policies/none"), 404)
    await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)
    problem(await client.get("/api/v1/policies/residential?revision=2"), 404)


async def test_a_wrong_document_names_line_field_and_what_is_allowed(
    client: httpx.AsyncClient,
) -> None:
    wrong = RESIDENTIAL.replace("level = 100", "level = 130")
    line = wrong[: wrong.index("130")].count("\n") + 1
    found = problem(await put_text(client, "/api/v1/policies/residential", wrong), 422)
    assert found["type"] == "urn:problem-type:lamplighter:document"
    first = found["problems"][0]
    assert first["line"] == line
    assert first["field"] == "nights[0].steps[0].level"
    assert "0" in first["allowed"]
    assert "100" in first["allowed"]
    problem(await client.get("/api/v1/policies/residential"), 404)


async def test_a_policy_is_put_under_its_own_name(client: httpx.AsyncClient) -> None:
    found = problem(await put_text(client, "/api/v1/policies/other", RESIDENTIAL), 422)
    assert "'residential'" in str(found["detail"])


async def test_a_document_says_which_syntax_it_is(client: httpx.AsyncClient) -> None:
    path = "/api/v1/policies/residential"
    for headers in ({}, {"Content-Type": "application/x-www-form-urlencoded"}):
        response = await client.put(path, content=RESIDENTIAL.encode(), headers=headers)
        assert "application/toml" in str(problem(response, 415)["detail"])


async def test_a_document_that_is_not_utf8_is_refused(client: httpx.AsyncClient) -> None:
    body = RESIDENTIAL.encode().replace(b"title", b"\xff")
    response = await client.put("/api/v1/policies/residential", content=body, headers=TOML)
    assert "UTF-8" in str(problem(response, 400)["detail"])


async def test_a_check_saves_nothing(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/v1/policies/check", content=RESIDENTIAL.encode(), headers=TOML
    )
    assert response.json()["proof"] is None
    assert response.json()["name"] == "residential"
    assert (await client.get("/api/v1/policies")).json() == {"policies": []}


async def test_a_check_with_a_place_proves_a_year(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/v1/policies/check",
        params=LEEDS | {"profile": PROFILE},
        content=RESIDENTIAL.encode(),
        headers=TOML,
    )
    proof = response.json()["proof"]
    assert proof["holds"] is True
    assert (proof["first_night"], proof["nights"]) == ("2026-11-22", 365)


@pytest.mark.parametrize(
    "params",
    [
        {"latitude_deg": 53.8},
        {"zone": "Europe/London"},
        {"profile": PROFILE},
        LEEDS,
        {"latitude_deg": 91, "longitude_deg": 0, "profile": PROFILE},
        {"latitude_deg": "nan", "longitude_deg": 0, "profile": PROFILE},
        LEEDS | {"profile": PROFILE, "zone": "Mars/Olympus"},
        LEEDS | {"profile": "acme"},
    ],
)
async def test_half_a_place_or_none_on_earth_is_refused(
    client: httpx.AsyncClient, params: dict[str, str | float]
) -> None:
    response = await client.post(
        "/api/v1/policies/check", params=params, content=RESIDENTIAL.encode(), headers=TOML
    )
    problem(response, 422)


async def test_a_policys_night_is_the_compilers_night_to_the_last_figure(
    client: httpx.AsyncClient,
) -> None:
    await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)
    response = await client.get(
        "/api/v1/policies/residential/night",
        params=LEEDS | {"profile": PROFILE, "date": "2026-12-24"},
    )
    night = compile_tonight(
        parse_policy(RESIDENTIAL, document="residential"),
        Site(**LEEDS, zone="Europe/London"),
        date(2026, 12, 24),
        profile_for(PROFILE),
    )
    assert response.json() == plain_tonight(night)


async def test_a_night_needs_a_place_a_profile_and_a_true_date(client: httpx.AsyncClient) -> None:
    await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)
    path = "/api/v1/policies/residential/night"
    problem(await client.get(path, params=LEEDS), 400)
    problem(await client.get(path, params={"profile": PROFILE}), 400)
    wrong = LEEDS | {"profile": PROFILE, "date": "2026-02-30"}
    found = problem(await client.get(path, params=wrong), 400)
    assert found["problems"][0]["field"] == "date"
    problem(await client.get(path, params=LEEDS | {"profile": PROFILE, "latitude_deg": "x"}), 400)


async def test_rules_are_saved_and_read_back(client: httpx.AsyncClient) -> None:
    problem(await client.get("/api/v1/rules"), 404)
    await put_text(client, "/api/v1/policies/residential", RESIDENTIAL)
    saved = (await put_text(client, "/api/v1/rules", RULES)).json()
    assert saved["revision"] == 1
    assert saved["text"] == RULES
    assert [rule["name"] for rule in saved["document"]["rules"]] == ["crossings", "all others"]
    assert (await client.get("/api/v1/rules")).json() == saved


async def test_rules_for_a_policy_that_is_not_saved_are_refused(client: httpx.AsyncClient) -> None:
    found = problem(await put_text(client, "/api/v1/rules", RULES), 422)
    assert "residential" in str(found["detail"])
    broken = problem(await put_text(client, "/api/v1/rules", "lamplighter_rules = 1"), 422)
    assert broken["problems"]
