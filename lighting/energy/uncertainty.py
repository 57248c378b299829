"""Uncertainty: 90 % intervals of energies and savings, with what is shared between figures.

The method is that of IPMVP's options as reference energy.md 6.1 gives it. Option A: power is
measured on a sample (or stated by the maker), hours are stipulated. Option B: both are measured.
Either way u(kWh)/kWh = sqrt((uW/W)^2 + (uh/h)^2 + (uN/N)^2), where each u is a *standard*
uncertainty; an interval at 90 % has the half-width 1.645 u.

Errors that figures share do not average out: the watts of one model are wrong by the same share
for all its lanterns, a meter type's class for all its meters. So a figure carries its uncertainty
by source. Parts of one source add with their signs, also between a baseline and what is taken off
it; parts of different sources add in quadrature. Correlations in between are not modelled: a part
is either shared in full or independent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import hypot, isfinite, sqrt
from statistics import NormalDist

from lighting.energy.errors import UncertaintyError

CONFIDENCE = 0.9
"""The confidence of every interval that is shown."""

Z_90 = 1.645
"""Half-width over standard uncertainty at 90 % of a normal distribution (reference: rounded so)."""

METHOD = (
    "quadrature of relative standard uncertainties of watts, hours and count; parts of one source "
    "(a model's watts, a meter type's class) fully correlated, others independent; 90 %: 1.645 u"
)


def z_of(confidence: float) -> float:
    """Return the half-width over the standard uncertainty at a two-sided ``confidence``.

    Raises:
        UncertaintyError: not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise UncertaintyError("confidence", confidence, "more than 0 and below 1")
    if confidence == CONFIDENCE:
        return Z_90
    return NormalDist().inv_cdf((1 + confidence) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """The relative standard uncertainty of one input, from a ``source`` that figures may share.

    ``standard`` is None where nobody stated it: then no interval is given, never a zero.

    Raises:
        UncertaintyError: negative or not finite.
    """

    source: str
    standard: float | None

    def __post_init__(self) -> None:
        if self.standard is not None and not (isfinite(self.standard) and self.standard >= 0):
            raise UncertaintyError(self.source, self.standard, "0 or more, finite")


def from_half_width(source: str, half_width_90: float | None) -> Relative:
    """Return the input whose relative 90 % half-width is given: a tolerance, a meter's class.

    Raises:
        UncertaintyError: negative or not finite.
    """
    return Relative(source=source, standard=None if half_width_90 is None else half_width_90 / Z_90)


def from_sample(source: str, *, cv: float, sample: int, population: int) -> Relative:
    """Return the input of a mean over a ``sample`` of a ``population`` of lanterns.

    ``cv`` is the sample's standard deviation over its mean. The standard uncertainty of the mean
    is cv/sqrt(n), times sqrt((N - n)/(N - 1)) for a population that ends (textbook sampling).

    Raises:
        UncertaintyError: a sample of fewer than 2 or more than the population.
    """
    if not 2 <= sample <= population:  # noqa: PLR2004 - one lantern has no spread
        raise UncertaintyError("sample", sample, f"2 to {population}, the population")
    ends = sqrt((population - sample) / (population - 1))
    return Relative(source=source, standard=cv / sqrt(sample) * ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure and its 90 % interval; ``low`` and ``high`` are None where it is not stated.

    ``not_stated`` names the inputs of which nobody stated the uncertainty. ``stated_half_width``
    is what the others alone make: the true half-width is at least that.
    """

    value: float
    low: float | None
    high: float | None
    stated_half_width: float
    not_stated: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The uncertainty as a report says it."""
        if self.not_stated:
            return "not stated for: " + ", ".join(self.not_stated)
        return "90 % interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """A figure with its standard uncertainty by source, in the figure's own unit and signed.

    The sign of a part says which way the figure goes if the source's error is positive.
    """

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)
    not_stated: frozenset[str] = frozenset()

    @property
    def standard(self) -> float:
        """The standard uncertainty of all stated parts."""
        return hypot(*self.parts.values())

    def interval(self) -> Interval:
        """Return the figure with its interval at 90 %."""
        half = Z_90 * self.standard
        stated = not self.not_stated
        return Interval(
            value=self.value,
            low=self.value - half if stated else None,
            high=self.value + half if stated else None,
            stated_half_width=half,
            not_stated=tuple(sorted(self.not_stated)),
        )

    def __neg__(self) -> "Uncertain":
        parts = {source: -part for source, part in self.parts.items()}
        return Uncertain(value=-self.value, parts=parts, not_stated=self.not_stated)


def uncertain(value: float, inputs: Iterable[Relative]) -> Uncertain:
    """Return ``value`` as a product of inputs: each moves it by its own relative uncertainty.

    Raises:
        UncertaintyError: the value is not finite, or two inputs have one source.
    """
    if not isfinite(value):
        raise UncertaintyError("value", value, "a finite number")
    parts: dict[str, float] = {}
    unknown = set()
    for each in inputs:
        if each.source in parts or each.source in unknown:
            raise UncertaintyError("source", each.source, "each input's own name, once")
        if each.standard is None:
            unknown.add(each.source)
        else:
            parts[each.source] = value * each.standard
    # Nothing is nothing, however little is known of what it would be multiplied by.
    return Uncertain(value=value, parts=parts, not_stated=frozenset(unknown if value else ()))


def option_a(energy_kwh: float, *, watts: Relative, hours: Relative, count: Relative) -> Uncertain:
    """Return an energy [kWh] of measured or stated watts over stipulated hours.

    Raises:
        UncertaintyError: the energy is not finite, or two inputs have one source.
    """
    return uncertain(energy_kwh, (watts, hours, count))


def option_b(energy_kwh: float, *, meter: Relative, count: Relative) -> Uncertain:
    """Return a metered energy [kWh]: the counter measures watts and hours in one.

    ``meter`` is the class of the nodes' meters. That it is typically 1-2 % is general knowledge,
    unverified (energy.md 6.1): where nobody stated the class, it is not stated.

    Raises:
        UncertaintyError: the energy is not finite, or two inputs have one source.
    """
    return uncertain(energy_kwh, (meter, count))


def total(figures: Iterable[Uncertain]) -> Uncertain:
    """Return the sum: parts of one source add with their signs, whatever figures they come from."""
    value = 0.0
    parts: dict[str, float] = {}
    not_stated: frozenset[str] = frozenset()
    for figure in figures:
        value += figure.value
        not_stated |= figure.not_stated
        for source, part in figure.parts.items():
            parts[source] = parts.get(source, 0.0) + part
    return Uncertain(value=value, parts=parts, not_stated=not_stated)


def saving(baseline: Uncertain, actual: Uncertain) -> Uncertain:
    """Return baseline less actual; what both share (the same watts, the same count) cancels."""
    return total((baseline, -actual))
