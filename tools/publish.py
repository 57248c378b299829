"""`lamplighter publish`: inventory and savings as open data, in a folder and in a catalogue."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lighting.config import read_settings
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.open_data import OpenDataAsked, open_package
from lighting.operations.open_data_record import About, OpenPackage
from lighting.wiring import open_catalogue
from tools.files import write_file
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office

_NAME = re.compile(r"[a-z0-9-]{2,100}")
"""A name that is one for Data Packages and for CKAN, which wants two characters or more."""

First = Annotated[
    str | None, typer.Option("--from", help="First night of the savings, YYYY-MM-DD.")
]
Last = Annotated[str | None, typer.Option("--to", help="Last night of the savings, YYYY-MM-DD.")]
CarryForward = Annotated[
    bool, typer.Option(help="Use the newest factor for years that have none, labelled.")
]
Upload = Annotated[bool, typer.Option(help="Bring it to the catalogue that the settings name.")]


def publish(
    output: Annotated[Path, typer.Option(help="Folder that the files are written to.")],
    *,
    first: First = None,
    last: Last = None,
    carry_forward: CarryForward = False,
    publisher: Annotated[str, typer.Option(help="Who publishes.")] = "",
    url: Annotated[str, typer.Option(help="Address that the folder will have.")] = "",
    name: Annotated[str, typer.Option(help="Key of the data set.")] = About().name,
    upload: Upload = False,
    as_json: AsJson = False,
) -> None:
    """Publish inventory and savings: a Frictionless Data Package with a DCAT record, OGL v3.0."""
    with told_errors():
        asked = OpenDataAsked(
            about=_about(name, publisher, url),
            period=_period(first, last),
            carry_forward=carry_forward,
        )
        _make_folder(output)

    async def act(office: Office) -> tuple[OpenPackage, tuple[str, ...]]:
        package = await open_package(office, asked)
        for each in package.resources:
            write_file(output / each.name, [each.content])
        if not upload:
            return package, ()
        async with open_catalogue(read_settings()) as catalogue:
            return package, await catalogue.publish(package)

    package, done = in_office(act)
    _tell(output, package, done, as_json=as_json)


def _about(name: str, publisher: str, url: str) -> About:
    if not _NAME.fullmatch(name):
        raise RefusedError(f"--name {name[:100]!r}: allowed are 2 to 100 of a-z, 0-9 and -")
    return About(name=name, publisher=publisher, url=url)


def _period(first: str | None, last: str | None) -> tuple[date, date] | None:
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise RefusedError("savings need both --from and --to; without both, only the inventory is")
    start, end = night_date(first, "--from"), night_date(last, "--to")
    if start > end:
        raise RefusedError(f"--from {first} is after --to {last}; turn them round")
    return start, end


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise RefusedError(f"{output} cannot be made a folder ({exc})") from exc


def _tell(output: Path, package: OpenPackage, done: tuple[str, ...], *, as_json: bool) -> None:
    files = [each.name for each in package.resources]
    if as_json:
        told = {"output": str(output), "version": package.version, "files": files}
        print_json(told | {"catalogue": list(done)})
        return
    OUT.print(f"{output}: {', '.join(files)}, version {package.version}", markup=False)
    for line in done:
        OUT.print(line, markup=False)
