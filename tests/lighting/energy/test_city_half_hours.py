"""A city's arrays give what one lantern after the other gives, to 1 part in 10^9.

The reference is the plain form, ``lantern_half_hours``, whose own expected values are by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lighting.energy.city_courses import City, Course, course_of, power_row, to_us
from lighting.energy.city_half_hours import city_by_lantern, city_half_hours
from lighting.energy.errors import SpanError
from lighting.energy.half_hour_errors import CityArraysError
from lighting.energy.half_hours import Floats, half_hour_of, sums
from lighting.energy.lantern_half_hours import LanternHalfHours, lantern_half_hours
from lighting.energy.lantern_light import Draw, FaultSpan, LanternLight, Load, Source
from lighting.energy.power_model import default_power_model
from lighting.units import Watts
from schedules.level import level
from schedules.timeline import Span

START = datetime(2026, 3, 28, 18, tzinfo=UTC)
LENGTH = timedelta(days=3)
WINDOW = range(half_hour_of(START) + 3, half_hour_of(START + LENGTH) - 5)
SECONDS = int(LENGTH.total_seconds())
LOADS = (
    Load(model=default_power_model(Watts(17.0)), node_w=Watts(0.0)),
    Load(model=default_power_model(Watts(60.0)), node_w=Watts(1.3)),
)
DRAWS = (None, *Draw)


def after(seconds: float) -> datetime:
    """Return the time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Stretch:
    """One holding, in seconds after the start."""

    start_s: float
    end_s: float
    course: int
    source: Source
    draw: Draw | None


@dataclass(frozen=True)
class Made:
    """A small city: spans of its courses; of each lantern its load, its key and its stretches."""

    courses: list[tuple[Span, ...]]
    loads: list[int]
    keys: list[int]
    stretches: list[list[Stretch]]

    def city(self) -> City:
        """Return it as arrays."""
        rows = [
            (number, each.course, self.loads[number] * len(DRAWS) + DRAWS.index(each.draw),
             each.source, to_us(after(each.start_s)), to_us(after(each.end_s)))
            for number, lantern in enumerate(self.stretches)
            for each in lantern
        ]  # fmt: skip
        columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
        return City(
            lanterns=len(self.loads),
            courses=[course_of(spans) for spans in self.courses],
            powers_w=np.array([power_row(load, draw) for load in LOADS for draw in DRAWS]),
            lantern=columns[0],
            course=columns[1],
            power=columns[2],
            source=columns[3],
            start_us=columns[4],
            end_us=columns[5],
        )

    def plain(self) -> list[Floats]:
        """Return each lantern's energy [Wh] by source and half-hour, one after the other."""
        return [
            self._plain(load, each) for load, each in zip(self.loads, self.stretches, strict=True)
        ]

    def _plain(self, load: int, stretches: Sequence[Stretch]) -> Floats:
        light = {source: self._spans(stretches, source) for source in Source}
        faults = tuple(
            FaultSpan(draw=each.draw, start=after(each.start_s), end=after(each.end_s))
            for each in stretches
            if each.draw
        )
        told = lantern_half_hours(
            WINDOW,
            load=LOADS[load],
            light=LanternLight(
                default=light[Source.DEFAULT] or self.courses[0],
                program=light[Source.PROGRAM],
                faults=faults,
            ),
        )
        assert isinstance(told, LanternHalfHours)
        return told.energy_wh

    def _spans(self, stretches: Sequence[Stretch], source: Source) -> tuple[Span, ...]:
        return tuple(
            Span(start=max(span.start, low), end=min(span.end, high), level=span.level)
            for each in stretches
            if each.source is source
            for low, high in [(after(each.start_s), after(each.end_s))]
            for span in self.courses[each.course]
            if span.start < high and span.end > low
        )


@st.composite
def courses(draw: st.DrawFn) -> tuple[Span, ...]:
    """Return spans that fill all the time."""
    inner = draw(st.lists(st.floats(1, SECONDS - 1), max_size=8, unique=True))
    edges = [after(0), *(after(each) for each in sorted(inner)), after(SECONDS)]
    pairs = [(a, b) for a, b in pairwise(edges) if a < b]
    return tuple(Span(start=a, end=b, level=level(draw(st.integers(0, 100)))) for a, b in pairs)


