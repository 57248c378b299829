"""`lamplighter import lanterns`: a council's file into the inventory."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from lighting.errors import RefusedError
from lighting.inventory.mapping_text import shipped_mappings
from lighting.inventory.report import ImportReport
from lighting.operations.controller import Office
from lighting.operations.import_lanterns import import_lanterns
from tools.mappings import mapping_of
from tools.output import ERR, EXIT_FAILED, OUT, AsJson, print_json, told_errors
from tools.running import in_office

app = typer.Typer(help="Bring data in.")

MAPPING_HELP = f"One of {', '.join(shipped_mappings())}, or a mapping file of your own (TOML)."


@app.command("lanterns")
def lanterns(
    file: Annotated[Path, typer.Argument(help="CSV or GeoJSON file.")],
    mapping: Annotated[str, typer.Option(help=MAPPING_HELP)],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import lanterns; every bad row is reported. Exits 1 if a row was rejected."""
    with told_errors():
        chosen = mapping_of(mapping)
        if not file.is_file():
            raise RefusedError(f"{file} is not a file")

    async def act(office: Office) -> ImportReport:
        with file.open("rb") as stream, Progress(console=ERR, transient=True) as progress:
            task = progress.add_task("rows", total=None)
            return await import_lanterns(
                office.stores.lanterns,
                stream,
                chosen,
                dry_run=dry_run,
                progress=lambda rows: progress.update(task, completed=rows),
            )

    report = in_office(act)
    if as_json:
        print_json(report.as_json() | {"dry_run": dry_run})
    else:
        if dry_run:
            OUT.print("Dry run: nothing was written.")
        for line in report.lines():
            OUT.print(line, markup=False)
    if report.rejected:
        raise typer.Exit(EXIT_FAILED)
