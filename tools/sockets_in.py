"""`lamplighter sockets import`, `default` and `limits`: how the register is filled."""

from pathlib import Path
from typing import Annotated

import typer

from firmware_profiles.devices.device import SocketStandard
from lighting.adapters.admin_files import read_socket_limits
from lighting.config import read_settings
from lighting.errors import RefusedError
from lighting.inventory.socket_report import SocketReport
from lighting.inventory.socket_rows import parse_wiring
from lighting.inventory.sockets import Figure, Position, Wire
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.import_sockets import UsualSocket, add_usual_sockets, import_sockets
from lighting.operations.plain_sockets import plain_limit
from tools.importing import DryRun, require_file, tell_import
from tools.output import ERR, OUT, AsJson, counting, print_json, told_errors
from tools.running import in_office


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV: lantern_id, position, standard, wiring, …")],
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import sockets; every bad row is reported. Exits 1 if a row was rejected."""
    with told_errors():
        require_file(file)

    async def act(office: Office) -> SocketReport:
        with file.open("rb") as stream, counting("rows") as progress:
            return await import_sockets(office.sockets, stream, dry_run=dry_run, progress=progress)

    tell_import(in_office(act), dry_run=dry_run, as_json=as_json)


def default(
    standard: Annotated[SocketStandard, typer.Option(help="Which standard.")],
    position: Annotated[Position, typer.Option(help="Where on the lantern.")],
    *,
    wiring: Annotated[
        str, typer.Option(help=f"Separated by semicolons: {'; '.join(Wire)}. Else as is usual.")
    ] = "",
    ward: Annotated[str | None, typer.Option(help="Lanterns of a ward.")] = None,
    road: Annotated[str | None, typer.Option(help="Lanterns of a road.")] = None,
    lighting_class: Annotated[str | None, typer.Option("--class", help="Of a class.")] = None,
    tag: Annotated[str | None, typer.Option(help="Lanterns with a tag, such as led.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every lantern.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give every lantern of a selection the same socket; one that has a socket there keeps it."""
    where = LanternFilter(ward=ward, road=road, lighting_class=lighting_class, tag=tag)
    with told_errors():
        if everything == (where != LanternFilter()):
            raise RefusedError(
                "say which lanterns: --ward, --road, --class, --tag, or --all for every one"
            )
        usual = UsualSocket(standard=standard, position=position, wiring=parse_wiring(wiring))

    async def act(office: Office) -> SocketReport:
        with ERR.status("reading lanterns"):
            return await add_usual_sockets(
                office.sockets, office.stores.lanterns, where, usual, dry_run=dry_run
            )

    tell_import(in_office(act), dry_run=dry_run, as_json=as_json)


def limits(*, as_json: AsJson = False) -> None:
    """Print the limits in force, each with its source or why it is unverified."""
    with told_errors():
        table = read_socket_limits(read_settings().socket_limits)
    if as_json:
        print_json(
            {
                standard.value: [plain_limit(figure, limit) for figure, limit in of.figures.items()]
                for standard, of in table.standards.items()
            }
        )
        return
    for standard, of in table.standards.items():
        OUT.print(f"{standard}: {of.title}", markup=False)
        for figure in Figure:
            limit = of.figures.get(figure)
            if limit is None:
                OUT.print(f"  {figure}: unknown", markup=False)
            else:
                why = limit.source or f"unverified: {limit.unverified}"
                OUT.print(f"  {figure}: {limit.value:g} ({why})", markup=False)
