"""The load curve of a night is that of its closed figures, by half-hour.

The stored nights are the independent source: they are worked out lantern by lantern with exact
sums (``lighting.energy.consumption``), the curve from arrays. Figures by hand are of the default
model's line for 40 W (0.5 W standby) in Leeds on 22 November 2026: lit from 15:57:45 to 07:48:06.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import fsum

import pytest

from lighting.energy.document_parts import LoadCurve
from lighting.operations.records import MeterRow, UplinkBatch
from tests.lighting.operations.town import (
    ALL_NIGHT,
    DIM_LATE,
    TONIGHT,
    Town,
    dev,
    lantern,
    lantern_id,
)

PART_NIGHT = DIM_LATE.replace("dim-late", "part-night").replace("level = 50", "level = 0")
DARK = ALL_NIGHT.replace("all-night", "dark").replace("level = 100", "level = 0")
CLOCKS_BACK, CLOCKS_FORWARD = date(2026, 10, 24), date(2027, 3, 27)
"""Evenings of the nights in which clocks change: 25 October 2026, 28 March 2027 (01:00 UTC)."""


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town of five lanterns in two cells under three policies; the third has no watts."""
    far = replace(lantern(4, power_w=25.0), latitude_deg=53.62, longitude_deg=-1.32)
    await town.hang(lantern(1), lantern(2), lantern(3, power_w=None), far, lantern(5))
    await town.give(DIM_LATE, 1, 2, 3, 4)
    await town.give(PART_NIGHT, 5)
    return town


async def curve(town: Town, evening: date = TONIGHT) -> LoadCurve:
    """Return the curve of a night that has one."""
    found = await town.office.energy.curves.night_curve(evening)
    assert found is not None
    return found


async def stored_kwh(town: Town, evening: date, figure: str) -> float:
    """Return a figure of the closed night over all lanterns whose energy is known."""
    rows = await town.office.stores.nights.nights(first=evening, last=evening)
    return fsum(float(str(row[figure])) for row in rows if "unknown" not in row)


@pytest.mark.parametrize(
    ("evening", "half_hours"), [(TONIGHT, 48), (CLOCKS_BACK, 50), (CLOCKS_FORWARD, 46)]
)
async def test_half_hours_add_up_to_the_closed_night_even_when_clocks_change(
    street: Town, evening: date, half_hours: int
) -> None:
    await street.office.energy.nights.close(evening)
    of = await curve(street, evening)
    used = await stored_kwh(street, evening, "modelled_kwh")
    baseline = await stored_kwh(street, evening, "baseline_kwh")
    assert len(of.starts) == half_hours
    assert fsum(of.used_kwh) == pytest.approx(used, rel=1e-9)
    assert fsum(of.baseline_kwh) == pytest.approx(baseline, rel=1e-9)


async def test_times_are_local_and_go_from_noon_to_noon(street: Town) -> None:
    of = await curve(street, CLOCKS_BACK)
    assert of.starts[0].isoformat() == "2026-10-24T12:00:00+01:00"
    assert of.starts[-1].isoformat() == "2026-10-25T11:30:00+00:00"
    in_utc = [start.astimezone(UTC) for start in of.starts]
    assert {after - before for before, after in pairwise(in_utc)} == {timedelta(minutes=30)}


async def test_each_half_hour_has_what_was_asked_in_it(town: Town) -> None:
    await town.hang(lantern(1), lantern(2))
    await town.give(PART_NIGHT, 1, 2)
    of = await curve(town)
    at = {start.astimezone(UTC): place for place, start in enumerate(of.starts)}
    for moment, used_w, baseline_w in (
        (datetime(2026, 11, 22, 13, tzinfo=UTC), 0.5, 0),  # by day: standby against nothing
        (datetime(2026, 11, 22, 20, tzinfo=UTC), 40, 40),
        (datetime(2026, 11, 23, 2, tzinfo=UTC), 0.5, 40),  # off from 22:00 to 05:00
    ):
        place = at[moment]
        assert of.used_kwh[place] == pytest.approx(2 * used_w / 2000)
        assert of.baseline_kwh[place] == pytest.approx(2 * baseline_w / 2000)
    dusk = at[datetime(2026, 11, 22, 15, 30, tzinfo=UTC)]
    lit_h = 135 / 3600  # from 15:57:45 to 16:00
    assert of.baseline_kwh[dusk] == pytest.approx(2 * 0.040 * lit_h, rel=0.01)


async def test_a_lantern_without_wattage_is_counted_and_not_taken_as_zero(street: Town) -> None:
    words = (await curve(street)).why_this_night
    assert "not metered, for 4 lanterns." in words
    assert "Left out, as unknown: 1 lantern without a power model or a wattage." in words


async def test_where_no_lantern_has_watts_there_is_no_curve(town: Town) -> None:
    await town.hang(lantern(1, power_w=None))
    await town.give(DIM_LATE, 1)
    assert await town.office.energy.curves.night_curve(TONIGHT) is None


async def test_the_words_say_which_night_and_why(street: Town) -> None:
    words = (await curve(street)).why_this_night
    assert words.startswith("The night of 22 November 2026, noon to noon: the last night of the")
    assert "Modelled from the programs that are in force now" in words
    longest = await street.office.energy.curves.night_curve(TONIGHT, why="the longest night")
    assert longest is not None
    assert "noon to noon: the longest night." in longest.why_this_night


async def test_a_closed_night_keeps_the_policies_and_lanterns_that_it_had(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    before = await curve(street)
    await street.hang(lantern(6))
    await street.give(ALL_NIGHT, 1, 2, 6)
    after = await curve(street)
    assert after == before
    assert "programs that were in force in it" in after.why_this_night


async def test_a_lantern_that_has_lost_its_node_since_is_counted(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    gone = {"lantern_id": lantern_id(9), "night": TONIGHT.isoformat(), "policy": "dim-late"}
    await street.office.stores.nights.put_nights([gone | {"revision": 1, "unknown": "test"}])
    words = (await curve(street)).why_this_night
    assert "1 lantern of this night without a node now." in words


async def test_a_meter_does_not_change_the_curve(street: Town) -> None:
    before = await curve(street)
    noon = before.starts[0].astimezone(UTC)
    meters = [
        MeterRow(dev(1), noon + timedelta(hours=h), 20 * h, None, None, None) for h in (0, 24)
    ]
    await street.office.stores.nodes.record(UplinkBatch(meters=meters))
    await street.office.energy.nights.close(TONIGHT)
    assert await stored_kwh(street, TONIGHT, "metered_kwh") > 0
    assert (await curve(street)).used_kwh == before.used_kwh


async def test_a_night_without_any_light_has_standby_and_a_baseline_of_nothing(town: Town) -> None:
    await town.hang(lantern(1))
    await town.give(DARK, 1)
    of = await curve(town)
    assert fsum(of.used_kwh) == pytest.approx(24 * 0.5 / 1000)
    assert set(of.baseline_kwh) == {0.0}
