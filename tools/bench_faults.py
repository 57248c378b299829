"""The faults bench: a city's night judged as arrays, and looked at whole from a real database.

The reference of both are the same rules for one lantern after the other in plain Python; of the
look it also reads each reading as a record, through the store that other parts of the system use.
"""

import asyncio
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from lighting.clock import SystemClock
from lighting.faults.detect import detect
from lighting.faults.fault import Found
from lighting.faults.night import NightSeen
from lighting.faults.rules import DEFAULT_RULES
from lighting.identifiers import LanternId
from lighting.operations.controller import Office
from lighting.operations.night_seen import NightBoard
from lighting.operations.records import Node
from lighting.testing.fault_nights import EVENING, healthy_night
from lighting.testing.plain_detector import Plain, PlainDetector
from lighting.wiring import open_office
from schedules.night import Night
from schedules.site import Site
from tools.bench_city import fill, settings_in
from tools.bench_fault_city import fill_night, make_sick

ZONE = "Europe/London"
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    """What the reference took over some lanterns, and how many of them it judged differently."""

    lanterns: int
    took_s: float
    different: int

    def told(self, what: str, *, of: int, ours_s: float) -> dict[str, object]:
        """Return its figures beside ours for all ``of`` lanterns."""
        all_s = self.took_s / self.lanterns * of
        return {
            "what": what,
            "lanterns_timed": self.lanterns,
            "seconds_for_all_extrapolated": round(all_s, 1),
            "ratio": round(all_s / ours_s, 1),
            "lanterns_judged_differently": self.different,
        }


def bench_faults(*, lanterns: int, sample: int) -> dict[str, object]:
    """Return seconds and what was found of both, with the reference's own figures."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        looked = asyncio.run(_look(Path(folder), lanterns, sample))
    return {
        "bench": "faults",
        "lanterns": lanterns,
        **looked,
        **_judge(lanterns, sample),
        "aim_look_s": 10,
    }


def _judge(lanterns: int, sample: int) -> dict[str, object]:
    """Time the detector alone, over arrays."""
    night = healthy_night(lanterns, seed=1)
    false_alarms = len(detect(night.seen(), DEFAULT_RULES).found)
    make_sick(night)
    seen = night.seen()
    began = time.perf_counter()
    detected = detect(seen, DEFAULT_RULES)
    judge_s = time.perf_counter() - began
    picks = range(0, lanterns, max(1, lanterns // sample))
    began = time.perf_counter()
    theirs = _plain(seen, picks)
    took_s = time.perf_counter() - began
    reference = _Reference(
        lanterns=len(picks),
        took_s=took_s,
        different=_different(theirs, detected.found),
    )
    what = "the same rules for one lantern after the other, plain Python, one process"
    return {
        "judge_s": round(judge_s, 3),
        "judge_rows": len(seen.statuses.at_s) + len(seen.meters.at_s),
        "judge_false_alarms_in_a_healthy_night": false_alarms,
        "judge_reference": reference.told(what, of=lanterns, ours_s=judge_s),
    }


async def _look(folder: Path, lanterns: int, sample: int) -> dict[str, object]:
    """Time a whole look at a night in SQLite: read, judge, and write what is found."""
    night = Night(site=Site(latitude_deg=0.0, longitude_deg=0.0, zone=ZONE), evening=EVENING)
    async with open_office(settings_in(folder), clock=SystemClock()) as office:
        await fill(office, lanterns)
        made = await fill_night(office, folder / "bench.db", night)
        began = time.perf_counter()
        look = await office.faults.look(night.evening, at=night.end - timedelta(seconds=1))
        look_s = time.perf_counter() - began
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reference = await _look_plainly(office, night, sample, look.opened)
    what = "readings as records from the same database, the same rules for one after the other"
    return {
        "look_s": round(look_s, 3),
        "look_nodes": made.nodes,
        "look_rows": made.rows,
        "look_peak_memory_mib": round(peak_mib, 1),
        "look_lanterns_made_sick": made.sick,
        "look_found": dict(Counter(each.kind.value for each in look.opened)),
        "look_reference": reference.told(what, of=made.nodes, ours_s=look_s),
    }


async def _look_plainly(
    office: Office, night: Night, sample: int, ours: Sequence[Found]
) -> _Reference:
    stores = office.stores
    board = NightBoard(
        office.expected,
        night,
        DEFAULT_RULES,
        await stores.nodes.programs_in_force(night.evening),
    )
    nodes: list[Node] = []
    theirs: dict[LanternId, set[Plain]] = {}
    took_s = 0.0
    while len(nodes) < sample:
        after = nodes[-1].dev_eui if nodes else None
        page = await stores.nodes.nodes(after=after, limit=min(PAGE, sample - len(nodes)))
        if not page:
            break
        nodes += page
        euis = [node.dev_eui for node in page]
        seen = await board.seen(
            page, (), [], await stores.night_rows.read(euis, start=night.start, end=night.end)
        )
        began = time.perf_counter()
        for read in (stores.readings.statuses_of, stores.readings.meters_of):
            await read(euis, start=night.start, end=night.end)
        theirs |= _plain(seen, range(len(page)))
        took_s += time.perf_counter() - began
    return _Reference(lanterns=len(nodes), took_s=took_s, different=_different(theirs, ours))


def _plain(seen: NightSeen, places: range) -> dict[LanternId, set[Plain]]:
    plain = PlainDetector(seen, DEFAULT_RULES)
    return {seen.ids[place]: plain.find(place) for place in places}


def _different(theirs: Mapping[LanternId, set[Plain]], found: Sequence[Found]) -> int:
    ours: dict[LanternId, set[Plain]] = {}
    for each in found:
        span = (int(each.first_seen.timestamp()), int(each.last_seen.timestamp()))
        ours.setdefault(each.lanterns[0], set()).add((each.kind, *span))
    return sum(told != ours.get(lantern_id, set()) for lantern_id, told in theirs.items())
