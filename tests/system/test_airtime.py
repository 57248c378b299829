"""Air time of rollouts: the emulated network's own count says that the law was kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from lighting.operations.override import OverrideRequest
from lighting.testing.broker import EmbeddedBroker
from tests.system.street import GATEWAY, Street, a_plan, all_nodes, open_street, proved

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

COMMAND_PORT = 60
DUTY_CYCLE = 0.01
"""ERC 70-03 annex 1, band M (868.0 to 868.6 MHz): at most a hundredth of any hour. A tenth, as in
band P where downlinks go, is kept by the same count and takes ten times as long to reach."""


@pytest.fixture(autouse=True)
def _band(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMPLIGHTER_BAND_DUTY_CYCLE", str(DUTY_CYCLE))


async def begin_emergency(street: Street) -> None:
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


async def test_a_rollout_behind_one_gateway_at_sf12_keeps_the_duty_cycle_and_room_for_an_emergency(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    """Programs for thirty lanterns are five hours' worth; the emergency is one hour's."""
    plan = a_plan(lanterns=30, spreading=12, report_s=6 * 3600)
    async with open_street(tmp_path, broker, plan) as street:
        street.time.busy_step = timedelta(seconds=20)
        probe = street.server.airtime[GATEWAY.gateway_id]
        lanterns = street.server.witnesses.values()

        async def all_are_lit() -> bool:
            return all(COMMAND_PORT in {each.f_port for each in lan.heard} for lan in lanterns)

        await street.time.let_pass(timedelta(minutes=40))
        assert 0.7 * DUTY_CYCLE < probe.worst_share <= 0.8 * DUTY_CYCLE  # a fifth is left
        await begin_emergency(street)
        await street.time.until(all_are_lit, at_most=timedelta(hours=2))
        assert 0.9 * DUTY_CYCLE < probe.worst_share <= DUTY_CYCLE
        assert street.server.sent["log"] == 0  # and no gateway refused a frame as too late
        assert await proved(street.office) > 0


async def test_a_rollout_whose_tx_acks_are_lost_ends_proved_and_keeps_the_duty_cycle(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    """Every third is lost, so the network server sends half as much again as it was asked to."""
    plan = a_plan(lanterns=8, spreading=12, report_s=6 * 3600, tx_ack_loss_share=1 / 3)
    async with open_street(tmp_path, broker, plan) as street:
        await street.time.until(street.all_proved, at_most=timedelta(hours=8))
        probe = street.server.airtime[GATEWAY.gateway_id]
        assert probe.frames > 1.3 * len(street.server.asked)
        assert 0.7 * DUTY_CYCLE < probe.worst_share <= DUTY_CYCLE
