"""How the city stands: lanterns, evidence, orders and overrides; and whether all is well."""

from dataclasses import replace
from datetime import timedelta

from lighting.errors import StoreError
from lighting.operations.override import OverrideRequest
from lighting.operations.status import health, status
from lighting.testing.clock import SteppedClock
from tests.lighting.downlink.radio import Radio
from tests.lighting.operations.desk import a_controller
from tests.lighting.operations.town import DIM_LATE, MORNING, Town, dev, lantern

MINUTE = timedelta(minutes=1)


class NoDatabase:
    """A database that does not answer."""

    async def check(self) -> None:
        """Say that it is not there."""
        raise StoreError("the file is locked")


async def test_an_empty_city_has_a_status(town: Town) -> None:
    found = await status(town.office)
    assert found["at"] == "2026-11-22T10:00:00Z"
    assert (found["lanterns"], found["with_node"]) == (0, 0)
    assert (found["programs_wanted"], found["programs_proved"]) == (0, 0)
    assert (found["oldest_waiting_at"], found["overrides"]) == (None, [])


async def test_the_status_counts_lanterns_evidence_and_orders(town: Town) -> None:
    await town.hang(lantern(1), lantern(2), lantern(3))
    await town.office.stores.lanterns.put([lantern(4)])
    await town.give(DIM_LATE, 1)
    await town.office.planner.plan(MORNING)
    await town.deliver(MORNING)
    await town.give(DIM_LATE, 2)
    await town.office.planner.plan(MORNING + MINUTE)
    found = await status(town.office)
    assert (found["lanterns"], found["with_node"]) == (4, 3)
    assert (found["programs_wanted"], found["programs_proved"]) == (2, 1)
    assert found["evidence"] == {
        "no program": 1,
        "intended": 1,
        "sent": 0,
        "accepted by gateway": 0,
        "echoed by node": 1,
        "seen in power": 0,
    }
    orders = found["orders"]
    assert isinstance(orders, dict)
    assert {state: count for state, count in orders.items() if count} == {
        "waiting": 6,
        "echoed": 6,
    }
    assert found["oldest_waiting_at"] == "2026-11-22T10:01:00Z"


async def test_the_status_lists_overrides_that_are_open(town: Town) -> None:
    await town.hang(lantern(1))
    request = OverrideRequest(
        selection="road Otley Road",
        level=100,
        starts_at=MORNING,
        ends_at=MORNING + 60 * MINUTE,
        reason="lost child",
        emergency=True,
    )
    begun = await town.office.overrides.begin(request, [dev(1)], at=MORNING)
    assert (await status(town.office))["overrides"] == [
        {
            "override_id": begun.override_id,
            "selection": "road Otley Road",
            "level": 100,
            "starts_at": "2026-11-22T10:00:00Z",
            "ends_at": "2026-11-22T11:00:00Z",
            "reason": "lost child",
            "emergency": True,
            "nodes": 1,
        }
    ]
    await town.office.overrides.end(begun.override_id, at=MORNING)
    assert (await status(town.office))["overrides"] == []


async def test_all_is_well_when_database_and_broker_are_there(
    town: Town, clock: SteppedClock
) -> None:
    found = await health(a_controller(town.office, clock, Radio()))
    assert found.well
    assert (found.database, found.broker_problem, found.broker_reconnects) == ("", "", 2)


async def test_a_broker_that_is_away_is_told_with_the_reason(
    town: Town, clock: SteppedClock
) -> None:
    found = await health(a_controller(town.office, clock, Radio(), connected=False))
    assert (found.well, found.broker_problem) == (False, "connection refused")
    assert found.broker_since == MORNING


async def test_a_database_that_is_away_is_told_and_no_error(
    town: Town, clock: SteppedClock
) -> None:
    stores = replace(town.office.stores, database=NoDatabase())
    found = await health(a_controller(replace(town.office, stores=stores), clock, Radio()))
    assert (found.well, found.database) == (False, "the file is locked")
    assert found.oldest_waiting_at is None
