"""One lantern in half-hours: metered, from its program, by default, under faults.

Expected figures are worked out by hand from the rule of reference energy.md 1.7, watts times
minutes in state / 60, for a 60 W lantern: 3 W at 1 % and 0.5 W standby, so at 50 %
3 + 57 x 49/99 = 31.2121 W. The night is that of 1 December 2025 in Leeds, noon to noon UTC.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.consumption import NO_WATTAGE
from lighting.energy.default_light import default_light
from lighting.energy.errors import PowerModelError
from lighting.energy.half_hour_errors import LightSpansError
from lighting.energy.half_hours import half_hour_of
from lighting.energy.lantern_half_hours import LanternHalfHours, lantern_half_hours
from lighting.energy.lantern_light import Draw, FaultSpan, LanternLight, Load, Source
from lighting.energy.metering import MeterRecord, MeterSample, read_meter
from lighting.energy.power_model import default_power_model
from lighting.units import Watts
from schedules.level import level
from schedules.night import Night
from schedules.site import Site
from schedules.timeline import Span

NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)
WINDOW = range(half_hour_of(NOON), half_hour_of(NOON) + 48)
LOAD = Load(model=default_power_model(Watts(60.0)), node_w=Watts(0.0))
HALF_W = 3 + 57 * 49 / 99


def spans(*parts: tuple[float, int]) -> tuple[Span, ...]:
    """Return spans from noon on: (hours, level) pairs."""
    made, start = [], NOON
    for hours, percent in parts:
        end = start + timedelta(hours=hours)
        made.append(Span(start=start, end=end, level=level(percent)))
        start = end
    return tuple(made)


def at(hours: float) -> datetime:
    """Return the time so many hours after noon."""
    return NOON + timedelta(hours=hours)


DEFAULT = spans((4, 0), (16, 100), (4, 0))
PROGRAM = spans((4, 0), (6, 100), (8, 50), (2, 100), (4, 0))


def used(
    *samples: tuple[float, int], light: LanternLight | None = None, load: Load = LOAD
) -> LanternHalfHours:
    """Return the night's half-hours; samples are (hours after noon, counter Wh)."""
    counted = [MeterSample(at=at(hours), energy_wh=count) for hours, count in samples]
    record = read_meter(counted, max_w=load.model.max_w)
    light = light or LanternLight(default=DEFAULT, program=PROGRAM)
    told = lantern_half_hours(WINDOW, load=load, light=light, record=record)
    assert isinstance(told, LanternHalfHours)
    np.testing.assert_allclose(told.hours.sum(axis=0), 0.5)
    return told


def kwh(told: LanternHalfHours) -> list[float]:
    """Return the night's kWh by source."""
    return [float(each) for each in told.kwh_over([WINDOW])[:, 0]]


def test_the_program_gives_each_half_hour_its_watts_and_minutes() -> None:
    wh = used().wh(Source.PROGRAM)
    assert wh[[0, 8, 20, 36, 47]] == pytest.approx([0.25, 30.0, HALF_W / 2, 30.0, 0.25])
    assert kwh(used()) == pytest.approx([0.0, (8 * 60 + 8 * HALF_W + 8 * 0.5) / 1000, 0.0])


def test_a_change_inside_a_half_hour_counts_each_of_its_minutes() -> None:
    light = LanternLight(default=spans((4.25, 0), (19.75, 100)))
    # 15 minutes of standby and 15 of full power: 0.125 + 15 Wh.
    assert used(light=light).wh(Source.DEFAULT)[8] == pytest.approx(15.125)


def test_where_there_is_neither_meter_nor_evidence_it_is_the_default_and_said_so() -> None:
    told = used(light=LanternLight(default=DEFAULT))
    assert kwh(told) == pytest.approx([0.0, 0.0, (16 * 60 + 8 * 0.5) / 1000])


def test_evidence_for_part_of_the_night_leaves_the_rest_to_the_default() -> None:
    told = used(light=LanternLight(default=DEFAULT, program=PROGRAM[2:3]))
    assert kwh(told) == pytest.approx([0.0, 8 * HALF_W / 1000, (8 * 60 + 8 * 0.5) / 1000])
    assert told.hours_over([WINDOW])[:, 0].tolist() == [0.0, 8.0, 16.0]


def test_a_counter_counts_and_the_model_fills_what_it_does_not_cover() -> None:
    # The worked example of the energy README: 425 Wh metered 16:00 to 00:00, 311.273 Wh modelled.
    told = used((4, 120_000), (12, 120_425))
    assert kwh(told) == pytest.approx([0.425, 0.311273, 0.0], abs=1e-6)


