"""Savings reports over HTTP: every format, the example of the document, refusals."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import httpx
import pytest

from api.documents import exchanges
from lighting.energy.document_format import ReportFormat
from lighting.operations.controller import Office
from tests.api.city import problem

PATH = "/api/v1/savings/report"
SPAN = {"from": "2025-11-21", "to": "2025-11-22"}


def night(number: int, evening: date) -> dict[str, object]:
    """Return the closed night of a lantern."""
    return {
        "lantern_id": f"leeds:{number}",
        "night": evening,
        "policy": "residential",
        "revision": 1,
        "metered_kwh": 0.25,
        "metered_hours": 10.0,
        "modelled_kwh": 0.125,
        "modelled_hours": 4.0,
        "baseline_kwh": 0.5,
        "power_basis": "rated",
        "findings": [],
    }


@pytest.fixture
async def lit(city: httpx.AsyncClient, office: Office) -> httpx.AsyncClient:
    """Return a client of a city with two closed nights."""
    first, second = date(2025, 11, 21), date(2025, 11, 22)
    await office.stores.nights.put_nights([night(1, first), night(3, first), night(1, second)])
    return city


@pytest.mark.parametrize("form", ReportFormat)
async def test_a_report_is_given_in_every_format_as_a_file_with_a_name(
    lit: httpx.AsyncClient, form: ReportFormat
) -> None:
    answer = await lit.get(PATH, params={**SPAN, "by": "ward", "format": form.value})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(form.media_type)
    name = f'filename="savings-2025-11-21-2025-11-22.{form.value}"'
    assert name in answer.headers["content-disposition"]
    begins = {"json": b"{", "csv": b"table,", "xlsx": b"PK", "pdf": b"%PDF-", "html": b"<!DOCTYPE"}
    assert answer.content.startswith(begins[form.value])


async def test_a_report_says_what_the_sums_say(lit: httpx.AsyncClient) -> None:
    sums = (await lit.get("/api/v1/savings", params=SPAN)).json()["total"]
    told = (await lit.get(PATH, params=SPAN)).json()
    keys = {each["name"]: each["value"] for each in told["key_figures"]}
    assert keys["Energy used"] == pytest.approx(sums["used_kwh"], abs=0.0005)
    assert keys["Baseline"] == pytest.approx(1.5)  # three nights of 0.5 kWh
    assert keys["Saved of the baseline"] == pytest.approx(25.0)  # 0.375 of 0.5 kWh used


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("ward", {"Headingley", "City", "Total"}),
        ("month", {"2025-11", "Total"}),
        ("model", {"(no name)", "Total"}),
        ("group", {"(no name)", "Total"}),
        ("lantern", {"leeds:1", "leeds:3", "Total"}),
    ],
)
async def test_a_report_sums_by_what_was_asked(
    lit: httpx.AsyncClient, by: str, names: set[str]
) -> None:
    told = (await lit.get(PATH, params={**SPAN, "by": by})).json()
    assert {row[0] for row in told["tables"]["by_group"]["rows"]} == names


async def test_the_answer_begins_as_the_example_of_the_document_shows(
    lit: httpx.AsyncClient,
) -> None:
    shown = exchanges("savings")["savings_report_file"]
    asked: dict[str, Any] = dict(shown.parameters)
    answer = await lit.get(PATH, params=asked)
    texts: dict[str, Any] = dict(shown.answer)  # type: ignore[call-overload] # plain JSON
    shown_rows = list(csv.reader(StringIO(texts["text/csv"])))
    assert len(shown_rows) > 5
    assert list(csv.reader(StringIO(answer.text)))[: len(shown_rows)] == shown_rows


async def test_what_cannot_be_reported_is_refused(lit: httpx.AsyncClient) -> None:
    problem(await lit.get(PATH, params={**SPAN, "format": "docx"}), 400)
    problem(await lit.get(PATH, params={**SPAN, "by": "gremlin"}), 400)
    problem(await lit.get(PATH, params={"from": "2025-12-02", "to": "2025-12-01"}), 422)
    problem(await lit.get(PATH, params={"from": "2024-01-01", "to": "2025-12-01"}), 422)


async def test_a_database_that_is_gone_is_told_as_unavailable(broken: httpx.AsyncClient) -> None:
    problem(await broken.get(PATH, params=SPAN), 503)
