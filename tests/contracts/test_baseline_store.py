"""Baselines: every version is kept as it was, and adjustments stand beside it."""

from dataclasses import replace
from datetime import date

import pytest

from lighting.adapters.sql.baselines import SqlBaselineStore
from lighting.energy.adjustments import LanternAdded, LanternRemoved, NonRoutine, Recorded
from lighting.energy.burning import parse_burning
from lighting.energy.snapshot import (
    BaselineEntry,
    BaselineSnapshot,
    FigureEvidence,
    Known,
    SnapshotHeader,
    SnapshotKind,
    snapshot_of,
)
from lighting.errors import StoreError
from lighting.units import Watts
from tests.contracts.city import DUSK, City, after, lantern_id

HEADER = SnapshotHeader(
    name="before-led",
    kind=SnapshotKind.BEFORE,
    title="Leeds before LED",
    taken_on=date(2019, 8, 31),
    latitude_deg=53.8,
    longitude_deg=-1.55,
    zone="Europe/London",
    note="“old” lamps",
)
CODE = Known(evidence=FigureEvidence.CHARGE_CODE, source="inventory of August 2019")
DAY = date(2024, 2, 1)


def entry(number: int, hours: str = "sun -3 off 00:00-05:30 GMT") -> BaselineEntry:
    return BaselineEntry(
        lantern_id=lantern_id(number),
        lamp="SON 70",
        circuit_w=Watts(84.5),
        quantity=1,
        burning=parse_burning(hours),
        watts_known=CODE,
        quantity_known=CODE,
        hours_known=replace(CODE, evidence=FigureEvidence.STATED),
    )


def snapshot(*numbers: int) -> BaselineSnapshot:
    return snapshot_of(HEADER, [entry(number) for number in numbers])


@pytest.fixture
def store(city: City) -> SqlBaselineStore:
    return SqlBaselineStore(city.database)


async def test_a_snapshot_comes_back_as_it_was(store: SqlBaselineStore) -> None:
    kept = snapshot_of(HEADER, [entry(2), entry(1, "4100 h/year"), entry(3, "policy kent@2")])
    stored = await store.save(kept, at=DUSK, by="Ann")
    assert (stored.version, stored.lanterns, stored.saved_at, stored.saved_by) == (
        1,
        3,
        DUSK,
        "Ann",
    )
    assert await store.load(stored) == kept
    assert (await store.load(stored)).fingerprint == stored.fingerprint
    assert await store.find("before-led") == stored
    assert await store.find("before-led", 2) is None
    assert await store.find("Before-LED") is None


async def test_what_changed_is_the_next_version_and_the_old_one_stays(
    store: SqlBaselineStore,
) -> None:
    first = await store.save(snapshot(1), at=DUSK, by="Ann")
    second = await store.save(snapshot(1, 2), at=after(60), by="Bob")
    assert second.version == 2
    assert await store.find("before-led") == second
    assert await store.find("before-led", 1) == first
    assert await store.load(first) == snapshot(1)
    assert await store.headers() == [first, second]


async def test_saving_the_same_snapshot_again_is_no_change(store: SqlBaselineStore) -> None:
    first = await store.save(snapshot(1, 2), at=DUSK, by="Ann")
    assert await store.save(snapshot(2, 1), at=after(60), by="Bob") == first
    assert await store.headers() == [first]


async def test_adjustments_are_kept_in_order_beside_their_own_version(
    store: SqlBaselineStore,
) -> None:
    first = await store.save(snapshot(1), at=DUSK, by="Ann")
    second = await store.save(snapshot(2), at=DUSK, by="Ann")
    changes = (
        LanternRemoved(since=DAY, lantern_id=lantern_id(1)),
        LanternAdded(since=DAY, entry=entry(7)),
        NonRoutine(first=DAY, last=DAY, kwh_a_night=-0.1),
    )
    recorded = [
        Recorded(adjustment=each, reason="road closed", made_by="Ann", made_at=after(60))
        for each in changes
    ]
    await store.record(first, recorded[:1])
    await store.record(first, recorded[1:])
    assert await store.adjustments(first) == recorded
    assert await store.adjustments(second) == []


async def test_what_is_recorded_beside_no_version_is_refused(store: SqlBaselineStore) -> None:
    stored = await store.save(snapshot(1), at=DUSK, by="Ann")
    change = NonRoutine(first=DAY, last=DAY, kwh_a_night=1.0)
    one = Recorded(adjustment=change, reason="x", made_by="Ann", made_at=DUSK)
    with pytest.raises(StoreError):
        await store.record(replace(stored, version=2), [one])
