"""Messages that come twice, or in another order than they were said, change nothing."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from lighting.testing.broker import EmbeddedBroker
from tests.system.street import a_plan, all_nodes, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

STATUS, USAGE = 23, 26
"""Ports of NAS UL20xx."""


def count(file: Path, query: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (number,) = connection.execute(query).fetchone()
        return int(number)


async def test_duplicates_and_disorder_are_harmless(tmp_path: Path, broker: EmbeddedBroker) -> None:
    plan = a_plan(spreading=9, duplicate_share=0.4, disorder_share=0.4, disorder_s=20.0)
    async with open_street(tmp_path, broker, plan) as street:
        lanterns = street.server.witnesses.values()

        async def all_is_recorded() -> bool:
            return all(
                count(street.file, f"SELECT count(*) FROM {table}")  # noqa: S608 - two fixed names
                == sum(lantern.said[port] for lantern in lanterns)
                for table, port in (("status", STATUS), ("meter", USAGE))
            )

        await street.time.until(street.all_proved)
        await street.time.let_pass(timedelta(hours=4))
        # Once each: what was said twice counts once. Now and then nothing is on its way.
        await street.time.until(all_is_recorded, look_every=timedelta(seconds=10))
        nodes = await all_nodes(street.office)
        (wanted,) = {node.wanted for node in nodes}
        assert wanted is not None
        programs = await street.office.stores.nodes.programs([wanted])
    assert {node.held for node in nodes} == {wanted}
    frames = [frame.payload for frame in programs[wanted].frames]
    for lantern in lanterns:
        assert [heard.payload for heard in lantern.heard] == frames  # each once, in order
    orders = len(frames) * len(lanterns)
    assert count(street.file, "SELECT count(*) FROM downlink_order") == orders
    assert count(street.file, "SELECT count(*) FROM transmission") == orders
    assert len(street.server.asked) == orders
    assert street.server.sent["up"] > sum(lantern.said.total() for lantern in lanterns)
