"""Air time of a large rollout: the emulated network's own count says that the law was kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from lighting.operations.override import OverrideRequest
from lighting.testing.broker import EmbeddedBroker
from tests.system.street import GATEWAY, a_plan, all_nodes, open_street, proved

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

LANTERNS = 300
COMMAND_PORT = 60
DUTY_CYCLE = 0.10
"""ERC 70-03 annex 1, band P (869.4 to 869.65 MHz): at most a tenth of any hour."""


async def test_a_rollout_to_300_lanterns_behind_one_gateway_at_sf12_keeps_the_duty_cycle(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    """Half an hour after its begin an emergency for all of them may take what the rollout left."""
    plan = a_plan(lanterns=LANTERNS, spreading=12, report_s=6 * 3600)
    async with open_street(tmp_path, broker, plan) as street:
        street.time.busy_step = timedelta(seconds=20)
        probe = street.server.airtime[GATEWAY.gateway_id]
        await street.time.let_pass(timedelta(minutes=30))
        assert 0 < probe.worst_share <= 0.8 * DUTY_CYCLE  # a fifth is left for emergencies
        at = street.time.clock.now()
        await street.office.overrides.begin(
            OverrideRequest(
                selection="every lantern",
                level=100,
                starts_at=at,
                ends_at=at + timedelta(hours=2),
                reason="Flood",
                emergency=True,
            ),
            [node.dev_eui for node in await all_nodes(street.office)],
            at=at,
        )
        await street.time.let_pass(timedelta(minutes=80))
        assert 0.8 * DUTY_CYCLE < probe.worst_share <= DUTY_CYCLE
        assert street.server.sent["log"] == 0  # and no gateway refused a frame as too late
        heard = [{each.f_port for each in lan.heard} for lan in street.server.witnesses.values()]
        assert all(COMMAND_PORT in ports for ports in heard)
        assert await proved(street.office) > 0
