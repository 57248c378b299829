"""Intervals at 90 %: quadrature, what is shared, what cancels, what nobody stated."""

from math import inf, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.errors import UncertaintyError
from lighting.energy.uncertainty import (
    Relative,
    Uncertain,
    from_half_width,
    from_sample,
    option_a,
    option_b,
    saving,
    total,
    uncertain,
    z_of,
)

WATTS = Relative(source="watts of road-60", standard=0.03)
HOURS = Relative(source="hours of the regime", standard=0.04)
COUNT = Relative(source="inventory count", standard=0.12)
NOBODY = Relative(source="hours of the regime", standard=None)


def test_option_a_is_the_quadrature_of_the_reference() -> None:
    # reference energy.md 6.1, by hand: sqrt(0.03^2 + 0.04^2 + 0.12^2) = 0.13; 1.645 x 130 = 213.85
    found = option_a(1000.0, watts=WATTS, hours=HOURS, count=COUNT)
    assert found.standard == pytest.approx(130.0)
    interval = found.interval()
    assert (interval.low, interval.high) == pytest.approx((786.15, 1213.85))
    assert interval.words == "90 % interval"


def test_option_b_has_its_meters_class_in_place_of_watts_and_hours() -> None:
    # class 1.645 % as a half-width is 1 % standard; with a count of 0.5 %: sqrt(1.25) %
    meter = from_half_width("meter type", 0.01645)
    count = Relative(source="inventory count", standard=0.005)
    assert option_b(1000.0, meter=meter, count=count).standard == pytest.approx(10 * sqrt(1.25))


def test_lanterns_of_one_model_are_wrong_together_and_those_of_two_are_not() -> None:
    same = [uncertain(100.0, [WATTS]) for _ in range(4)]
    assert total(same).standard == pytest.approx(400 * 0.03)  # linear: 12
    apart = [
        uncertain(100.0, [Relative(source=f"watts of model {n}", standard=0.03)]) for n in range(4)
    ]
    assert total(apart).standard == pytest.approx(100 * 0.03 * 2)  # quadrature: sqrt(4) x 3


def test_what_baseline_and_actual_share_cancels_in_the_saving() -> None:
    baseline = option_a(1000.0, watts=WATTS, hours=HOURS, count=COUNT)
    actual = option_a(600.0, watts=WATTS, hours=HOURS, count=COUNT)
    found = saving(baseline, actual)
    assert found.value == 400.0
    assert found.standard == pytest.approx(400 * 0.13)  # as if the saving itself were measured


def test_what_they_do_not_share_adds_in_quadrature() -> None:
    old = Relative(source="watts of SON 70", standard=0.04)
    found = saving(
        uncertain(1000.0, [old]), uncertain(600.0, [Relative(source="m", standard=0.05)])
    )
    assert found.standard == pytest.approx(50.0)  # sqrt(40^2 + 30^2)


def test_an_input_that_nobody_stated_leaves_no_interval_and_is_named() -> None:
    interval = option_a(1000.0, watts=WATTS, hours=NOBODY, count=COUNT).interval()
    assert (interval.low, interval.high) == (None, None)
    assert interval.words == "not stated for: hours of the regime"
    # what is stated is a lower bound: sqrt(0.03^2 + 0.12^2)
    assert interval.stated_half_width == pytest.approx(1.645 * 1000 * sqrt(0.0153))


def test_one_figure_without_a_stated_input_leaves_its_total_and_saving_without() -> None:
    known, unknown = uncertain(5.0, [WATTS]), uncertain(5.0, [NOBODY])
    for figure in (total([known, unknown]), saving(known, unknown), saving(unknown, known)):
        assert figure.interval().low is None


def test_nothing_used_is_not_uncertain() -> None:
    interval = uncertain(0.0, [WATTS, NOBODY]).interval()
    assert (interval.low, interval.high) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("sample", "population", "standard"),
    # textbook: cv/sqrt(n) sqrt((N - n)/(N - 1)); a census has no sampling error
    [(16, 16, 0.0), (25, 101, 0.1 / 5 * sqrt(0.76)), (100, 1_000_000, 0.01 * sqrt(0.9999009999))],
)
def test_a_samples_mean_is_better_known_the_more_are_measured(
    sample: int, population: int, standard: float
) -> None:
    found = from_sample("watts", cv=0.1, sample=sample, population=population)
    assert found.standard == pytest.approx(standard)


@pytest.mark.parametrize(
    ("confidence", "z"), [(0.9, 1.645), (0.95, 1.960), (0.8, 1.282), (0.99, 2.576)]
)
def test_half_widths_are_those_of_the_normal_table(confidence: float, z: float) -> None:
    assert z_of(confidence) == pytest.approx(z, abs=5e-4)


FIGURES = st.builds(
    uncertain,
    st.floats(-1e6, 1e6),
    st.lists(
        st.builds(
            Relative, source=st.sampled_from("abc"), standard=st.none() | st.floats(0.0, 1.0)
        ),
        max_size=3,
        unique_by=lambda each: each.source,
    ),
)


@given(FIGURES, FIGURES, FIGURES)
def test_totals_do_not_depend_on_how_they_are_bracketed(
    a: Uncertain, b: Uncertain, c: Uncertain
) -> None:
    left, right = total([total([a, b]), c]), total([a, total([b, c])])
    assert left.value == pytest.approx(right.value, abs=1e-6)
    assert left.standard == pytest.approx(right.standard, abs=1e-6)
    assert left.not_stated == right.not_stated


@given(FIGURES, FIGURES)
def test_a_total_is_at_most_as_uncertain_as_its_parts_together(a: Uncertain, b: Uncertain) -> None:
    assert total([a, b]).standard <= (a.standard + b.standard) * (1 + 1e-9)


@given(FIGURES)
def test_a_figure_less_itself_is_nothing(figure: Uncertain) -> None:
    found = saving(figure, figure)
    assert (found.value, found.standard) == (0.0, 0.0)


@pytest.mark.parametrize("standard", [-0.1, nan, inf])
def test_an_uncertainty_that_cannot_be_is_refused(standard: float) -> None:
    with pytest.raises(UncertaintyError, match="watts is"):
        Relative(source="watts", standard=standard)


def test_what_cannot_be_combined_is_refused() -> None:
    with pytest.raises(UncertaintyError, match="own name, once"):
        uncertain(1.0, [HOURS, NOBODY])
    with pytest.raises(UncertaintyError, match="value is nan"):
        uncertain(nan, [WATTS])
    for sample in (1, 11):
        with pytest.raises(UncertaintyError, match="2 to 10"):
            from_sample("watts", cv=0.1, sample=sample, population=10)
    for confidence in (0.0, 1.0, nan):
        with pytest.raises(UncertaintyError, match="confidence"):
            z_of(confidence)
