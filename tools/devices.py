"""`lamplighter devices`: the catalogue of lantern nodes and add-ons, shipped and imported."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Column, Table

from firmware_profiles.devices.device import DeviceModel, Use
from firmware_profiles.devices.device_text import device_text
from firmware_profiles.quantities import quantity_for
from lighting.operations.controller import Office
from tools.output import OUT, AsJson, print_json
from tools.running import in_office

app = typer.Typer(help="Device catalogue: lantern nodes and add-ons, what they need and measure.")

UseOption = Annotated[Use | None, typer.Option(help="Only devices that serve this use.")]
DeviceArgument = Annotated[str, typer.Argument(help="A device, such as decentlab-dl-cws.")]


@app.command("list")
def list_devices(*, use: UseOption = None, as_json: AsJson = False) -> None:
    """List the devices of the catalogue: those that ship, and those that were imported."""
    chosen = [each for each in _catalogue() if use is None or use in each.uses]
    if as_json:
        print_json([asdict(model) for model in chosen])
        return
    # The id is what a person types next: shown whole, however narrow the terminal.
    table = Table(Column("device", no_wrap=True), "uses", "fits", Column("read by", no_wrap=True))
    for model in chosen:
        table.add_row(
            model.device_id,
            ", ".join(model.uses),
            ", ".join(model.fits) or "no socket",
            _reader(model),
        )
    OUT.print(table)


@app.command()
def show(device: DeviceArgument, *, as_json: AsJson = False) -> None:
    """Show one device: what it needs, weighs and measures, with sources and what is unverified."""
    model = in_office(lambda office: _model(office, device))
    if as_json:
        print_json({**asdict(model), "units": _units(model)})
        return
    OUT.print(device_text(model), markup=False, end="")
    for quantity, unit in _units(model).items():
        OUT.print(f"# {quantity} [{unit}]", markup=False)


async def _model(office: Office, device_id: str) -> DeviceModel:
    return office.sockets.device(device_id)


def _catalogue() -> list[DeviceModel]:
    async def act(office: Office) -> list[DeviceModel]:
        return sorted(office.sockets.catalogue.values(), key=lambda each: each.device_id)

    return in_office(act)


def _units(model: DeviceModel) -> dict[str, str]:
    return {row.quantity: quantity_for(row.quantity).unit for row in model.measures}


def _reader(model: DeviceModel) -> str:
    return model.firmware_profile or model.codec or "not public"
