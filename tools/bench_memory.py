"""The memory bench: what a controller for a whole city holds in memory while it works."""

import asyncio
import resource
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from lighting.clock import SystemClock
from lighting.operations.keeping import Keeper
from lighting.testing.broker import EmbeddedBroker
from lighting.wiring import open_controller
from tools.bench_city import settings_in

WORK_S = 20.0
"""How long the controller works after its plan is written: it sends at its full pace."""

_FILL = (
    "import asyncio, sys; from pathlib import Path; from tools.bench_city import fill_folder; "
    "asyncio.run(fill_folder(Path(sys.argv[1]), int(sys.argv[2])))"
)


def bench_memory(*, lanterns: int) -> dict[str, object]:
    """Return the greatest resident memory [MiB] of this process, and what it was before."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        subprocess.run([sys.executable, "-c", _FILL, folder, str(lanterns)], check=True)
        return asyncio.run(_run(Path(folder), lanterns))


async def _run(folder: Path, lanterns: int) -> dict[str, object]:
    before = _peak_mib()
    async with EmbeddedBroker() as broker:
        settings = settings_in(folder).model_copy(
            update={
                "mqtt_host": broker.host,
                "mqtt_port": broker.port,
                "mqtt_version": "5" if broker.speaks_v5 else "3.1.1",
                "mqtt_username": broker.username,
            }
        )
        async with open_controller(settings, clock=SystemClock()) as controller:
            keeper = asyncio.create_task(Keeper(controller).run(), name="bench.keeper")
            book = controller.office.stores.book
            while not sum((await book.counts()).values()):  # noqa: ASYNC110 - a plan tells nobody
                await asyncio.sleep(0.5)
            await asyncio.sleep(WORK_S)
            orders = await book.counts()
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
    return {
        "bench": "memory",
        "lanterns": lanterns,
        "orders": {state.value: count for state, count in orders.items() if count},
        "peak_memory_mib": _peak_mib(),
        "reference": {"what": "the same process with everything imported", "mib": before},
        "aim_mib": 500,
    }


def _peak_mib() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
