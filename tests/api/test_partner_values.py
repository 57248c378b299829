"""What partners are told of values: their own, of their own time, as JSON and as CSV."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

from lighting.operations.controller import Office
from lighting.registration.trial_rules import is_overdue
from tests.api.city import MORNING, StillClock, problem
from tests.api.partner_kit import (
    AIR,
    COUNTER,
    PartnerClient,
    agree,
    citys_own,
    day,
    eui,
    measure,
)
from tests.contracts.sensing_kit import FOOTFALL

HOUR = timedelta(hours=1)


async def test_values_are_told_as_json_and_csv_from_the_fitting_to_the_removal(
    air: PartnerClient, office: Office, clock: StillClock
) -> None:
    await air.register(1)
    for hours in (-1, 0, 1, 2):
        await measure(office, 1, 10.0 + hours, MORNING + hours * HOUR)
    asked = {"dev_eui": eui(1), "quantity": "distance"} | day()
    told = (await air.get("/measurements/history", **asked)).json()
    assert [each["value"] for each in told["samples"]] == [10.0, 11.0, 12.0]
    (latest,) = (await air.get("/measurements/latest")).json()["latest"]
    assert (latest["value"], latest["unit"]) == (12.0, "m")
    clock.at = MORNING + 2 * HOUR
    await air.post(f"/devices/{eui(1)}/removal", reason="moved")
    answer = await air.get("/measurements/history.csv", **day())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["dev_eui"], row["value"]) for row in rows] == [(eui(1), "10.0"), (eui(1), "11.0")]
    (row,) = csv.DictReader(io.StringIO((await air.get("/measurements/latest.csv")).text))
    assert (row["value"], row["lantern_id"]) == ("11.0", "leeds:1")


async def test_what_the_city_measures_with_a_device_it_took_over_is_not_told(
    air: PartnerClient, office: Office, clock: StillClock
) -> None:
    await air.register(1)
    await measure(office, 1, 1.0, MORNING)
    clock.at = MORNING + HOUR
    await office.devices.registration.remove(eui(1), by="Bob", reason="bought")
    await citys_own(office, 1)
    await measure(office, 1, 2.0, MORNING + 2 * HOUR)
    asked = {"dev_eui": eui(1), "quantity": "distance"} | day()
    told = (await air.get("/measurements/history", **asked)).json()["samples"]
    assert [each["value"] for each in told] == [1.0]
    assert [each["value"] for each in (await air.get("/measurements/latest")).json()["latest"]] == [
        1.0
    ]
    assert [each["state"] for each in await air.devices()] == ["removed"]


async def test_of_people_a_partner_sees_whole_quarters_of_its_own_time_only(
    air: PartnerClient, office: Office, clock: StillClock
) -> None:
    footfall = replace(AIR, permit="P/15", stream_ids=(FOOTFALL.stream_id,))
    counts = await agree(office, air.client, footfall)
    clock.at = MORNING + timedelta(minutes=5)
    told = await counts.register(3, device_id=COUNTER)
    assert told.status_code == 201, told.text
    for minutes in (6, 20, 35):
        at = MORNING + timedelta(minutes=minutes)
        await measure(office, 3, 4.0, at, quantity="people_count")
    await office.stores.series.close_buckets(MORNING + 2 * HOUR)
    clock.at = MORNING + timedelta(minutes=40)
    await counts.post(f"/devices/{eui(3)}/removal", reason="moved")
    answer = (await counts.get("/measurements/history.csv", **day())).text
    rows = list(csv.DictReader(io.StringIO(answer)))
    # 10:00 began before it was fitted, 10:30 ended after it was removed
    assert [row["measured_at"] for row in rows] == ["2026-11-22T10:15:00Z"]


async def test_the_trial_is_over_at_local_midnight_on_the_day_the_clocks_change(
    air: PartnerClient, office: Office, clock: StillClock
) -> None:
    # gov.uk/when-do-the-clocks-change: 28 March 2027 has 23 hours, its midnight is 23:00 UTC
    day_of_change = date(2027, 3, 28)
    asked = replace(AIR, permit="P/16", first=day_of_change, last=day_of_change)
    spring = await agree(office, air.client, asked)
    clock.at = MORNING.replace(year=2027, month=3, day=27, hour=23, minute=59)
    assert (await spring.get("/trial")).json()["state"] == "planned"
    assert "planned" in problem(await spring.register(1), 422)["detail"]
    clock.at += timedelta(minutes=1)
    assert (await spring.register(1)).status_code == 201
    clock.at = MORNING.replace(year=2027, month=3, day=28, hour=22, minute=59)
    assert (await spring.get("/trial")).status_code == 200
    clock.at += timedelta(minutes=1)
    assert "over" in problem(await spring.get("/trial"), 401)["detail"]
    trial = await office.stores.partners.find_trial(spring.trial_id)
    (late,) = await office.stores.partners.devices(spring.trial_id)
    assert trial is not None
    assert is_overdue(trial, late.device, clock.at)


async def test_from_the_end_of_a_trial_on_its_devices_are_not_stored(
    air: PartnerClient, office: Office, clock: StillClock
) -> None:
    await air.register(1)
    assert await measure(office, 1, 1.0, MORNING) == 1
    clock.at = MORNING + HOUR
    _, hanging = await office.partners.city.end(air.trial_id, by="Ann", reason="noise")
    assert [each.device.dev_eui for each in hanging] == [eui(1)]
    assert await measure(office, 1, 2.0, MORNING + HOUR) == 0
    problem(await air.get("/devices"), 401)


async def test_a_long_stretch_a_time_without_offset_and_a_large_body_are_refused(
    air: PartnerClient,
) -> None:
    await air.register(1)
    month = {"from": "2026-10-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
    assert "31 days" in problem(await air.get("/measurements/history.csv", **month), 422)["detail"]
    bare = {"from": "2026-10-01T00:00:00", "to": "2026-10-02T00:00:00"}
    assert "offset" in problem(await air.get("/measurements/history.csv", **bare), 422)["detail"]
    problem(await air.register(2, photo="x" * 20_000), 413)
