"""`lamplighter settlement propose|units|summary`: which lanterns are on which sub-meter."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lighting.errors import RefusedError
from lighting.inventory.store import LanternFilter
from lighting.settlement.codes import regime, sub_meter_id
from lighting.settlement.summary import Summary, summarise
from lighting.settlement.units import read_units, units_text
from tools.output import OUT, AsJson, print_json, told_errors
from tools.running import in_office
from tools.settlement_files import (
    CodesFile,
    MaybeSubMeter,
    RegimesFile,
    SubMeter,
    read_text,
    tables_of,
    write_file,
)


def propose(
    *,
    sub_meter: SubMeter,
    output: Annotated[Path, typer.Option(help="CSV to write, for you to check and import.")],
    prefix: Annotated[str, typer.Option(help="What new unit references begin with.")] = "LCC",
    switched_by: Annotated[str, typer.Option("--regime", help="Switch regime.")] = "999",
    ward: Annotated[str | None, typer.Option(help="Only lanterns of this ward.")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose units for LED lanterns that have none, with references and generic charge codes."""
    with told_errors():
        to, by = sub_meter_id(sub_meter), regime(switched_by)
    where = LanternFilter(ward=ward)
    found = in_office(
        lambda office: office.settlement.propose(where, sub_meter=to, switched_by=by, prefix=prefix)
    )
    with told_errors():
        write_file(output, units_text(found.units).encode())
    if as_json:
        left_out = {lantern: why.value for lantern, why in found.left_out.items()}
        print_json({"units": len(found.units), "left_out": left_out, "output": str(output)})
        return
    OUT.print(f"{len(found.units)} units proposed in {output}; check and import them.")
    for lantern, why in found.left_out.items():
        OUT.print(f"left out: {lantern}: {why.value}", markup=False)
    OUT.print(f"{len(found.left_out)} lanterns left out: in no figure until they have a unit.")


def units(
    file: Annotated[Path | None, typer.Argument(help="CSV of units to import.")] = None,
    *,
    output: Annotated[Path | None, typer.Option(help="CSV to write the units to.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import units, or write those that there are to a file."""
    with told_errors():
        if (file is None) == (output is None):
            raise RefusedError("give a CSV file to import, or --output to write one; not both")
        new = read_units(read_text(file)) if file is not None else ()
    if output is None:
        in_office(lambda office: office.settlement.units.put_units(new))
        done = {"imported": len(new)}
    else:
        there = in_office(lambda office: office.settlement.units.units())
        with told_errors():
            write_file(output, units_text(there).encode())
        done = {"written": len(there)}
    if as_json:
        print_json(done)
    else:
        OUT.print(", ".join(f"{count} units {what}" for what, count in done.items()))


def summary(
    *,
    sub_meter: MaybeSubMeter = None,
    codes: CodesFile = None,
    regimes: RegimesFile = None,
    as_json: AsJson = False,
) -> None:
    """Show counts by charge code and switch regime, watts, and annual kWh where they are known."""
    with told_errors():
        tables = tables_of(codes, regimes)
        meter = sub_meter_id(sub_meter) if sub_meter is not None else None
    found = summarise(in_office(lambda office: office.settlement.units.units(meter)), tables)
    if as_json:
        print_json(_plain(found))
        return
    table = Table("charge code", "regime", "units", "items", "W each", "W", "annual kWh")
    for line in found.lines:
        figures = (line.circuit_w, line.total_w, line.annual_kwh)
        shown = ("unknown" if each is None else f"{each:,.1f}" for each in figures)
        counts = (str(line.units), str(line.items))
        table.add_row(line.charge_code, line.regime, *counts, *shown)
    OUT.print(table)
    OUT.print(
        f"{found.items} items; {found.known_w:,.1f} W ({found.items_without_watts} items of unknown"
        f" watts left out); {found.known_annual_kwh:,.1f} kWh a year"
        f" ({found.items_without_annual_kwh} items left out)"
    )


def _plain(found: Summary) -> dict[str, object]:
    return {
        "lines": [
            {
                "charge_code": line.charge_code,
                "regime": line.regime,
                "units": line.units,
                "items": line.items,
                "circuit_w": line.circuit_w,
                "total_w": line.total_w,
                "annual_hours": line.annual_hours,
                "annual_kwh": line.annual_kwh,
            }
            for line in found.lines
        ],
        "items": found.items,
        "known_w": found.known_w,
        "items_without_watts": found.items_without_watts,
        "known_annual_kwh": found.known_annual_kwh,
        "items_without_annual_kwh": found.items_without_annual_kwh,
    }
