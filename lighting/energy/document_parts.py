"""What a report may tell besides its sums: each part is optional, and missing ones are named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isclose

from lighting.energy.errors import ReportPartsError

_TOLERANCE = 1e-6
"""Relative: what two exact sums may differ by after rounding to a milliwatt-hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineTold:
    """Which snapshot a saving is measured against.

    ``words`` complete the sentence "38 % less than …"; ``version`` names the snapshot.
    """

    name: str
    version: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A quantity's 90 % interval, in the unit of the quantity, and how it was found."""

    low: float
    high: float
    method: str

    def holds(self, value: float) -> bool:
        """Return whether ``value`` lies in it."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """A saving by cause [kWh, kg CO2e]: from ``baseline_kwh`` down to ``used_kwh``, exactly.

    A cause that used more than the baseline is negative. ``by_cause_kg`` may name causes of its
    own, such as the grid factor, which saves no energy.

    Raises:
        ReportPartsError: the causes do not add up to the saving.
    """

    baseline: str
    baseline_kwh: float
    used_kwh: float
    by_cause_kwh: Mapping[str, float]
    by_cause_kg: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        told, whole = sum(self.by_cause_kwh.values()), self.baseline_kwh - self.used_kwh
        if not isclose(told, whole, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE):
            raise ReportPartsError(
                f"causes of the saving add up to {told:.6f} kWh, but {whole:.6f} kWh were saved",
                "give every cause once",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the energy cost and what the saving is worth [GBP], by which tariff."""

    used_gbp: float
    saved_gbp: float
    tariff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMatchedCarbon:
    """Emissions by the grid's half-hourly intensity [kg CO2e]; never added to the reported ones.

    ``covered_percent`` of the used energy had an intensity; the rest is in no figure.
    """

    used_kg: float
    saved_kg: float
    covered_percent: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCurve:
    """One night by half-hour [kWh each]: ``starts`` (aware) in the order of the night.

    Raises:
        ReportPartsError: the three sequences are not of one length, or there are none.
    """

    starts: tuple[datetime, ...]
    used_kwh: tuple[float, ...]
    baseline_kwh: tuple[float, ...]
    why_this_night: str

    def __post_init__(self) -> None:
        lengths = {len(self.starts), len(self.used_kwh), len(self.baseline_kwh)}
        if len(lengths) > 1 or not self.starts:
            raise ReportPartsError(
                f"load curve: {len(self.starts)} starts, {len(self.used_kwh)} used and"
                f" {len(self.baseline_kwh)} baseline values",
                "give one of each for every half-hour of the night",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What changed the baseline: lanterns added or removed, hours of the regime [kWh]."""

    what: str
    why: str
    lanterns: int
    baseline_kwh: float
    routine: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParts:
    """All that a savings report may tell besides its sums; None is "not given".

    ``saved_kwh`` is the interval of the saving. ``evidence_kwh`` is the used energy by evidence
    level (``E0`` to ``E5``), ``other_baselines_kwh`` the energy of more baselines by name and
    month. ``boundary`` says what the figures include.
    """

    baseline: BaselineTold | None = None
    saved_kwh: Interval | None = None
    causes: Decomposition | None = None
    evidence_kwh: Mapping[str, float] | None = None
    cost: Cost | None = None
    time_matched: TimeMatchedCarbon | None = None
    load_curve: LoadCurve | None = None
    adjustments: tuple[Adjustment, ...] | None = None
    other_baselines_kwh: Mapping[str, Mapping[str, float]] | None = None
    boundary: str = ""


NO_PARTS = ReportParts()
