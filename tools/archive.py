"""`lamplighter archive`: old nights out of the database into Parquet files, listed and verified."""

from dataclasses import asdict

import typer
from rich.table import Table

from lighting.operations.archive_nights import ArchivedMonth
from lighting.operations.controller import Office
from tools.output import EXIT_FAILED, OUT, AsJson, print_json
from tools.running import in_office

app = typer.Typer(
    help="Archive of nights: by month, as Parquet files, once they are old enough.",
    no_args_is_help=True,
)


@app.command()
def run(*, as_json: AsJson = False) -> None:
    """Archive now what is old enough (nights_kept_days); the controller does so every day."""

    async def act(office: Office) -> list[ArchivedMonth]:
        _ = office.energy.past.archiver.archive  # refused where the settings name none
        return await office.energy.past.archiver.tend(office.clock.now())

    _show(in_office(act), as_json=as_json, nothing="No month is old enough to be archived.")


@app.command("list")
def list_months(*, as_json: AsJson = False) -> None:
    """List the archived months with their files, sums and SHA-256."""
    months = in_office(lambda office: office.energy.past.archiver.archive.months())
    _show(months, as_json=as_json, nothing="Nothing is archived.")


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Read every file again and compare it with the manifest; exit code 1 if one differs."""

    async def act(office: Office) -> tuple[int, list[str]]:
        archive = office.energy.past.archiver.archive
        months = await archive.months()
        return len(months), [fault for each in months for fault in await archive.faults(each)]

    count, faults = in_office(act)
    if as_json:
        print_json({"months": count, "faults": faults})
    else:
        for fault in faults:
            OUT.print(fault, markup=False)
        OUT.print(f"{count} months read, {len(faults)} faults.")
    if faults:
        raise typer.Exit(EXIT_FAILED)


def _show(months: list[ArchivedMonth], *, as_json: bool, nothing: str) -> None:
    if as_json:
        print_json([asdict(each) for each in months])
        return
    if not months:
        OUT.print(nothing)
        return
    table = Table("month", "rows", "lanterns", "unknown", "metered kWh", "modelled kWh", "file")
    for each in months:
        table.add_row(
            each.month,
            f"{each.rows:,}",
            f"{each.lanterns:,}",
            f"{each.unknown:,}",
            f"{each.metered_uwh / 1e9:,.3f}",
            f"{each.modelled_uwh / 1e9:,.3f}",
            each.file,
        )
    OUT.print(table)
