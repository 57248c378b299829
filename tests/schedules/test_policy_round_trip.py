"""Any policy survives being written and read, as TOML and as JSON."""

import json
from datetime import date, time

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schedules.anchors import EVENING_EVENTS, lux_anchor
from schedules.errors import PolicyError
from schedules.level import Level
from schedules.lux import ELEVATION_DEG_BY_LUX, LUX_PAIRS
from schedules.policy import (
    ClockAnchor,
    Condition,
    DateRange,
    ElevationAnchor,
    Floor,
    Nation,
    NthWeekday,
    Plan,
    Policy,
    Side,
    Step,
    SunAnchor,
    SunEvent,
    SwitchOn,
)
from schedules.policy_text import parse_policy, policy_document, print_policy

texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(
    str.strip
)
names = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)
levels = st.sampled_from([0, *range(2, 101)]).map(Level)
offsets = st.integers(-180, 180)
sides = st.sampled_from(Side)
elevations = st.integers(-1800, 1000).map(lambda hundredths: hundredths / 100)


def bounds(side: Side) -> st.SearchStrategy[SunAnchor | ElevationAnchor]:
    events = [event for event in SunEvent if (event in EVENING_EVENTS) is (side is Side.EVENING)]
    return st.one_of(
        st.builds(SunAnchor, event=st.sampled_from(events), offset_min=offsets),
        st.builds(
            ElevationAnchor, elevation_deg=elevations, side=st.just(side), offset_min=offsets
        ),
        st.builds(
            lux_anchor,
            st.sampled_from(list(ELEVATION_DEG_BY_LUX)),
            st.just(side),
            offset_min=offsets,
        ),
    )


clocks = st.times().map(lambda at: ClockAnchor(at=time(at.hour, at.minute)))
anchors = st.one_of(clocks, bounds(Side.EVENING), bounds(Side.MORNING))
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
leap_days = st.dates(date(2000, 1, 1), date(2000, 12, 31))
ranges = st.one_of(
    st.tuples(days, days).map(lambda ends: DateRange(first=min(ends), last=max(ends))),
    st.tuples(leap_days, leap_days).map(
        lambda ends: DateRange(first=ends[0], last=ends[1], yearly=True)
    ),
)
nth_weekdays = st.builds(
    NthWeekday,
    nth=st.sampled_from([1, 2, 3, 4, 5, -1]),
    weekday=st.integers(1, 7),
    month=st.none() | st.integers(1, 12),
)
conditions = st.builds(
    Condition,
    weekdays=st.frozensets(st.integers(1, 7)),
    dates=st.lists(ranges, max_size=3, unique=True).map(tuple),
    nth_weekdays=st.lists(nth_weekdays, max_size=3, unique=True).map(tuple),
    bank_holidays=st.frozensets(st.sampled_from(Nation)),
).filter(lambda condition: condition != Condition())


@st.composite
def plans(draw: st.DrawFn, *, last: bool) -> Plan:
    rest = draw(st.lists(st.builds(Step, at=anchors, level=levels), max_size=4))
    return Plan(
        name=draw(texts | st.just("")),
        when=None if last else draw(conditions),
        steps=(Step(at=SwitchOn(), level=draw(levels)), *rest),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    on, off = draw(bounds(Side.EVENING)), draw(bounds(Side.MORNING))
    if draw(st.booleans()):
        lux_on, lux_off = draw(st.sampled_from(list(LUX_PAIRS.values())))
        on, off = lux_anchor(lux_on, Side.EVENING), lux_anchor(lux_off, Side.MORNING)
    tuple_of_plans = (
        *draw(st.lists(plans(last=False), max_size=2)),
        draw(plans(last=True)),
    )
    lowest = min(step.level for plan in tuple_of_plans for step in plan.steps)
    floor = Floor(level=lowest, lighting_class=draw(texts), reason=draw(texts))
    return Policy(
        name=draw(names),
        title=draw(texts),
        source=draw(texts | st.just("")),
        notes=tuple(draw(st.lists(texts, max_size=2, unique=True))),
        fade_s=draw(st.floats(0, 90.51)),
        tolerance_min=draw(st.floats(0.5, 60)),
        switch_on=on,
        switch_off=off,
        floor=draw(st.sampled_from([None, floor])),
        plans=tuple_of_plans,
    )


@settings(deadline=None)
@given(policies())
def test_any_policy_survives_being_written_and_read(policy: Policy) -> None:
    try:
        first = parse_policy(print_policy(policy), document="printed")
    except PolicyError as exc:  # steps drawn at random may be out of order; nothing else is wrong
        assume(not all(problem.field.endswith(".at") for problem in exc.problems))
        raise
    assert first.notes[: len(policy.notes)] == policy.notes  # then the note that lux brings
    assert parse_policy(print_policy(first), document="again") == first
    assert parse_policy(json.dumps(policy_document(first)), document="json") == first
    assert (first.name, first.title, first.source) == (policy.name, policy.title, policy.source)
    assert (first.fade_s, first.tolerance_min) == (policy.fade_s, policy.tolerance_min)
    assert (first.switch_on, first.switch_off) == (policy.switch_on, policy.switch_off)
    assert (first.floor, first.plans) == (policy.floor, policy.plans)
