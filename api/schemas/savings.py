"""Energy and emissions against the baseline, as ``lighting.energy.plain`` says them.

Energies are kWh, emissions kg CO2e, hours h, shares percent.
"""

from api.schemas.base import Told


class LineTold(Told, kw_only=True):
    """One line of the report; null where there is nothing to divide by."""

    metered_kwh: float
    metered_hours: float
    modelled_kwh: float
    modelled_hours: float
    used_kwh: float
    metered_percent: float | None
    baseline_kwh: float
    saved_kwh: float
    saved_percent: float | None
    kg_co2e: float
    kg_co2e_scope2: float
    kg_co2e_transmission_distribution: float
    kg_co2e_saved: float
    lantern_nights: int
    unknown_lantern_nights: int


class GroupLineTold(LineTold, kw_only=True):
    """A line of one group, and how many lanterns it has in the report."""

    lanterns: int


class FactorTold(Told, kw_only=True):
    """The emission factor of a year, and where it comes from; well-to-tank is null if unknown."""

    year: int
    factor_year: int
    kg_co2e_per_kwh: float
    generation_kg_co2e_per_kwh: float
    transmission_distribution_kg_co2e_per_kwh: float
    wtt_generation_kg_co2e_per_kwh: float | None
    wtt_transmission_distribution_kg_co2e_per_kwh: float | None
    source: str
    factor_set: str
    note: str


class SavingsTold(Told, kw_only=True):
    """The report: its baseline and factors, then the sums in total, by group, night and month."""

    baseline: str
    carbon_factor: str
    factors: tuple[FactorTold, ...]
    attribution: str
    lanterns: int
    lanterns_without_wattage: int
    without_wattage: tuple[str, ...]
    nights: int
    total: LineTold
    by_group: dict[str, GroupLineTold]
    by_night: dict[str, LineTold]
    by_month: dict[str, LineTold]
    meter_findings: dict[str, int]
    power_models: dict[str, int]
    evidence: dict[str, int]
