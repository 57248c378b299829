"""`lamplighter devices import` and `imported`: devices with their vendors' own codecs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from firmware_profiles.device_folder import read_device_folder
from firmware_profiles.device_folder.device import PublishedDevice
from firmware_profiles.devices.device import SocketStandard, Supply, Use
from firmware_profiles.devices.device_text import device_text
from firmware_profiles.quantities import all_quantities
from lighting.adapters.device_folder import read_folder
from lighting.errors import RefusedError
from lighting.operations.import_device import (
    EntryAsked,
    entry_id,
    fault_counts,
    import_device,
    measures_of,
)
from lighting.operations.tonight import utc_text
from lighting.sensing.add_on import ImportedModel
from tools.output import OUT, AsJson, print_json, told_errors
from tools.running import in_office

FAULTS_SHOWN = 20


Maps = Annotated[
    list[str] | None,
    typer.Option("--map", help="FIELD=QUANTITY[@CHANNEL][*SCALE][+OFFSET][?], often as needed."),
]
Uses = Annotated[list[Use] | None, typer.Option(help="What it is for; once or more.")]
Fits = Annotated[
    list[SocketStandard] | None, typer.Option(help="Sockets it plugs into; none: it is clamped.")
]
Insist = Annotated[bool, typer.Option("--despite-faults", help="Although its own examples fail.")]


def import_folder(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a vendor, as the repositories have it.")
    ],
    *,
    device: Annotated[str, typer.Option(help="Which, where the folder has several.")] = "",
    mapped: Maps = None,
    use: Uses = None,
    supply: Annotated[Supply | None, typer.Option(help="What feeds it.")] = None,
    fits: Fits = None,
    people: Annotated[bool, typer.Option("--people", help="It observes people.")] = False,
    model_id: Annotated[str, typer.Option("--id", help="Id in the catalogue.")] = "",
    by: Annotated[str, typer.Option(help="Who imports it, for the record.")] = "",
    despite_faults: Insist = False,
    as_json: AsJson = False,
) -> None:
    """Read one device's folder, run its examples, and with --map put it into the catalogue.

    Folders are laid out as in The Things Network's or ChirpStack's device repositories. Without
    --map nothing is stored: the fields that its codec gives are listed, to be mapped.
    """
    with told_errors():
        published = read_device_folder(read_folder(folder), device=device)
        measures = measures_of(mapped or ())
        if measures and supply is None:
            raise RefusedError(f"say what feeds it: --supply {', '.join(Supply)}")
    imported = None
    if measures and supply is not None:
        asked = EntryAsked(
            by=by,
            uses=tuple(use or ()),
            supply=supply,
            measures=measures,
            fits=tuple(fits or ()),
            people=people,
            device_id=model_id,
            despite_faults=despite_faults,
        )
        imported = in_office(
            lambda office: import_device(office.stores.add_ons, published, asked, office.clock)
        )
    if as_json:
        print_json(_plain(published, imported))
    else:
        _show(published, imported)


def list_imported(*, as_json: AsJson = False) -> None:
    """List the devices that were imported."""
    found = in_office(lambda office: office.stores.add_ons.models())
    if as_json:
        print_json(
            [
                {
                    "device_id": each.model.device_id,
                    "title": each.model.title,
                    "imported_at": utc_text(each.imported_at),
                    "imported_by": each.imported_by,
                }
                for each in found
            ]
        )
        return
    if not found:
        OUT.print("Nothing was imported yet; `lamplighter devices import FOLDER` reads a folder.")
        return
    table = Table(Column("device", no_wrap=True), "title", "uses", "imported", "by")
    for each in found:
        table.add_row(
            each.model.device_id,
            each.model.title,
            ", ".join(each.model.uses),
            f"{each.imported_at:%Y-%m-%d}",
            each.imported_by,
        )
    OUT.print(table)


def list_quantities(*, as_json: AsJson = False) -> None:
    """List the quantities that a field can be mapped to, each with its unit."""
    if as_json:
        print_json([{"quantity": each.key, "unit": each.unit} for each in all_quantities()])
        return
    for each in all_quantities():
        OUT.print(f"{each.key} [{each.unit}]", markup=False)


def add_to(app: typer.Typer) -> None:
    """Add the commands to `lamplighter devices`."""
    app.command("quantities")(list_quantities)
    app.command("import")(import_folder)
    app.command("imported")(list_imported)


def _plain(published: PublishedDevice, imported: ImportedModel | None) -> dict[str, object]:
    return {
        "device_id": imported.model.device_id if imported else entry_id(published),
        "stored": imported is not None,
        "title": published.contents.title,
        "layout": published.contents.layout,
        "functions": list(published.functions),
        "examples_run": published.examples_run,
        "examples_passed": published.examples_passed,
        "faults": fault_counts(published),
        "told": [str(each) for each in published.faults],
        "fields": [
            {"field": each.path, "kind": each.kind, "example": each.example}
            for each in published.fields
        ],
    }


def _show(published: PublishedDevice, imported: ImportedModel | None) -> None:
    contents = published.contents
    OUT.print(
        f"{contents.title} ({contents.layout}), {', '.join(published.functions)}", markup=False
    )
    OUT.print(f"examples: {published.examples_passed} of {published.examples_run} pass")
    for fault in published.faults[:FAULTS_SHOWN]:
        OUT.print(f"  {fault}", markup=False)
    if (more := len(published.faults) - FAULTS_SHOWN) > 0:
        OUT.print(f"  … and {more} more (all are in the JSON)")
    if published.apart_because:
        OUT.print(f"slow, {published.apart_because}", markup=False)
    if imported is not None:
        OUT.print(f"Stored as {imported.model.device_id}:", markup=False)
        OUT.print(device_text(imported.model), markup=False, end="")
        return
    table = Table(Column("field", no_wrap=True), "kind", "as in an example")
    for each in published.fields:
        table.add_row(each.path, each.kind, each.example)
    if published.fields:
        OUT.print(table)
    else:
        OUT.print("No example of it decodes: take its fields from its maker's documents.")
    OUT.print(
        f"Nothing was stored. To put it into the catalogue as {entry_id(published)}, say which"
        " field is which quantity (--map), its --use and --supply, and who you are (--by);"
        " `lamplighter devices quantities` lists the quantities.",
        markup=False,
    )
