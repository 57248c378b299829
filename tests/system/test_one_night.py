"""One street through one night, with all that the demo runs: every lantern follows its policy."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from lighting.testing.broker import free_port
from tests.system.passing import Passing
from tools.demo_add_ons import KINDS
from tools.demo_city import CityChoice
from tools.demo_night import Demo, DemoChoice, open_demo
from tools.demo_summary import summary

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

LANTERNS = 20
KG_A_KWH = 0.17700 + 0.01853
"""DESNZ 2025: UK electricity, generation plus transmission and distribution."""


def silent(_: str) -> None:
    """Say nothing."""


@asynccontextmanager
async def a_street(folder: Path) -> AsyncIterator[tuple[Demo, Passing]]:
    city = CityChoice(file=None, mapping="", lanterns=LANTERNS, seed=1)
    choice = DemoChoice(city=city, zone="Europe/London", speed=1, seed=1, port=free_port())
    morning = datetime(2026, 3, 28, 9, tzinfo=UTC)  # the clocks change in the night that follows
    async with open_demo(choice, folder, morning, silent) as demo:
        yield (
            demo,
            Passing(
                clock=demo.clock,
                controller=demo.controller,
                network=demo.time.network,
                server=demo.server,
                busy_step=timedelta(seconds=10),
            ),
        )


async def test_a_street_follows_its_policy_through_the_night_and_the_report_says_so(
    tmp_path: Path,
) -> None:
    async with a_street(tmp_path) as (demo, time):
        await time.let_pass(demo.first_light - timedelta(minutes=1) - demo.clock.now())
        before = sum(lantern.energy_wh for lantern in demo.server.lanterns.values())
        await time.let_pass(demo.last_light + timedelta(minutes=30) - demo.clock.now())
        burnt_kwh = sum(lan.energy_wh for lan in demo.server.lanterns.values()) / 1000
        burnt_kwh -= before / 1000
        told = json.loads(json.dumps(await summary(demo)))
        async with httpx.AsyncClient(base_url=demo.api_url, trust_env=False) as client:
            status = (await client.get("/status")).raise_for_status().json()

    assert told["lanterns"] == told["nodes"] == told["reachable"] == told["on_policy"] == LANTERNS
    assert told["verdicts"] == {"FOLLOWS": LANTERNS}
    assert told["night"] == "2026-03-28"
    assert told["uplinks"] == demo.server.sent["up"]
    assert told["evidence"] == status["evidence"]
    assert told["add_ons"]["registered"] == told["add_ons"]["heard"] == len(KINDS)
    assert set(told["measurements"]) == {"stored", "messages read"}  # all were understood and kept
    assert told["measurements"]["stored"] > told["measurements"]["messages read"] > 0
    assert told["alerts"]["by_rule"] == {"demo/gully-full": 1, "demo/road-frost": 1}
    used, metered, modelled = (told[k] for k in ("kwh", "kwh_metered", "kwh_modelled"))
    assert used == pytest.approx(metered + modelled, abs=0.002)
    assert used == pytest.approx(burnt_kwh, rel=0.03)  # what the lanterns themselves counted
    assert used < told["kwh_full_power"]
    assert told["kg_co2e"] == pytest.approx(used * KG_A_KWH, abs=0.001)
    assert told["airtime_worst_hour"] <= 0.10
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("demo.")]
