"""`lamplighter devices scan`, `near` and `bulk`: at the column, and for many columns at once."""

from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.inventory.needs import Place
from lighting.operations.controller import Office
from lighting.operations.nearby import DEFAULT_ACCURACY_M, Near, lanterns_near
from lighting.operations.plain_registration import plain_looked, plain_near, plain_report
from lighting.operations.register_bulk import BulkRun
from lighting.operations.register_report import BulkReport
from lighting.operations.scan import Looked
from tools.importing import DryRun, require_file, tell_report
from tools.output import OUT, AsJson, counting, print_json, told_errors
from tools.register_words import By, LabelArgument, show
from tools.running import in_office

FILE_BYTES_MAX = 64 * 1024 * 1024


def scan(label: LabelArgument, *, as_json: AsJson = False) -> None:
    """Say what a label means: the device, models that it may be, and where it is if it is known."""

    async def act(office: Office) -> Looked:
        return await office.devices.scanner.look(label)

    looked = in_office(act)
    if as_json:
        print_json(plain_looked(looked))
        return
    OUT.print(f"DevEUI {looked.dev_eui}", markup=False)
    for name in ("join_eui", "serial", "maker", "where"):
        if value := getattr(looked, name):
            OUT.print(f"{name.replace('_', ' ')}: {value}", markup=False)
    for each in looked.models:
        OUT.print(f"perhaps {each.device_id} ({each.title}): {each.why}", markup=False)
    if looked.known is not None:
        show(looked.known)


def near(
    place: Annotated[str, typer.Argument(help="LATITUDE,LONGITUDE in degrees.")],
    *,
    accuracy: Annotated[
        float, typer.Option(min=0, help="How exact that is, as the phone says [m].")
    ] = DEFAULT_ACCURACY_M,
    model: Annotated[str, typer.Option(help="Model that is to be fitted.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many at the most.")] = 5,
    as_json: AsJson = False,
) -> None:
    """List the nearest lanterns, how far they are, and whether the device goes there."""
    with told_errors():
        here = _place(place)

    async def act(office: Office) -> list[Near]:
        return await lanterns_near(
            office.devices.surroundings,
            office.sockets,
            here,
            accuracy_m=accuracy,
            device_id=model,
            limit=limit,
        )

    found = in_office(act)
    if as_json:
        print_json([plain_near(each) for each in found])
        return
    if not found:
        OUT.print("No lantern within a kilometre.")
    for each in found:
        word = "" if each.possible else " (too far to be the one)"
        at = ", ".join(part for part in (each.stored.column, each.stored.road) if part)
        OUT.print(f"{each.distance_m:6.1f} m  {each.lantern_id}  {at}{word}", markup=False)
        for fit in each.fits:
            why = "; ".join(reason.text for reason in fit.reasons)
            OUT.print(f"          {fit.place}: {'fits' if fit.fits else why}", markup=False)


def bulk(
    file: Annotated[Path, typer.Argument(help="CSV file; see lighting/registration/README.md.")],
    by: By,
    *,
    dry_run: DryRun = False,
    result: Annotated[
        Path | None, typer.Option(help="Write what became of each row here, for a spreadsheet.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register devices from a CSV file; every bad row is told, the good ones are done.

    The second run changes nothing. Exits 1 if a row was rejected or refused.
    """
    with told_errors():
        data = _bytes_of(file)

    async def act(office: Office) -> BulkReport:
        registration = office.devices.registration
        with counting("rows") as progress:
            run = BulkRun(registration=registration, dry_run=dry_run, progress=progress)
            return await run.run(data, by=by)

    report = in_office(act)
    if result is not None:
        with told_errors():
            _write(result, report.as_csv())
    plain, well = plain_report(report), report.all_well
    tell_report(report.lines(), plain, well=well, dry_run=dry_run, as_json=as_json)


def _place(text: str) -> Place:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise RefusedError(f"{text[:60]!r} is no LATITUDE,LONGITUDE such as 53.80,-1.55") from None
    return Place(latitude_deg=latitude, longitude_deg=longitude)


def _bytes_of(file: Path) -> bytes:
    require_file(file)
    if file.stat().st_size > FILE_BYTES_MAX:
        raise RefusedError(f"{file} is larger than {FILE_BYTES_MAX // 2**20} MiB; split it")
    return file.read_bytes()


def _write(path: Path, text: str) -> None:
    try:
        # The mark tells spreadsheets that it is UTF-8; the lines end as RFC 4180 has them.
        path.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as exc:
        raise RefusedError(f"{path} cannot be written: {exc.strerror}") from exc
