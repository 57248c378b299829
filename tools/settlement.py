"""`lamplighter settlement`: unmetered supplies: charge codes and control files; the rest is beside.

What the commands stand on is in ``lighting/settlement/README.md``.
"""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.settlement.codes import (
    UnitRef,
    charge_code,
    generic_led_code,
    generic_watts,
    sub_meter_id,
)
from lighting.settlement.control_file import (
    ControlFile,
    ControlUnit,
    LineEnd,
    control_file_name,
    write_control_file,
)
from lighting.settlement.control_reading import read_control_file
from lighting.settlement.units import SettlementUnit
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office
from tools.settlement_events import event_log, events
from tools.settlement_figures import half_hours, reconcile
from tools.settlement_files import (
    CodesFile,
    Folder,
    SubMeter,
    read_bytes,
    tables_of,
    write_file,
)
from tools.settlement_units import propose, summary, units

app = typer.Typer(
    help="Unmetered supplies: charge codes, control files, events, half-hours.",
    no_args_is_help=True,
)
app.add_typer(events, name="events")
app.command("event-log")(event_log)
app.command("half-hours")(half_hours)
app.command()(reconcile)
app.command()(propose)
app.command()(units)
app.command()(summary)


@app.command()
def code(
    text: Annotated[str | None, typer.Argument(help="A charge code to check.")] = None,
    *,
    watts: Annotated[
        float | None, typer.Option(help="Build the generic LED code of these circuit watts.")
    ] = None,
    codes: CodesFile = None,
    as_json: AsJson = False,
) -> None:
    """Build the generic LED charge code of some watts, or say what is known of a code."""
    with told_errors():
        if (text is None) == (watts is None):
            raise RefusedError("give a charge code to check, or --watts to build one; not both")
        tables = tables_of(codes, None)
        found = charge_code(text) if text is not None else generic_led_code(watts or 0)
    row = tables.charge_codes.get(found)
    known = {
        "charge_code": found,
        "generic_led": generic_watts(found) is not None,
        "circuit_w": tables.circuit_w(found),
        "description": row.description if row else None,
    }
    if as_json:
        print_json(known)
    elif watts is not None:
        OUT.print(found)
    elif known["generic_led"]:
        OUT.print(f"{found}: generic LED, {known['circuit_w']:g} W at full power")
    elif row is not None:
        stated = "watts not stated" if row.circuit_w is None else f"{row.circuit_w:g} W"
        OUT.print(f"{found}: {row.description}, {stated} (from the table)", markup=False)
    else:
        OUT.print(f"{found}: well formed; what it stands for is not known without the table")


class Ending(StrEnum):
    """How lines end, as people write it."""

    LF = "lf"
    CRLF = "crlf"


@app.command("control-read")
def control_read(
    file: Annotated[Path, typer.Argument(help="A CMS control file.")],
    *,
    any_name: Annotated[bool, typer.Option(help="Do not check the file's name.")] = False,
    several_codes: Annotated[
        bool, typer.Option(help="Allow a unit several records, one for each charge code.")
    ] = False,
    compare: Annotated[bool, typer.Option(help="Compare with our own units.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a control file strictly; every fault is told by line and column."""
    with told_errors():
        control = read_control_file(
            read_bytes(file), name=None if any_name else file.name, several_codes=several_codes
        )
    ours = _ours(control) if compare else None
    told: dict[str, object] = {
        "sub_meter_id": control.sub_meter_id,
        "effective_from": control.effective_from.isoformat(),
        "version": control.version,
        "units": len(control.units),
        "items": sum(unit.items for unit in control.units),
        "line_end": control.line_end.name,
    }
    if ours is not None:
        told |= _differences(control, ours)
    if as_json:
        print_json(told)
    else:
        for what, value in told.items():
            OUT.print(f"{what}: {value}", markup=False)


def _ours(control: ControlFile) -> list[SettlementUnit]:
    return in_office(lambda office: office.settlement.units.units(control.sub_meter_id))


def _differences(control: ControlFile, ours: list[SettlementUnit]) -> dict[str, list[UnitRef]]:
    """Return the references that only one side has, and those that the sides tell otherwise."""
    theirs, own = _records(control.units), _records(ours)
    differ = [ref for ref in theirs.keys() & own.keys() if theirs[ref] != own[ref]]
    return {
        "only_in_file": sorted(theirs.keys() - own.keys()),
        "only_ours": sorted(own.keys() - theirs.keys()),
        "different": sorted(differ),
    }


def _records(
    units: Iterable[ControlUnit | SettlementUnit],
) -> dict[UnitRef, set[tuple[int, str, str]]]:
    """Return what is told of each reference: items, regime and charge code, maybe several times."""
    records: dict[UnitRef, set[tuple[int, str, str]]] = {}
    for unit in units:
        record = (unit.items, unit.regime, unit.charge_code)
        records.setdefault(unit.unit_ref, set()).add(record)
    return records


@app.command("control-write")
def control_write(
    *,
    sub_meter: SubMeter,
    effective_from: Annotated[str, typer.Option("--from", help="Effective from, YYYY-MM-DD.")],
    inventory_date: Annotated[str, typer.Option(help="For the file's name, YYYY-MM-DD.")],
    version: Annotated[int, typer.Option(min=0, max=999)] = 1,
    line_end: Annotated[Ending, typer.Option(help="The source does not say which.")] = Ending.LF,
    folder: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write the control file of a sub-meter from our units."""
    with told_errors():
        meter = sub_meter_id(sub_meter)
        start, of = night_date(effective_from, "--from"), night_date(inventory_date)
    path = folder / control_file_name(meter, of)

    async def act(office: Office) -> ControlFile:
        found = await office.settlement.units.units(meter)
        if not found:
            raise RefusedError(f"sub-meter {meter} has no units; import some first")
        return ControlFile(
            sub_meter_id=meter,
            effective_from=start,
            version=version,
            units=tuple(unit.as_control_unit() for unit in found),
            line_end=LineEnd[line_end.name],
        )

    control = in_office(act)
    with told_errors():
        write_file(path, write_control_file(control))
    if as_json:
        print_json({"units": len(control.units), "output": str(path)})
    else:
        OUT.print(f"{len(control.units)} units written to {path}", markup=False)
