"""The embedded broker ends with the process that started it, even where that is killed."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from lighting.testing.broker import HOST, BrokerKind, mosquitto

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[3]
CAN_BIND = mosquitto() is not None and shutil.which("setpriv") is not None
KINDS = [BrokerKind.AMQTT, *([BrokerKind.MOSQUITTO] if CAN_BIND else [])]

PARENT = """
import asyncio, sys
from lighting.testing.broker import BrokerKind, EmbeddedBroker

async def main():
    async with EmbeddedBroker(BrokerKind(sys.argv[1])) as broker:
        print(broker.port, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=lambda end: end.name)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
async def test_a_broker_does_not_outlive_a_parent_that_is_killed(
    kind: BrokerKind, end: signal.Signals, tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, kind.value, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    port = int(await parent.stdout.readline())
    assert await listens(port)
    parent.send_signal(end)
    assert await parent.wait() == -end
    async with asyncio.timeout(10):
        while await listens(port):  # noqa: ASYNC110 - what we wait for has no event
            await asyncio.sleep(0.02)
