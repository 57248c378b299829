"""The evidence ladder: kWh by rung, the highest rung, the gap to what is settled."""

import pytest

from lighting.energy.errors import EnergyValueError
from lighting.energy.evidence import Evidenced, Rung, by_rung, gaps, highest
from lighting.units import KilowattHours


def figure(rung: Rung, energy_kwh: float, *, month: str = "2026-11", scope: str = "") -> Evidenced:
    return Evidenced(month=month, scope=scope, rung=rung, energy_kwh=KilowattHours(energy_kwh))


def test_every_rung_has_the_words_of_the_reference() -> None:
    # reference energy.md 6.2
    assert [rung.words for rung in Rung] == [
        "E0: design model",
        "E1: schedule commanded",
        "E2: state confirmed by node",
        "E3: power measured at node",
        "E4: meter administrator's half-hourly (settled)",
        "E5: supplier's invoice",
    ]


def test_energy_is_listed_by_rung_and_never_as_one_sum() -> None:
    figures = [figure(Rung.E3, 5.0), figure(Rung.E0, 1.0), figure(Rung.E3, 2.5)]
    assert list(by_rung(figures).items()) == [(Rung.E0, 1.0), (Rung.E3, 7.5)]


def test_the_highest_rung_is_told_for_each_month_and_scope() -> None:
    figures = [
        figure(Rung.E4, 9.0),
        figure(Rung.E3, 9.0),
        figure(Rung.E1, 9.0, month="2026-12"),
        figure(Rung.E2, 9.0, scope="Headingley"),
    ]
    assert highest(figures) == {
        ("2026-11", ""): Rung.E4,
        ("2026-11", "Headingley"): Rung.E2,
        ("2026-12", ""): Rung.E1,
    }


def test_the_gap_is_settled_less_metered_and_says_what_the_model_explains() -> None:
    figures = [
        figure(Rung.E3, 60.0),
        figure(Rung.E3, 20.0),
        figure(Rung.E2, 12.0),
        figure(Rung.E0, 3.0),
        figure(Rung.E4, 100.0),
        figure(Rung.E5, 101.0),
    ]
    (gap,) = gaps(figures)
    # by hand: 100 - 80 = 20, a quarter of 80; 20 - 12 - 3 = 5
    assert (gap.gap_kwh, gap.gap_percent, gap.unexplained_kwh) == (20.0, 25.0, 5.0)


@pytest.mark.parametrize(
    "figures",
    [
        [figure(Rung.E3, 60.0)],
        [figure(Rung.E4, 60.0)],
        [figure(Rung.E3, 60.0), figure(Rung.E4, 60.0, month="2026-12")],
        [figure(Rung.E3, 60.0), figure(Rung.E4, 60.0, scope="City")],
        [figure(Rung.E2, 60.0), figure(Rung.E5, 60.0)],
    ],
)
def test_without_both_of_one_month_and_scope_there_is_no_gap(figures: list[Evidenced]) -> None:
    assert gaps(figures) == ()


def test_a_gap_to_nothing_metered_has_no_percentage() -> None:
    (gap,) = gaps([figure(Rung.E3, 0.0), figure(Rung.E4, 5.0)])
    assert (gap.gap_kwh, gap.gap_percent) == (5.0, None)


def test_an_energy_that_is_no_number_is_refused() -> None:
    with pytest.raises(EnergyValueError, match="finite"):
        figure(Rung.E3, float("nan"))
