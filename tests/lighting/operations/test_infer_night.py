"""Switching events of a night: from proved programs, overrides and what nodes said.

The night is that of 22 November 2026 in Leeds under ``dim-late``: on at sunset, 50 % from 22:00 to
05:00, off at sunrise. Reference energy.md 1.5 and 1.7: qualities, and never zero by silence.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lighting.identifiers import LanternId
from lighting.operations.infer_night import Inferred
from lighting.operations.override import OverrideRequest
from lighting.operations.records import StatusRow, UplinkBatch
from lighting.settlement.codes import Regime, SubMeterId, UnitRef, generic_led_code, issued_ref
from lighting.settlement.events import Quality, Source, SwitchingEvent
from lighting.settlement.reference_tables import ReferenceTables
from lighting.settlement.stretches import always_full, window_of
from lighting.settlement.units import SettlementUnit
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

LEEDS = SubMeterId("leeds01")
NIGHT = Night(
    site=Site(latitude_deg=53.82, longitude_deg=-1.58, zone="Europe/London"), evening=TONIGHT
)
TEN = datetime.fromisoformat("2026-11-22T22:00+00:00")
FIVE = datetime.fromisoformat("2026-11-23T05:00+00:00")
HOUR = timedelta(hours=1)


def ref(number: int) -> UnitRef:
    return issued_ref("LCC", number)


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a street of two lanterns under ``dim-late``, each with a unit; the second unproved."""
    await town.hang(lantern(1))
    await town.give(DIM_LATE, 1)
    await town.office.planner.plan(MORNING)
    await town.office.planner.repair(MORNING)
    await town.deliver(MORNING)
    await town.hang(lantern(2))
    await town.give(DIM_LATE, 2)
    units = [
        SettlementUnit(
            lantern_id=lantern_id(number),
            sub_meter_id=LEEDS,
            unit_ref=ref(number),
            items=1,
            regime=Regime("999"),
            charge_code=generic_led_code(40),
        )
        for number in (1, 2)
    ]
    await town.office.settlement.units.put_units(units)
    node = await town.node(1)
    assert node.held is not None
    assert node.held == node.wanted
    return town


async def infer(town: Town) -> Inferred:
    return await town.office.inference.infer(TONIGHT)


async def events(town: Town, number: int) -> list[SwitchingEvent]:
    return await town.office.settlement.events.events_of(
        [ref(number)], start=NIGHT.start, end=NIGHT.end
    )


def levels(found: list[SwitchingEvent]) -> list[int]:
    return [event.power_pct for event in found]


async def say(town: Town, at: datetime, level: int | None, reason: str, faults: str = "") -> None:
    row = StatusRow(dev(1), at, level, reason, faults, None)
    await town.office.stores.nodes.record(UplinkBatch(statuses=[row]))


async def test_a_proved_program_is_inferred_and_an_unproved_one_is_full_light_by_default(
    street: Town,
) -> None:
    done = await infer(street)
    proved, unproved = await events(street, 1), await events(street, 2)
    assert levels(proved) == [0, 100, 50, 100, 0]
    assert (proved[0].at, proved[2].at, proved[3].at) == (NIGHT.start, TEN, FIVE)
    assert {(e.quality, e.source) for e in proved} == {(Quality.INFERRED, Source.SCHEDULE)}
    assert levels(unproved) == [0, 100, 100, 100, 0]
    assert {e.quality for e in unproved} == {Quality.DEFAULT}
    assert (done.units, done.inferred, done.actual) == (2, 5, 0)
    assert (done.not_proved, done.not_asked) == ([lantern_id(2)], [])


async def test_inferring_twice_gives_the_same(street: Town) -> None:
    await say(street, TEN + HOUR, 50, "calendar night")
    await infer(street)
    once = [await events(street, number) for number in (1, 2)]
    await infer(street)
    assert [await events(street, number) for number in (1, 2)] == once


async def test_what_was_known_once_stays_when_the_policy_changes_later(street: Town) -> None:
    await street.office.energy.nights.close(TONIGHT)
    await infer(street)
    once = await events(street, 1)
    await street.give(ALL_NIGHT, 1)
    assert (await infer(street)).not_proved == [lantern_id(1), lantern_id(2)]
    assert [e for e in await events(street, 1) if e.quality is Quality.INFERRED] == once
    window = window_of(TONIGHT, TONIGHT)
    found = await street.office.settlement.half_hours(
        TONIGHT,
        TONIGHT,
        sub_meter=LEEDS,
        default=always_full(window),
        tables=ReferenceTables(),
        curves={},
    )
    # From 22:00 the first is at half of 40 W, inferred, the second at 40 W by default.
    assert found.billing_wh[:, -1].tolist() == pytest.approx([0.0, 10.0, 20.0])


