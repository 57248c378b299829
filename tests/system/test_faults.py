"""Faults."""
from datetime import timedelta
from pathlib import Path
import time
import pytest
from lighting.testing.broker import EmbeddedBroker
from tests.system.street import a_plan, open_street

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

async def test_x(tmp_path: Path, broker: EmbeddedBroker) -> None:
    async with open_street(tmp_path, broker, a_plan(spreading=9)) as street:
        t=time.monotonic()
        await street.time.until(street.all_proved)
        print("proved after", street.time.clock.now(), time.monotonic()-t)
        await street.time.let_pass(timedelta(hours=10))
        print("10 h later", street.time.clock.now(), time.monotonic()-t, street.time.lost)
