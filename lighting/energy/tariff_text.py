"""Read a tariff from TOML; every error names its line, what was found and what is allowed.

title = "Street lighting, unmetered"

[[periods]]
from = "2026-04-01"                # local date, included
to = "2027-04-01"                  # local date, not included
source = "Contract 4711, schedule 2"
standing_gbp_per_day = 1.25
climate_levy_gbp_per_kwh = 0.008   # left out: not stated
vat_percent = 20                   # left out: not stated

[[periods.unit_rates]]
name = "night"
gbp_per_kwh = 0.18
at = ["00:00-07:00"]               # left out: all day

[[periods.unit_rates]]
name = "day"
gbp_per_kwh = 0.27
at = ["07:00-24:00"]

[[periods.duos]]                   # left out altogether: not charged apart
name = "green"
gbp_per_kwh = 0.001
days = ["sat", "sun"]              # left out: every day
months = [1, 2]                    # left out: every month

Bands of one kind must cover every half-hour of every day once: gaps and overlaps are refused.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from lighting.energy.tariff import (
    MONTHS,
    SLOTS,
    Band,
    Rates,
    Tariff,
    TariffPeriod,
    plan_of,
)
from schedules.conditions import WEEKDAYS
from schedules.document import read_document
from schedules.fields import BadValueError, Kind, Table, shown
from schedules.values import LINE, as_text

PERIODS_MAX, BANDS_MAX = 100, 100
RATE_GBP_MAX, STANDING_GBP_MAX, VAT_MAX = 10, 1_000_000, 100
"""Far above any tariff: what is beyond is pence taken for pounds."""

_SPAN = re.compile(r"([0-9]{2}):(00|30)-([0-9]{2}):(00|30)")
_NEVER = date(1, 1, 1)


def _decimal(highest: int, unit: str) -> Kind[Decimal]:
    def parse(raw: object) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise BadValueError(f"is {shown(raw)}, not a number")
        if not 0 <= raw <= highest:  # also refuses NaN
            raise BadValueError(f"{shown(raw)} is out of range")
        return Decimal(repr(raw))  # the digits as they were typed

    return Kind(f"0 to {highest:,} {unit}", parse)


def _date(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(as_text(raw))
    except ValueError:
        raise BadValueError(f"{shown(raw)} is not a date") from None


def _weekday(raw: object) -> int:
    text = as_text(raw)
    if text not in WEEKDAYS:
        raise BadValueError(f"{shown(raw)} is not a weekday")
    return WEEKDAYS.index(text)


def _month(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= len(MONTHS):
        raise BadValueError(f"{shown(raw)} is not a month")
    return raw - 1


def _span(raw: object) -> tuple[int, int]:
    found = _SPAN.fullmatch(as_text(raw))
    if not found:
        raise BadValueError(f"{shown(raw)} is not a span of half-hours")
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 2 + minute // 30, end_hour * 2 + end_minute // 30
    if not start < end <= SLOTS:
        raise BadValueError(f"{shown(raw)} does not end after it starts, by 24:00")
    return start, end


_DATE = Kind('a local date such as "2026-04-01"', _date)
_WEEKDAY = Kind(", ".join(WEEKDAYS), _weekday)
_MONTH = Kind("1 (January) to 12", _month)
_SPAN_KIND = Kind('local times such as "00:00-07:00", on half-hours, within one day', _span)
_RATE = _decimal(RATE_GBP_MAX, "GBP/kWh")
_STANDING = _decimal(STANDING_GBP_MAX, "GBP a day")
_VAT = _decimal(VAT_MAX, "percent")
_NOUGHT = Decimal(0)  # stands in until the problem is raised

_PERIODS = "[[periods]] tables, in any order"
_BANDS = "tables with name and gbp_per_kwh, each with days, months and at, or without"


def parse_tariff(text: str, *, document: str) -> Tariff:
    """Return the tariff written in ``text``; ``document`` names it in errors.

    Raises:
        PolicyError: not TOML, or not a tariff, or with gaps or overlaps between its periods or
            bands; carries every problem with its line.
    """
    root = read_document(text, document=document)
    title = root.required("title", LINE, "")
    tables = root.tables("periods", most=PERIODS_MAX, allowed=_PERIODS)
    periods = [(_period(table), table) for table in tables]
    root.close()
    periods.sort(key=lambda item: item[0].first)
    for (before, _), (after, table) in pairwise(periods):
        _check_order(before, after, table)
    root.report.raise_problems()
    return Tariff(title=title, periods=tuple(period for period, _ in periods))


def _period(table: Table) -> TariffPeriod:
    period = TariffPeriod(
        first=table.required("from", _DATE, _NEVER),
        end=table.required("to", _DATE, _NEVER),
        unit_rates=_rates(table, "unit_rates"),
        duos=_rates(table, "duos") if table.has("duos") else None,
        standing_gbp_per_day=table.required("standing_gbp_per_day", _STANDING, _NOUGHT),
        climate_levy_gbp_per_kwh=table.optional("climate_levy_gbp_per_kwh", _RATE, None),
        vat_percent=table.optional("vat_percent", _VAT, None),
        source=table.required("source", LINE, ""),
    )
    if _NEVER not in {period.first, period.end} and period.end <= period.first:
        table.problem("to", f"{period.end} is not after {period.first}", "a date after from")
    table.close()
    return period


def _check_order(before: TariffPeriod, after: TariffPeriod, table: Table) -> None:
    if _NEVER in {before.first, before.end, after.first} or before.end == after.first:
        return
    what = "overlaps with" if after.first < before.end else "leaves a gap after"
    message = f"{after.first} {what} the period {before.first} to {before.end}"
    table.problem("from", message, f"{before.end}: each period starts where the last one ends")


def _rates(table: Table, key: str) -> Rates:
    tables = table.tables(key, most=BANDS_MAX, allowed=_BANDS)
    sound = len(table.report.problems)
    bands = [_band(each) for each in tables]
    plan, faults = plan_of(bands)
    if len(table.report.problems) == sound and bands:  # else the faults may be of a stand-in
        _check_names(table, key, bands)
        for fault in faults:
            two = " and ".join(repr(name) for name in fault.bands)
            message = f"{two} both hold in {fault}" if two else f"no band holds in {fault}"
            table.problem(key, message, "one band in every half-hour of every day")
    return Rates(bands=tuple(bands), plan=plan)


def _check_names(table: Table, key: str, bands: Sequence[Band]) -> None:
    names = [band.name for band in bands]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            message = f"{shown(name)} names {names.count(name)} bands"
            table.problem(key, message, "a name of its own for each band")


def _band(table: Table) -> Band:
    band = Band(
        name=table.required("name", LINE, ""),
        gbp_per_kwh=table.required("gbp_per_kwh", _RATE, _NOUGHT),
        months=frozenset(table.each("months", _MONTH) or range(len(MONTHS))),
        weekdays=frozenset(table.each("days", _WEEKDAY) or range(len(WEEKDAYS))),
        spans=table.each("at", _SPAN_KIND) or ((0, SLOTS),),
    )
    table.close()
    return band