async def test_a_word_of_the_node_is_actual_where_it_confirms_or_contradicts(street: Town) -> None:
    await say(street, TEN - HOUR, 100, "calendar night")
    await say(street, TEN - HOUR / 2, 100, "calendar night")
    await say(street, TEN + HOUR, 80, "calendar night")
    done = await infer(street)
    actual = [e for e in await events(street, 1) if e.quality is Quality.ACTUAL]
    assert [(e.at, e.power_pct) for e in actual] == [(TEN - HOUR, 100), (TEN + HOUR, 80)]
    assert done.actual == 2


@pytest.mark.parametrize(
    ("reason", "source"),
    [
        ("manual", Source.OVERRIDE),
        ("ldr", Source.PHOTOCELL),
        ("light step 3", Source.PHOTOCELL),
        ("fallback", Source.COMMS),
        ("profile 0", Source.SCHEDULE),
    ],
)
async def test_the_nodes_reason_says_what_set_the_level(
    street: Town, reason: str, source: Source
) -> None:
    await say(street, TEN + HOUR, 30, reason)
    await infer(street)
    (actual,) = [e for e in await events(street, 1) if e.quality is Quality.ACTUAL]
    assert (actual.power_pct, actual.source) == (30, source)


async def test_reports_near_a_change_without_level_or_of_a_failed_lamp_say_nothing(
    street: Town,
) -> None:
    await say(street, TEN + timedelta(seconds=5), 100, "calendar night")
    await say(street, TEN + HOUR, None, "calendar night")
    await say(street, TEN + 2 * HOUR, 0, "calendar night", "lamp failure")
    await say(street, TEN + 3 * HOUR, 0, "driver not found")
    await infer(street)
    assert levels(await events(street, 1)) == [0, 100, 50, 100, 0]


async def test_an_override_stands_from_its_start_to_its_end(street: Town) -> None:
    begin, end = TEN + HOUR, FIVE + HOUR
    request = OverrideRequest(
        selection="x", level=80, starts_at=begin, ends_at=end, reason="Incident"
    )
    await street.office.overrides.begin(request, [dev(1)], at=MORNING)
    await infer(street)
    found = [(e.at, e.power_pct, e.source) for e in await events(street, 1)][2:]
    assert found[:4] == [
        (TEN, 50, Source.SCHEDULE),
        (begin, 80, Source.OVERRIDE),
        (FIVE, 80, Source.OVERRIDE),
        (end, 100, Source.SCHEDULE),
    ]
    assert levels(await events(street, 1))[-1] == 0


async def test_a_unit_that_was_logged_off_stays_off_until_it_is_said_to_be_back(
    street: Town,
) -> None:
    off = SwitchingEvent(
        unit_ref=ref(1), at=TEN - HOUR, power_pct=0, source=Source.FAULT, quality=Quality.ACTUAL
    )
    await street.office.settlement.events.add_events([off])
    await say(street, TEN + HOUR, 80, "calendar night")
    await infer(street)
    assert levels(await events(street, 1)) == [0, 100, 0]
    await street.office.inference.infer(TONIGHT + 24 * HOUR)
    tomorrow = {"start": NIGHT.end, "end": NIGHT.end + 24 * HOUR}
    assert await street.office.settlement.events.events_of([ref(1)], **tomorrow) == [off]
    back = replace(off, at=FIVE - HOUR, power_pct=50, source=Source.SCHEDULE)
    await street.office.settlement.events.add_events([back])
    await infer(street)
    assert levels(await events(street, 1)) == [0, 100, 0, 50, 100, 0]


async def test_a_lantern_without_node_or_policy_has_no_events_and_is_named(street: Town) -> None:
    unit = (await street.office.settlement.units.units())[0]
    gone = SettlementUnit(
        lantern_id=LanternId("leeds:9999"),
        sub_meter_id=LEEDS,
        unit_ref=ref(9999),
        items=1,
        regime=unit.regime,
        charge_code=unit.charge_code,
    )
    await street.office.settlement.units.put_units([gone])
    assert (await infer(street)).not_asked == ["leeds:9999"]
    assert await events(street, 9999) == []


async def test_without_units_nothing_is_done(town: Town) -> None:
    assert await infer(town) == Inferred()
