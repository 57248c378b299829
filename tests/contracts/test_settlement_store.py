"""Units and switching events: kept whole, written twice as once, read with the state in force."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.settlement import SqlEventStore, SqlUnitStore
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.settlement.codes import ChargeCode, Regime, SubMeterId, UnitRef
from lighting.settlement.events import Quality, Source, SwitchingEvent
from lighting.settlement.units import SettlementUnit
from tests.contracts.city import after

A, B = UnitRef("LCC000000001"), UnitRef("LCC000000002")
LEEDS, OTHER = SubMeterId("leeds01"), SubMeterId("leeds02")


@pytest.fixture
def units(database: Database) -> SqlUnitStore:
    """Return a store without units."""
    return SqlUnitStore(database)


@pytest.fixture
def events(database: Database) -> SqlEventStore:
    """Return a store without events."""
    return SqlEventStore(database)


def unit(lantern: str, ref: UnitRef, sub_meter: SubMeterId = LEEDS) -> SettlementUnit:
    return SettlementUnit(
        lantern_id=LanternId(lantern),
        sub_meter_id=sub_meter,
        unit_ref=ref,
        items=1,
        regime=Regime("999"),
        charge_code=ChargeCode("4200200000100"),
    )


def event(
    ref: UnitRef, at: datetime, pct: int, quality: Quality = Quality.ACTUAL
) -> SwitchingEvent:
    return SwitchingEvent(
        unit_ref=ref, at=at, power_pct=pct, source=Source.SCHEDULE, quality=quality
    )


async def test_units_come_back_whole_by_reference_and_by_sub_meter(units: SqlUnitStore) -> None:
    await units.put_units([unit("b", B, OTHER), unit("a", A)])
    assert await units.units() == [unit("a", A), unit("b", B, OTHER)]
    assert await units.units(OTHER) == [unit("b", B, OTHER)]
    assert await units.units(SubMeterId("nowhere")) == []


async def test_a_lanterns_unit_is_replaced_and_two_may_exchange_references(
    units: SqlUnitStore,
) -> None:
    await units.put_units([unit("a", A), unit("b", B)])
    await units.put_units([unit("a", B), unit("b", A)])
    assert await units.units() == [unit("b", A), unit("a", B)]


async def test_a_reference_that_is_anothers_is_refused_and_nothing_is_written(
    units: SqlUnitStore,
) -> None:
    await units.put_units([unit("a", A)])
    with pytest.raises(RefusedError, match="LCC000000001 is lantern a's and cannot be c's too"):
        await units.put_units([unit("b", B), unit("c", A)])
    assert await units.units() == [unit("a", A)]
    with pytest.raises(RefusedError, match="LCC000000002 is lantern b's and cannot be c's"):
        await units.put_units([unit("b", B), unit("c", B)])


async def test_events_written_twice_are_there_once(events: SqlEventStore) -> None:
    new = [event(A, after(0), 100), event(A, after(60), 50), event(B, after(0), 100)]
    assert await events.add_events(new) == 3
    assert await events.add_events([*new, new[0], event(B, after(60), 0)]) == 1
    assert await events.add_events([]) == 0
    assert await events.events_of([A], start=after(0), end=after(100)) == new[:2]


async def test_facts_that_contradict_at_one_instant_are_both_kept(events: SqlEventStore) -> None:
    both = [event(A, after(0), 50), event(A, after(0), 100)]
    await events.add_events(both)
    assert await events.events_of([A], start=after(0), end=after(1)) == both


async def test_reading_begins_with_the_state_in_force_of_each_unit(events: SqlEventStore) -> None:
    old, dusk, dim, later = (
        event(A, after(s), p) for s, p in ((-90, 0), (-5, 100), (0, 50), (60, 0))
    )
    far = event(B, after(-9e6), 70)
    await events.add_events([old, dusk, dim, later, far])
    told = await events.events_of([B, A, A], start=after(0), end=after(60))
    assert told == [dusk, dim, far]
    assert await events.events_of([A], start=after(-3600), end=after(-90)) == []
    assert await events.events_of([], start=after(0), end=after(60)) == []


async def test_times_keep_their_milliseconds(events: SqlEventStore) -> None:
    exact = event(A, after(0) + timedelta(microseconds=123_456), 100)
    assert exact.at == after(0) + timedelta(milliseconds=123)
    await events.add_events([exact])
    assert await events.events_of([A], start=after(0), end=after(1)) == [exact]


async def test_inferring_anew_replaces_what_was_inferred_and_nothing_else(
    events: SqlEventStore,
) -> None:
    actual = event(A, after(10), 100)
    guess, before, others = (
        event(ref, after(s), 100, Quality.INFERRED) for ref, s in ((A, 0), (A, -1), (B, 0))
    )
    await events.add_events([actual, guess, before, others])
    better = replace(guess, power_pct=70)
    for _ in range(2):
        await events.infer_anew([A], [better], start=after(0), end=after(60))
        assert await events.events_of([A], start=after(-1), end=after(60)) == [
            before,
            better,
            actual,
        ]
    assert await events.events_of([B], start=after(0), end=after(60)) == [others]
    await events.infer_anew([A], [], start=after(0), end=after(60))
    assert await events.events_of([A], start=after(0), end=after(60)) == [before, actual]
