"""`lamplighter carbon`: factors and their yearly import; carbon intensity that is kept."""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lighting.adapters.admin_files import read_factors
from lighting.config import read_settings
from lighting.energy.factor_text import YEAR_MAX, YEAR_MIN, factors_text
from lighting.energy.flat_file import read_flat_file, with_year
from lighting.energy.half_hours import half_hour_of
from lighting.energy.intensity import ATTRIBUTION, IntensitySeries, Region
from lighting.energy.intensity_csv import read_intensity_csv
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.grid_carbon import Fetched, Imported
from lighting.wiring import open_intensity_api
from tools.carbon_shown import (
    coverage_as_plain,
    factors_as_plain,
    fetched_as_plain,
    imported_as_plain,
    print_coverage,
    print_factors,
    print_fetched,
    print_imported,
)
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office

app = typer.Typer(
    no_args_is_help=True,
    help="Emission factors to report with; carbon intensity of the grid by half-hour.",
)

From = Annotated[str, typer.Option("--from", help="First day (UTC), YYYY-MM-DD.")]
To = Annotated[str, typer.Option("--to", help="Last day (UTC), YYYY-MM-DD.")]
RegionOption = Annotated[
    str,
    typer.Option("--region", help="national, or a region's name or NESO's id: yorkshire, 5."),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Take the file's figures where others are known.")
]


@app.command()
def factors(*, as_json: AsJson = False) -> None:
    """Show the emission factors in force by year and scope line, with their identity."""
    with told_errors():
        known = read_factors(read_settings().carbon_factors)
    if as_json:
        print_json(factors_as_plain(known))
    else:
        print_factors(known)


@app.command("import-factors")
def import_factors(
    file: Annotated[Path, typer.Argument(help="Sheet 'Factors by Category', saved as CSV UTF-8.")],
    *,
    year: Annotated[int, typer.Option(min=YEAR_MIN, max=YEAR_MAX, help="Its reporting year.")],
    output: Annotated[Path, typer.Option(help="TOML file to write; it is replaced.")],
    publisher: Annotated[str, typer.Option(help="Who publishes it.")] = "DESNZ",
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Add a year of the official flat file to the factors in force, as a file of their own."""
    with told_errors():
        row = read_flat_file(_bytes(file), year, document=file.name, publisher=publisher)
        table = with_year(read_factors(read_settings().carbon_factors), row, replace=replace)
        _write(output, factors_text(table))
    if as_json:
        print_json({"output": str(output), **factors_as_plain(table)})
        return
    OUT.print(f"{output} is written: {table.identity}", markup=False)
    OUT.print(f"Set LAMPLIGHTER_CARBON_FACTORS={output} to report with it.", markup=False)


@app.command()
def fetch(
    *, start: From, end: To, region: RegionOption = "national", as_json: AsJson = False
) -> None:
    """Ask NESO's service for the half-hours that are not kept yet, or are still open."""
    with told_errors():
        area, (first, last) = _region(region), _half_hours(start, end)

    async def act(office: Office) -> Fetched:
        async with open_intensity_api(read_settings(), office.clock) as source:
            return await office.energy.grid_carbon.fetch(source, area, first=first, end=last)

    fetched = in_office(act)
    if as_json:
        print_json(fetched_as_plain(fetched))
    else:
        print_fetched(fetched)


@app.command("import")
def import_series(
    file: Annotated[Path, typer.Argument(help="CSV: from,to,forecast,actual or time,region,ci.")],
    *,
    region: RegionOption = "national",
    source: Annotated[str, typer.Option(help="Where it is from, with its licence.")] = ATTRIBUTION,
    utc: Annotated[bool, typer.Option("--utc", help="Times without a zone are UTC.")] = False,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Keep a published series of carbon intensity."""
    with told_errors():
        area = _region(region)
        found = read_intensity_csv(_text(file), document=file.name, region=area, naive_is_utc=utc)

    async def act(office: Office) -> Imported:
        named = f"{file.name}: {source}"
        return await office.energy.grid_carbon.take(area, found, source=named, replace=replace)

    imported = in_office(act)
    if as_json:
        print_json(imported_as_plain(imported))
    else:
        print_imported(imported)


@app.command()
def coverage(
    *, start: From, end: To, region: RegionOption = "national", as_json: AsJson = False
) -> None:
    """Show which half-hours have a value, of what quality, and where the gaps are."""
    with told_errors():
        area, (first, last) = _region(region), _half_hours(start, end)

    async def act(office: Office) -> IntensitySeries:
        return await office.energy.grid_carbon.series(area, first=first, end=last)

    series = in_office(act)
    if as_json:
        print_json(coverage_as_plain(series))
    else:
        print_coverage(series)


def _region(text: str) -> Region:
    named = {each.words: each for each in Region} | {str(each.value): each for each in Region}
    try:
        return named[text.lower().replace("-", " ")]
    except KeyError:
        known = ", ".join(each.words for each in Region)
        raise RefusedError(f"--region {text[:40]!r} is not one of {known}, or its id") from None


def _half_hours(start: str, end: str) -> tuple[int, int]:
    """Return the half-hours of the UTC days ``start`` to ``end``, both included."""
    first, last = night_date(start, "--from"), night_date(end, "--to")
    if first > last:
        raise RefusedError(f"--from {start} is after --to {end}; turn them round")
    midnights = (first, last + timedelta(days=1))
    low, high = (half_hour_of(datetime.combine(day, time(), tzinfo=UTC)) for day in midnights)
    return low, high


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as exc:
        raise RefusedError(f"{file} cannot be read: {exc}") from exc


def _text(file: Path) -> str:
    try:
        return _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RefusedError(f"{file} is not UTF-8 text: {exc}; save it as CSV UTF-8") from exc


def _write(output: Path, text: str) -> None:
    """Write a file whole, or leave what was there."""
    new = output.with_name(output.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        os.replace(new, output)  # noqa: PTH105 - one step on every system
    except OSError as exc:
        raise RefusedError(f"{output} cannot be written ({exc}); check its folder") from exc