def test_metered_energy_has_the_shape_of_the_program_and_stays_what_was_counted() -> None:
    wh = used((4, 0), (12, 425)).wh(Source.METERED)
    # Six hours at 60 W and two at 31.2121 W have the shape; 425 Wh is the sum.
    full = 425 * 30 / (6 * 60 + 2 * HALF_W)
    assert wh[8:20] == pytest.approx([full] * 12, abs=2e-6)
    assert wh[20:24] == pytest.approx([full * HALF_W / 60] * 4, abs=2e-6)
    assert wh.sum() == 425


def test_without_evidence_metered_energy_is_spread_by_time() -> None:
    told = used((3, 0), (11, 400), light=LanternLight(default=DEFAULT))
    assert told.wh(Source.METERED)[6:22] == pytest.approx([25.0] * 16)


def test_a_lantern_that_draws_nothing_by_the_model_has_its_count_spread_by_time() -> None:
    out = FaultSpan(draw=Draw.OUTAGE, start=at(0), end=at(24))
    light = LanternLight(default=DEFAULT, program=PROGRAM, faults=(out,))
    assert used((2, 0), (4, 8), light=light).wh(Source.METERED)[4:8].tolist() == [2.0] * 4


def test_a_count_that_reaches_beyond_the_window_gives_only_its_part() -> None:
    told = used((-1, 0), (1, 10))
    assert told.wh(Source.METERED)[:3].tolist() == [2.5, 2.5, 0.0]


@pytest.mark.parametrize(
    ("samples", "metered_wh"),
    [
        pytest.param([(4, 2**32 - 100), (6, 20)], 120, id="the counter passes its end"),
        pytest.param([(4, 5000), (5, 5), (6, 60)], 55, id="a reset: its hour is modelled"),
        pytest.param([(6, 220), (4, 100), (5, 160)], 120, id="late and out of order"),
        pytest.param([(4, 100), (6, 900_000), (8, 340)], 240, id="one lie is passed over"),
    ],
)
def test_what_a_counter_does_is_read_as_elsewhere(
    samples: list[tuple[float, int]], metered_wh: int
) -> None:
    assert used(*samples).wh(Source.METERED).sum() == metered_wh


def test_a_replaced_node_leaves_the_stretch_between_to_the_model() -> None:
    counted = [
        MeterSample(at=at(hours), energy_wh=count, serial=serial)
        for hours, count, serial in [(4, 100, "a"), (5, 160, "a"), (7, 0, "b"), (8, 60, "b")]
    ]
    light = LanternLight(default=DEFAULT, program=PROGRAM)
    record = read_meter(counted, max_w=LOAD.model.max_w)
    told = lantern_half_hours(WINDOW, load=LOAD, light=light, record=record)
    assert isinstance(told, LanternHalfHours)
    assert told.hours[Source.METERED, 8:16].tolist() == [0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]
    assert [finding.kind.name for finding in told.findings] == ["REPLACED"]


@pytest.mark.parametrize(
    ("draw", "wh"),
    [
        pytest.param(Draw.DARK, [2.25, 32.0, 17.0, 2.0], id="dark: the node alone"),
        pytest.param(Draw.OUTAGE, [2.25, 32.0, 16.0, 0.0], id="outage: nothing"),
    ],
)
def test_a_fault_counts_as_what_the_lantern_drew(draw: Draw, wh: list[float]) -> None:
    load = Load(model=LOAD.model, node_w=Watts(4.0))  # lit, 32 Wh a half-hour: 2 of the node
    out = FaultSpan(draw=draw, start=at(5.25), end=at(6.0))
    light = LanternLight(default=DEFAULT, program=PROGRAM, faults=(out,))
    told = used(light=light, load=load).wh(Source.PROGRAM)
    assert told[[0, 9, 10, 11]] == pytest.approx(wh)


def test_a_day_burner_draws_full_power_whatever_was_asked() -> None:
    burns = FaultSpan(draw=Draw.DAY_BURNING, start=at(2), end=at(11))
    light = LanternLight(default=DEFAULT, program=PROGRAM, faults=(burns,))
    told = used(light=light).wh(Source.PROGRAM)
    assert told[[3, 4, 12, 21, 22]] == pytest.approx([0.25, 30.0, 30.0, 30.0, HALF_W / 2])


def test_an_outage_under_a_fault_of_the_lamp_is_an_outage() -> None:
    faults = (
        FaultSpan(draw=Draw.OUTAGE, start=at(5), end=at(6)),
        FaultSpan(draw=Draw.DAY_BURNING, start=at(4), end=at(8)),
        FaultSpan(draw=Draw.DARK, start=at(4), end=at(7)),
    )
    load = Load(model=LOAD.model, node_w=Watts(4.0))
    light = LanternLight(default=DEFAULT, faults=faults)
    told = used(light=light, load=load).wh(Source.DEFAULT)
    assert told[8:16:2].tolist() == [2.0, 0.0, 2.0, 32.0]


