"""Air time of a large rollout: the emulated network's own count says that the law was kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from lighting.identifiers import GatewayId
from lighting.operations.override import OverrideRequest
from lighting.testing.broker import EmbeddedBroker
from tests.system.street import GATEWAY, a_plan, all_nodes, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

LANTERNS = 300
DUTY_CYCLE = 0.10
"""ERC 70-03 annex 1, band P (869.4 to 869.65 MHz): at most a tenth of any hour."""


async def test_a_rollout_to_300_lanterns_behind_one_gateway_at_sf12_keeps_the_duty_cycle(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    async with open_street(tmp_path, broker, a_plan(lanterns=LANTERNS, spreading=12)) as street:
        probe = street.server.airtime[GatewayId(GATEWAY.gateway_id)]
        await street.time.let_pass(timedelta(minutes=30))
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
        await street.time.until(street.all_proved, at_most=timedelta(hours=24))
        print(probe.worst_share, probe.frames, street.time.clock.now(), street.server.sent)
        assert 0.05 < probe.worst_share <= DUTY_CYCLE
        assert not street.server.refused
