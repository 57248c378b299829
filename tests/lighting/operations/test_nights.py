"""Nights are closed from what was metered, and closed again when more came in.

The night is that of 22 November 2026 in Leeds under ``dim-late``. Powers are those of the default
model's line for 40 W (2 W at 1 %, 0.5 W standby), worked out by hand where a number is expected.
"""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from lighting.config import Settings
from lighting.energy.report import SavingsReport
from lighting.identifiers import LanternId
from lighting.inventory.store import Assigned
from lighting.operations.nights import GROUPINGS
from lighting.operations.records import BOOT, MeterRow, Note, UplinkBatch
from lighting.testing.clock import SteppedClock
from lighting.wiring import open_office
from schedules.night import Night
from schedules.site import Site
from tests.lighting.operations.town import (
    ALL_NIGHT,
    DIM_LATE,
    MORNING,
    TONIGHT,
    Town,
    dev,
    lantern,
    lantern_id,
)

MODELS = """\
lamplighter_lantern_models = 1
[[models]]
name = "road-60"
source = "by hand"
curve = [{ level = 50, power_w = 30 }, { level = 100, power_w = 60 }]
standby_w = 0.2
clo = "none"
"""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOON = Night(
    site=Site(latitude_deg=53.82, longitude_deg=-1.58, zone="Europe/London"), evening=TONIGHT
).start


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with three lanterns under ``dim-late``; the third's wattage is not known."""
    await town.hang(lantern(1), lantern(2, ward="City"), lantern(3, power_w=None))
    await town.give(DIM_LATE, 1, 2, 3)
    return town


async def count(town: Town, number: int, *readings: tuple[float, int]) -> None:
    """Record counter readings of a node: hours after noon, watt-hours."""
    meters = [
        MeterRow(dev(number), NOON + hours * HOUR, energy_wh, None, None, None)
        for hours, energy_wh in readings
    ]
    await town.office.stores.nodes.record(UplinkBatch(meters=meters))


async def rows(town: Town, night: date = TONIGHT) -> dict[str, dict[str, object]]:
    """Return the rows of a night by lantern."""
    found = await town.office.stores.nights.nights(first=night, last=night)
    return {str(row["lantern_id"]): dict(row) for row in found}


async def report(town: Town, by: str = "policy", nights: int = 1) -> SavingsReport:
    """Return the report from tonight on."""
    last = TONIGHT + (nights - 1) * DAY
    return await town.office.energy.nights.report(
        TONIGHT, last, by=GROUPINGS[by], carry_forward=True
    )


async def test_every_lantern_with_a_node_and_a_policy_has_a_row(street: Town) -> None:
    await street.hang(lantern(4))
    assert await street.office.energy.nights.close(TONIGHT) == 3
    found = await rows(street)
    assert set(found) == {lantern_id(number) for number in (1, 2, 3)}
    row = found[lantern_id(1)]
    assert (row["policy"], row["revision"], row["metered_hours"]) == ("dim-late", 1, 0)
    assert row["modelled_hours"] == pytest.approx(24)


