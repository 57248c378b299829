"""What the demo's night came to, from what lanterns said of themselves."""

import time
from collections import Counter

from lighting.inventory.store import LanternFilter
from lighting.operations.nights import GROUPINGS
from tools.demo_night import Demo, all_nodes


async def summary(demo: Demo) -> dict[str, object]:
    """Close the night and return what happened."""
    office, evening = demo.office, demo.night.evening
    at = demo.clock.now()
    # A node whose meter contradicts its words follows nothing, whatever it says.
    verdicts = Counter(
        [
            "CONTRADICTED" if f.contradicted else f.verdict.name
            async for f in office.watch.night(evening, until=at)
        ]
    )
    await office.watch.confirm(evening, at=at)
    await office.nights.close(evening)
    evidence = {
        level.words: count for level, count in (await office.stores.nodes.evidence_counts()).items()
    }
    report = await office.nights.report(
        evening, evening, by=GROUPINGS["policy"], carry_forward=True, evidence=evidence
    )
    total = report.total
    factor = next(iter(report.factors.values()))
    heard = [node for node in await all_nodes(office) if node.last_seen_at is not None]
    return {
        "lanterns": await office.stores.lanterns.count(LanternFilter()),
        "nodes": len(demo.nodes),
        "reachable": len(heard),
        "on_policy": verdicts["FOLLOWS"],
        "verdicts": dict(verdicts),
        "evidence": evidence,
        "orders": sum((await office.stores.book.counts()).values()),
        "uplinks": demo.uplinks,
        "kwh": round(total.used_kwh, 3),
        "kwh_metered": round(total.metered_kwh, 3),
        "kwh_modelled": round(total.modelled_kwh, 3),
        "kwh_full_power": round(total.baseline_kwh, 3),
        "without_wattage": len(report.without_wattage),
        "kg_co2e": round(total.kg_co2e, 3),
        "factor": f"{factor.factor:.5f} kgCO2e/kWh ({factor.note or factor.source})",
        "airtime_worst_hour": round(
            max((probe.worst_share for probe in demo.server.airtime.values()), default=0.0), 4
        ),
        "unsettled_steps": demo.time.unsettled,
        "night": evening.isoformat(),
        "seconds": round(time.monotonic() - demo.began_s, 1),
    }
