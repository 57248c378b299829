"""Partners over HTTP: their columns, their devices, their values, and nothing of anybody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lighting.identifiers import LanternId
from lighting.operations.controller import Office
from lighting.operations.partner_desk import DeviceAsked
from lighting.operations.partner_registrar import PartnerRegistrar
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.whereabouts import Whereabouts
from lighting.registration.trial_rules import Wish
from tests.api.city import MORNING, StillClock, problem
from tests.api.partner_kit import (
    AIR,
    GULLY_SENSOR,
    RIVAL,
    PartnerClient,
    agree,
    citys_own,
    day,
    eui,
    measure,
)
from tests.contracts.sensing_kit import GULLY

HOUR = timedelta(hours=1)

WIRED = "uradmonitor-industrial"
"""Takes permanent mains by wires of its own, which no record can prove."""


@pytest.fixture
async def rival(office: Office, air: PartnerClient) -> PartnerClient:
    """Return another partner, on lantern 2."""
    return await agree(office, air.client, RIVAL)


async def test_a_partner_sees_its_trial_and_its_columns_and_no_others(air: PartnerClient) -> None:
    told = (await air.get("/trial")).json()
    assert [each["lantern_id"] for each in told["columns"]] == ["leeds:1", "leeds:2"]
    assert (told["state"], told["devices_max"], told["permit"]) == ("live", 2, "P/12")
    # 20 to 30 November in Leeds, when it keeps UTC
    assert (told["starts_at"], told["ends_at"]) == ("2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z")


async def test_a_device_is_registered_in_the_partners_name_and_twice_is_once(
    air: PartnerClient, office: Office
) -> None:
    told = await air.register(1)
    assert told.status_code == 201, told.text
    assert told.json()["stream_id"] == GULLY.stream_id
    assert (await air.register(1)).json() == told.json()
    assert [each["state"] for each in await air.devices()] == [told.json()["state"]]
    known = await office.stores.commissionings.find(eui(1))
    assert known is not None
    said = known.particulars
    assert (said.owner, said.permit) == ("The leeds-air company", "P/12")
    assert known.begun_by == f"partner leeds-air, trial {air.trial_id}"


async def test_what_the_trial_does_not_allow_is_refused(air: PartnerClient) -> None:
    assert (
        "not a lantern of this trial"
        in problem(await air.register(1, lantern_id="leeds:3"), 422)["detail"]
    )
    unknown = problem(await air.register(1, lantern_id="leeds:99"), 422)["detail"]
    assert unknown == problem(await air.register(1, lantern_id="leeds:3"), 422)["detail"].replace(
        "leeds:3", "leeds:99"
    )
    assert (
        "controls a lantern"
        in problem(await air.register(1, device_id="nas-ul2030"), 422)["detail"]
    )
    assert "not a stream" in problem(await air.register(1, stream_id="footfall"), 422)["detail"]
    problem(await air.register(1, device_id="nosuch"), 422)
    problem(await air.register(1, dev_eui="12"), 422)
    problem(await air.register(1, app_key="secret"), 422)
    assert await air.devices() == []


async def test_a_third_device_is_over_the_limit_until_one_is_removed(air: PartnerClient) -> None:
    assert (await air.register(1)).status_code == 201
    assert (await air.register(2, lantern_id="leeds:2")).status_code == 201
    assert "2 is the most" in problem(await air.register(3), 422)["detail"]
    gone = await air.post(f"/devices/{eui(1)}/removal", reason="broken")
    assert gone.status_code == 200, gone.text
    assert gone.json()["state"] == "removed"
    assert (await air.register(3)).status_code == 201


async def test_a_device_is_removed_once_and_for_a_reason(
    air: PartnerClient, office: Office
) -> None:
    await air.register(1)
    problem(await air.post(f"/devices/{eui(1)}/removal", reason=" "), 422)
    await air.post(f"/devices/{eui(1)}/removal", reason="broken")
    problem(await air.post(f"/devices/{eui(1)}/removal", reason="broken"), 404)
    known = await office.stores.commissionings.find(eui(1))
    assert known is not None
    assert known.ended_at is not None


@pytest.mark.parametrize("lantern", ["leeds:1", "leeds:3"])
async def test_the_citys_devices_cannot_be_claimed_removed_or_told_apart(
    air: PartnerClient, office: Office, lantern: str
) -> None:
    await citys_own(office, 5, lantern)
    told = problem(await air.register(5), 422)["detail"]
    assert told == f"DevEUI {eui(5)} is in use and not yours; check the label, then ask the city"
    assert await air.devices() == []
    problem(await air.post(f"/devices/{eui(5)}/removal", reason="x"), 404)
    known = await office.stores.commissionings.find(eui(5))
    assert known is not None
    assert known.ended_at is None
    assert known.particulars.owner == "Highways"


async def test_a_device_that_the_city_prepared_on_the_bench_cannot_be_claimed(
    air: PartnerClient, office: Office
) -> None:
    asked = RegisterAsked(
        dev_eui=eui(5), device_id=GULLY_SENSOR, by="Bob", stream_id=GULLY.stream_id
    )
    await office.devices.registration.register(asked)
    assert "not yours" in problem(await air.register(5), 422)["detail"]


async def test_a_lanterns_node_cannot_be_claimed(air: PartnerClient) -> None:
    node = "70b3d57ed0000001"  # fitted to leeds:1 by the fixture ``city``
    assert "not yours" in problem(await air.register(1, dev_eui=node), 422)["detail"]


async def test_another_partners_devices_and_values_are_not_found(
    air: PartnerClient, rival: PartnerClient, office: Office
) -> None:
    await air.register(1, lantern_id="leeds:2")
    await measure(office, 1, 7.0, MORNING + HOUR)
    asked = {"dev_eui": eui(1), "quantity": "distance"} | day()
    nobodys = asked | {"dev_eui": eui(9)}
    assert len((await air.get("/measurements/history", **asked)).json()["samples"]) == 1
    theirs = problem(await rival.get("/measurements/history", **asked), 404)["detail"]
    unknown = problem(await rival.get("/measurements/history", **nobodys), 404)["detail"]
    assert theirs == unknown.replace(eui(9), eui(1))
    problem(await rival.get("/measurements/history.csv", **day(), dev_eui=eui(1)), 404)
    problem(await rival.post(f"/devices/{eui(1)}/removal", reason="x"), 404)
    assert "not yours" in problem(await rival.register(1, lantern_id="leeds:2"), 422)["detail"]
    assert await rival.devices() == []
    assert (await rival.get("/measurements/latest")).json() == {"latest": []}
    for path in ("/measurements/latest.csv", "/measurements/history.csv"):
        text = (await rival.get(path, **(day() if "history" in path else {}))).text
        assert text.count("\n") == 1, text


async def test_what_no_figure_proves_is_refused_unless_the_city_answers_for_it(
    air: PartnerClient, office: Office
) -> None:
    imported = await air.client.post(
        "/api/v1/sockets/import",
        content=b"lantern_id,position,standard,wiring\nleeds:1,top,nema7,permanent mains\n",
        headers={"Content-Type": "text/csv"},
    )
    assert imported.status_code == 200, imported.text
    cautious = await agree(office, air.client, replace(AIR, permit="P/14", accepted=""))
    told = problem(await cautious.register(7, device_id=WIRED), 422)["detail"]
    assert "not provable; the city has to answer for it" in told
    assert (await air.register(7, device_id=WIRED)).status_code == 201


async def test_a_registration_that_broke_off_is_finished_or_forgotten(
    air: PartnerClient, office: Office, clock: StillClock
) -> None:
    store = office.stores.partners
    visit = await office.partners.desk.admit(air.token)
    asked = DeviceAsked(dev_eui=eui(1), device_id=GULLY_SENSOR, lantern_id=LanternId("leeds:1"))
    for number in (1, 2):  # both are noted, only the first is registered, and then we die
        model = office.sockets.device(GULLY_SENSOR)
        wish = Wish(dev_eui=eui(number), model=model, lantern_id=asked.lantern_id)
        await store.reserve(air.trial_id, wish, lambda *_: GULLY.stream_id, at=clock.at)
    where = Whereabouts(office.stores.commissionings, office.stores.sockets, office.stores.nodes)
    registrar = PartnerRegistrar(office.devices.registration, where)
    await registrar.register(visit, asked, GULLY.stream_id)
    await office.partners.keeper.tend(clock.at + timedelta(minutes=9))
    assert [each["state"] for each in await air.devices()] == ["asked", "asked"]
    await office.partners.keeper.tend(clock.at + timedelta(minutes=11))
    (finished,) = await air.devices()
    assert (finished["dev_eui"], finished["state"]) == (eui(1), "registered")


async def test_the_sixty_first_request_of_a_minute_waits_for_the_next(
    air: PartnerClient, rival: PartnerClient, clock: StillClock
) -> None:
    clock.at = MORNING + timedelta(seconds=20)
    answers = [await air.get("/trial") for _ in range(61)]
    assert {each.status_code for each in answers[:60]} == {200}
    problem(answers[60], 429)
    assert answers[60].headers["retry-after"] == "40"
    assert (await rival.get("/trial")).status_code == 200
    clock.at = MORNING + timedelta(minutes=1)
    assert (await air.get("/trial")).status_code == 200
