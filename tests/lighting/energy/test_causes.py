"""Causes of a saving add up to it, to the last millionth of a watt-hour, and agree with a hand.

The lantern by hand: an old 84 W lamp that burned 16 h is now a 30 W LED (1.5 W at 1 %, 0.5 W
standby: the default model) that is lit 14 h, of them 6 h at 50 %.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.asked import AskedEnergy, asked_energy
from lighting.energy.baseline_errors import UnexplainedEnergyError
from lighting.energy.carbon import uk_factors
from lighting.energy.causes import (
    BaselineNight,
    Cause,
    Ladder,
    NodeLoad,
    UsedNight,
    adjustment_ladder,
    micro_wh,
    night_ladder,
)
from lighting.energy.causes_sum import CauseTally, Valuation, kg_of, kwh_of
from lighting.energy.power_model import default_power_model
from lighting.units import KilowattHours, Watts
from tests.lighting.energy.conftest import MakeSpans

BEFORE = BaselineNight(full_w=84.0, lit_hours=16.0)
NODE = NodeLoad(power_w=1.0, in_meter=False, source="by hand")


@pytest.fixture
def asked(make_spans: MakeSpans) -> AskedEnergy:
    spans = make_spans((5, 0), (4, 100), (6, 50), (4, 100), (5, 0))
    return asked_energy(spans, default_power_model(Watts(30.0)))


def modelled(asked: AskedEnergy) -> UsedNight:
    """Return a night without meter."""
    return UsedNight(
        metered_kwh=0.0, metered_hours=0.0, modelled_kwh=asked.model_kwh, modelled_hours=24.0
    )


def wh(ladder: Ladder, *, order_free: bool = False) -> dict[Cause, float]:
    """Return the parts in Wh, without those that are nothing."""
    parts = ladder.parts_uwh(order_free=order_free)
    return {cause: part / 10**6 for cause, part in parts.items() if part}


def test_a_night_worked_by_hand(asked: AskedEnergy) -> None:
    # At 50 %: 1.5 + 28.5 * 49/99 = 15.6060606 W, so dimming takes 14.3939394 W off for 6 h.
    ladder = night_ladder(BEFORE, asked, modelled(asked), node=NODE)
    assert wh(ladder) == {
        Cause.LAMP: pytest.approx((84 - 30) * 16),
        Cause.HOURS: pytest.approx(30 * (16 - 14)),
        Cause.DIMMING: pytest.approx(86.363636, abs=1e-6),
        Cause.OWN_LOAD: pytest.approx(-(0.5 * 10 + 1.0 * 24)),
    }
    assert ladder.baseline_uwh == micro_wh(84 * 16 / 1000)


def test_without_an_order_lamps_and_hours_share_what_they_save_together(
    asked: AskedEnergy,
) -> None:
    # Shapley of W x H: (84 - 30)(16 + 14)/2 and (84 + 30)/2 (16 - 14).
    ladder = night_ladder(BEFORE, asked, modelled(asked), node=None)
    parts = wh(ladder, order_free=True)
    assert parts[Cause.LAMP] == pytest.approx(54 * 15)
    assert parts[Cause.HOURS] == pytest.approx(57 * 2)
    assert sum(ladder.parts_uwh(order_free=True).values()) == ladder.saved_uwh


def test_a_dark_lamp_and_one_lit_by_day_are_faults_where_no_meter_is(asked: AskedEnergy) -> None:
    used = replace(modelled(asked), outage_kwh=0.120, day_burning_kwh=0.090)
    ladder = night_ladder(BEFORE, asked, used, node=None)
    assert wh(ladder)[Cause.FAULTS] == pytest.approx(30)
    assert kwh_of(ladder.used_uwh) == pytest.approx(asked.model_kwh - 0.030)
    assert Cause.MEASURED not in wh(ladder)


def test_where_a_meter_counts_faults_are_taken_out_of_what_it_says(asked: AskedEnergy) -> None:
    used = UsedNight(
        metered_kwh=0.2, metered_hours=24.0, modelled_kwh=0.0, modelled_hours=0.0, outage_kwh=0.120
    )
    ladder = night_ladder(BEFORE, asked, used, node=None)
    assert kwh_of(ladder.used_uwh) == pytest.approx(0.2)
    assert wh(ladder)[Cause.FAULTS] == pytest.approx(120)
    expected = 1000 * (asked.model_kwh - 0.120 - 0.2)
    assert wh(ladder)[Cause.MEASURED] == pytest.approx(expected)


def test_a_meter_that_counts_the_node_is_not_told_of_it_twice(asked: AskedEnergy) -> None:
    used = UsedNight(metered_kwh=0.4, metered_hours=18.0, modelled_kwh=0.05, modelled_hours=6.0)
    inside = night_ladder(BEFORE, asked, used, node=replace(NODE, in_meter=True))
    beside = night_ladder(BEFORE, asked, used, node=NODE)
    assert kwh_of(inside.used_uwh) == pytest.approx(0.45 + 0.006)
    assert kwh_of(beside.used_uwh) == pytest.approx(0.45 + 0.024)
    assert wh(inside)[Cause.OWN_LOAD] == wh(beside)[Cause.OWN_LOAD]


def test_an_earlier_policy_that_is_followed_still_saves_nothing(asked: AskedEnergy) -> None:
    dimmed = 30.0 * 14 / 1000 - asked.lit_kwh
    before = BaselineNight(full_w=30.0, lit_hours=14.0, dimmed_kwh=dimmed, dimmed_today_kwh=dimmed)
    ladder = night_ladder(before, asked, modelled(asked), node=None)
    assert wh(ladder) == {Cause.OWN_LOAD: pytest.approx(-5)}  # the lantern's standby


def test_a_night_without_meter_that_is_not_its_models_is_refused(asked: AskedEnergy) -> None:
    used = replace(modelled(asked), modelled_kwh=asked.model_kwh + 1e-6)
    with pytest.raises(UnexplainedEnergyError, match="close the night again"):
        night_ladder(BEFORE, asked, used, node=None)


kwhs = st.floats(0.0, 50.0)
hours = st.floats(0.0, 25.0)
nights = st.builds(
    night_ladder,
    st.builds(BaselineNight, full_w=st.floats(1, 2000), lit_hours=hours, dimmed_kwh=kwhs),
    st.builds(
        AskedEnergy,
        full_w=st.floats(1, 2000).map(Watts),
        lit_hours=hours,
        lit_kwh=kwhs.map(KilowattHours),
        model_kwh=kwhs.map(KilowattHours),
    ),
    st.builds(
        UsedNight,
        metered_kwh=kwhs,
        metered_hours=st.floats(0.1, 25.0),
        modelled_kwh=kwhs,
        modelled_hours=hours,
        outage_kwh=kwhs,
        day_burning_kwh=kwhs,
    ),
    node=st.none()
    | st.builds(NodeLoad, power_w=st.floats(0, 5), in_meter=st.booleans(), source=st.just("x")),
)
rows = st.lists(
    st.tuples(
        st.integers(2019, 2020), st.sampled_from("abc"), nights | st.builds(adjustment_ladder, kwhs)
    ),
    max_size=6,
)


@given(rows, st.booleans(), st.integers(2013, 2025))
def test_parts_groups_and_carbon_add_up_to_the_last_unit(
    some: list[tuple[int, str, Ladder]], order_free: object, constant: int
) -> None:
    total, groups = CauseTally(), {key: CauseTally() for key in "abc"}
    for year, group, ladder in some:
        total.add(year, ladder)
        groups[group].add(year, ladder)
    factors = uk_factors().by_year
    value = Valuation(by_year=factors, constant=factors[constant], order_free=bool(order_free))
    whole = value.line(total)
    assert sum(whole.parts_uwh.values()) == whole.saved_uwh
    assert whole.saved_uwh == sum(ladder.saved_uwh for _, _, ladder in some)
    lines = [value.line(tally) for tally in groups.values()]
    for cause in Cause:
        assert sum(line.parts_uwh[cause] for line in lines) == whole.parts_uwh[cause]
    assert sum(line.carbon.own_years for line in lines) == whole.carbon.own_years
    own = sum(
        ladder.saved_uwh * round(factors[year].consumption * 10**9) for year, _, ladder in some
    )
    assert whole.carbon.own_years == own


def test_the_grid_alone_changes_carbon_between_two_years() -> None:
    # 1,000 kWh in each year; factors of energy.md section 2: 2019 0.27730, 2025 0.19553 kg/kWh.
    tally = CauseTally()
    for year in (2019, 2025):
        tally.add(year, adjustment_ladder(1000.0))
    factors = uk_factors().by_year
    carbon = Valuation(by_year=factors, constant=factors[2019]).line(tally).carbon
    assert kg_of(carbon.constant) == pytest.approx(554.60)
    assert kg_of(carbon.own_years) == pytest.approx(277.30 + 195.53)
    assert kg_of(carbon.grid) == pytest.approx(195.53 - 277.30)
