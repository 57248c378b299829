"""Half-hourly kWh: half-hours by hand, and all of it against a plain loop over units.

Formula: reference energy.md 1.7, kWh[hh] = sum of items x watts x p(level) x minutes / 60 / 1000.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lighting.settlement.equivalent_meter import HalfHourly, UnitLoad, equivalent_meter
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.events import BEST_FIRST, Quality, Source, SwitchingEvent, standing
from lighting.settlement.half_hours import half_hour_of
from lighting.settlement.power_curve import curve_of
from lighting.settlement.stretches import (
    DefaultSwitching,
    always_full,
    event_columns,
    window_of,
)
from tests.lighting.settlement.plain_meter import plain_meter
from tests.lighting.settlement.street import A, B, C, at, event, ms

TWO = UnitLoad(unit_ref=A, items=2, circuit_w=105.0)
"""Two lanterns of 105 W (charge code 4201050000100) behind one unit: 210 W."""

NIGHT = [
    replace(event("01 07:40", 0), at=datetime(2026, 11, 30, 7, 40, tzinfo=UTC)),
    event("01 15:50", 100),
    event("01 20:10", 70),
    event("02 05:00", 100),
    event("02 07:45", 0),
]
"""On at 15:50, 70 % from 20:10, full from 05:00, off at 07:45."""

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


def meter(
    events: list[SwitchingEvent], *loads: UnitLoad, first: date = FIRST, last: date = SECOND
) -> HalfHourly:
    window = window_of(first, last)
    return equivalent_meter(loads or (TWO,), events, default=always_full(window), window=window)


def wh(found: HalfHourly, text: str) -> float:
    """Return the billing view [Wh] of the half-hour that begins at ``DD hh:mm``."""
    return float(found.billing_wh[:, half_hour_of(at(text)) - found.first].sum())


@pytest.mark.parametrize(
    ("half_hour", "expected_wh"),
    [
        ("01 15:00", 0.0),
        ("01 15:30", 210 * 10 / 60),
        ("01 16:00", 210 * 30 / 60),
        ("01 20:00", (210 * 10 + 147 * 20) / 60),
        ("01 23:30", 147 * 30 / 60),
        ("02 00:00", 147 * 30 / 60),
        ("02 05:00", 210 * 30 / 60),
        ("02 07:30", 210 * 15 / 60),
        ("02 08:00", 0.0),
    ],
)
def test_half_hours_by_hand(half_hour: str, expected_wh: float) -> None:
    assert wh(meter(NIGHT), half_hour) == pytest.approx(expected_wh, rel=1e-12)


def test_a_night_by_hand() -> None:
    # 4 h 20 min and 2 h 45 min at 210 W, 8 h 50 min at 147 W.
    total = 210 * (260 + 165) / 60 + 147 * 530 / 60
    assert meter(NIGHT).billing_wh.sum() == pytest.approx(total, rel=1e-12)


def test_the_engineering_view_takes_the_measured_curve_and_stands_beside_the_same_units() -> None:
    curve = curve_of([(0, 0.5), (50, 47.0), (100, 101.0)])
    measured = UnitLoad(unit_ref=A, items=2, circuit_w=105.0, curve=curve)
    other = UnitLoad(unit_ref=B, items=1, circuit_w=20.0)
    found = meter(
        [*NIGHT, event("01 00:00", 100, ref=B), event("02 00:00", 100, ref=B)], measured, other
    )
    place = half_hour_of(at("01 16:00")) - found.first
    assert found.engineering_wh[:, place].sum() == pytest.approx(101.0)
    # 70 % lies two fifths of the way from 47 to 101 W: 68.6 W.
    assert found.engineering_wh[:, place + 10].sum() == pytest.approx(68.6)
    assert found.engineering_wh[:, 0].sum() == pytest.approx(0.5)
    assert (found.units, found.engineering_units) == (2, 1)
    assert found.engineering_billing_wh[:, place].sum() == pytest.approx(105.0)
    assert found.billing_wh[:, place].sum() == pytest.approx(115.0)


def test_a_day_without_an_event_is_the_default_and_marked_never_zero() -> None:
    found = meter([*NIGHT, event("04 16:00", 100)], last=date(2026, 12, 5))
    third = found.billing_wh[:, 96:144]
    assert third[:2].sum() == 0
    assert third[2] == pytest.approx(np.full(48, 105.0))
    # Known again from 16:00 of the 4th on; its level holds into the 5th only as the default.
    assert found.billing_wh[2, 144:176].sum() == pytest.approx(32 * 105)
    assert found.billing_wh[0, 176:192].sum() == pytest.approx(16 * 105)
    assert found.billing_wh[2, 192:].sum() == pytest.approx(48 * 105)
    assert found.unit_hours.sum() == pytest.approx(5 * 24)


def test_a_unit_without_any_event_is_the_default_throughout() -> None:
    found = meter([])
    assert found.billing_wh[2] == pytest.approx(np.full(96, 105.0))
    assert found.unit_hours.tolist() == pytest.approx([0, 0, 48])


def test_the_state_in_force_at_the_start_counts_only_from_the_day_before() -> None:
    before = [event("01 16:00", 100), event("02 16:00", 50)]
    known = meter(before, first=SECOND)
    assert known.billing_wh[0, 0] == pytest.approx(105.0)
    old = meter(before, first=date(2026, 12, 4), last=date(2026, 12, 4))
    assert old.unit_hours.tolist() == pytest.approx([0, 0, 24])


def test_a_failed_lamp_is_billed_unless_it_is_logged_off_and_then_until_the_next_event() -> None:
    on = [event("01 00:00", 100), event("02 00:00", 100)]
    assert meter(on).billing_wh.sum() == pytest.approx(210 * 48)
    logged_off = [on[0], event("01 12:00", 0, source=Source.FAULT)]
    week = meter(logged_off, last=date(2026, 12, 7))
    assert week.billing_wh.sum() == pytest.approx(210 * 12)
    assert week.unit_hours[2] == 0
    mended = meter([*logged_off, event("06 18:00", 100)], last=date(2026, 12, 6))
    assert mended.billing_wh.sum() == pytest.approx(210 * 18)


def test_of_two_words_on_one_instant_the_better_known_stands_and_a_contradiction_is_told() -> None:
    twice = [*NIGHT, event("01 15:50", 40, quality=Quality.INFERRED)]
    assert wh(meter(twice), "01 16:00") == pytest.approx(105.0)
    torn = meter([*NIGHT, event("01 20:10", 90)])
    assert torn.contradictory == (A,)
    assert wh(torn, "01 21:00") == pytest.approx(210 * 0.9 / 2)
    assert meter(NIGHT).contradictory == ()


def test_several_charge_codes_behind_one_unit_add_up_and_foreign_events_are_left_out() -> None:
    node = UnitLoad(unit_ref=A, items=2, circuit_w=1.0)
    found = meter([*NIGHT, event("01 12:00", 100, ref=C)], TWO, node)
    assert wh(found, "01 16:00") == pytest.approx(106.0)
    assert found.units == 1


def test_qualities_stand_apart() -> None:
    some = [
        event("01 00:00", 100),
        event("01 12:00", 100, quality=Quality.INFERRED),
        event("02 00:00", 100, quality=Quality.DEFAULT),
    ]
    assert meter(some).unit_hours.tolist() == pytest.approx([12, 12, 24])


def test_a_default_that_begins_too_late_and_days_that_run_backwards_are_refused() -> None:
    window = window_of(FIRST, SECOND)
    late = DefaultSwitching(np.array([window.start_ms + 1]), np.array([100]))
    with pytest.raises(SettlementValueError, match="a level from 2026-12-01T00:00:00"):
        equivalent_meter([TWO], [], default=late, window=window)
    with pytest.raises(SettlementValueError, match="first day"):
        window_of(SECOND, FIRST)
    with pytest.raises(SettlementValueError, match="one or more, rising"):
        DefaultSwitching(np.array([5, 5]), np.array([0, 100]))
    with pytest.raises(SettlementValueError, match="0 to 100"):
        DefaultSwitching(np.array([5]), np.array([101]))


WINDOW = window_of(FIRST, date(2026, 12, 4))
SOMETIME = st.integers(-2 * 86_400, 5 * 86_400).map(lambda s: at("01 00:00") + timedelta(seconds=s))
EVENTS = st.builds(
    SwitchingEvent,
    unit_ref=st.sampled_from([A, B, C]),
    at=SOMETIME,
    power_pct=st.integers(0, 100),
    source=st.sampled_from(Source),
    quality=st.sampled_from([Quality.ACTUAL, Quality.INFERRED]),
)
LOADS = st.lists(
    st.builds(
        UnitLoad,
        unit_ref=st.sampled_from([A, B, C]),
        items=st.integers(1, 999),
        circuit_w=st.integers(1, 500).map(float),
    ),
    min_size=1,
    max_size=5,
)
DEFAULTS = st.lists(
    st.tuples(st.integers(1, 4 * 86_400_000), st.integers(0, 100)),
    max_size=6,
    unique_by=lambda change: change[0],
).map(lambda more: [(0, 60), *sorted(more)])


@settings(deadline=None)
@given(
    loads=LOADS,
    events=st.lists(EVENTS, max_size=20, unique_by=lambda e: (e.unit_ref, e.at)),
    changes=DEFAULTS,
)
def test_arrays_and_the_plain_loop_agree_to_a_part_in_a_thousand_million(
    loads: list[UnitLoad], events: list[SwitchingEvent], changes: list[tuple[int, int]]
) -> None:
    default = [(WINDOW.start_ms + since, level) for since, level in changes]
    times, levels = (np.array(each) for each in zip(*default, strict=True))
    found = equivalent_meter(loads, events, default=DefaultSwitching(times, levels), window=WINDOW)
    plain = np.array(plain_meter(loads, events, default, WINDOW))
    np.testing.assert_allclose(found.billing_wh, plain, rtol=1e-9, atol=1e-9)
    units = len({load.unit_ref for load in loads})
    assert found.unit_hours.sum() == pytest.approx(units * 96)


@given(
    loads=LOADS.filter(lambda loads: len({load.unit_ref for load in loads}) > 1),
    events=st.lists(EVENTS, max_size=12),
)
def test_units_worked_out_apart_add_up_to_all_of_them(
    loads: list[UnitLoad], events: list[SwitchingEvent]
) -> None:
    default = always_full(WINDOW)
    whole = equivalent_meter(loads, events, default=default, window=WINDOW)
    parts = equivalent_meter([], [], default=default, window=WINDOW)
    for ref in sorted({load.unit_ref for load in loads}):
        own = [load for load in loads if load.unit_ref == ref]
        parts = parts.plus(equivalent_meter(own, events, default=default, window=WINDOW))
    np.testing.assert_allclose(parts.billing_wh, whole.billing_wh, rtol=1e-9, atol=1e-9)
    assert (parts.units, sorted(parts.contradictory)) == (whole.units, sorted(whole.contradictory))


@given(st.lists(EVENTS, max_size=12))
def test_columns_and_plain_events_let_the_same_ones_stand(events: list[SwitchingEvent]) -> None:
    """Times are few here, so that several events meet at one instant."""
    close = [replace(e, at=at("01 00:00") + (e.at - at("01 00:00")) // 86_400) for e in events]
    met = [replace(e, at=e.at.replace(second=0, microsecond=0, minute=0)) for e in close]
    refs = [A, B, C]
    columns, torn = event_columns(met, {ref: place for place, ref in enumerate(refs)})
    stand, plain_torn = standing(met)
    assert [
        (refs[unit], at_ms, level, BEST_FIRST[rank], holds)
        for unit, at_ms, level, rank, holds in zip(
            columns.unit, columns.at_ms, columns.level, columns.quality, columns.holds, strict=True
        )
    ] == [(e.unit_ref, ms(e.at), e.power_pct, e.quality, e.source is Source.FAULT) for e in stand]
    assert [refs[place] for place in torn] == plain_torn


def test_figures_of_other_half_hours_are_not_added() -> None:
    with pytest.raises(SettlementValueError, match="half-hours"):
        meter(NIGHT).plus(meter(NIGHT, first=SECOND))


def test_a_default_of_milliseconds_is_kept_exactly() -> None:
    window = window_of(FIRST, FIRST)
    odd = DefaultSwitching(np.array([window.start_ms, ms(at("01 10:10")) + 7]), np.array([100, 0]))
    found = equivalent_meter([TWO], [], default=odd, window=window)
    expected_h = (10 * 3600 + 600 + 0.007) / 3600
    assert found.billing_wh.sum() == pytest.approx(210 * expected_h, rel=1e-12)
