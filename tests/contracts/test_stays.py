"""What add-ons measured stays told after they were swapped, removed or moved to another stream."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lighting.adapters.sql.add_ons import SqlAddOnStore
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.series import SqlSeriesStore
from lighting.identifiers import DevEui
from lighting.inventory.socket_store import HistoryFilter
from lighting.operations.readings import Readings, Where
from lighting.operations.register_asked import RegisterAsked
from lighting.sensing.gauge import Gauge
from lighting.sensing.series import Sample, SeriesKey
from tests.contracts.device_desk import ADD_ON_MODEL, NOON, Desk, dev, keys, lantern_id
from tests.contracts.sensing_kit import GULLY, Sensing, add_on, add_samples, at, eui, sample

HOUR = timedelta(hours=1)
DAY = NOON - 12 * HOUR, NOON + 12 * HOUR
OPEN = Where(open_only=True)


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(database)
    await desk.hang(2)
    await Sensing(database).put(GULLY)
    return desk


@pytest.fixture
async def sensing(database: Database) -> Sensing:
    sensing = Sensing(database)
    await sensing.build()
    return sensing


def gully(number: int, on: int) -> RegisterAsked:
    """Return the request to register gully sensor ``number`` on the column of lantern ``on``."""
    return RegisterAsked(
        dev_eui=dev(number),
        device_id=ADD_ON_MODEL,
        by="ann",
        lantern_id=lantern_id(on),
        stream_id=GULLY.stream_id,
        keys=keys(),
    )


def distance(number: int, value: float, when: datetime) -> Sample:
    """Return what sensor ``number`` measured ``when``."""
    key = SeriesKey(dev_eui=dev(number), quantity="distance")
    return Sample(key=key, at=when, value=value, received_at=when)


async def told(
    desk: Desk, where: Where, span: tuple[datetime, datetime] = DAY
) -> list[tuple[DevEui, str, float]]:
    """Return what an export tells: by which device, at which lantern, which value."""
    readings = Readings(SqlSeriesStore(desk.database), desk.streams, "Europe/London")
    return [
        (place.dev_eui, place.lantern_id, each.value)
        async for place, _, samples in readings.export(where, start=span[0], end=span[1])
        for each in samples
    ]


async def test_an_export_has_what_swapped_and_removed_devices_measured_where_they_hung(
    desk: Desk,
) -> None:
    series = SqlSeriesStore(desk.database)
    registration = desk.office.registration
    await registration.register(gully(1, on=0))
    await add_samples(series, [distance(1, 1.0, NOON)])
    desk.clock.at = NOON + HOUR
    await registration.swap(dev(1), gully(2, on=0), reason="dead")
    await add_samples(series, [distance(2, 1.1, NOON + HOUR)])
    desk.clock.at = NOON + 2 * HOUR
    await registration.remove(dev(2), by="bob", reason="stolen")
    await registration.register(gully(1, on=1))
    await add_samples(series, [distance(1, 1.2, NOON + 2 * HOUR)])
    expected = [
        (dev(1), lantern_id(0), 1.0),
        (dev(1), lantern_id(1), 1.2),
        (dev(2), lantern_id(0), 1.1),
    ]
    assert await told(desk, Where()) == expected
    assert await told(desk, OPEN) == expected
    late = NOON + 1.5 * HOUR, NOON + 3 * HOUR
    assert await told(desk, Where(), late) == [(dev(1), lantern_id(1), 1.2)]
    assert [each.value for each in await series.latest([dev(1), dev(2)])] == [1.2]


async def test_a_sensor_of_the_same_model_takes_the_gauge_of_the_one_it_replaces(
    desk: Desk,
) -> None:
    add_ons = SqlAddOnStore(desk.database)
    await desk.office.registration.register(gully(1, on=0))
    await add_ons.set_gauge(dev(1), Gauge(empty_m=1.2, full_m=0.2))
    await desk.office.registration.swap(dev(1), gully(2, on=0), reason="dead")
    (now,) = await add_ons.add_ons()
    assert (now.dev_eui, now.gauge) == (dev(2), Gauge(empty_m=1.2, full_m=0.2))


async def test_a_dev_eui_that_is_corrected_after_the_removal_loses_no_value(desk: Desk) -> None:
    await desk.office.registration.register(gully(1, on=0))
    await add_samples(SqlSeriesStore(desk.database), [distance(1, 1.0, NOON)])
    await desk.office.registration.remove(dev(1), by="bob", reason="stolen")
    (gone,) = await desk.sockets.history(HistoryFilter(dev_eui=dev(1)))
    changes = {"dev_eui": dev(7)}
    await desk.sockets.correct(gone.occupancy_id, changes, by="bob", reason="misread")
    assert await told(desk, Where()) == [(dev(1), lantern_id(0), 1.0)]


async def test_what_was_collected_under_a_closed_row_is_not_open_data_after_a_move(
    sensing: Sensing,
) -> None:
    closed = replace(GULLY, stream_id="closed-levels", open_data=False)
    await sensing.put(closed)
    await sensing.add_ons.put_add_ons([add_on(0, closed)])
    await add_samples(sensing.series, [sample(1.5)])
    await sensing.add_ons.put_add_ons([add_on(0, GULLY)])
    readings = Readings(sensing.series, sensing.streams, "Europe/London")
    assert await readings.latest(OPEN) == []
    await add_samples(sensing.series, [sample(1.4, 10)])
    for where, values in ((OPEN, [1.4]), (Where(dev_eui=eui(0)), [1.5, 1.4])):
        found = [
            (place.stream_id, each.value)
            async for place, _, samples in readings.export(where, start=at(-60), end=at(60))
            for each in samples
        ]
        assert [value for _, value in found] == values
        assert dict(zip(values, [name for name, _ in found], strict=True))[1.4] == GULLY.stream_id
    assert [each.sample.value for each in await readings.latest(OPEN)] == [1.4]
