"""What the demo's night came to, from what lanterns said of themselves."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from firmware_profiles.devices.device import Use
from lighting.faults.fault import Fault
from lighting.faults.kinds import FaultKind
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.follow import Followed
from lighting.operations.nights import GROUPINGS
from lighting.sensing.alerts.notice import DeliveryState
from lighting.sensing.alerts.store import AlertFilter
from tools.demo_night import Demo, all_nodes

LAMP_FAILED = "LAMP_FAILED"
"""Its node follows and its lamp is dark: a fault, found and named, and no light on policy."""


async def summary(demo: Demo) -> dict[str, object]:
    """Close the night and return what happened."""
    office, evening = demo.office, demo.night.evening
    at = demo.clock.now()
    faults = await open_faults(demo)
    verdicts = Counter(
        [_verdict(followed, faults) async for followed in office.watch.night(evening, until=at)]
    )
    await office.watch.confirm(evening, at=at)
    await office.energy.nights.close(evening)
    evidence = {
        level.words: count for level, count in (await office.stores.nodes.evidence_counts()).items()
    }
    report = await office.energy.nights.report(
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
        "lamp_failures": verdicts[LAMP_FAILED],
        "well": verdicts["FOLLOWS"] + verdicts[LAMP_FAILED] == len(heard),
        "verdicts": dict(verdicts),
        "faults": dict(Counter(fault.kind.value for fault in faults)),
        "evidence": evidence,
        "orders": sum((await office.stores.book.counts()).values()),
        "uplinks": demo.uplinks,
        "add_ons": await _add_ons(office, at),
        "measurements": _measurements(office),
        "alerts": await _alerts(office),
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


async def _add_ons(office: Office, at: datetime) -> dict[str, object]:
    """Return how many add-ons there are of each use, and how many of them were heard."""
    told = await office.sensing.board.read(at)
    by_use = {use: count for use, count in told.deployed.items() if use != Use.LIGHTING}
    return {
        "registered": sum(by_use.values()),
        "heard": sum(told.heard.values()),
        "by_use": dict(sorted(by_use.items())),
    }


def _measurements(office: Office) -> dict[str, int]:
    """Return how many values are stored, and what became of the messages that brought them."""
    counts = office.sensing.measurements.counts
    return {"stored": office.sensing.feed.last, **{f"messages {k}": n for k, n in counts.items()}}


async def _alerts(office: Office) -> dict[str, object]:
    """Return which rules raised alerts, how many are on, and how many deliveries were taken."""
    alerts = await office.alerts.store.find(AlertFilter())
    told = await office.alerts.outbox.deliveries(state=DeliveryState.SENT)
    return {
        "raised": len(alerts),
        "on": sum(alert.is_open for alert in alerts),
        "told": len(told),
        "by_rule": dict(Counter(alert.rule_id for alert in alerts)),
    }


async def open_faults(demo: Demo) -> list[Fault]:
    """Look for faults in the night that is over and return all that are open."""
    await demo.office.faults.look(demo.night.evening, at=demo.clock.now())
    return await demo.office.stores.faults.open_faults()


def _verdict(followed: Followed, faults: Sequence[Fault]) -> str:
    """Return the verdict's name; a node whose meter contradicts its words follows nothing."""
    if not followed.contradicted:
        return followed.verdict.name
    dark = {
        lantern for fault in faults if fault.kind is FaultKind.LAMP for lantern in fault.lanterns
    }
    return LAMP_FAILED if followed.node.lantern_id in dark else "CONTRADICTED"
