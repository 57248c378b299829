"""The broker is killed in the middle of a rollout, or is not there at the start: no restart needed.

What it took and had not given on is lost with it (it keeps nothing on disk here); the orders in the
book are sent again.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from lighting.operations.status import health
from lighting.testing.broker import EmbeddedBroker
from tests.system.street import Street, a_plan, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

A_DAY = timedelta(hours=24)


async def connected(street: Street) -> None:
    async with asyncio.timeout(20):
        while not (await health(street.controller)).broker_connected:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)


async def test_a_broker_that_is_killed_in_the_middle_of_a_rollout_costs_time_and_nothing_else(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    async with open_street(tmp_path, broker, a_plan(spreading=9)) as street:

        async def is_halfway() -> bool:
            return sum(len(lan.heard) for lan in street.server.witnesses.values()) > 40

        await connected(street)
        await street.time.until(is_halfway)
        assert not await street.all_proved()
        await broker.kill()
        await street.time.let_pass(timedelta(minutes=3), settle=False)
        state = await health(street.controller)
        assert (state.well, state.broker_connected) == (False, False)
        assert state.broker_problem
        await broker.start()
        await connected(street)
        await street.time.start_over()
        await street.time.until(street.all_proved, at_most=A_DAY)
        assert (await health(street.controller)).broker_reconnects == 1


async def test_a_broker_that_is_not_there_at_the_start_is_waited_for(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    await broker.kill()
    async with open_street(tmp_path, broker, a_plan(spreading=9)) as street:
        await street.time.let_pass(timedelta(minutes=30), settle=False)
        state = await health(street.controller)
        assert (state.database, state.broker_connected) == ("", False)
        assert "refused" in state.broker_problem
        assert state.oldest_waiting_at is not None  # planned, and waiting
        await broker.start()
        await connected(street)
        await street.time.start_over()
        await street.time.until(street.all_proved, at_most=A_DAY)
