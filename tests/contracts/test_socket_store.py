"""The register of sockets: what goes in comes out, history, corrections."""

import pytest

from firmware_profiles.devices.device import SocketStandard
from lighting.errors import NotFoundError, RefusedError, StoreError
from lighting.inventory.occupancy import Acceptance, Correction
from lighting.inventory.socket_errors import FitRefusedError, RecordError
from lighting.inventory.socket_store import HistoryFilter
from lighting.inventory.sockets import Figure, Limit, Wire
from lighting.operations.sockets import Sockets
from tests.contracts.city import DUSK, City, after, dev, lantern, lantern_id
from tests.contracts.socket_city import BOTTOM, TOP, asked, history, register_of, socket


async def test_sockets_come_back_as_they_were_put(city: City) -> None:
    await city.lanterns.put([lantern(0), lantern(1)])
    store = register_of(city).store
    limits = {Figure.MASS: Limit(value=450.5, source="sheet “7”")}
    own = socket(0, "top", number=2, wiring=frozenset({Wire.AUX_24V, Wire.IO_PADS}), limits=limits)
    await store.put_sockets([own, socket(0)])
    found = await store.sockets_of([lantern_id(0), lantern_id(1), lantern_id(9)])
    assert found[lantern_id(0)].sockets == (socket(0), own)
    assert found[lantern_id(1)].sockets == ()
    assert lantern_id(9) not in found
    changed = socket(0, standard=SocketStandard.ZHAGA_3)
    await store.put_sockets([changed])
    assert (await store.sockets_of([lantern_id(0)]))[lantern_id(0)].sockets == (changed, own)


async def test_sockets_of_a_lantern_that_is_not_there_are_refused(city: City) -> None:
    with pytest.raises(StoreError):
        await register_of(city).store.put_sockets([socket(5)])


async def test_a_fitting_is_kept_with_all_that_was_said(register: Sockets) -> None:
    answers = Acceptance(by="Bob", reason="weighed it")
    more = {"owner": "City", "permit": "P/7", "photo": "a.jpg", "dev_eui": dev(7)}
    made = await register.fit(asked(0, device_id="vague-z", acceptance=answers, **BOTTOM, **more))
    (kept,) = await history(register, lantern_id=lantern_id(0))
    assert kept == made
    assert kept.fitting.accepted == ("mass: not stated for vague-z",)
    assert kept.fitting.acceptance == answers
    assert (kept.fitting.permit, kept.fitting.at, kept.removal) == ("P/7", DUSK, None)


async def test_a_taken_socket_is_refused_and_nothing_is_kept(register: Sockets) -> None:
    await register.fit(asked(0, **BOTTOM))
    with pytest.raises(FitRefusedError, match=r"air-z serial S1 \(fitted by Ada") as caught:
        await register.fit(asked(0, "S2", **BOTTOM))
    assert caught.value.would_fit.sockets == (socket(0, "top").socket_id,)
    assert len(await history(register)) == 1


async def test_a_device_in_another_socket_is_refused_whatever_the_case_of_its_serial(
    register: Sockets,
) -> None:
    await register.fit(asked(0, "sn-1", **BOTTOM, dev_eui=dev(1)))
    for same in (asked(1, "SN-1", **BOTTOM), asked(1, "x", dev_eui=dev(1), **BOTTOM)):
        with pytest.raises(FitRefusedError, match="remove it there first"):
            await register.fit(same)


async def test_the_budget_counts_what_sits_in_the_other_socket(register: Sockets) -> None:
    await register.fit(asked(0, **BOTTOM))
    await register.fit(asked(0, "S2", **TOP))
    shown = await register.show(lantern_id(0))
    assert {b.figure: (b.drawn, b.free) for b in shown.budgets} == {
        Figure.AUX_AVERAGE: (2.0, 1.0),
        Figure.AUX_PEAK: (4.0, 2.0),
        Figure.BUS: (0.0, 50.0),
    }


async def test_without_a_position_the_only_socket_that_can_is_taken(register: Sockets) -> None:
    with pytest.raises(RefusedError, match="leeds:0000000/bottom and leeds:0000000/top; say which"):
        await register.fit(asked(0))
    await register.fit(asked(0, **TOP))
    assert (await register.fit(asked(0, "S2"))).fitting.socket_id == socket(0).socket_id


async def test_what_is_not_there_is_told(register: Sockets) -> None:
    with pytest.raises(NotFoundError, match="leeds:0000009"):
        await register.fit(asked(9, **BOTTOM))
    with pytest.raises(NotFoundError, match="occupancy '77'"):
        await register.remove(77, by="Eve")
    with pytest.raises(NotFoundError, match="occupancy '77'"):
        await register.correct(77, {"owner": "x"}, by="Eve", reason="y")
    with pytest.raises(RefusedError, match="has not come yet"):
        await register.fit(asked(0, at=after(99_999), **BOTTOM))


async def test_a_removal_frees_the_socket_and_stays_in_the_history(register: Sockets) -> None:
    made = await register.fit(asked(0, **BOTTOM))
    gone = await register.remove(made.occupancy_id, by="Eve", reason="broken", at=after(60))
    assert gone.removal is not None
    with pytest.raises(RecordError, match="was removed by Eve"):
        await register.remove(made.occupancy_id, by="Eve")
    with pytest.raises(RecordError, match="last set free"):
        await register.fit(asked(0, "S2", at=after(59), **BOTTOM))
    with pytest.raises(RecordError, match="last set free"):
        await register.fit(asked(1, "S1", at=after(59), **BOTTOM))
    again = await register.fit(asked(0, "S1", at=after(60), **BOTTOM))
    assert await history(register, serial="s1") == [gone, again]
    assert await history(register, open_only=True) == [again]
    assert await register.history(HistoryFilter(), after=gone.occupancy_id) == [again]


async def test_a_correction_is_kept_with_what_was(register: Sockets) -> None:
    made = await register.fit(asked(0, owner="Cyti", **BOTTOM))
    await register.correct(made.occupancy_id, {"owner": "City"}, by="Eve", reason="typing")
    await register.correct(made.occupancy_id, {"dev_eui": str(dev(5))}, by="Eve", reason="missing")
    kept = await register.store.find_occupancy(made.occupancy_id)
    assert kept is not None
    assert (kept.fitting.owner, kept.fitting.dev_eui) == ("City", dev(5))
    assert [(c.by, c.was) for c in kept.corrections] == [
        ("Eve", {"owner": "Cyti"}),
        ("Eve", {"dev_eui": ""}),
    ]
    second = await register.fit(asked(1, "S2", **BOTTOM))
    with pytest.raises(RecordError, match="sits in leeds:0000000/bottom"):
        await register.correct(second.occupancy_id, {"serial": "S1"}, by="Eve", reason="label")


async def test_a_made_correction_has_no_place_for_the_past(register: Sockets) -> None:
    made = await register.fit(asked(0, **BOTTOM))
    forged = Correction(at=DUSK, by="Eve", reason="x", was={"owner": "never"})
    after_it = await register.store.correct(made.occupancy_id, {"owner": "City"}, forged)
    assert after_it.corrections[0].was == {"owner": ""}
