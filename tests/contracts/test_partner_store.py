"""Partners in the database: trials, tokens, one device at one place, and the end of it all."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from firmware_profiles.devices.library import device_for
from lighting.adapters.sql.commissioning import SqlCommissioningStore
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.partners import SqlPartnerStore
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui
from lighting.operations.commissionings import Errand, Leaving, NewCommissioning, Particulars
from lighting.registration.commissioning import Event
from lighting.registration.trial import NewTrial, Partner, Trial, TrialDevice, Word
from lighting.registration.trial_rules import Rule, TrialRefusedError, Wish, check_wish
from tests.contracts.city import lantern_id
from tests.contracts.sensing_kit import GULLY, TEN, Sensing, eui, said, sample

START = TEN - timedelta(days=1)
END = TEN + timedelta(days=1)
ANN = Word(by="Ann", at=START)
LEEDS_AIR = Partner(partner_id="leeds-air", name="Leeds Air", contact="Jo, 0113 496 0000")
OTHERS = Partner(partner_id="others", name="Others", contact="x@y")
AGREED = NewTrial(
    partner_id="leeds-air",
    lantern_ids=(lantern_id(0),),
    starts_at=START,
    ends_at=END,
    devices_max=1,
    permit="P/12",
    made=ANN,
    stream_ids=(GULLY.stream_id,),
    model_ids=("milesight-em500-udl",),
    accepted="seen on site",
)


@pytest.fixture
async def store(database: Database) -> SqlPartnerStore:
    store = SqlPartnerStore(database)
    await store.add_partner(LEEDS_AIR, ANN)
    await store.add_partner(OTHERS, ANN)
    return store


@pytest.fixture
async def trial(store: SqlPartnerStore) -> Trial:
    return await store.add_trial(AGREED)


def wish(number: int = 0) -> Wish:
    model = device_for("milesight-em500-udl")
    return Wish(dev_eui=eui(number), model=model, lantern_id=lantern_id(0))


async def reserve(store: SqlPartnerStore, trial: Trial, number: int = 0) -> TrialDevice:
    def judge(known: Trial, own: Sequence[TrialDevice]) -> str:
        return check_wish(known, wish(number), own, TEN)

    return await store.reserve(trial.trial_id, wish(number), judge, at=TEN)


async def commission(database: Database, dev_eui: DevEui) -> int:
    new = NewCommissioning(
        dev_eui=dev_eui,
        particulars=Particulars(device_id="milesight-em500-udl"),
        lantern_id=None,
        at=TEN,
        by="partner",
    )
    begun = await SqlCommissioningStore(database).begin(new, None)
    return begun.commissioned.commissioning_id


async def remove(database: Database, dev_eui: DevEui, at: datetime) -> None:
    await SqlCommissioningStore(database).leave(
        Leaving(
            dev_eui=dev_eui, event=Event.REMOVE, at=at, by="Bob", reason="x", errand=Errand.DISABLE
        )
    )


async def test_partners_and_trials_are_kept_as_they_were_agreed(
    store: SqlPartnerStore, trial: Trial
) -> None:
    assert await store.partners() == [LEEDS_AIR, OTHERS]
    assert trial.agreed == AGREED
    assert await store.trials() == [trial]
    assert await store.find_trial(trial.trial_id) == trial
    assert await store.find_trial(trial.trial_id + 1) is None


async def test_a_partner_is_added_once_and_a_trial_needs_one(store: SqlPartnerStore) -> None:
    with pytest.raises(RefusedError, match="leeds-air"):
        await store.add_partner(replace(LEEDS_AIR, name="Again"), ANN)
    with pytest.raises(NotFoundError, match="nobody"):
        await store.add_trial(replace(AGREED, partner_id="nobody"))


async def test_a_token_leads_to_its_trial_and_the_first_revocation_stays(
    store: SqlPartnerStore, trial: Trial
) -> None:
    token = await store.add_token(trial.trial_id, "ab" * 32, ANN)
    assert await store.find_token("ab" * 32) == (token, trial, LEEDS_AIR)
    assert await store.find_token("cd" * 32) is None
    revoked = await store.revoke(token.number, Word(by="Bob", at=TEN))
    assert await store.revoke(token.number, Word(by="Eve", at=END)) == revoked
    assert revoked.revoked == Word(by="Bob", at=TEN)
    assert await store.tokens() == [revoked]
    with pytest.raises(NotFoundError):
        await store.revoke(token.number + 1, ANN)


async def test_the_first_end_of_a_trial_stays(store: SqlPartnerStore, trial: Trial) -> None:
    ended = await store.end_trial(trial.trial_id, Word(by="Bob", at=TEN, reason="noise"))
    assert ended.over_at == TEN
    assert await store.end_trial(trial.trial_id, ANN) == ended
    with pytest.raises(NotFoundError):
        await store.end_trial(trial.trial_id + 1, ANN)


async def test_a_device_is_reserved_once_and_counts(store: SqlPartnerStore, trial: Trial) -> None:
    device = await reserve(store, trial)
    assert await reserve(store, trial) == device
    assert device.added_at == TEN
    with pytest.raises(TrialRefusedError) as told:
        await reserve(store, trial, 1)
    assert told.value.rule is Rule.NUMBER
    await store.release(device.number)
    assert await store.devices(trial.trial_id) == []
    assert (await reserve(store, trial, 1)).number > device.number


async def test_of_two_devices_that_ask_at_once_for_one_place_one_gets_it(
    store: SqlPartnerStore, trial: Trial
) -> None:
    asked = (reserve(store, trial, 0), reserve(store, trial, 1))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["TrialDevice", "TrialRefusedError"]


async def test_a_device_under_another_trial_is_taken_and_nobody_says_whose(
    store: SqlPartnerStore, trial: Trial
) -> None:
    other = await store.add_trial(replace(AGREED, partner_id="others"))
    await reserve(store, trial)
    asked = (reserve(store, other), reserve(store, other))
    for told in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(told, TrialRefusedError)
        assert told.rule is Rule.TAKEN
        assert "leeds" not in str(told).lower()


async def test_a_device_that_the_city_took_off_is_off_and_may_come_again(
    store: SqlPartnerStore, trial: Trial, database: Database
) -> None:
    device = await reserve(store, trial)
    assert (await store.devices(trial.trial_id))[0].state == "asked"
    assert await store.bind(device.number, await commission(database, eui(0)))
    assert (await store.devices(trial.trial_id))[0].state == "planned"
    later = TEN + timedelta(minutes=5)
    await remove(database, eui(0), later)
    (state,) = await store.devices(trial.trial_id)
    assert (state.device.removed_at, state.state) == (later, "removed")
    again = await reserve(store, trial)
    assert again.number > device.number
    first, second = await store.devices(trial.trial_id)
    assert (first.device.removed_at, second.device.removed_at) == (later, None)


async def test_what_was_released_cannot_be_bound_and_what_is_bound_not_released(
    store: SqlPartnerStore, trial: Trial, database: Database
) -> None:
    device = await reserve(store, trial)
    await store.bind(device.number, await commission(database, eui(0)))
    await store.release(device.number)
    assert len(await store.devices(trial.trial_id)) == 1
    assert not await store.bind(device.number + 1, 1)


async def test_half_asked_devices_are_found_after_a_while(
    store: SqlPartnerStore, trial: Trial
) -> None:
    device = await reserve(store, trial)
    assert await store.unbound(TEN) == []
    assert await store.unbound(TEN + timedelta(minutes=1)) == [(trial, device)]


async def test_the_first_removal_of_a_device_stays(store: SqlPartnerStore, trial: Trial) -> None:
    device = await reserve(store, trial)
    await store.take_off(device.number, END)
    await store.take_off(device.number, END + timedelta(days=1))
    (state,) = await store.devices(trial.trial_id)
    assert (state.device.removed_at, state.since) == (END, END)


async def test_from_its_end_on_nothing_of_a_trials_devices_is_stored_and_others_go_on(
    store: SqlPartnerStore, trial: Trial, database: Database
) -> None:
    sensing = Sensing(database)
    await sensing.build()
    device = await reserve(store, trial)
    await store.bind(device.number, await commission(database, eui(0)))
    assert await store.silence_over(END - timedelta(milliseconds=1)) == 0
    assert len((await sensing.series.record(said(sample(5.0), "a"))).samples) == 1
    assert await store.silence_over(END) == 1
    assert await store.silence_over(END) == 0
    late = replace(sample(6.0), at=END, received_at=END)
    assert (await sensing.series.record(said(late, "b"))).samples == ()
    theirs, citys = await sensing.add_ons.add_ons()
    assert (theirs.stream_id, theirs.withheld) == ("", 1)
    assert citys.stream_id == "footfall"


async def test_a_device_that_the_city_took_over_is_left_alone(
    store: SqlPartnerStore, trial: Trial, database: Database
) -> None:
    sensing = Sensing(database)
    await sensing.build()
    device = await reserve(store, trial)
    await store.bind(device.number, await commission(database, eui(0)))
    await remove(database, eui(0), TEN + timedelta(minutes=1))
    await sensing.build()  # the city registers it as its own
    await commission(database, eui(0))
    assert await store.silence_over(END) == 0
    assert (await sensing.add_ons.add_ons([eui(0)]))[0].stream_id == GULLY.stream_id
