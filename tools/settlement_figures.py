"""`lamplighter settlement half-hours|reconcile`: our kWh by half-hour, and beside the settled."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.settle import dusk_to_dawn
from lighting.settlement.administrator_file import (
    FileShape,
    Odd,
    Shape,
    read_administrator_file,
)
from lighting.settlement.codes import sub_meter_id
from lighting.settlement.equivalent_meter import HalfHourly
from lighting.settlement.events import BEST_FIRST
from lighting.settlement.half_hour_file import half_hours_text, read_half_hours
from lighting.settlement.power_curve import read_curves
from lighting.settlement.reconcile import Compared, Reconciliation, half_hour_text, reconcile_files
from lighting.settlement.stretches import always_full, window_of
from lighting.units import WATT_HOURS_PER_KWH
from schedules.site import Site
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date, site_of
from tools.running import in_office
from tools.settlement_files import CodesFile, MaybeSubMeter, read_text, tables_of, write_file

SHOWN_AT_MOST = 20
"""Periods of one kind that are named for people; --json names all."""

NOT_SETTLED = "CMS-recorded kWh, not settled kWh: only a meter administrator states those."


class Default(StrEnum):
    """What a unit is taken to do where nothing is known."""

    ALWAYS_ON = "always-on"
    DUSK_TO_DAWN = "dusk-to-dawn"


class Clock(StrEnum):
    """What a settlement date is a day of."""

    UTC = "utc"
    LOCAL = "local"


def half_hours(
    first: Annotated[str, typer.Option("--from", help="First UTC day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last UTC day, YYYY-MM-DD.")],
    *,
    output: Annotated[Path, typer.Option(help="CSV to write.")],
    default: Annotated[
        Default, typer.Option(help="What is taken where nothing is known; a day is never zero.")
    ],
    place: Annotated[str | None, typer.Option(help="LATITUDE,LONGITUDE, for dusk-to-dawn.")] = None,
    sub_meter: MaybeSubMeter = None,
    codes: CodesFile = None,
    curves: Annotated[
        Path | None, typer.Option(help="Measured power: charge_code, power_pct, power_w.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work out the equivalent meter's kWh of each half-hour: billing and engineering views."""
    with told_errors():
        window = window_of(night_date(first, "--from"), night_date(last, "--to"))
        meter = sub_meter_id(sub_meter) if sub_meter is not None else None
        tables, measured = tables_of(codes, None), read_curves(read_text(curves)) if curves else {}
        if (default is Default.DUSK_TO_DAWN) != (place is not None):
            raise RefusedError("--place goes with --default dusk-to-dawn, and with nothing else")

    async def act(office: Office) -> HalfHourly:
        site = _site(place, office.zone)
        return await office.settlement.half_hours(
            night_date(first),
            night_date(last),
            sub_meter=meter,
            default=always_full(window) if site is None else dusk_to_dawn(site, window),
            tables=tables,
            curves=measured,
        )

    found = in_office(act)
    with told_errors():
        write_file(output, half_hours_text(found).encode())
    told = _told(found) | {"output": str(output)}
    if as_json:
        print_json(told)
        return
    for what, value in told.items():
        OUT.print(f"{what}: {value}", markup=False)
    OUT.print(NOT_SETTLED)


def _site(place: str | None, zone: str) -> Site | None:
    return None if place is None else site_of(place, zone)


def _told(found: HalfHourly) -> dict[str, object]:
    kwh = (found.billing_wh.sum(axis=1) / WATT_HOURS_PER_KWH).tolist()
    hours = found.unit_hours.tolist()
    measured = found.engineering_wh.sum() / WATT_HOURS_PER_KWH
    beside = found.engineering_billing_wh.sum() / WATT_HOURS_PER_KWH
    some = found.engineering_units > 0
    return {
        "units": found.units,
        "billing_kwh": sum(kwh),
        **{f"{q.value}_kwh": each for q, each in zip(BEST_FIRST, kwh, strict=True)},
        **{f"{q.value}_unit_hours": each for q, each in zip(BEST_FIRST, hours, strict=True)},
        "engineering_units": found.engineering_units,
        "engineering_kwh": float(measured) if some else None,
        "billing_kwh_of_engineering_units": float(beside) if some else None,
        "contradictory_units": list(found.contradictory),
    }


