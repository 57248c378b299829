"""Tables of factors as TOML: read back as written, and every fault told with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.carbon import uk_factors
from lighting.energy.factor_text import factors_text, parse_factors
from lighting.energy.factors import FactorSet, YearFactors
from lighting.units import KilogramsCo2ePerKwh
from schedules.errors import PolicyError

GOOD = """title = "T"
attribution = "A"

[[factors]]
year = 2026
generation = 0.1
transmission_distribution = 0.01
publisher = "P"
workbook = "W"
"""


def test_what_a_table_leaves_out_is_unknown_and_not_zero() -> None:
    row = parse_factors(GOOD, document="t").of_year(2026)
    assert (row.wtt_generation, row.wtt_transmission_distribution) == (None, None)
    assert row.source == "2026 (P): W"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("generation = 0.1", "generation = 0", "line 6: factors.0..generation: 0 is out of range"),
        ("generation = 0.1", "generation = nan", "out of range"),
        ("generation = 0.1", "generation = 2.1", "Allowed: kg CO2e/kWh, above 0, up to 2"),
        ("generation = 0.1", 'generation = "0.1"', 'is "0.1", not a number'),
        ("generation = 0.1", "generation = true", "not a number"),
        ("generation = 0.1\n", "", "generation: is missing"),
        ("year = 2026", "year = 26", "line 5: .*year: is 26. Allowed: a whole year, 1990 to 2100"),
        ("year = 2026\n", "", "year: is missing"),
        ('title = "T"', 'title = "T"\nlicence = "x"', "line 2: licence: is not a known key"),
        ("workbook", "work_book", "work_book: is not a known key; did you mean workbook"),
        ("[[factors]]", "[[factor]]", "factors: is missing"),
        ("[[factors]]", "[[factors]", "is not valid TOML"),
    ],
)
def test_a_wrong_table_is_refused_with_the_line(old: str, new: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        parse_factors(GOOD.replace(old, new), document="t")


def test_a_year_given_twice_is_refused() -> None:
    twice = GOOD + GOOD[GOOD.index("[[") :]
    with pytest.raises(PolicyError, match=r"line 11: .*year: 2026 is given twice"):
        parse_factors(twice, document="t")


FACTOR = st.floats(min_value=1e-9, max_value=2.0).map(KilogramsCo2ePerKwh)
TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(
    st.builds(
        YearFactors,
        year=st.integers(1990, 2100),
        generation=FACTOR,
        transmission_distribution=FACTOR,
        wtt_generation=st.none() | FACTOR,
        wtt_transmission_distribution=st.none() | FACTOR,
        publisher=TEXT,
        workbook=TEXT,
    )
)
def test_any_table_reads_back_as_it_was_written(row: YearFactors) -> None:
    table = FactorSet(title="T", attribution="A", by_year={row.year: row})
    assert parse_factors(factors_text(table), document="t") == table


def test_the_identity_names_title_years_and_a_version_that_follows_the_figures() -> None:
    shipped = uk_factors()
    assert shipped.identity.endswith(f"electricity, 2013 to 2025, version {shipped.version}")
    fewer = FactorSet(
        title=shipped.title,
        attribution=shipped.attribution,
        by_year={year: row for year, row in shipped.by_year.items() if year > 2013},
    )
    assert fewer.version != shipped.version
