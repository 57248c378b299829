"""What a report tells besides its sums: how sure it is, by which evidence, by which causes."""

import json
from typing import Any

import pytest

from lighting.energy.causes_sum import kwh_of
from lighting.energy.document_format import ReportFormat
from lighting.energy.lines import Line
from lighting.errors import NotFoundError, RefusedError
from lighting.operations.nights import GROUPINGS
from lighting.operations.report_parts import HowSure, PartsAsked, how_sure, interval_of
from lighting.operations.savings_file import ReportAsked, savings_file
from lighting.units import KilogramsCo2e, KilowattHours
from tests.lighting.operations.test_savings_by_cause import report, street
from tests.lighting.operations.town import TONIGHT, Town

__all__ = ["street"]

SURE = HowSure(watts=0.1, hours=0.02, meter=0.02, count=0.01)


def test_what_somebody_states_is_read_in_percent() -> None:
    assert how_sure("watts=10,hours=2, meter=2 ,count=1") == SURE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("watts=10", "of hours and meter and count is not stated"),
        ("watts=10,hours=2,meter=2,count=x", "'count=x' cannot be used"),
        ("watts=10,hours=2,meter=2,count=-1", "'count=-1' cannot be used"),
        ("watts=100,hours=2,meter=2,count=1", "'watts=100' cannot be used"),
        ("watts=nan,hours=2,meter=2,count=1", "'watts=nan' cannot be used"),
        ("watts=1,watts=2,hours=2,meter=2,count=1", "'watts=2' cannot be used"),
        ("lamps=1", "allowed: watts=PERCENT,hours=PERCENT"),
        ("", "'' cannot be used"),
    ],
)
def test_what_is_no_statement_is_refused_with_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        how_sure(text)


def test_errors_that_baseline_and_use_share_cancel() -> None:
    """By hand: watts 0.1 · (100 - 40), hours 0.02 · (100 - 40), count and meter 0.4 each."""
    line = Line(
        metered_kwh=KilowattHours(20.0),
        metered_hours=10.0,
        modelled_kwh=KilowattHours(40.0),
        modelled_hours=20.0,
        baseline_kwh=KilowattHours(100.0),
        kg_co2e_scope2=KilogramsCo2e(0.0),
        kg_co2e_td=KilogramsCo2e(0.0),
        kg_co2e_saved=KilogramsCo2e(0.0),
        lantern_nights=1,
        unknown_lantern_nights=0,
    )
    half = (6.0**2 + 1.2**2 + 0.4**2 + 0.4**2) ** 0.5
    found = interval_of(line, SURE)
    assert (found.low, found.high) == pytest.approx((40 - half, 40 + half))
    assert "stated: watts ±10 %, hours ±2 %, meter ±2 %, count ±1 %" in found.method


async def told(town: Town, more: PartsAsked) -> dict[str, Any]:
    """Return a report of tonight as JSON, its tables by key."""
    asked = ReportAsked(
        first=TONIGHT, last=TONIGHT, by=GROUPINGS["ward"], carry_forward=True, more=more
    )
    read: dict[str, Any] = json.loads(await savings_file(town.office, asked, ReportFormat.JSON))
    return read


async def test_a_file_tells_causes_evidence_and_the_interval(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    read = await told(street, PartsAsked(baseline="before-led", sure=SURE))
    of = await report(street)
    tables = read["tables"]
    total = tables["causes"]["rows"][-1]
    assert total[1] == pytest.approx(kwh_of(of.total.saved_uwh), abs=5e-4)
    assert "without 1 lanterns that it does not know" in tables["causes"]["note"]
    (modelled,) = tables["evidence"]["rows"]
    assert modelled[0].startswith("E0")  # no program was ever sent
    assert "watts ±10 %" in read["statement"]["Uncertainty"]
    (saved,) = (each for each in read["key_figures"] if each["name"] == "Energy saved")
    assert saved["low"] < saved["value"] < saved["high"]
    assert {"Saving by cause", "90 % interval"}.isdisjoint(read["absent"])


async def test_a_baseline_that_is_not_there_is_told(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    with pytest.raises(NotFoundError, match="baseline"):
        await told(street, PartsAsked(baseline="nosuch"))