def reconcile(
    ours: Annotated[Path, typer.Argument(help="CSV that `settlement half-hours` wrote.")],
    theirs: Annotated[Path, typer.Argument(help="The meter administrator's CSV.")],
    *,
    shape: Annotated[Shape, typer.Option(help="A column or a row for each period.")] = Shape.WIDE,
    clock: Annotated[Clock, typer.Option(help="Settlement dates are days of this.")] = Clock.LOCAL,
    zone: Annotated[str, typer.Option(help="IANA zone of local days.")] = "Europe/London",
    date_column: str = FileShape().date_column,
    date_format: str = FileShape().date_format,
    period_prefix: str = FileShape().period_prefix,
    period_column: str = FileShape().period_column,
    value_column: str = FileShape().value_column,
    mwh: Annotated[bool, typer.Option("--mwh", help="Figures are MWh.")] = False,
    worst: Annotated[int, typer.Option(min=0, help="Half-hours that differ most.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Set our half-hourly kWh beside a meter administrator's; nothing is filled in."""
    with told_errors():
        layout = FileShape(
            shape=shape,
            date_column=date_column,
            date_format=date_format,
            period_prefix=period_prefix,
            period_column=period_column,
            value_column=value_column,
            kwh_per_unit=WATT_HOURS_PER_KWH if mwh else 1.0,
            zone=_zone(zone) if clock is Clock.LOCAL else None,
        )
        found = reconcile_files(
            read_half_hours(read_text(ours)),
            read_administrator_file(read_text(theirs), layout),
            layout,
            worst=worst,
        )
    if as_json:
        print_json(_plain(found))
    else:
        _show(found)


def _zone(name: str) -> ZoneInfo:
    return Site(latitude_deg=0.0, longitude_deg=0.0, zone=name).tz


def _plain(found: Reconciliation) -> dict[str, object]:
    return {
        "total": _figures(found.total),
        "days": {day.isoformat(): _figures(each) for day, each in found.by_day.items()},
        "worst": [
            {
                "half_hour_utc": half_hour_text(each.half_hour),
                "ours_kwh": each.ours_kwh,
                "theirs_kwh": each.theirs_kwh,
            }
            for each in found.worst
        ],
    } | _lists(found)


def _lists(found: Reconciliation) -> dict[str, list[str]]:
    """Return what was not compared, and why."""
    theirs = found.theirs
    return {
        "missing": [f"{day} period {period}" for day, period in theirs.missing],
        "duplicate": [_odd(each) for each in theirs.duplicates],
        "negative": [_odd(each) for each in theirs.negatives],
        "beyond_the_day": [_odd(each) for each in theirs.beyond],
        "only_theirs": [half_hour_text(each) for each in found.only_theirs],
        "only_ours": [half_hour_text(each) for each in found.only_ours],
    }


def _figures(of: Compared) -> dict[str, float | None]:
    return {
        "half_hours": of.half_hours,
        "ours_kwh": of.ours_kwh,
        "ours_default_kwh": of.ours_default_kwh,
        "theirs_kwh": of.theirs_kwh,
        "difference_kwh": of.difference_kwh,
        "difference_percent": of.difference_percent,
    }


def _odd(odd: Odd) -> str:
    return f"line {odd.line}: {odd.day} period {odd.period}: {odd.problem}"


def _show(found: Reconciliation) -> None:
    table = Table("day", "half-hours", "ours kWh", "of it default", "theirs kWh", "theirs - ours")
    days = [(day.isoformat(), each) for day, each in found.by_day.items()]
    for name, of in (*days, ("total", found.total)):
        figures = (of.ours_kwh, of.ours_default_kwh, of.theirs_kwh, of.difference_kwh)
        table.add_row(name, str(of.half_hours), *(f"{each:,.3f}" for each in figures))
    OUT.print(table)
    for worst in found.worst:
        at, ours, theirs = half_hour_text(worst.half_hour), worst.ours_kwh, worst.theirs_kwh
        OUT.print(f"{at}: ours {ours:,.3f}, theirs {theirs:,.3f} kWh")
    for what, each in _lists(found).items():
        if each:
            more = f"; and {len(each) - SHOWN_AT_MOST} more" if len(each) > SHOWN_AT_MOST else ""
            told = f"{what.replace('_', ' ')} ({len(each)}): {'; '.join(each[:SHOWN_AT_MOST])}"
            OUT.print(told + more, markup=False)