@st.composite
def cities(draw: st.DrawFn) -> Made:
    """Return a small city whose lanterns change programs, sources and health at any second."""
    made = draw(st.lists(courses(), min_size=1, max_size=3))
    lanterns = draw(st.integers(1, 6))
    stretches = []
    for _ in range(lanterns):
        cuts = draw(st.lists(st.integers(1, SECONDS - 1), max_size=4, unique=True))
        edges = [0, *sorted(cuts), SECONDS]
        stretches.append(
            [
                Stretch(
                    start_s=low,
                    end_s=high,
                    course=draw(st.integers(0, len(made) - 1)),
                    source=draw(st.sampled_from((Source.PROGRAM, Source.DEFAULT))),
                    draw=draw(st.sampled_from((None, None, *DRAWS))),
                )
                for low, high in pairwise(edges)
            ]
        )
    numbers = st.lists(st.integers(0, 1), min_size=lanterns, max_size=lanterns)
    return Made(courses=made, loads=draw(numbers), keys=draw(numbers), stretches=stretches)


@settings(max_examples=60, deadline=None)
@given(cities())
def test_a_citys_half_hours_are_those_of_its_lanterns_added_up(made: Made) -> None:
    city, plain = made.city(), made.plain()
    total = city_half_hours(city, WINDOW)
    np.testing.assert_allclose(total[:, 0], sum(plain), rtol=1e-9, atol=1e-9)
    by_key = city_half_hours(city, WINDOW, key=np.array(made.keys), keys=2)
    for key in (0, 1):
        alone = [each for each, of in zip(plain, made.keys, strict=True) if of == key]
        expected = sum(alone, np.zeros((3, len(WINDOW))))
        np.testing.assert_allclose(by_key[:, key], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(cities())
def test_a_lanterns_periods_are_those_of_its_half_hours(made: Made) -> None:
    middle = WINDOW.start + 50
    periods = [range(WINDOW.start, middle), range(middle, WINDOW.stop), range(middle, middle)]
    told = city_by_lantern(made.city(), periods)
    for number, plain in enumerate(made.plain()):
        expected = sums(plain, WINDOW, periods)
        np.testing.assert_allclose(told[:, number], expected, rtol=1e-9, atol=1e-9)


def _one(
    course: Course, start: datetime, end: datetime, *, lantern: int = 0, power: int = 0
) -> City:
    def column(value: int) -> np.ndarray:
        return np.array([value], dtype=np.int64)

    return City(
        lanterns=1,
        courses=[course],
        powers_w=np.array([power_row(LOADS[1])]),
        lantern=column(lantern),
        course=column(0),
        power=column(power),
        source=column(Source.PROGRAM),
        start_us=column(to_us(start)),
        end_us=column(to_us(end)),
    )


ALL_ON = course_of([Span(start=after(0), end=after(SECONDS), level=level(100))])


def test_a_holding_inside_one_half_hour_counts_its_minutes() -> None:
    start = half_hour_of(START) + 10
    moment = START + 10 * timedelta(minutes=30)
    city = _one(ALL_ON, moment + timedelta(minutes=6), moment + timedelta(minutes=18))
    # 12 minutes of 61.3 W: 12.26 Wh.
    wh = city_half_hours(city, range(start - 1, start + 2))[Source.PROGRAM, 0]
    assert wh == pytest.approx([0.0, 12.26, 0.0])


def test_a_city_without_holdings_uses_nothing() -> None:
    city = Made(courses=[], loads=[0], keys=[0], stretches=[[]]).city()
    assert not city_half_hours(city, WINDOW).any()
    assert city_by_lantern(city, [WINDOW]).shape == (3, 1, 1)


@pytest.mark.parametrize(
    ("lantern", "power", "end_s", "told"),
    [
        (1, 0, 100, "lantern is .1, 1."),
        (0, 1, 100, "power is .1, 1."),
        (0, 0, -1, "holding 0"),
        (0, 0, SECONDS + 1, "holding 0"),
    ],
)
def test_holdings_that_name_what_is_not_there_are_refused(
    lantern: int, power: int, end_s: int, told: str
) -> None:
    with pytest.raises(CityArraysError, match=told):
        _one(ALL_ON, after(0), after(end_s), lantern=lantern, power=power)


def test_columns_of_different_lengths_are_refused() -> None:
    none = np.zeros(0, dtype=np.int64)
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(CityArraysError, match="one length"):
        City(
            lanterns=1, courses=[], powers_w=np.zeros((1, 101)), lantern=one, course=none,
            power=none, source=none, start_us=none, end_us=none,
        )  # fmt: skip


def test_powers_of_another_shape_are_refused() -> None:
    none = np.zeros(0, dtype=np.int64)
    with pytest.raises(CityArraysError, match="101"):
        City(
            lanterns=1, courses=[], powers_w=np.zeros((1, 11)), lantern=none, course=none,
            power=none, source=none, start_us=none, end_us=none,
        )  # fmt: skip


def test_a_course_with_a_gap_is_refused() -> None:
    day = Span(start=after(0), end=after(10), level=level(0))
    with pytest.raises(SpanError, match="each starting where"):
        course_of([day, Span(start=after(20), end=after(30), level=level(0))])
    with pytest.raises(SpanError, match="there are none"):
        course_of([])
