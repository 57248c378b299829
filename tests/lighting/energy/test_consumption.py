"""A lantern's night: modelled, metered, both; and savings that councils and the reference state."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.baseline import Baseline
from lighting.energy.consumption import (
    NO_WATTAGE,
    NightEnergy,
    baseline_kwh,
    modelled_kwh,
    night_energy,
)
from lighting.energy.errors import SpanError
from lighting.energy.metering import FindingKind, MeterRecord, MeterSample, read_meter
from lighting.energy.power_model import default_power_model, two_point_model
from lighting.units import Watts
from schedules.level import Level
from schedules.night import Night
from schedules.site import Site
from schedules.timeline import Cause, Change, NightTimeline, Span

MakeSpans = Callable[..., tuple[Span, ...]]
MakeSamples = Callable[..., tuple[MeterSample, ...]]
MODEL = two_point_model(
    full_w=Watts(100.0), minimum_w=Watts(1.0), standby_w=Watts(0.0), basis="by hand"
)
"""1 W per percent: sums by head."""

NIGHT = ((4, 0), (6, 100), (8, 50), (2, 100), (4, 0))  # 1.2 kWh, baseline 1.6 kWh


def _known(
    spans: tuple[Span, ...], record: MeterRecord, baseline: Baseline = Baseline.SAME_HOURS
) -> NightEnergy:
    energy = night_energy(spans, model=MODEL, record=record, baseline=baseline)
    assert isinstance(energy, NightEnergy)
    return energy


# Reference energy.md 4.4: Leeds, hours a year with the sun below -3 degrees, by local clock.
ALL_H, H_00_05, H_00_0530, H_20_22, H_22_05 = 4065, 1784, 1916, 537, 2513


@pytest.mark.parametrize(
    ("parts", "saved_percent", "half_digit"),
    # reference energy.md 4.4: savings against full power all night, linear power
    [
        pytest.param([(ALL_H - H_00_05, 100), (H_00_05, 50)], 21.9, 0.05, id="50 % from 00 to 05"),
        pytest.param([(ALL_H - H_00_05, 70), (H_00_05, 50)], 38.8, 0.05, id="Thurrock local roads"),
        pytest.param(
            [(ALL_H - H_20_22 - H_22_05, 100), (H_20_22, 70), (H_22_05, 50)], 34.9, 0.05, id="D60"
        ),
        # reference features.md 5: 75 % to midnight and from 05:00, 50 % between; 4,100 h/yr
        pytest.param([(4100 - 5 * 365, 75), (5 * 365, 50)], 36, 0.5, id="Hampshire, 4,100 h"),
    ],
)
def test_a_years_profile_saves_what_the_reference_states(
    make_spans: MakeSpans, parts: list[tuple[float, int]], saved_percent: float, half_digit: float
) -> None:
    spans = make_spans(*parts)
    saved = 1 - modelled_kwh(spans, MODEL) / baseline_kwh(spans, MODEL)
    assert 100 * saved == pytest.approx(saved_percent, abs=half_digit)


def test_part_night_off_saves_47_percent_against_all_night_and_nothing_against_same_hours(
    make_spans: MakeSpans,
) -> None:
    evening = 2000
    spans = make_spans((evening, 100), (H_00_0530, 0), (ALL_H - H_00_0530 - evening, 100))
    used = modelled_kwh(spans, MODEL)
    all_night = baseline_kwh(spans, MODEL, Baseline.ALL_NIGHT)
    assert round(100 * (1 - used / all_night), 1) == 47.1  # reference energy.md 4.4
    assert used == pytest.approx(baseline_kwh(spans, MODEL, Baseline.SAME_HOURS))


def test_eighty_watts_for_the_planning_years_hours_is_328_kwh(make_spans: MakeSpans) -> None:
    # reference energy.md 4.4: ILE, 80 W x 4,100 h = 328 kWh
    model = default_power_model(Watts(80.0))
    assert modelled_kwh(make_spans((4100, 100)), model) == pytest.approx(328)


def test_standby_is_used_by_day_and_is_no_part_of_the_baseline(make_spans: MakeSpans) -> None:
    model = default_power_model(Watts(60.0))
    spans = make_spans((14, 0), (10, 100))
    assert modelled_kwh(spans, model) == pytest.approx((14 * 0.5 + 10 * 60) / 1000)
    for baseline in Baseline:
        assert baseline_kwh(spans, model, baseline) == pytest.approx(0.6)


def test_a_night_without_light_has_a_baseline_of_zero(make_spans: MakeSpans) -> None:
    for baseline in Baseline:
        assert baseline_kwh(make_spans((24, 0)), MODEL, baseline) == 0.0


def test_a_timelines_spans_fill_the_night_of_the_clock_change() -> None:
    leeds = Site(latitude_deg=53.8, longitude_deg=-1.55, zone="Europe/London")
    night = Night(site=leeds, evening=date(2025, 10, 25))  # clocks go back: 25 hours
    on = Change(at=datetime(2025, 10, 25, 17, tzinfo=UTC), level=Level(100), cause=Cause.SWITCH_ON)
    off = Change(at=datetime(2025, 10, 26, 7, tzinfo=UTC), level=Level(0), cause=Cause.SWITCH_OFF)
    energy = night_energy(NightTimeline(night=night, changes=(on, off)).spans(), model=MODEL)
    assert isinstance(energy, NightEnergy)
    assert (energy.modelled_hours, energy.metered_hours) == (25, 0)
    assert energy.modelled_kwh == pytest.approx(1.4)


@pytest.mark.parametrize(
    ("readings", "expected", "kinds"),  # expected: metered Wh, metered h, modelled Wh
    [
        pytest.param([], (0, 0, 1200), [], id="no meter"),
        pytest.param([(0, 0), (24, 1300)], (1300, 24, 0), [], id="whole night, two samples"),
        pytest.param([(5, 0), (10, 480), (19, 1000)], (1000, 14, 200), [], id="short at both ends"),
        pytest.param([(2, 0), (8, 390)], (390, 6, 800), [], id="the first hours only"),
        pytest.param(
            [(-1, 0), (1, 10), (23, 1210), (25, 1222)],
            (5 + 1200 + 6, 24, 0),
            [],
            id="both borders divided by time",
        ),
        pytest.param(
            [(-9, 0), (0, 50), (24, 1250), (36, 1260)],
            (1200, 24, 0),
            [],
            id="stretches that end or start at a border are no border stretches",
        ),
        pytest.param(
            [(-1, 0), (1.25, 9), (24, 1209)],
            (1200, 22.75, 0),
            [FindingKind.BORDER],
            id="a border stretch of 2.25 h is modelled",
        ),
        pytest.param(
            [(-3, 0), (5, 400), (23, 1500)],
            (1100, 18, 100),
            [FindingKind.BORDER],
            id="a border stretch of 8 h is modelled",
        ),
        pytest.param(
            [(-12, 0), (36, 2000)], (0, 0, 1200), [FindingKind.BORDER], id="one stretch over all"
        ),
        pytest.param(
            [(0, 5000), (10, 5600), (12, 40), (24, 840)],
            (600 + 800, 22, 100),
            [FindingKind.RESET],
            id="a reset at night: its two hours are modelled",
        ),
        pytest.param([(-9, 0), (-1, 50)], (0, 0, 1200), [], id="samples before the night"),
    ],
)
def test_metered_where_a_counter_proves_it_and_modelled_where_none_does(
    make_spans: MakeSpans,
    make_samples: MakeSamples,
    readings: list[tuple[float, int]],
    expected: tuple[float, float, float],
    kinds: list[FindingKind],
) -> None:
    record = read_meter(make_samples(*readings), max_w=MODEL.max_w)
    energy = _known(make_spans(*NIGHT), record)
    metered_wh, metered_h, modelled_wh = expected
    assert energy.metered_kwh == pytest.approx(metered_wh / 1000)
    assert energy.modelled_kwh == pytest.approx(modelled_wh / 1000, abs=1e-12)
    assert (energy.metered_hours, energy.modelled_hours) == (metered_h, 24 - metered_h)
    assert energy.baseline_kwh == pytest.approx(1.6)
    assert [finding.kind for finding in energy.findings] == kinds


def test_a_late_reading_changes_the_night_to_what_order_would_have_given(
    make_spans: MakeSpans, make_samples: MakeSamples
) -> None:
    first, late, last = make_samples((4, 0), (12, 690), (20, 40))
    before = _known(make_spans(*NIGHT), read_meter([first, last], max_w=MODEL.max_w))
    after = _known(make_spans(*NIGHT), read_meter([first, last, late], max_w=MODEL.max_w))
    assert (before.metered_kwh, after.metered_kwh) == (0.04, 0.69)


def test_a_lantern_without_wattage_is_unknown_and_not_zero(make_spans: MakeSpans) -> None:
    assert night_energy(make_spans((24, 0)), model=None) is NO_WATTAGE


def test_spans_that_leave_a_gap_or_overlap_or_are_none_are_refused(make_spans: MakeSpans) -> None:
    evening, night, morning = make_spans((8, 0), (8, 100), (8, 0))
    for wrong in ((evening, morning), (evening, night, night)):
        with pytest.raises(SpanError, match="the next starts at 2025-12-0"):
            night_energy(wrong, model=MODEL)
    with pytest.raises(SpanError, match="there are none"):
        night_energy((), model=MODEL)


_HOURS = st.integers(1, 600).map(lambda minutes: minutes / 60)
_PARTS = st.lists(st.tuples(_HOURS, st.integers(0, 100)), min_size=1, max_size=12)


def _spans(parts: list[tuple[float, int]]) -> tuple[Span, ...]:
    start, spans = datetime(2025, 12, 1, 12, tzinfo=UTC), []
    for hours, percent in parts:
        end = start + timedelta(hours=hours)
        spans.append(Span(start=start, end=end, level=Level(percent)))
        start = end
    return tuple(spans)


@given(parts=_PARTS, share=st.floats(0.01, 0.99))
def test_splitting_every_span_never_changes_the_energy(
    parts: list[tuple[float, int]], share: float
) -> None:
    model = default_power_model(Watts(54.1))
    halves = [
        piece
        for hours, percent in parts
        for piece in ((hours * share, percent), (hours * (1 - share), percent))
    ]
    assert modelled_kwh(_spans(halves), model) == pytest.approx(
        modelled_kwh(_spans(parts), model), rel=1e-6
    )


_READINGS = st.lists(
    st.tuples(st.integers(-600, 2100), st.integers(0, 2**32 - 1) | st.integers(0, 3000)),
    max_size=20,
)


@given(readings=_READINGS)
def test_metered_and_modelled_hours_are_the_hours_of_the_night(
    readings: list[tuple[int, int]],
) -> None:
    start = datetime(2025, 12, 1, 12, tzinfo=UTC)
    samples = [
        MeterSample(at=start + timedelta(minutes=minute), energy_wh=count)
        for minute, count in readings
    ]
    energy = _known(_spans([*NIGHT]), read_meter(samples, max_w=MODEL.max_w))
    assert energy.metered_hours + energy.modelled_hours == pytest.approx(24, abs=1e-9)
    assert 0 <= energy.metered_hours <= 24
    assert energy.metered_kwh <= 1.5 * 0.1 * energy.metered_hours + 0.021  # 1.5 x 100 W, +1 Wh each


@given(minutes=st.sets(st.integers(-60, 2 * 1440 + 60), min_size=60, max_size=80))
def test_two_nights_share_a_border_interval_and_lose_nothing_of_it(minutes: set[int]) -> None:
    start = datetime(2025, 12, 1, 12, tzinfo=UTC)
    instants = sorted(minutes | set(range(-60, 2 * 1440 + 61, 60)))  # at most an hour apart
    samples = [
        MeterSample(at=start + timedelta(minutes=minute), energy_wh=minute + 60)
        for minute in instants
    ]
    record = read_meter(samples, max_w=MODEL.max_w)
    one, two = _spans([(24, 50)]), _spans([(24, 50), (24, 100)])[1:]
    both = _known(one, record).metered_kwh + _known(two, record).metered_kwh
    assert both == pytest.approx(2 * 1440 / 1000)  # one Wh a minute for two nights
