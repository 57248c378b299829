"""The load curve of one night: what the programs asked of all lanterns, by half-hour.

It is modelled, for all lanterns and all of the night: a counter that speaks once in hours gives no
half-hours. Where nothing was metered its sums are those of the closed night. Where local noon falls
inside a half-hour (Nepal) the minutes before the first half-hour are in none, as with any night
there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from lighting.energy.baseline import baseline_spans
from lighting.energy.city_courses import City, course_of, power_row
from lighting.energy.city_half_hours import city_half_hours
from lighting.energy.document_parts import LoadCurve
from lighting.energy.half_hours import night_half_hours, start_of
from lighting.energy.lantern_light import Load, Source
from lighting.energy.power_model import PowerModel
from lighting.identifiers import DevEui
from lighting.operations.expected import Expected
from lighting.operations.lantern_models import LanternModels
from lighting.operations.nights import BASELINE, as_then
from lighting.operations.programs import Cell, cell_of
from lighting.operations.records import Node
from lighting.operations.stores import NightStore, NodeStore
from lighting.units import WATT_HOURS_PER_KWH, Watts
from schedules.level import FULL
from schedules.timeline import Span

PAGE = 1000
"""Nodes read at a time: the office answers others in between."""

LAST_NIGHT = "the last night of the period"

Program = tuple[str, int, Cell]
"""A policy's name, its revision, and the cell for which it is compiled."""


@dataclass(slots=True)
class _Lanterns:
    """The lanterns of a night, counted by program and power model, and those left out."""

    alike: Counter[tuple[Program, PowerModel]] = field(default_factory=Counter)
    spans: dict[Program, tuple[Span, ...]] = field(default_factory=dict)
    no_wattage: int = 0
    no_node: int = 0


class NightCurves:
    """Works out load curves of nights."""

    def __init__(
        self,
        nodes: NodeStore,
        nights: NightStore,
        expected: Expected,
        models: LanternModels,
        zone: str,
    ) -> None:
        self._nodes = nodes
        self._nights = nights
        self._expected = expected
        self._models = models
        self._zone = zone

    async def night_curve(self, evening: date, *, why: str = LAST_NIGHT) -> LoadCurve | None:
        """Return the curve of the night of ``evening``, noon to noon, or None without lanterns.

        Its times are local, as the report shows them. It holds the lanterns that the stored night
        names, at the policy revisions that were in force in it; where no such night is stored,
        those that follow a policy now. ``why`` says why it is this night that is shown.

        Raises:
            NotFoundError: a policy revision that a lantern followed is not saved.
            StoreError: the database could not be read.
        """
        then = {
            str(row["lantern_id"]): (str(row["policy"]), int(str(row["revision"])))
            for row in await self._nights.nights(first=evening, last=evening)
        }
        lanterns = await self._lanterns(evening, then)
        if not lanterns.alike:
            return None
        window, local = night_half_hours(evening, self._zone), ZoneInfo(self._zone)
        baseline = {
            program: baseline_spans(spans, BASELINE) for program, spans in lanterns.spans.items()
        }
        return LoadCurve(
            starts=tuple(start_of(each).astimezone(local) for each in window),
            used_kwh=_kwh(lanterns.alike, lanterns.spans, window),
            baseline_kwh=_kwh(lanterns.alike, baseline, window),
            why_this_night=_words(evening, why, lanterns, stored=bool(then)),
        )

    async def _lanterns(self, evening: date, then: Mapping[str, tuple[str, int]]) -> _Lanterns:
        lanterns = _Lanterns(no_node=len(then))
        after: DevEui | None = None
        while page := await self._nodes.nodes(after=after, limit=PAGE):
            after = page[-1].dev_eui
            nodes = [as_then(node, then) for node in page if not then or node.lantern_id in then]
            lanterns.no_node -= len(nodes) if then else 0
            await self._count(lanterns, [node for node in nodes if node.policy], evening)
        return lanterns

    async def _count(self, lanterns: _Lanterns, nodes: list[Node], evening: date) -> None:
        models = await self._models.of_nodes(nodes)
        for node in nodes:
            model = models[node.lantern_id]
            if model is None:
                lanterns.no_wattage += 1
                continue
            cell = cell_of(node.latitude_deg, node.longitude_deg)
            program = (node.policy, node.revision, cell)
            if program not in lanterns.spans:
                timeline = await self._expected.timeline(node, evening)
                lanterns.spans[program] = tuple(timeline.spans())
            lanterns.alike[program, model] += 1


def _kwh(
    alike: Mapping[tuple[Program, PowerModel], int],
    spans: Mapping[Program, Sequence[Span]],
    window: range,
) -> tuple[float, ...]:
    """Return the energy [kWh] of all lanterns in each half-hour, each program over its spans.

    Lanterns that are alike go as one, with the power of them all.
    """
    lit = [program for program, each in spans.items() if each]
    number = {program: place for place, program in enumerate(lit)}
    groups = [(number[key], model, n) for (key, model), n in alike.items() if key in number]
    rows = [n * power_row(Load(model=model, node_w=Watts(0.0))) for _, model, n in groups]
    courses = [course_of(spans[program]) for program in lit]
    course = np.array([place for place, _, _ in groups], dtype=np.int64)
    city = City(
        lanterns=len(groups),
        courses=courses,
        powers_w=np.array(rows).reshape(len(groups), FULL + 1),
        lantern=np.arange(len(groups)),
        course=course,
        power=np.arange(len(groups)),
        source=np.full(len(groups), Source.PROGRAM, dtype=np.int64),
        start_us=np.array([each.starts_us[0] for each in courses], dtype=np.int64)[course],
        end_us=np.array([each.end_us for each in courses], dtype=np.int64)[course],
    )
    used_wh = city_half_hours(city, window)[Source.PROGRAM, 0]
    return tuple((used_wh / WATT_HOURS_PER_KWH).tolist())


def _words(evening: date, why: str, lanterns: _Lanterns, *, stored: bool) -> str:
    count = lanterns.alike.total()
    programs = "that were in force in it" if stored else "that are in force now"
    left_out = "".join(
        f" Left out, as unknown: {number:,} {_noun(number)} {words}."
        for number, words in (
            (lanterns.no_wattage, "without a power model or a wattage"),
            (lanterns.no_node, "of this night without a node now"),
        )
        if number
    )
    day = f"{evening.day} {evening:%B} {evening.year}"
    return (
        f"The night of {day}, noon to noon: {why}. Modelled from the programs {programs},"
        f" not metered, for {count:,} {_noun(count)}.{left_out}"
    )


def _noun(number: int) -> str:
    return "lantern" if number == 1 else "lanterns"