async def test_the_model_gives_the_energy_where_no_counter_does(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    row = (await rows(street))[lantern_id(1)]
    # On 15:57:45 to 07:48:06: 7 h at 50 % (20.808 W), 8.839 h at full, 8.161 h of standby.
    assert row["modelled_kwh"] == pytest.approx(
        (7 * 20.808 + 8.839 * 40 + 8.161 * 0.5) / 1000, 1e-4
    )
    assert row["baseline_kwh"] == pytest.approx(15.839 * 40 / 1000, rel=1e-4)


async def test_a_lantern_without_a_wattage_is_named_and_not_counted_as_nothing(
    street: Town,
) -> None:
    await count(street, 3, (0, 1000), (24, 1500))
    await street.office.energy.nights.close(TONIGHT)
    assert (await rows(street))[lantern_id(3)] == {
        "lantern_id": lantern_id(3),
        "night": "2026-11-22",
        "policy": "dim-late",
        "revision": 1,
        "unknown": "the inventory states no wattage",
    }
    assert (await report(street)).without_wattage == (lantern_id(3),)


async def test_a_lantern_of_a_stated_model_has_its_models_watts_also_without_its_own(
    ready_database: Path, tmp_path: Path
) -> None:
    database, models = tmp_path / "models.db", tmp_path / "models.toml"
    shutil.copy(ready_database, database)
    models.write_text(MODELS)
    settings = Settings(database_url=f"sqlite:///{database}", lantern_models=models)
    async with open_office(settings, clock=SteppedClock(MORNING)) as office:
        town = Town(office)
        stated = replace(lantern(1, power_w=None), tags=frozenset({"model:road-60"}))
        await town.hang(stated, lantern(2))
        await town.give(DIM_LATE, 1, 2)
        await office.energy.nights.close(TONIGHT)
        row, other = (await rows(town))[lantern_id(1)], (await rows(town))[lantern_id(2)]
    # On 15:57:45 to 07:48:06, as above: 7 h at 30 W, 8.839 h at 60 W, 8.161 h at 0.2 W.
    assert row["modelled_kwh"] == pytest.approx((7 * 30 + 8.839 * 60 + 8.161 * 0.2) / 1000, 1e-4)
    assert str(row["power_basis"]).startswith("road-60: measured curve, by hand")
    assert "general knowledge, unverified" in str(other["power_basis"])


async def test_closing_twice_gives_the_same(street: Town) -> None:
    await count(street, 1, (-1, 1000), (25, 1500))
    await street.office.energy.nights.close(TONIGHT)
    once = await rows(street)
    assert await street.office.energy.nights.close(TONIGHT) == 3
    assert await rows(street) == once


async def test_readings_that_come_late_change_the_night(street: Town) -> None:
    hourly = [(float(hour), 1000 + 20 * hour) for hour in range(25)]
    await count(street, 1, *hourly[:12])
    await street.office.energy.nights.close(TONIGHT)
    early = (await rows(street))[lantern_id(1)]
    assert (early["metered_hours"], early["metered_kwh"]) == (
        pytest.approx(11),
        pytest.approx(0.22),
    )
    await count(street, 1, *hourly[12:])
    await street.office.energy.nights.close(TONIGHT)
    late = (await rows(street))[lantern_id(1)]
    assert (late["metered_hours"], late["metered_kwh"]) == (pytest.approx(24), pytest.approx(0.48))
    assert late["modelled_hours"] == pytest.approx(0)


async def test_readings_just_outside_the_night_carry_its_borders(street: Town) -> None:
    await count(street, 1, (-0.5, 1000), (0.5, 1010), (23.5, 1500), (24.5, 1510))
    await street.office.energy.nights.close(TONIGHT)
    row = (await rows(street))[lantern_id(1)]
    assert row["metered_hours"] == pytest.approx(24)
    assert row["metered_kwh"] == pytest.approx(0.5)  # half of each border's 10 Wh, and 490


async def test_a_night_keeps_the_policy_that_it_was_first_closed_with(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    before = await rows(street)
    await street.give(DIM_LATE.replace("level = 50", "level = 60"), 1)
    await street.give(ALL_NIGHT, 2)
    await street.office.stores.lanterns.assign({lantern_id(3): Assigned(exempt="listed")})
    assert await street.office.energy.nights.close(TONIGHT) == 3
    assert await rows(street) == before
    assert await street.office.energy.nights.close(TONIGHT + DAY) == 2
    after = await rows(street, TONIGHT + DAY)
    assert {key: (row["policy"], row["revision"]) for key, row in after.items()} == {
        lantern_id(1): ("dim-late", 2),
        lantern_id(2): ("all-night", 1),
    }


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("policy", ["dim-late"]),
        ("ward", ["City", "Headingley"]),
        ("road", ["Otley Road"]),
        ("class", [""]),
        ("lantern", [lantern_id(1), lantern_id(2), lantern_id(3)]),
    ],
)
async def test_a_report_sums_by_what_is_asked(street: Town, by: str, groups: list[str]) -> None:
    await street.office.energy.nights.close(TONIGHT)
    await street.office.energy.nights.close(TONIGHT + DAY)
    found = await report(street, by, nights=2)
    assert list(found.by_group) == groups
    assert list(found.by_night) == ["2026-11-22", "2026-11-23"]
    assert found.lanterns == 3
    modelled = [
        row["modelled_kwh"] for row in (await rows(street)).values() if "unknown" not in row
    ]
    night = found.by_night["2026-11-22"]
    assert night.modelled_kwh == pytest.approx(sum(float(str(kwh)) for kwh in modelled))


async def test_lanterns_that_have_gone_since_are_summed_apart(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    row = dict((await rows(street))[lantern_id(1)])
    gone = {**row, "lantern_id": LanternId("leeds:9999")}
    await street.office.stores.nights.put_nights([gone])
    assert "no longer in the inventory" in (await report(street, "ward")).by_group


async def test_what_was_odd_about_counters_is_in_the_report(street: Town) -> None:
    # The counter falls back to 5 Wh at 06:00: a reset (energy reference; metering tests).
    await count(street, 1, *((float(hour), 1000 + 20 * hour) for hour in range(18)))
    await count(street, 1, *((float(hour), 5 + 20 * (hour - 18)) for hour in range(18, 25)))
    await street.office.energy.nights.close(TONIGHT)
    found = await report(street)
    assert found.findings == {"the counter restarted; the stretch is not metered": 1}
    assert found.total.metered_hours == pytest.approx(23)


async def test_a_counter_that_a_reboot_reset_is_not_taken_for_one_that_passed_its_end(
    street: Town,
) -> None:
    # 30 Wh short of 2^32, and an hour later 20 Wh: 50 Wh of a 40 W lantern, were it no reset.
    high = 2**32 - 30
    for number in (1, 2):
        await count(street, number, (9.0, high - 20), (10.0, high), (11.0, 20), (12.0, 40))
    boot = Note(dev(1), NOON + 10.5 * HOUR, BOOT, "serial 1, firmware 1.1, dali")
    await street.office.stores.nodes.record(UplinkBatch(notes=[boot]))
    await street.office.energy.nights.close(TONIGHT)
    found = await rows(street)
    booted, wrapped = (found[lantern_id(number)] for number in (1, 2))
    assert (booted["metered_hours"], booted["metered_kwh"]) == (2, pytest.approx(0.04))
    assert (wrapped["metered_hours"], wrapped["metered_kwh"]) == (3, pytest.approx(0.09))
    assert (await report(street)).findings == {
        "the counter restarted; the stretch is not metered": 1,
        "the counter passed its end; counted across it": 1,
    }


async def test_a_report_of_nights_that_were_never_closed_is_empty(street: Town) -> None:
    found = await report(street)
    assert (found.lanterns, found.by_night) == (0, {})
