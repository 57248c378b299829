"""A made-up city's lighting year, for benches: who followed which program when, as arrays.

The year has what a real one has: policies that change by date, each lantern's program evidenced
at a moment of its own with the default until then, and lamps that fail and are mended.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from lighting.energy.city_courses import City, Integers, course_of, power_row, to_us
from lighting.energy.lantern_light import Draw, FaultSpan, LanternLight, Load, Source
from lighting.energy.power_model import default_power_model
from lighting.inventory.lantern import Lantern
from lighting.operations.programs import Cell, cell_of
from lighting.units import Watts
from schedules.compiler import compile_night
from schedules.library import library_text
from schedules.night import Night
from schedules.policy_text import parse_policy
from schedules.site import Site
from schedules.timeline import Span

ZONE = "Europe/London"
YEAR = 2025
"""The financial year from 1 April 2025: 17,520 half-hours."""

FIRST, LAST = date(2025, 3, 31), date(2026, 3, 31)
"""Evenings of the first and the last night that reach into it."""

DEFAULT = "dusk-to-dawn"
HISTORIES = {
    "P": (
        (FIRST, "residential"),
        (date(2025, 6, 1), "hampshire"),
        (date(2025, 11, 3), "kent-part-night"),
    ),
    "M": ((FIRST, "traffic-route"), (date(2025, 9, 1), "thurrock-strategic")),
    "C": ((FIRST, "dusk-to-dawn"),),
}
"""Policies of lanterns by the first letter of their lighting class, each from a night on."""

PROVED_WITHIN_S = 36 * 3600
"""A changed program is evidenced at some time in this after the noon from which it is wanted."""

FAILED_SHARE = 0.02
FAILED_FROM, FAILED_DAYS, DARK_S = date(2026, 1, 1), 60, 14 * 86_400
"""Some lamps are dark for two weeks, from a moment in these days on: our choice, as the others."""

_ONE_DAY = timedelta(days=1)
_US = 1_000_000
_DRAWS = (None, Draw.DARK)

SpansOf = Mapping[tuple[str, Cell], tuple[Span, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightingYear:
    """A city as arrays, and what its plain form needs: spans by course, loads by lantern."""

    city: City
    loads: tuple[Load, ...]
    load: Integers
    spans: tuple[tuple[Span, ...], ...]
    default: Integers
    ward: Integers
    wards: int

    def light_of(self, lantern: int) -> LanternLight:
        """Return one lantern's light, as the plain form takes it."""
        city = self.city
        program, faults = [], []
        for place in np.flatnonzero(city.lantern == lantern):
            start, end = _at(city.start_us[place]), _at(city.end_us[place])
            if city.power[place] % len(_DRAWS):
                faults.append(FaultSpan(draw=Draw.DARK, start=start, end=end))
            if city.source[place] == Source.PROGRAM:
                spans = self.spans[city.course[place]]
                program += [
                    Span(start=max(s.start, start), end=min(s.end, end), level=s.level)
                    for s in spans
                    if s.start < end and s.end > start
                ]
        program.sort(key=lambda span: span.start)
        default = self.spans[self.default[lantern]]
        return LanternLight(default=default, program=tuple(program), faults=tuple(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """Lanterns of a kind follow ``policy`` from the noon of ``first`` to that after ``last``."""

    kind: str
    policy: str
    first: date
    last: date


def _stages() -> Iterator[_Stage]:
    for kind, history in HISTORIES.items():
        ends = [first - _ONE_DAY for first, _ in history[1:]]
        for (first, policy), last in zip(history, [*ends, LAST], strict=True):
            yield _Stage(kind=kind, policy=policy, first=first, last=last)


def compile_year(district: Sequence[Lantern]) -> SpansOf:
    """Return the spans of each policy and cell, over the nights in which someone follows it."""
    hung = {(each.lighting_class[0], _cell(each)) for each in district}
    wanted = {(DEFAULT, cell): (FIRST, LAST) for _, cell in hung}
    for stage in _stages():
        for cell in (cell for kind, cell in hung if kind == stage.kind):
            wanted.setdefault((stage.policy, cell), (stage.first, stage.last))
    policies = {name: parse_policy(library_text(name), document=name) for name, _ in wanted}
    return {
        (name, cell): tuple(
            span
            for days in range((last - first).days + 1)
            for span in compile_night(
                policies[name], Night(site=cell.site(ZONE), evening=first + days * _ONE_DAY)
            ).spans()
        )
        for (name, cell), (first, last) in wanted.items()
    }


def lighting_year(district: Sequence[Lantern], spans: SpansOf) -> LightingYear:
    """Return the city's year: lanterns grouped, holdings as columns."""
    number = {key: place for place, key in enumerate(spans)}
    watts, load = np.unique([each.power_w or 0.0 for each in district], return_inverse=True)
    loads = tuple(
        Load(model=default_power_model(Watts(each)), node_w=Watts(0.0)) for each in watts.tolist()
    )
    wards, ward = np.unique([each.ward for each in district], return_inverse=True)
    columns = _Columns(district, number, load, np.random.default_rng(1))
    for stage in _stages():
        columns.hold(stage)
    lantern, course, power, source, start_us, end_us = columns.joined()
    city = City(
        lanterns=len(district),
        courses=[course_of(each) for each in spans.values()],
        powers_w=np.array([power_row(each, draw) for each in loads for draw in _DRAWS]),
        lantern=lantern,
        course=course,
        power=power,
        source=source,
        start_us=start_us,
        end_us=end_us,
    )
    return LightingYear(
        city=city,
        loads=loads,
        load=load,
        spans=tuple(spans.values()),
        default=columns.course_of(DEFAULT, np.arange(len(district))),
        ward=ward,
        wards=len(wards),
    )


class _Columns:
    """Collects holdings: lantern, course, power, source, start, end."""

    def __init__(
        self,
        district: Sequence[Lantern],
        number: Mapping[tuple[str, Cell], int],
        load: Integers,
        rng: np.random.Generator,
    ) -> None:
        cells = {cell: place for place, cell in enumerate({cell for _, cell in number})}
        self._cell = np.array([cells[_cell(each)] for each in district])
        self._kind = np.array([each.lighting_class[0] for each in district])
        self._courses = {
            policy: np.array([number.get((policy, cell), -1) for cell in cells])
            for policy, _ in number
        }
        self._power = load * len(_DRAWS)
        self._rng = rng
        self._rows: list[Integers] = []

    def course_of(self, policy: str, lanterns: Integers) -> Integers:
        """Return the numbers of the courses that lanterns follow under a policy."""
        return np.asarray(self._courses[policy][self._cell[lanterns]])

    def hold(self, stage: _Stage) -> None:
        """Add what the lanterns of a stage do: the default until it is proved, then its program."""
        lanterns = np.flatnonzero(self._kind == stage.kind)
        start, end = _noon_us(stage.first), _noon_us(stage.last + _ONE_DAY)
        late_s = self._rng.integers(0, PROVED_WITHIN_S, len(lanterns))
        proved = start + (late_s if stage.first > FIRST else 0 * late_s) * _US
        self._add(lanterns, DEFAULT, Source.DEFAULT, start, proved)
        if stage.last < LAST:
            self._add(lanterns, stage.policy, Source.PROGRAM, proved, end)
            return
        dark, mended = self._failures(len(lanterns), end)
        self._add(lanterns, stage.policy, Source.PROGRAM, proved, dark)
        self._add(lanterns, stage.policy, Source.PROGRAM, dark, mended, dark=1)
        self._add(lanterns, stage.policy, Source.PROGRAM, mended, end)

    def _failures(self, count: int, end: int) -> tuple[Integers, Integers]:
        """Return from when to when lamps are dark; both are ``end`` for those that are not."""
        fails = self._rng.random(count) < FAILED_SHARE
        after_s = self._rng.integers(0, FAILED_DAYS * 86_400, count)
        dark = np.where(fails, _noon_us(FAILED_FROM) + after_s * _US, end)
        return dark, np.minimum(dark + DARK_S * _US, end)

    def _add(
        self,
        lanterns: Integers,
        policy: str,
        source: Source,
        start: Integers | int,
        end: Integers | int,
        *,
        dark: int = 0,
    ) -> None:
        columns = (
            lanterns, self.course_of(policy, lanterns), self._power[lanterns] + dark, source,
            start, end,
        )  # fmt: skip
        rows = np.stack(np.broadcast_arrays(*columns)).astype(np.int64)
        self._rows.append(rows[:, rows[4] < rows[5]])

    def joined(self) -> Integers:
        """Return all holdings, one row for each column."""
        return np.concatenate(self._rows, axis=1)


def _cell(lantern: Lantern) -> Cell:
    return cell_of(lantern.latitude_deg, lantern.longitude_deg)


def _noon_us(evening: date) -> int:
    site = Site(latitude_deg=0.0, longitude_deg=0.0, zone=ZONE)
    return to_us(Night(site=site, evening=evening).start)


def _at(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(us))
