"""A savings report as plain values for JSON: the same report gives the same text, byte for byte."""

from lighting.energy.carbon import FACTOR_MEANING, CarbonResult
from lighting.energy.lines import Line
from lighting.energy.report import SavingsReport

_DECIMALS = 6
"""Figures are given to a milliwatt-hour and a milligram; counters and factors tell far less."""

_FACTOR_DECIMALS = 12
"""As many as the longest factor published has; the rest is the noise of binary fractions."""


def report_as_plain(report: SavingsReport) -> dict[str, object]:
    """Return ``report`` as dicts, lists, texts and numbers, keys in a fixed order.

    Energies are kWh, emissions kg CO2e, hours h, shares percent; None where there is nothing to
    divide by.
    """
    return {
        "baseline": report.baseline.value,
        "carbon_factor": FACTOR_MEANING,
        "factors": [_plain_factor(result) for result in report.factors.values()],
        "attribution": report.attribution,
        "lanterns": report.lanterns,
        "lanterns_without_wattage": len(report.without_wattage),
        "without_wattage": list(report.without_wattage),
        "nights": len(report.by_night),
        "total": _plain_line(report.total),
        "by_group": {
            key: {"lanterns": report.lanterns_by_group[key], **_plain_line(line)}
            for key, line in report.by_group.items()
        },
        "by_night": {key: _plain_line(line) for key, line in report.by_night.items()},
        "by_month": {key: _plain_line(line) for key, line in report.by_month.items()},
        "meter_findings": dict(report.findings),
        "power_models": dict(report.power_bases),
        "evidence": dict(report.evidence),
    }


def _plain_factor(result: CarbonResult) -> dict[str, object]:
    return {
        "year": result.year,
        "factor_year": result.factor_year,
        "kg_co2e_per_kwh": round(result.factor, _FACTOR_DECIMALS),
        "generation_kg_co2e_per_kwh": round(result.kg_co2e_scope2, _FACTOR_DECIMALS),
        "transmission_distribution_kg_co2e_per_kwh": round(result.kg_co2e_td, _FACTOR_DECIMALS),
        "wtt_generation_kg_co2e_per_kwh": _rounded(result.kg_co2e_wtt_generation, _FACTOR_DECIMALS),
        "wtt_transmission_distribution_kg_co2e_per_kwh": _rounded(
            result.kg_co2e_wtt_td, _FACTOR_DECIMALS
        ),
        "source": result.source,
        "factor_set": result.factor_set,
        "note": result.note,
    }


def _plain_line(line: Line) -> dict[str, object]:
    return {
        "metered_kwh": _rounded(line.metered_kwh),
        "metered_hours": _rounded(line.metered_hours),
        "modelled_kwh": _rounded(line.modelled_kwh),
        "modelled_hours": _rounded(line.modelled_hours),
        "used_kwh": _rounded(line.used_kwh),
        "metered_percent": _rounded(line.metered_percent),
        "baseline_kwh": _rounded(line.baseline_kwh),
        "saved_kwh": _rounded(line.saved_kwh),
        "saved_percent": _rounded(line.saved_percent),
        "kg_co2e": _rounded(line.kg_co2e),
        "kg_co2e_scope2": _rounded(line.kg_co2e_scope2),
        "kg_co2e_transmission_distribution": _rounded(line.kg_co2e_td),
        "kg_co2e_saved": _rounded(line.kg_co2e_saved),
        "lantern_nights": line.lantern_nights,
        "unknown_lantern_nights": line.unknown_lantern_nights,
    }


def _rounded(value: float | None, decimals: int = _DECIMALS) -> float | None:
    return None if value is None else round(value, decimals) + 0.0
