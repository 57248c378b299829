"""Sampling plan: which lanterns to measure, how many of each model, chosen the same every time.

n0 = (z cv/e)^2 and n = n0 N/(N + n0), rounded up; of each model at least ten, or all there are
(reference energy.md 6.1: general knowledge, unverified as a standard).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil, isfinite

from lighting.energy.errors import UncertaintyError
from lighting.energy.uncertainty import CONFIDENCE, z_of
from lighting.identifiers import LanternId

CV_UNKNOWN = 0.5
"""Standard deviation over mean where nobody measured it (energy.md 6.1: general knowledge)."""

STRATUM_MIN = 10
"""At least so many of each model (energy.md 6.1)."""

METHOD = (
    "n0 = (z cv/e)^2, n = n0 N/(N + n0), at least 10 of each stratum or all; "
    "general knowledge, unverified as a standard"
)
_ROUNDING = 1e-9
"""A size that is whole but for the noise of binary fractions is not rounded up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What a sample must reach: relative ``error`` at a ``confidence``, given a ``cv``.

    Raises:
        UncertaintyError: a figure that cannot be.
    """

    error: float
    confidence: float = CONFIDENCE
    cv: float = CV_UNKNOWN

    def __post_init__(self) -> None:
        for name, value in (("error", self.error), ("cv", self.cv)):
            if not (isfinite(value) and value > 0):
                raise UncertaintyError(name, value, "more than 0, relative")
        z_of(self.confidence)

    @property
    def endless(self) -> float:
        """The sample size n0 of a population without end."""
        return (z_of(self.confidence) * self.cv / self.error) ** 2

    def size(self, population: int) -> int:
        """Return how many of a ``population`` to measure, the least of a stratum included."""
        if not population:
            return 0
        wanted = self.endless * population / (population + self.endless)
        return min(population, max(STRATUM_MIN, ceil(wanted - _ROUNDING)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The lanterns to measure of one stratum, in order of id, of ``population`` in all."""

    name: str
    population: int
    chosen: tuple[LanternId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """Which lanterns to measure. The same ``name`` and inventory give the same plan."""

    name: str
    precision: Precision
    strata: tuple[Stratum, ...]

    @property
    def lanterns(self) -> int:
        """How many lanterns are to be measured."""
        return sum(len(stratum.chosen) for stratum in self.strata)


def sampling_plan(
    name: str, strata: Mapping[str, Sequence[LanternId]], precision: Precision
) -> SamplingPlan:
    """Return which lanterns of each stratum to measure.

    Each lantern draws a lot, the SHA-256 of the plan's name and its id, and the lowest lots are
    chosen: nobody can prefer a lantern, anybody can check it, and a larger sample keeps those of a
    smaller one.
    """
    return SamplingPlan(
        name=name,
        precision=precision,
        strata=tuple(
            Stratum(
                name=stratum,
                population=len(ids),
                chosen=tuple(sorted(_drawn(name, ids)[: precision.size(len(ids))])),
            )
            for stratum, ids in sorted(strata.items())
        ),
    )


def _drawn(name: str, ids: Sequence[LanternId]) -> list[LanternId]:
    return sorted(ids, key=lambda each: sha256(f"{name}\n{each}".encode()).digest())
