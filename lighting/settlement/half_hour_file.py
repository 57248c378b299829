"""Our half-hourly figures as CSV, and back: billing and engineering views, by quality."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime

from lighting.settlement.equivalent_meter import HalfHourly
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.half_hours import HALF_HOUR_S, half_hour_of
from lighting.settlement.reconcile import OurHalfHour, half_hour_text
from lighting.settlement.tables import Faults, number, table_rows
from lighting.units import WATT_HOURS_PER_KWH

BILLING = ("actual_kwh", "inferred_kwh", "default_kwh")
"""The billing view in the order of ``events.BEST_FIRST``; their sum is ``billing_kwh``."""

COLUMNS = (
    "half_hour_utc", "billing_kwh", *BILLING, "engineering_kwh", "billing_kwh_of_engineering_units",
)  # fmt: skip


def half_hours_text(found: HalfHourly) -> str:
    """Return the figures as CSV, a row for each half-hour; numbers read back as they are.

    ``engineering_kwh`` is empty where no unit has a measured curve: unknown, not zero.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    billing = (found.billing_wh / WATT_HOURS_PER_KWH).T.tolist()
    measured = (found.engineering_wh.sum(axis=0) / WATT_HOURS_PER_KWH).tolist()
    beside = (found.engineering_billing_wh.sum(axis=0) / WATT_HOURS_PER_KWH).tolist()
    for place, kwh in enumerate(billing):
        views = (measured[place], beside[place]) if found.engineering_units else ("", "")
        writer.writerow((half_hour_text(found.first + place), sum(kwh), *kwh, *views))
    return text.getvalue()


def read_half_hours(text: str) -> Mapping[int, OurHalfHour]:
    """Read our own figures back, by half-hour.

    Raises:
        SettlementFileError: anything wrong, by line and column, or a half-hour twice.
    """
    faults = Faults("our half-hours")
    found: dict[int, OurHalfHour] = {}
    for row in table_rows(text, COLUMNS[:5], faults):
        half_hour = faults.read(row, "half_hour_utc", _half_hour)
        kwh = faults.read(row, "billing_kwh", number("billing_kwh"))
        default_kwh = faults.read(row, "default_kwh", number("default_kwh"))
        if half_hour is None or kwh is None or default_kwh is None:
            continue
        if half_hour in found:
            faults.add(row.line, "half_hour_utc", "the same half-hour again", "each once")
        found[half_hour] = OurHalfHour(kwh=kwh, default_kwh=default_kwh)
    faults.check()
    return found


def _half_hour(text: str) -> int:
    allowed = "the start of a half-hour in UTC, such as 2026-12-01T16:30Z"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise SettlementValueError("half_hour_utc", text, allowed) from None
    if at.utcoffset() is None or at.timestamp() % HALF_HOUR_S:
        raise SettlementValueError("half_hour_utc", text, allowed)
    return half_hour_of(at)
