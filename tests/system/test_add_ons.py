"""Add-ons through the whole chain: registered, heard, measured, judged, told, acknowledged."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lighting.errors import RefusedError
from lighting.registration.commissioning import State
from lighting.sensing.series import Quality, Sample
from lighting.testing.broker import EmbeddedBroker
from lighting.testing.virtual_add_on import gully_distance_m
from tests.system.add_on_desk import (
    COUNTER,
    IN_SOCKET,
    ROAD,
    STREAMS,
    WORN,
    Desk,
    the_add_ons,
)
from tests.system.street import MORNING, Street, a_plan, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

HOUR = timedelta(hours=1)


def channels(folder: Path) -> Path:
    """Write the alerts file: one channel, a file of lines."""
    path = folder / "alerts.toml"
    path.write_text(f'[channels.desk]\nkind = "file"\npath = "{folder / "told.jsonl"}"\n')
    return path


def told(folder: Path) -> list[dict[str, object]]:
    path = folder / "told.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


async def until(street: Street, at: datetime) -> None:
    await street.time.let_pass(at - street.time.clock.now())


async def test_add_ons_are_measured_and_a_full_gully_is_told_once_acknowledged_and_over(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    network = a_plan(lanterns=3, report_s=7200, spreading=9, duplicate_share=0.3)
    plan = replace(network, add_ons=the_add_ons(), alerts=channels(tmp_path))
    async with open_street(tmp_path, broker, plan) as street:
        street.time.busy_step = timedelta(seconds=10)
        desk = Desk(street.office)
        await desk.set_up()

        await until(street, MORNING + 2.5 * HOUR)
        (raised,) = await desk.alerts()
        assert raised.rule_id == "gullies/full"
        assert raised.place.lantern_id == "street:0"
        assert raised.is_open
        assert "above 80 %" in raised.reason
        assert MORNING + 1.5 * HOUR < raised.raised_at < MORNING + 2.5 * HOUR
        (first,) = told(tmp_path)
        assert raised.reason in json.dumps(first, ensure_ascii=False)
        await street.office.alerts.store.acknowledge(
            raised.alert_id, at=street.time.clock.now(), by="A. Engineer", why="tanker is out"
        )

        await until(street, MORNING + 4.5 * HOUR)
        (over,) = await desk.alerts()
        assert over.alert_id == raised.alert_id
        assert over.acknowledged_by == "A. Engineer"
        assert over.cleared_at is not None
        assert over.cleared_at > MORNING + 3 * HOUR  # the shower's end
        assert len(told(tmp_path)) == 2
        await street.time.until(street.all_proved)  # and the lanterns have their programs

        await _people_are_kept_as_sums_alone(desk, street)
        await _what_is_doubtful_is_flagged_and_kept(desk)
        for device in (IN_SOCKET, WORN, COUNTER, ROAD):
            assert await desk.state(device) is State.CONFIRMED
        assert await desk.samples(ROAD, "surface_temperature") == []  # its stream is off


async def _people_are_kept_as_sums_alone(desk: Desk, street: Street) -> None:
    counter = street.server.add_ons[COUNTER]
    samples = await desk.samples(COUNTER, "people_count")
    by_channel: dict[str, list[Sample]] = {}
    for sample in samples:
        by_channel.setdefault(sample.key.channel, []).append(sample)
    assert set(by_channel) == {"left to right", "right to left"}
    for found in by_channel.values():
        assert all(sample.at.minute % 15 == 0 and sample.at.second == 0 for sample in found)
        assert len({sample.at for sample in found}) == len(found) <= 9
    true = counter.moment(counter.spoke_s).people_total
    sums = tuple(sum(each.value for each in by_channel[way]) for way in sorted(by_channel))
    assert sums == true  # though every third message came twice


async def _what_is_doubtful_is_flagged_and_kept(desk: Desk) -> None:
    distances = await desk.samples(WORN, "distance")
    late = [each for each in distances if each.quality & Quality.LATE]
    again = [each for each in distances if each.quality & Quality.DUPLICATE]
    absurd = [each for each in distances if each.quality & Quality.OUT_OF_RANGE]
    kept = [each for each in distances if each.at.microsecond == 0]
    assert len(kept) == 2 * 9  # of an hour and a half, each told twice
    assert len(again) == 9
    assert {each.at for each in late} < {each.at for each in kept}
    assert [each.value for each in absurd] == [pytest.approx(gully_distance_m(-60))]
    levels = await desk.samples(WORN, "fill_level")
    assert sum(bool(each.quality & Quality.OUT_OF_RANGE) for each in levels) == 1
    newest = await desk.office.stores.series.latest([WORN])
    assert {each.quality for each in newest} == {Quality.GOOD}


async def test_what_the_data_register_does_not_answer_for_is_neither_registered_nor_switched_on(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    async with open_street(tmp_path, broker, a_plan(lanterns=3, spreading=9)) as street:
        desk = Desk(street.office)
        with pytest.raises(RefusedError, match="the data register has no streams"):
            await desk.register(ROAD, "decentlab-dl-cws", on=2)
        register = street.office.sensing.register
        await register.put(STREAMS, by="A. Officer", why="the sensor programme")
        with pytest.raises(RefusedError, match=r"purpose is not stated.*owner is not stated"):
            await register.switch_on("roads", by="A. Officer", why="winter comes")
