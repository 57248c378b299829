"""`lamplighter tariff check`: whether a tariff can be priced with, and what it says."""

from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lighting.config import read_settings
from lighting.energy.cost import Prices
from lighting.energy.half_hours import half_hour_of
from lighting.energy.tariff import Rates, Tariff, TariffPeriod
from lighting.energy.tariff_text import parse_tariff
from lighting.errors import RefusedError
from tools.output import OUT, AsJson, print_json, told_errors

app = typer.Typer(no_args_is_help=True, help="What electricity costs by half-hour.")

Counts = dict[str, int]


@app.callback()
def _tariffs() -> None:
    """Keep ``check`` a command of its own."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="TOML file; lighting/energy/README.md shows one.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a tariff: validity without gaps or overlaps, one band in every half-hour."""
    with told_errors():
        tariff = parse_tariff(_text(file), document=str(file))
        laid = _laid(tariff, read_settings().zone)
    if as_json:
        periods = [_plain(period, unit, duos) for period, unit, duos in laid]
        print_json({"title": tariff.title, "periods": periods})
        return
    OUT.print(f"{tariff.title} can be used.", markup=False)
    for period, unit, duos in laid:
        _print_period(period, unit, duos)


def _laid(tariff: Tariff, zone: str) -> list[tuple[TariffPeriod, Counts, Counts]]:
    """Return the half-hours of every band over all of the tariff's validity."""
    ends = (tariff.periods[0].first, tariff.periods[-1].end)
    midnights = [half_hour_of(datetime.combine(day, time(), tzinfo=UTC)) for day in ends]
    first, end = midnights[0] - 48, midnights[1] + 48  # whatever the zone, no local day is cut
    return Prices(tariff, first=first, half_hours=end - first, zone=zone).half_hours_by_band()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"the tariff {file} cannot be read: {exc}") from exc


def _plain(period: TariffPeriod, unit: Counts, duos: Counts) -> dict[str, object]:
    return {
        "from": period.first.isoformat(),
        "to": period.end.isoformat(),
        "source": period.source,
        "standing_gbp_per_day": str(period.standing_gbp_per_day),
        "climate_levy_gbp_per_kwh": _told(period.climate_levy_gbp_per_kwh),
        "vat_percent": _told(period.vat_percent),
        "unit_rates": _plain_bands(period.unit_rates, unit),
        "duos": None if period.duos is None else _plain_bands(period.duos, duos),
    }


def _plain_bands(rates: Rates, counts: Counts) -> list[dict[str, object]]:
    return [
        {
            "name": band.name,
            "gbp_per_kwh": str(band.gbp_per_kwh),
            "half_hours": counts[band.name],
        }
        for band in rates.bands
    ]


def _told(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _print_period(period: TariffPeriod, unit: Counts, duos: Counts) -> None:
    table = Table("charge", "band", "GBP/kWh", "half-hours", title=_title(period))
    kinds = [("unit rate", period.unit_rates, unit)]
    if period.duos is not None:
        kinds.append(("DUoS", period.duos, duos))
    for kind, rates, counts in kinds:
        for band in rates.bands:
            table.add_row(kind, band.name, str(band.gbp_per_kwh), f"{counts[band.name]:,}")
    OUT.print(table)
    levy = _told(period.climate_levy_gbp_per_kwh) or "not stated"
    vat = _told(period.vat_percent) or "not stated"
    OUT.print(
        f"Standing charge {period.standing_gbp_per_day} GBP a day; climate change levy {levy}"
        f" GBP/kWh; VAT {vat} %. Source: {period.source}",
        markup=False,
    )


def _title(period: TariffPeriod) -> str:
    return f"{period.first.isoformat()} up to, not including, {period.end.isoformat()}"
