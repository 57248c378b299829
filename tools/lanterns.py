"""`lamplighter import lanterns`: a council's file into the inventory."""

from pathlib import Path
from typing import Annotated

import typer

from lighting.inventory.mapping_text import shipped_mappings
from lighting.inventory.report import ImportReport
from lighting.operations.controller import Office
from lighting.operations.import_lanterns import import_lanterns
from tools.importing import DryRun, require_file, tell_import
from tools.mappings import mapping_of
from tools.output import AsJson, counting, told_errors
from tools.running import in_office

app = typer.Typer(help="Bring data in.")

MAPPING_HELP = f"One of {', '.join(shipped_mappings())}, or a mapping file of your own (TOML)."


@app.command("lanterns")
def lanterns(
    file: Annotated[Path, typer.Argument(help="CSV or GeoJSON file.")],
    mapping: Annotated[str, typer.Option(help=MAPPING_HELP)],
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import lanterns; every bad row is reported. Exits 1 if a row was rejected."""
    with told_errors():
        chosen = mapping_of(mapping)
        require_file(file)

    async def act(office: Office) -> ImportReport:
        with file.open("rb") as stream, counting("rows") as progress:
            return await import_lanterns(
                office.stores.lanterns, stream, chosen, dry_run=dry_run, progress=progress
            )

    tell_import(in_office(act), dry_run=dry_run, as_json=as_json)
