"""Nodes that lie, die, or forget: none of them is taken for one that follows its policy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lighting.operations.drift import find_drift
from lighting.operations.follow import Verdict
from lighting.operations.records import Evidence
from lighting.testing.broker import EmbeddedBroker
from lighting.testing.lantern_spec import Faults
from tests.system.street import MORNING, a_plan, all_nodes, dev_eui, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

LIAR, DEAD, DIES, FORGETS = 0, 1, 2, 3
EVENING = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
"""The lanterns of Hampshire's policy are lit, at 75 %."""

FAULTS = {
    LIAR: Faults(lies=True),
    DEAD: Faults(dead_from_s=0.0),
    DIES: Faults(dead_from_s=datetime(2026, 11, 23, 12, 45, tzinfo=UTC).timestamp()),
    FORGETS: Faults(rejoins_s=EVENING.timestamp(), forgets=True),
}


async def test_no_failing_node_is_taken_for_one_that_follows(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    plan = a_plan(lanterns=8, faults=FAULTS, spreading=9)
    async with open_street(tmp_path, broker, plan) as street:
        await street.time.let_pass(EVENING - timedelta(hours=1) - MORNING)
        forgetful = street.server.witnesses[dev_eui(FORGETS)]
        taken = [heard.payload for heard in forgetful.heard]
        assert forgetful.registers.held

        await street.time.let_pass(timedelta(hours=5))
        nodes = {node.dev_eui: node for node in await all_nodes(street.office)}
        until = street.time.clock.now()
        judged = [each async for each in street.office.watch.night(MORNING.date(), until=until)]
        verdicts = {each.node.dev_eui: each.verdict for each in judged}
        # The liar reports the level it was told and burns at full power: its meter tells.
        assert nodes[dev_eui(LIAR)].evidence is Evidence.ECHOED
        assert [each.node.dev_eui for each in judged if each.contradicted] == [dev_eui(LIAR)]
        honest = [nodes[dev_eui(number)] for number in range(4, 8)]
        assert {node.evidence for node in honest} == {Evidence.SEEN_IN_POWER}
        assert {verdicts[node.dev_eui] for node in honest} == {Verdict.FOLLOWS}
        # The dead are silent, whether they ever spoke or not.
        assert verdicts[dev_eui(DEAD)] is verdicts[dev_eui(DIES)] is Verdict.SILENT
        assert nodes[dev_eui(DEAD)].last_seen_at is None
        # The forgetful one was given its program again, and holds it.
        assert [heard.payload for heard in forgetful.heard] == taken * 2
        assert nodes[dev_eui(FORGETS)].held == nodes[dev_eui(FORGETS)].wanted is not None
        assert verdicts[dev_eui(FORGETS)] is Verdict.FOLLOWS

        await street.time.let_pass(timedelta(hours=14))  # its orders' day is over
        listed = {
            each.node.dev_eui: each.reason
            for each in await find_drift(street.office.stores, limit=100)
        }
        assert "the node was never heard" in listed[dev_eui(DEAD)]
        assert dev_eui(4) not in listed
