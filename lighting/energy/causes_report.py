"""CausesReport: a saving by cause, group and month, with all that was left out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from lighting.energy.adjustments import Recorded, recorded_as_plain
from lighting.energy.baseline_store import StoredHeader
from lighting.energy.carbon import FACTOR_MEANING, YearFactors
from lighting.energy.causes import ORDER_FREE_MEANING, ORDER_MEANING, Cause, NodeLoad
from lighting.energy.causes_sum import GRID_FACTOR, CauseLine, Valuation, kg_of, kwh_of
from lighting.energy.snapshot import header_as_plain
from lighting.identifiers import LanternId

NODE_UNKNOWN = (
    "unknown: in no figure, so the saving is before it"
    " (0.5-2 W a node is general knowledge, unverified)"
)

_DECIMALS = 6
_FACTOR_DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Lanterns that are in no figure in some nights, and the baseline of those nights."""

    lanterns: tuple[LanternId, ...]
    lantern_nights: int
    baseline_uwh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesReport:
    """Lines by group and month, keys sorted; they add up to ``total``.

    ``snapshot_uwh`` is the baseline of the whole snapshot over the closed ``nights``; less what
    ``left_out`` holds, more what ``added_uwh`` and non-routine adjustments bring, it is the total's
    baseline. ``not_in_baseline`` are lanterns with closed nights that the baseline does not know.
    """

    baseline: StoredHeader
    first: str
    last: str
    nights: int
    total: CauseLine
    by_group: Mapping[str, CauseLine]
    by_month: Mapping[str, CauseLine]
    snapshot_uwh: int
    added_uwh: int
    added: tuple[LanternId, ...]
    left_out: Mapping[str, LeftOut]
    not_in_baseline: tuple[LanternId, ...]
    adjustments: Sequence[Recorded]
    evidence: Mapping[str, Mapping[str, int]]
    recomputed_lantern_nights: int
    valuation: Valuation
    node: NodeLoad | None
    attribution: str


def causes_as_plain(report: CausesReport) -> dict[str, object]:
    """Return ``report`` as dicts, lists, texts and numbers: kWh, kg CO2e, percent."""
    valuation, stored = report.valuation, report.baseline
    return {
        "baseline": {
            "label": stored.label,
            "version": stored.version,
            "fingerprint": stored.fingerprint,
            "lanterns": stored.lanterns,
            **header_as_plain(stored.header),
        },
        "first_night": report.first,
        "last_night": report.last,
        "nights": report.nights,
        "order": ORDER_FREE_MEANING if valuation.order_free else ORDER_MEANING,
        "node": asdict(report.node) if report.node else NODE_UNKNOWN,
        "carbon_factor": FACTOR_MEANING,
        "constant_factor": _plain_factor(valuation.constant, valuation.constant.year),
        "factors": [_plain_factor(row, year) for year, row in sorted(valuation.by_year.items())],
        "attribution": report.attribution,
        "total": plain_line(report.total),
        "by_group": {key: plain_line(line) for key, line in report.by_group.items()},
        "by_month": {key: plain_line(line) for key, line in report.by_month.items()},
        "baseline_bridge": _plain_bridge(report),
        "left_out": {key: _plain_left_out(each) for key, each in report.left_out.items()},
        "not_in_baseline": list(report.not_in_baseline),
        "adjustments": [recorded_as_plain(each) for each in report.adjustments],
        "evidence_of_baseline": {key: dict(counts) for key, counts in report.evidence.items()},
        "recomputed_lantern_nights": report.recomputed_lantern_nights,
    }


def plain_line(line: CauseLine) -> dict[str, object]:
    """Return a line in kWh and kg CO2e; the parts of each add up to its saving."""
    carbon = line.carbon
    return {
        "baseline_kwh": _kwh(line.baseline_uwh),
        "used_kwh": _kwh(line.used_uwh),
        "saved_kwh": _kwh(line.saved_uwh),
        "saved_percent": line.saved_percent and round(line.saved_percent, _DECIMALS),
        "saved_kwh_by_cause": {c.value: _kwh(part) for c, part in line.parts_uwh.items()},
        "saved_kg_co2e": _kg(carbon.own_years),
        "saved_kg_co2e_at_constant_factor": _kg(carbon.constant),
        "constant_factor_year": carbon.constant_year,
        "saved_kg_co2e_by_cause": {c.value: _kg(part) for c, part in carbon.by_cause.items()}
        | {GRID_FACTOR: _kg(carbon.grid)},
        "lantern_nights": line.lantern_nights,
    }


def _plain_bridge(report: CausesReport) -> dict[str, object]:
    """Return how the snapshot's baseline becomes the report's, in kWh."""
    left_out = sum(each.baseline_uwh for each in report.left_out.values())
    return {
        "snapshot_kwh": _kwh(report.snapshot_uwh),
        "left_out_kwh": _kwh(-left_out),
        "added_kwh": _kwh(report.added_uwh),
        "added_lanterns": list(report.added),
        "non_routine_kwh": _kwh(report.total.parts_uwh[Cause.NON_ROUTINE]),
        "baseline_kwh": _kwh(report.total.baseline_uwh),
    }


def _plain_left_out(each: LeftOut) -> dict[str, object]:
    return {
        "lanterns": list(each.lanterns),
        "count": len(each.lanterns),
        "lantern_nights": each.lantern_nights,
        "baseline_kwh": _kwh(each.baseline_uwh),
    }


def _plain_factor(row: YearFactors, year: int) -> dict[str, object]:
    note = "" if row.year == year else f"{row.year} factor carried forward to {year}"
    factor = round(row.consumption, _FACTOR_DECIMALS)
    return {"year": year, "kg_co2e_per_kwh": factor, "source": row.source, "note": note}


def _kwh(energy_uwh: int) -> float:
    return round(kwh_of(energy_uwh), 9) + 0.0


def _kg(carbon: int) -> float:
    return round(kg_of(carbon), 9) + 0.0
