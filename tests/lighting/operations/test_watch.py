"""Judging all nodes of a night from the database, and raising those whose meters agree.

The night is that of 22 November 2026 in Leeds under ``dim-late``; powers as in ``test_follow``.
"""

from datetime import timedelta

import pytest

from lighting.operations.follow import Verdict
from lighting.operations.records import Evidence, MeterRow, StatusRow, UplinkBatch
from tests.lighting.operations.test_follow import DIMMED, at
from tests.lighting.operations.town import DIM_LATE, MORNING, TONIGHT, Town, dev, lantern


@pytest.fixture
async def holding(town: Town) -> Town:
    """Return a town with three lanterns, the first two of which hold ``dim-late``."""
    await town.hang(lantern(1), lantern(2), lantern(3))
    await town.give(DIM_LATE, 1, 2)
    await town.office.planner.plan(MORNING)
    await town.deliver(MORNING)
    return town


async def say(town: Town, number: int, clock: str, level: int, power_w: int) -> None:
    """Let a node report its level and its meter's power."""
    moment = at(clock)
    statuses = [StatusRow(dev(number), moment, level, "profile 0", "", 8)]
    meters = [MeterRow(dev(number), moment, 1000, power_w, None, 230)]
    await town.office.stores.nodes.record(UplinkBatch(statuses=statuses, meters=meters))


async def test_every_node_with_a_policy_is_judged(holding: Town) -> None:
    await say(holding, 1, "18:00", 100, 40)
    found = [each async for each in holding.office.watch.night(TONIGHT, until=at("19:00"))]
    assert [(each.node.dev_eui, each.verdict) for each in found] == [
        (dev(1), Verdict.FOLLOWS),
        (dev(2), Verdict.SILENT),
    ]


async def test_a_node_whose_meter_agrees_is_seen_in_power(holding: Town) -> None:
    await say(holding, 1, "18:00", 100, 40)
    assert await holding.office.watch.confirm(TONIGHT, at=at("19:00")) == []
    assert (await holding.node(1)).evidence is Evidence.ECHOED
    await say(holding, 1, "23:00", 50, 21)
    await holding.office.watch.confirm(TONIGHT, at=at("23:30"))
    node = await holding.node(1)
    assert (node.evidence, node.evidence_at) == (Evidence.SEEN_IN_POWER, at("23:30"))
    assert (await holding.node(2)).evidence is Evidence.ECHOED


async def test_a_node_that_echoes_and_reports_well_but_burns_at_full_is_never_seen_in_power(
    holding: Town,
) -> None:
    # Confirmed every hour as the controller does, with what was said in the two hours before.
    for hour in (*range(13, 24), *range(12)):
        clock = f"{hour:02}:00"
        await say(holding, 1, clock, DIMMED.level_at(at(clock)), 40)
        since = at(clock) - timedelta(hours=2)
        await holding.office.watch.confirm(TONIGHT, at=at(clock), since=since)
        assert (await holding.node(1)).evidence is Evidence.ECHOED


async def test_nodes_that_stray_are_told(holding: Town) -> None:
    await say(holding, 2, "18:00", 20, 8)
    (stray,) = await holding.office.watch.confirm(TONIGHT, at=at("19:00"))
    assert (stray.node.dev_eui, stray.verdict) == (dev(2), Verdict.STRAYS)
    assert "20 % instead of 100 %" in stray.stray


async def test_only_the_stretch_that_is_asked_for_is_judged(holding: Town) -> None:
    await say(holding, 1, "18:00", 20, 8)
    watch = holding.office.watch
    assert await watch.confirm(TONIGHT, at=at("20:30"), since=at("18:30")) == []
    assert await watch.confirm(TONIGHT, at=at("18:00")) == []  # until is not included
