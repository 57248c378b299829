"""The plan bench: from a saved policy to orders in the book, for a whole city."""

import asyncio
import tempfile
import time
from pathlib import Path

from lighting.clock import SystemClock
from lighting.operations.policies import save_policy
from lighting.wiring import open_office
from schedules.library import library_text
from tools.bench_city import assign_all, fill, settings_in


def bench_plan(*, lanterns: int) -> dict[str, object]:
    """Return how long a first rollout takes (six or more frames for every node)."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        return asyncio.run(_run(Path(folder), lanterns))


async def _run(folder: Path, lanterns: int) -> dict[str, object]:
    async with open_office(settings_in(folder), clock=SystemClock()) as office:
        prepared = await fill(office, lanterns)
        at = office.clock.now()
        changed = library_text("residential").replace('"23:00"', '"22:30"')
        began = time.perf_counter()
        await save_policy(office.stores.policies, changed, at=at, by="bench")
        assign_s = await assign_all(office)
        report = await office.planner.plan(at)
        plan_s = time.perf_counter() - began
        orders = await office.stores.book.counts()
    written = sum(orders.values())
    return {
        "bench": "plan",
        "lanterns": lanterns,
        "nodes": report.nodes,
        "programs_compiled_and_proved": report.compiled,
        "nodes_ordered_for": report.ordered,
        "orders_written": written,
        "seconds": round(plan_s, 3),
        "seconds_of_it_assigning": round(assign_s, 3),
        "orders_per_second": round(written / plan_s),
        "reference": {"what": "the same city put into the database first", **prepared},
        "aim_seconds": 20,
    }