def test_a_fault_does_not_change_what_was_counted() -> None:
    dark = FaultSpan(draw=Draw.DARK, start=at(4), end=at(8))
    light = LanternLight(default=DEFAULT, program=PROGRAM, faults=(dark,))
    assert used((4, 0), (12, 425), light=light).wh(Source.METERED).sum() == 425


def test_a_lantern_without_a_wattage_is_unknown_and_never_zero() -> None:
    light = LanternLight(default=DEFAULT)
    assert lantern_half_hours(WINDOW, load=None, light=light) is NO_WATTAGE


@pytest.mark.parametrize(
    "default", [(), DEFAULT[:2], DEFAULT[1:], (DEFAULT[0], DEFAULT[2])], ids=str
)
def test_half_hours_of_which_nothing_is_said_are_refused(default: tuple[Span, ...]) -> None:
    with pytest.raises(LightSpansError, match="nothing is said"):
        lantern_half_hours(WINDOW, load=LOAD, light=LanternLight(default=default))


def test_spans_that_overlap_are_refused() -> None:
    with pytest.raises(LightSpansError, match="two spans overlap"):
        LanternLight(default=(*DEFAULT, DEFAULT[1]))


def test_a_fault_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(LightSpansError, match="ends before it starts"):
        LanternLight(default=DEFAULT, faults=(FaultSpan(draw=Draw.DARK, start=at(5), end=at(4)),))


def test_a_node_that_feeds_power_back_is_refused() -> None:
    with pytest.raises(PowerModelError, match="node_w"):
        Load(model=LOAD.model, node_w=Watts(-1.0))


@given(
    counts=st.lists(st.integers(0, 90), min_size=1, max_size=30),
    minutes=st.lists(st.integers(1, 90), min_size=30, max_size=30),
    evidenced=st.integers(0, 5),
)
def test_metered_half_hours_add_up_to_exactly_what_was_counted(
    counts: list[int], minutes: list[int], evidenced: int
) -> None:
    total, moment, samples = 0, NOON, [MeterSample(at=NOON, energy_wh=0)]
    for count, apart in zip(counts, minutes, strict=False):
        total, moment = total + count * apart // 90, moment + timedelta(minutes=apart)
        samples.append(MeterSample(at=moment, energy_wh=total))
    window = range(WINDOW.start, WINDOW.start + 96)
    light = LanternLight(default=spans((48, 100)), program=PROGRAM[:evidenced])
    record = read_meter(samples, max_w=LOAD.model.max_w)
    told = lantern_half_hours(window, load=LOAD, light=light, record=record)
    assert isinstance(told, LanternHalfHours)
    assert told.wh(Source.METERED).sum() == sum(each.energy_wh for each in record.intervals)
    np.testing.assert_allclose(told.hours.sum(axis=0), 0.5)


def test_a_meter_that_counted_nothing_is_metered_zero() -> None:
    told = used((4, 100), (6, 100))
    assert told.wh(Source.METERED)[8:12].tolist() == [0.0] * 4
    assert told.hours[Source.METERED, 8:12].tolist() == [0.5] * 4


@pytest.mark.parametrize(
    ("regime", "hours", "words"),
    [
        ("Continuous", 8760, "day and night"),
        ("Dusk-Dawn", 4271, "by its regime"),
        ("35/18", (4026 + 3948) / 2, "photocell of 35/18 lx, a clear-sky estimate, unverified"),
        ("", 4271, "its regime is not known"),
        ("Zone 7", 4271, "its regime is not known"),
    ],
)
def test_the_default_is_full_power_from_dusk_to_dawn_by_the_regime(
    regime: str, hours: float, words: str
) -> None:
    # Reference energy.md 4.4, Leeds 2025: 4,271 h with the sun below -0.83 degrees; 4,026 and
    # 3,948 h below -3.4 (35 lx) and -4.2 (18 lx), interpolated there.
    site = Site(latitude_deg=53.8, longitude_deg=-1.55, zone="Europe/London")
    first = Night(site=site, evening=date(2025, 1, 1))
    nights = [replace(first, evening=first.evening + timedelta(days=day)) for day in range(365)]
    light = [default_light(regime, night) for night in nights]
    lit = [span for each in light for span in each.spans if span.level]
    assert sum(span.hours for span in lit) == pytest.approx(hours, abs=6)
    assert {span.level for span in lit} == {100}
    assert words in light[0].basis


def test_a_record_without_intervals_is_all_model() -> None:
    light = LanternLight(default=DEFAULT, program=PROGRAM)
    told = lantern_half_hours(WINDOW, load=LOAD, light=light, record=MeterRecord())
    assert isinstance(told, LanternHalfHours)
    assert not told.wh(Source.METERED).any()
