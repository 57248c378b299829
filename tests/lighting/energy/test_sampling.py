"""Sampling plans: sizes of the reference, strata, and a choice that anybody can repeat."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.errors import UncertaintyError
from lighting.energy.sampling import Precision, sampling_plan
from lighting.identifiers import LanternId

MANY = 100_000_000


def ids(count: int) -> list[LanternId]:
    return [LanternId(f"leeds:{number:05}") for number in range(count)]


@pytest.mark.parametrize(
    ("error", "cv", "population", "size"),
    [
        (0.10, 0.5, MANY, 68),  # reference energy.md 6.1
        (0.20, 0.5, MANY, 17),  # the same
        (0.10, 0.05, MANY, 10),  # one model: n = 1..4, use >= 10
        (0.10, 0.5, 100, 41),  # by hand: 67.65 x 100 / 167.65 = 40.35
        (0.10, 0.5, 12, 11),  # by hand: 67.65 x 12 / 79.65 = 10.19
        (0.20, 0.5, 7, 7),  # all, where there are fewer than ten
        (0.10, 0.5, 0, 0),
    ],
)
def test_sizes_are_those_of_the_reference(
    error: float, cv: float, population: int, size: int
) -> None:
    assert Precision(error=error, cv=cv).size(population) == size


def test_each_stratum_is_drawn_by_itself() -> None:
    plan = sampling_plan("autumn", {"park-20": ids(5), "road-60": ids(2000)}, Precision(error=0.1))
    # by hand: 67.65 x 2000 / 2067.65 = 65.4
    assert [(s.name, s.population, len(s.chosen)) for s in plan.strata] == [
        ("park-20", 5, 5),
        ("road-60", 2000, 66),
    ]
    assert plan.lanterns == 71


def test_the_lots_are_sha256_of_the_plans_name_and_the_lantern() -> None:
    (stratum,) = sampling_plan("autumn", {"m": ids(300)}, Precision(error=0.5)).strata
    lots = {each: sha256(f"autumn\n{each}".encode()).hexdigest() for each in ids(300)}
    assert set(stratum.chosen) == set(sorted(lots, key=lambda each: lots[each])[:10])
    assert list(stratum.chosen) == sorted(stratum.chosen)


def test_another_name_draws_other_lanterns() -> None:
    one, two = (
        sampling_plan(name, {"m": ids(300)}, Precision(error=0.5)).strata[0].chosen
        for name in ("autumn", "winter")
    )
    assert one != two


@given(st.permutations(ids(40)))
def test_the_order_of_the_inventory_does_not_matter(shuffled: list[LanternId]) -> None:
    precision = Precision(error=0.3)
    assert sampling_plan("p", {"m": shuffled}, precision) == sampling_plan(
        "p", {"m": ids(40)}, precision
    )


@given(st.floats(0.05, 0.5), st.floats(0.05, 0.5))
def test_a_smaller_error_keeps_the_lanterns_of_a_larger_one(one: float, two: float) -> None:
    chosen = [
        set(sampling_plan("p", {"m": ids(200)}, Precision(error=error)).strata[0].chosen)
        for error in (max(one, two), min(one, two))
    ]
    assert chosen[0] <= chosen[1]


@pytest.mark.parametrize(
    ("error", "confidence", "cv"), [(0.0, 0.9, 0.5), (0.1, 1.0, 0.5), (0.1, 0.9, float("nan"))]
)
def test_a_precision_that_cannot_be_is_refused(error: float, confidence: float, cv: float) -> None:
    with pytest.raises(UncertaintyError, match="allowed"):
        Precision(error=error, confidence=confidence, cv=cv)
