"""Readings as columns: by node and time, with alerts where they belong."""

from dataclasses import replace
from math import isnan

import pytest

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.night_rows import SqlNightReader
from lighting.faults.rows import UNKNOWN_LEVEL
from lighting.operations.records import MeterRow, Note, StatusRow, UplinkBatch
from tests.contracts.city import City, after, dev, lantern, lantern_id


@pytest.fixture
async def reader(city: City, database: Database) -> SqlNightReader:
    """Return a reader of two nodes' words; DALI's alert is that of reference devices.md 2.1.6."""
    await city.build(2)
    batch = UplinkBatch(
        statuses=[
            StatusRow(dev(1), after(60), 50, "profile 0", "lamp failure", 9),
            StatusRow(dev(0), after(120), None, "manual", "lamp error alert in 24 h", 9),
            StatusRow(dev(0), after(10), 100, "profile 0", "", 9),
        ],
        meters=[
            MeterRow(dev(0), after(30), 10, 40, 0, 231),
            MeterRow(dev(0), after(40), 10, None, 0, None),
        ],
        notes=[
            Note(dev(1), after(70), "dali alert", "drivers [{'faults': ['lamp failure']}]"),
            Note(dev(1), after(80), "dali alert", "drivers [{'faults': []}]"),
            Note(
                dev(1),
                after(90),
                "metering alert",
                "conditions ['under-voltage'], power_w 39, voltage_v 199, power_factor 0.9",
            ),
            Note(
                dev(1),
                after(95),
                "metering alert",
                "conditions ['over-current'], power_w 89, voltage_v 229, power_factor 0.86",
            ),
            Note(dev(0), after(100), "boot", "serial 1, firmware 1.1.1, dali"),
            Note(dev(0), after(110), "tilt", "31 deg"),
            Note(dev(0), after(130), "clock", "the node's clock is not set"),
        ],
    )
    await city.nodes.record(batch)
    return SqlNightReader(database)


async def test_rows_come_by_place_and_time(reader: SqlNightReader) -> None:
    rows = await reader.read([dev(0), dev(1)], start=after(0), end=after(200))
    statuses = rows.statuses
    assert statuses.lantern.tolist() == [0, 0, 1, 1]
    assert [at - int(after(0).timestamp()) for at in statuses.at_s] == [10, 120, 60, 70]
    assert statuses.level.tolist() == [100, UNKNOWN_LEVEL, 50, UNKNOWN_LEVEL]
    assert statuses.manual.tolist() == [False, True, False, False]
    # What was so at some time of the last day says nothing about now.
    assert statuses.lamp_failed.tolist() == [False, False, True, True]


async def test_what_a_meter_did_not_say_is_unknown_and_an_alert_is_a_reading_of_the_mains(
    reader: SqlNightReader,
) -> None:
    meters = (await reader.read([dev(0), dev(1)], start=after(0), end=after(200))).meters
    assert meters.lantern.tolist() == [0, 0, 1]
    assert meters.power_w[0] == 40
    assert isnan(meters.power_w[1])
    assert isnan(meters.power_w[2])
    assert meters.voltage_v[0] == 231
    assert isnan(meters.voltage_v[1])
    assert meters.voltage_v[2] == 199


async def test_restarts_and_tilt_come_from_notes(reader: SqlNightReader) -> None:
    rows = await reader.read([dev(1), dev(0)], start=after(0), end=after(200))
    assert rows.boots.lantern.tolist() == [1]
    assert (rows.tilts.lantern.tolist(), rows.tilts.value.tolist()) == ([1], [31.0])


async def test_only_the_nodes_and_the_time_asked_for_are_read(reader: SqlNightReader) -> None:
    rows = await reader.read([dev(0)], start=after(30), end=after(120))
    assert rows.statuses.lantern.tolist() == []
    assert rows.meters.lantern.tolist() == [0, 0]
    nobody = await reader.read([], start=after(0), end=after(200))
    assert len(nobody.statuses.at_s) == len(nobody.meters.at_s) == 0


async def test_where_people_rely_on_light_most_is_told_by_tag_and_by_class(
    city: City, database: Database
) -> None:
    await city.build(4)
    await city.lanterns.put(
        [
            replace(lantern(0), tags=frozenset({"led", "Crossing"})),
            replace(lantern(1), lighting_class="C3"),
            replace(lantern(2), lighting_class="P4", tags=frozenset({"led"})),
        ]
    )
    told = await SqlNightReader(database).sensitive()
    assert told == {lantern_id(0), lantern_id(1)}
