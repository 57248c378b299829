"""Emission factors: the shipped table, published totals, and years without a factor."""

import csv
from math import inf, nan
from pathlib import Path

import pytest

from lighting.energy.carbon import FactorSet, kg_co2e, uk_factors
from lighting.energy.errors import EnergyValueError, FactorMissingError


def test_peterboroughs_2019_street_lighting_comes_out_to_the_tonne() -> None:
    # reference energy.md 6.3: Scope 2 1,569 t and T&D 133 t for 6.14 GWh (cape.mysociety.org 571)
    result = kg_co2e(6_140_000, 2019)
    assert round(result.kg_co2e_scope2 / 1000) == 1569
    assert round(result.kg_co2e_td / 1000) == 133
    assert result.kg_co2e == result.kg_co2e_scope2 + result.kg_co2e_td


def test_leeds_7050_tonnes_are_25_4_gwh_at_the_2019_factor() -> None:
    # reference energy.md 4.6: 7,050 t at generation + T&D of 2019; 25.4 GWh is to three digits
    assert kg_co2e(25_400_000, 2019).kg_co2e / 1000 == pytest.approx(7050, rel=0.05 / 25.4)


@pytest.mark.parametrize(
    ("year", "consumption"),
    # reference energy.md 2, last column: generation + T&D
    [(2013, 0.48357), (2016, 0.44932), (2019, 0.27730), (2022, 0.21107), (2025, 0.19553)],
)
def test_the_factor_is_generation_plus_transmission_and_distribution(
    year: int, consumption: float
) -> None:
    result = kg_co2e(1.0, year)
    assert result.factor == pytest.approx(consumption, abs=1e-9)
    assert (result.year, result.factor_year, result.note) == (year, year, "")
    assert str(year) in result.source


def test_every_shipped_factor_is_the_one_typed_from_the_official_workbooks(
    shared_data: Path,
) -> None:
    with (shared_data / "ghg" / "uk_electricity_factors.csv").open(encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    ours = uk_factors().by_year
    assert sorted(ours) == [int(row["year"]) for row in rows]
    for row in rows:
        year = ours[int(row["year"])]
        typed = [
            float(row[column]) if row[column] else None
            for column in (
                "generation_kgco2e_per_kwh",
                "transmission_distribution_kgco2e_per_kwh",
                "wtt_generation_kgco2e_per_kwh",
                "wtt_td_kgco2e_per_kwh",
            )
        ]
        assert typed == [
            year.generation,
            year.transmission_distribution,
            year.wtt_generation,
            year.wtt_transmission_distribution,
        ]


def test_the_licence_of_the_factors_is_said() -> None:
    assert "Open Government Licence v3.0" in uk_factors().attribution


def test_a_year_without_a_factor_is_refused_and_the_cure_is_named() -> None:
    with pytest.raises(FactorMissingError, match=r"2026 .*2013 to 2025.* 2025 .* carried forward"):
        kg_co2e(1.0, 2026)


def test_the_last_factor_is_carried_forward_only_when_asked_and_says_so() -> None:
    result = kg_co2e(1.0, 2026, carry_forward=True)
    assert result.factor == pytest.approx(0.19553)
    assert (result.year, result.factor_year) == (2026, 2025)
    assert result.note == "2025 factor carried forward to 2026"


def test_no_factor_is_carried_back_or_from_an_empty_table() -> None:
    with pytest.raises(FactorMissingError, match="or report kWh only") as caught:
        kg_co2e(1.0, 2012, carry_forward=True)
    assert "carried" not in str(caught.value)
    empty = FactorSet(title="", attribution="", by_year={})
    with pytest.raises(FactorMissingError, match="the table has none"):
        kg_co2e(1.0, 2025, carry_forward=True, factors=empty)


def test_a_negative_saving_has_negative_emissions() -> None:
    assert kg_co2e(-2.0, 2025).kg_co2e == pytest.approx(-0.39106)


@pytest.mark.parametrize("energy_kwh", [nan, inf, -inf])
def test_an_energy_that_is_no_number_is_refused(energy_kwh: float) -> None:
    with pytest.raises(EnergyValueError, match="finite"):
        kg_co2e(energy_kwh, 2025)
