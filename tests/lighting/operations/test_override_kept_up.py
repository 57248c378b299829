"""What a crash leaves of an override, and what looking after one costs."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.overrides import SqlOverrideStore
from lighting.downlink.order import NewOrder, Purpose
from lighting.errors import StoreError
from lighting.identifiers import DevEui
from lighting.operations.override import Overrides
from lighting.operations.records import Override
from tests.lighting.operations.test_override import HOUR, MINUTE, TEND, begin, overriding
from tests.lighting.operations.town import MORNING, Town, dev, lantern


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with two lanterns, both heard."""
    await town.hang(lantern(1), lantern(2))
    for number in (1, 2):
        await town.hear(number, MORNING)
    return town


def database_of(town: Town) -> Database:
    """Return the database under a town."""
    database = town.office.stores.database
    assert isinstance(database, Database)
    return database


class Dying(SqlOverrideStore):
    """A database that is gone when the end of an override is to be written."""

    async def end_override(
        self, override_id: int, *, at: datetime, orders: Sequence[NewOrder] = ()
    ) -> Override:
        """Write nothing."""
        raise StoreError(f"killed before {override_id} ended at {at} with {len(orders)} orders")


async def test_a_crash_while_an_override_is_ended_costs_only_a_repeat(street: Town) -> None:
    override = await begin(street)
    await street.prove(await street.send(MORNING), MORNING + TEND)
    stores, at = street.office.stores, MORNING + 5 * MINUTE
    dying = Overrides(Dying(database_of(street)), stores.nodes)
    with pytest.raises(StoreError):
        await dying.end(override.override_id, at=at)
    assert await stores.overrides.open_overrides(at) == [override]
    assert len(await overriding(street)) == 1
    await street.office.overrides.end(override.override_id, at=at + TEND)
    _, resume = await overriding(street)
    assert resume.purpose is Purpose.RESUME


async def test_a_crash_while_an_override_that_is_over_is_closed_costs_only_a_repeat(
    street: Town,
) -> None:
    await begin(street, ends_at=MORNING + 30 * MINUTE)
    late = MORNING + 9 * MINUTE
    await street.prove(await street.send(late), late + TEND)
    stores, at = street.office.stores, MORNING + 30 * MINUTE
    with pytest.raises(StoreError):
        await Overrides(Dying(database_of(street)), stores.nodes).tend(at)
    assert len(await overriding(street)) == 1
    assert await street.office.overrides.tend(at + TEND) == 1


class Forgetful(SqlOverrideStore):
    """A database that does not list the nodes of an override."""

    async def override_nodes(self, override_id: int) -> list[DevEui]:
        """Say that nobody should ask."""
        raise AssertionError(f"the nodes of override {override_id} were listed")


async def test_looking_after_an_override_does_not_list_all_its_nodes(street: Town) -> None:
    await begin(street, [dev(1), dev(2)], ends_at=MORNING + 10 * HOUR)
    await begin(street, [dev(1)], level=80, ends_at=MORNING + 10 * HOUR)
    stores = street.office.stores
    careful = Overrides(Forgetful(database_of(street)), stores.nodes)
    await street.prove(await street.send(MORNING), MORNING + TEND)
    assert await careful.tend(MORNING + MINUTE) == 0
    # Both nodes' orders last 255 minutes, another 15 by then.
    assert await careful.tend(MORNING + 4 * HOUR) == 2
